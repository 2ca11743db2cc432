"""`newsbot status`: what the archive has, and how the last runs went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option
from newsbot.cli.table import table
from newsbot.clock import utc_now

if TYPE_CHECKING:
    from pipelines.store.summary import SourceStatus

RUNS = 5  # the last so many
_COUNTED = ("stored", "revised", "unchanged", "gone", "skipped", "failed")


@click.command()
@archive_option
@json_option
def status(archive: Path, as_json: bool) -> None:
    """Say what the archive has: articles of each source, what is due, the last runs.

    \b
    Examples:
        newsbot status
        newsbot status --db old/archive.db --json
    """
    from pipelines.store import open_readonly
    from pipelines.store.summary import status as sources_at

    with closing(open_readonly(archive)) as db:
        rows = sources_at(db, utc_now())
        runs = [dict(run) for run in db.execute("select * from runs order by id desc limit ?", (RUNS,))]
    if as_json:
        write_json({"archive": archive, "sources": rows, "runs": runs})
        return
    for line in (*_sources(rows), "", *_runs(runs)):
        click.echo(line)


def _sources(rows: Sequence[SourceStatus]) -> Iterator[str]:
    if not rows:
        yield "No source has been visited yet."
        return
    cells = [
        (
            row.name if row.state == "active" else f"{row.name} (retired)",
            f"{row.articles:,}",
            f"{row.gone:,}",
            f"{row.last_day:,}",
            f"{row.waiting:,}",
            _minute(row.last_visit_at),
            ", ".join(f"{number} {reason}" for reason, number in row.failures.items()),
        )
        for row in rows
    ]
    articles = f"{sum(row.articles for row in rows):,}"
    gone = f"{sum(row.gone for row in rows):,}"
    day = f"{sum(row.last_day for row in rows):,}"
    waiting = f"{sum(row.waiting for row in rows):,}"
    if len(rows) > 1:
        cells.append(("all", articles, gone, day, waiting, "", ""))
    header = ("source", "articles", "gone", "last 24 h", "due", "last visit (UTC)", "failed in 24 h")
    yield from table(header, cells, right=range(1, 5))


def _runs(runs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not runs:
        yield "There was no crawl yet."
        return
    cells = [
        (
            run["id"],
            str(run["started_at"])[:16].replace("T", " "),
            run["state"],
            "" if run["exit_code"] is None else run["exit_code"],
            *(f"{run[count]:,}" for count in _COUNTED),
        )
        for run in runs
    ]
    yield from table(("run", "begun (UTC)", "state", "exit", *_COUNTED), cells, right=(0, *range(3, 10)))


def _minute(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at else "never"
