"""`newsbot backfill wayback`: articles as a web archive captured them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import DAY, DURATION, archive_option, json_option, sources_option
from newsbot.cli.table import plain, table
from pipelines import forkserver
from pipelines.reasons import sentence_of

if TYPE_CHECKING:
    from newsbot.backfill.wayback import WaybackReport

# What is left out of an index without being a reason of a visit.
_LEFT_OUT = {
    "versions": "More captures of an article than --versions asks for.",
    "revisit": "The web archive found the page as it had it already.",
    "too_new": "The capture lies after --to.",
    "too_old": "The capture lies before --from.",
    "excluded": "`include` or `exclude` of the source leaves this URL out.",
    "malformed": "The line of the index cannot be read.",
    "not_article": "A front, a list, a tag or a file, by its address; or a page that is no article.",
}
_OUTCOMES = {"revised": "other versions of articles", "unchanged": "versions that were here"}


@click.command()
@click.argument("source")
@sources_option
@archive_option
@click.option("--from", "first", type=DAY, help="Captures of this day and later.")
@click.option("--to", "last", type=DAY, help="Captures of this day and earlier.")
@click.option(
    "--archive",
    "web_archive",
    metavar="URL",
    default="https://web.archive.org/web",
    show_default=True,
    help="The web archive: its address before the timestamps. A pywb's ends in the name of a collection.",
)
@click.option("--index", metavar="URL", default="", help="Its CDX server, where that is not URL/cdx.")
@click.option("--prefix", metavar="URL", default="", help="Only what begins with this address.")
@click.option(
    "--versions",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Captures of an article that differ, at most: the first ones.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), help="Ask for so many captures, then stop; the next run goes on."
)
@click.option("--deadline", type=DURATION, help="Ask for nothing more after so long (2h), and end.")
@click.option(
    "--delay", type=DURATION, default="1s", show_default=True, help="Between two requests, at least."
)
@click.option(
    "--allow-private", is_flag=True, help="The web archive is on this machine or in a private network."
)
@click.option(
    "--again",
    is_flag=True,
    help="Ask the index anew, though it was gone through; no capture is asked for twice.",
)
@click.option(
    "--dry-run", is_flag=True, help="Go through the index alone and say how many captures there are."
)
@json_option
@click.option("-q", "--quiet", count=True, help="Say only what went wrong.")
@click.option("-v", "--verbose", count=True, help="Say what becomes of each capture.")
@click.pass_context
def wayback(
    ctx: click.Context,
    source: str,
    sources_file: Path,
    archive: Path,
    first: date | None,
    last: date | None,
    web_archive: str,
    index: str,
    prefix: str,
    versions: int,
    limit: int | None,
    deadline: float | None,
    delay: float,
    allow_private: bool,
    again: bool,
    dry_run: bool,
    as_json: bool,
    quiet: int,
    verbose: int,
) -> None:
    """Take in what a web archive captured of a source: the Internet Archive's Wayback Machine, or a pywb.

    Its index is asked for pages of the source's site, and each capture that is wanted
    is fetched as it was received, one request at a time. An article is stored under
    the time of its capture, with the address of the memento as evidence. `include` and
    `exclude` of the source count as in a crawl. Stopped or killed, the same command
    goes on from there; nothing is asked for twice.

    \b
    Examples:
        newsbot backfill wayback arabtimes --from 2014-01-01 --to 2014-12-31 --dry-run
        newsbot backfill wayback arabtimes --from 2014-01-01 --to 2014-12-31
        newsbot backfill wayback arabtimes --archive http://127.0.0.1:8080/news --allow-private
    """
    if first is not None and last is not None and last < first:
        raise click.UsageError("--to lies before --from.")
    if not web_archive.startswith(("http://", "https://")):
        raise click.UsageError(f"--archive {web_archive!r} is no http(s) address.")
    if not dry_run and sources_file.is_file():  # else it would load for nothing
        forkserver.start(("newsbot.discovery",))  # it loads beside what is imported here
    from newsbot.backfill.wayback import WaybackOptions
    from newsbot.backfill.wayback import wayback as go

    report = go(
        WaybackOptions(
            source=source,
            sources=sources_file,
            archive=archive,
            first=first,
            last=last,
            web_archive=web_archive,
            index=index,
            prefix=prefix,
            versions=versions,
            limit=limit,
            deadline=deadline,
            delay=delay,
            allow_private=allow_private,
            dry_run=dry_run,
            again=again,
            quiet=quiet,
            verbose=verbose,
            progress=not (quiet or as_json),
        )
    )
    if as_json:
        write_json(asdict(report))
    else:
        for line in _told(report, dry_run) if not quiet else ():
            click.echo(line)
        if report.stopped:
            click.echo(f"newsbot: {plain(report.stopped)}", err=True)
    ctx.exit(report.exit_code)


def _told(report: WaybackReport, dry_run: bool) -> Iterator[str]:
    if report.gone_through:
        yield "An earlier run came to the end of the index; --again goes through it anew."
        return
    yield f"The index named {report.listed:,} captures: {report.wanted:,} wanted, {report.known:,} here already."
    if dry_run:
        yield from table(
            ("year", "captures"), [(year, f"{number:,}") for year, number in report.years.items()], right=(1,)
        )
    else:
        other = "".join(f", {number:,} {_OUTCOMES.get(one, one)}" for one, number in report.other.items())
        yield f"{report.asked:,} asked for: {report.stored:,} new articles{other}."
    for reason, number in report.reasons.items():
        yield f"  {number:,} left out: {_LEFT_OUT.get(reason) or sentence_of(reason)}"
    if dry_run:
        yield "Nothing was fetched but the index, and nothing was stored."
    elif report.more:
        yield "There is more: the same command goes on from here."
