"""`newsbot backfill folder`: articles out of a folder of HTML files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from newsbot.cli.backfilled import Asked, asked_options, command, filter_options, owner_options, run
from newsbot.cli.table import plain

MOST_LINES = 20  # of the list that could not be taken, told one by one


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
@click.option(
    "--urls",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    metavar="CSV",
    help="Which file came from which address: columns file, url, and captured_at, source where they are known.",
)
@owner_options
@filter_options
@asked_options
@click.pass_context
def folder(ctx: click.Context, /, folder: Path, urls: Path, **asked: Any) -> None:
    """Take articles out of a folder of HTML files.

    The list says for each file (relative to DIR) its address, when it was captured
    (2014-06-22T18:30:00Z; without it, when the file was last changed) and its source by id.
    Files that the list does not name are counted. Every page of an article is kept as a
    WARC record in captures/ as well. Pages are tied to sources and counted as by `newsbot
    backfill warc`.

    \b
    Exit codes: 0 all well, 1 a file or a line could not be read, 2 usage, 3 no file could be
    read, 4 the archive is unusable, 5 no room, 75 another backfill is at work, 130/143
    stopped by a signal after a clean end.

    \b
    Examples:
        newsbot backfill folder pages/ --urls pages.csv
        newsbot backfill folder pages/ --urls pages.csv --as arabtimes --dry-run
    """
    from functools import partial

    from newsbot.backfill.files import rest_of
    from newsbot.backfill.folder import listed_in, read_files, units_of
    from newsbot.backfill.taking import Order

    options = Asked(**asked)
    terms = options.terms()
    listed = listed_in(folder, urls)
    for sentence in listed.wrong[:MOST_LINES]:
        click.echo(f"newsbot: {plain(urls)}: {plain(sentence)}", err=True)
    if len(listed.wrong) > MOST_LINES:
        click.echo(f"newsbot: … and {len(listed.wrong) - MOST_LINES:,} other lines.", err=True)
    if listed.unlisted and not options.quiet:
        click.echo(f"{listed.unlisted:,} files of {plain(folder)} are not in the list.", err=True)
    units = list(units_of(folder, listed.rows))
    order = Order(
        archive=options.archive,
        terms=terms,
        work="backfill folder",
        read=partial(read_files, terms),
        units=[unit for unit, _ in units],
        stamps={unit.name: stamp for unit, stamp in units},
        rest=rest_of,
        command=command(),
        engine=options.engine_name,
        workers=options.workers,
    )
    run(ctx, order, {}, len(listed.rows), options, failed=len(listed.wrong))
