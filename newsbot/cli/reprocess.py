"""`newsbot reprocess`: the kept pages by today's rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsbot.cli.bulk import picture
from newsbot.cli.lines import write_json
from newsbot.cli.options import (
    DAY,
    archive_option,
    engine_option,
    json_option,
    quiet_option,
    sources_option,
    workers_option,
)
from newsbot.cli.table import plain, shortened, table
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from newsbot.reprocess import Report
    from pipelines.items import Rules

WIDTH = 50  # columns of a value in an example


@click.command()
@archive_option
@sources_option
@click.option("--source", "ids", multiple=True, metavar="ID", help="Only this source; may be repeated.")
@click.option("--since", type=DAY, help="Only articles published on this day or later.")
@click.option("--limit", type=click.IntRange(min=1), help="Look at so many articles.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@engine_option
@workers_option
@quiet_option
@json_option
@click.pass_context
def reprocess(
    ctx: click.Context,
    archive: Path,
    sources_file: Path,
    ids: tuple[str, ...],
    since: date | None,
    limit: int | None,
    dry_run: bool,
    engine_name: str,
    workers: int | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read the kept pages again by today's rules.

    For after an upgrade, or a change of `strip` in sources.toml. Shows by source and field
    what reads otherwise, with examples, and keeps what stood there as revisions of kind
    reading: none of it counts as changed by the publisher, or shows in feeds. Corrections
    stay. Where today's rules find no article, no headline or much less text, the article
    stays as it is, with a doubt. It needs no lock and may run beside a crawl: each 50
    articles are one short transaction. Stopped, it goes on from there the next time.

    Ten years of a newspaper may be read by many machines: `--engine` names the Dask scheduler
    that they work for (see docs/scaling.md). They need the folder of captures at the same path.

    \b
    Examples:
        newsbot reprocess --dry-run
        newsbot reprocess --source arabtimes --since 2014-06-01
        newsbot reprocess --engine tcp://10.0.0.5:8786
    """
    from newsbot.reprocess import Order, total
    from newsbot.reprocess import reprocess as run

    order = Order(
        archive,
        _rules(archive, sources_file),
        _known(archive, ids),
        since,
        limit,
        dry_run,
        workers,
        engine_name,
    )
    with picture("Reading", total(order), "articles", shown=not quiet and not as_json) as shown:
        report = run(order, shown.advanced, shown.began)
    if as_json:
        write_json(as_object(report, dry_run))
    elif not quiet:
        for line in told(report, dry_run):
            click.echo(line)
    ctx.exit(1 if report.unread else 0)


def _rules(archive: Path, file: Path) -> dict[str, Rules]:
    """The rules of sources.toml by source, or those of the sample; none where there is no file."""
    from newsbot.sample import SAMPLE_SOURCES
    from newsbot.sources import load
    from pipelines.store import read_about

    if "sample" in read_about(archive):
        file = SAMPLE_SOURCES
    return {source.id: source.rules() for source in load(file)} if file.exists() else {}


def _known(archive: Path, ids: tuple[str, ...]) -> tuple[str, ...] | None:
    """The sources asked for; raises ConfigurationError for one that the archive does not have."""
    from contextlib import closing

    from newsbot.sources.spelling import meant
    from pipelines.store import open_readonly

    if not ids:
        return None
    with closing(open_readonly(archive)) as db:
        known = [name for (name,) in db.execute("SELECT id FROM sources")]
    for name in ids:
        if name not in known:
            raise ConfigurationError(f"{archive} has no source {name}{meant(name, known) or '.'}")
    return ids


def as_object(report: Report, dry_run: bool) -> dict[str, Any]:
    """The report as JSON."""
    from pipelines.reading import READING_VERSION

    return {
        "reading": READING_VERSION,
        "dry_run": dry_run,
        "looked_at": report.looked_at,
        "current": report.current,
        "same": report.same,
        "differ": report.differ,
        "revisions": report.revisions,
        "kept": dict(report.kept),
        "unread": dict(report.unread),
        "overtaken": report.overtaken,
        "fields": [
            {"source": source, "field": name, "articles": number, "examples": report.examples[source, name]}
            for (source, name), number in report.fields.most_common()
        ],
    }


def told(report: Report, dry_run: bool) -> Iterator[str]:
    """The report in lines."""
    if report.looked_at == report.current:
        yield f"All {report.looked_at:,} articles were read by today's rules already."
        return
    done = "would read" if dry_run else "read"
    yield (
        f"{report.looked_at - report.current:,} of {report.looked_at:,} articles were read by other rules: "
        f"{report.differ:,} {done} otherwise ({report.revisions:,} in their words), {report.same:,} {done} the same."
    )
    for reason, number in report.kept.most_common():
        yield f"{number:,} stay as they are: {plain(reason)}"
    for reason, number in report.unread.most_common():
        yield f"{number:,} could not be read again: {plain(reason)}"
    if report.overtaken:
        yield f"{report.overtaken:,} were visited by a crawl in the meantime and left to it."
    if report.fields:
        yield ""
        yield from table(
            ("source", "field", "articles", "article", "before", "now"), _rows(report), right=(2,)
        )
    if dry_run:
        yield ""
        yield "Nothing was changed."


def _rows(report: Report) -> Iterator[tuple[object, ...]]:
    for (source, name), number in report.fields.most_common():
        first = True
        for example in report.examples[source, name]:
            head = (source, name, f"{number:,}") if first else ("", "", "")
            yield (*head, example.public_id, _cell(example.before), _cell(example.after))
            first = False


def _cell(value: str | None) -> str:
    return shortened(plain(value), WIDTH) if value else "-"
