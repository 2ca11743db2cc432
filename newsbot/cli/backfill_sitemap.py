"""`newsbot backfill sitemap`: articles of the past that a source's own sitemaps name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import DAY, DURATION, archive_option, json_option, sources_option
from newsbot.cli.table import table
from pipelines import forkserver
from pipelines.reasons import sentence_of

if TYPE_CHECKING:
    from newsbot.backfill.sitemap import SitemapReport

_OTHER_DAYS = "They belong to other days than --from and --to ask for."
_MOST_ROWS = 60  # months of the table; above that, years


@click.command()
@click.argument("source")
@sources_option
@archive_option
@click.option(
    "--from", "first", type=DAY, help="Articles of this day and later, by address, sitemap or last change."
)
@click.option("--to", "last", type=DAY, help="Articles of this day and earlier; undated ones are taken.")
@click.option(
    "--map", "maps", multiple=True, metavar="URL", help="Begin with this sitemap; may be given several times."
)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many articles in this run.")
@click.option("--deadline", type=DURATION, help="Take no new work after so long (2h), and end.")
@click.option("--again", is_flag=True, help="Visit the sitemaps once more that an earlier run has visited.")
@click.option(
    "--dry-run", is_flag=True, help="Visit the sitemaps alone and say what they name; store nothing."
)
@json_option
@click.option("-q", "--quiet", count=True, help="Say only what went wrong.")
@click.option("-v", "--verbose", count=True, help="Say what becomes of each visit.")
@click.pass_context
def sitemap(
    ctx: click.Context,
    source: str,
    sources_file: Path,
    archive: Path,
    first: date | None,
    last: date | None,
    maps: tuple[str, ...],
    limit: int | None,
    deadline: float | None,
    again: bool,
    dry_run: bool,
    as_json: bool,
    quiet: int,
    verbose: int,
) -> None:
    """Visit what the sitemaps of a source name of the past, old to new.

    Papers list their old articles in maps by month or year, which a crawl lays to rest
    or leaves out. Here each is visited once, the oldest first, and then the articles
    that it names, at the pace and within the limits of the source (delay, max_requests,
    max_bytes, max_minutes). What does not fit into one run waits for the next; the
    nightly crawl leaves it alone.

    \b
    Examples:
        newsbot backfill sitemap arabtimes --to 2020-12-31 --dry-run
        newsbot backfill sitemap arabtimes --from 2014-01-01 --to 2014-12-31
        newsbot backfill sitemap arabtimes --map /sitemap-2014-06.xml
    """
    if first is not None and last is not None and last < first:
        raise click.UsageError("--to lies before --from.")
    if not dry_run and sources_file.is_file():  # else it would load for nothing
        forkserver.start(("newsbot.discovery",))  # it loads beside what is imported here
    from newsbot.backfill.sitemap import SitemapOptions
    from newsbot.backfill.sitemap import sitemap as go

    report = go(
        SitemapOptions(
            source=source,
            sources=sources_file,
            archive=archive,
            first=first,
            last=last,
            maps=maps,
            limit=limit,
            deadline=deadline,
            dry_run=dry_run,
            again=again,
            quiet=quiet,
            verbose=verbose,
            progress=not (quiet or as_json),
        )
    )
    if as_json:
        write_json(asdict(report))
    elif not quiet:
        for line in _told(report, dry_run):
            click.echo(line)
    ctx.exit(report.exit_code)


def _told(report: SitemapReport, dry_run: bool) -> Iterator[str]:
    new = "" if dry_run else f", {report.laid_aside:,} of them new"
    yield f"{report.maps:,} sitemaps were visited; they name {report.named:,} articles{new}."
    if dry_run:
        rows = [(time, f"{number:,}") for time, number in _times(report)]
        yield from table(("time", "articles"), rows, right=(1,))
    for reason, number in report.left_out.items():
        yield f"  {number:,} addresses left out: {_OTHER_DAYS if reason == 'other_days' else sentence_of(reason)}"
    if report.failed_maps:
        yield f"{report.failed_maps:,} sitemaps could not be had; `newsbot explain` with their address says why."
    if dry_run:
        yield f"{report.takes} Nothing was fetched but the sitemaps, and nothing was stored.".lstrip()
        return
    if (done := report.summary) is not None:
        known, skipped = done.unchanged + done.revised, sum(done.skipped.values())
        yield f"{done.stored:,} articles stored, {known:,} were here, {skipped:,} skipped."
        for reason, number in done.failed.items():
            yield f"  {number:,} visits failed: {sentence_of(reason)}"
    if report.waiting or report.open_maps:
        waiting = f"{report.waiting:,} articles and {report.open_maps:,} sitemaps wait"
        yield f"{waiting}: the same command goes on. {report.takes}".rstrip()


def _times(report: SitemapReport) -> list[tuple[str, int]]:
    """Months, or years where there are too many of them."""
    if len(report.months) <= _MOST_ROWS:
        return list(report.months.items())
    years: Counter[str] = Counter()
    for month, number in report.months.items():
        years[month[:4] if month != "unknown" else month] += number
    return sorted(years.items())
