"""`newsbot backfill ccnews`: articles out of the news files of Common Crawl."""

from __future__ import annotations

from typing import Any

import click

from newsbot.cli.backfilled import Asked, answer, asked_options, filter_options, owner_options
from pipelines.errors import ConfigurationError


@click.command()
@click.option(
    "--list",
    "lists",
    multiple=True,
    required=True,
    metavar="FILE",
    help="A list of paths as Common Crawl publishes it (warc.paths.gz of a month); may be repeated.",
)
@click.option(
    "--base",
    metavar="FOLDER|URL",
    help="Where the files of the list lie: a folder, http(s):// or s3://.  [default: https://data.commoncrawl.org/]",
)
@owner_options
@filter_options
@asked_options
@click.pass_context
def ccnews(ctx: click.Context, /, lists: tuple[str, ...], base: str | None, **asked: Any) -> None:
    """Take articles out of the news files of Common Crawl.

    Common Crawl has collected news since August 2016, in files of about 1 GB with some 30,000
    pages each, listed month by month at https://data.commoncrawl.org/crawl-data/CC-NEWS/.
    --from and --to choose the files by the time in their names, and their pages by the time
    of capture. A lost connection is taken up again where it broke. Pages are tied to
    sources, kept and counted as by `newsbot backfill warc`.

    \b
    Exit codes: 0 all well, 1 a file or a record could not be read, 2 usage, 3 no file could
    be read, 4 the archive is unusable, 5 no room, 75 another backfill is at work,
    130/143 stopped by a signal after a clean end.

    \b
    Examples:
        newsbot backfill ccnews --list warc.paths.gz --from 2019-02-11 --to 2019-02-12
        newsbot backfill ccnews --list warc.paths --base /mnt/ccnews --source arabtimes
        newsbot backfill ccnews --list warc.paths --base s3://commoncrawl --language ar --any-host
    """
    from newsbot.backfill.ccnews import BASE, of_days, paths_in, place_of

    options = Asked(**asked)
    paths = [path for place in lists for path in paths_in(place)]
    chosen = list(of_days(paths, options.since, options.until))
    if not chosen:
        raise ConfigurationError(
            f"None of the {len(paths):,} files of {', '.join(lists)} may hold pages of these days: their names tell when "
            "they were begun."
        )
    answer(ctx, "backfill ccnews", [place_of(base or BASE, path) for path in chosen], options)
