"""`newsbot status`: what the archive has, and how the last runs went."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import DURATION, archive_option, json_option
from newsbot.cli.table import plain, table
from newsbot.clock import utc_now
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from pipelines.store.alarms import Alarm
    from pipelines.store.completeness import Completeness
    from pipelines.store.sqlite import sqlite3
    from pipelines.store.summary import SourceStatus

RUNS = 5  # the last so many
_COUNTED = ("stored", "revised", "unchanged", "gone", "skipped", "failed")

# That a backfill went well, or found a torn record, says nothing of whether the sources are visited.
_CRAWLS = "select * from runs where work is null order by id desc limit ?"


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@archive_option
@click.option(
    "--days", type=click.IntRange(1, 3660), help="What became of the addresses and visits of so many days."
)
@click.option("--check", is_flag=True, help="Exit with 1 where an alarm lasts or the last run failed.")
@click.option("--max-age", type=DURATION, help="With --check: how old the last run may be, such as 26h.")
@click.option("--prometheus", is_flag=True, help="Write metrics in Prometheus' text format.")
@json_option
@click.pass_context
def status(
    ctx: click.Context,
    ids: tuple[str, ...],
    archive: Path,
    days: int | None,
    check: bool,
    max_age: float | None,
    prometheus: bool,
    as_json: bool,
) -> None:
    """Say what the archive has: articles, what is due, alarms, the last runs.

    With --days it counts, for each source and day (UTC), the addresses seen for the first
    time and what each became, and the visits and what each came to.

    \b
    Examples:
        newsbot status
        newsbot status arabtimes --days 7
        newsbot status --check --max-age 26h
        newsbot status --prometheus > /var/lib/node_exporter/newsbot.prom
    """
    from pipelines.store.alarms import standing
    from pipelines.store.current import open_current
    from pipelines.store.summary import status as sources_at

    now = utc_now()
    with closing(open_current(archive)) as db:
        rows = [row for row in sources_at(db, now) if not ids or row.source in ids]
        alarms = [alarm for alarm in standing(db) if not ids or alarm.source in ids]
        runs = [dict(run) for run in db.execute("select * from runs order by id desc limit ?", (RUNS,))]
        crawls = [dict(run) for run in db.execute(_CRAWLS, (RUNS,))]
        counted = _completeness(db, rows, now, days) if days else []
    if unknown := set(ids) - {row.source for row in rows}:
        raise ConfigurationError(
            f"{archive} has no source {', '.join(sorted(unknown))}; `newsbot status` lists them."
        )
    wrong = _wrong(alarms, crawls, now, max_age) if check else []
    if prometheus:
        lines = _metrics(archive, rows, alarms, crawls)
    elif as_json:
        document = {"archive": archive, "sources": rows, "alarms": alarms, "runs": runs}
        write_json(document | ({"days": counted} if days else {}) | ({"wrong": wrong} if check else {}))
        lines = iter(())
    else:
        lines = _days(counted) if days else _told(rows, alarms, runs)
    for line in lines:
        click.echo(line)
    for sentence in wrong:
        click.echo(f"newsbot: {sentence}", err=True)
    ctx.exit(1 if wrong else 0)


def _told(
    rows: Sequence[SourceStatus], alarms: Sequence[Alarm], runs: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    from newsbot.health.telling import sentence

    yield from _sources(rows)
    if alarms:
        yield ""
        yield from (f"! {alarm.raised_at[:10]}  {plain(sentence(alarm))}" for alarm in alarms)
    yield ""
    yield from _runs(runs)


def _completeness(
    db: sqlite3.Connection, rows: Sequence[SourceStatus], now: datetime, days: int
) -> list[Completeness]:
    from pipelines.store.completeness import completeness

    last = now.date()
    first = last - timedelta(days=days - 1)
    return [day for row in rows for day in completeness(db, row.source, first, last)]


def _days(counted: Sequence[Completeness]) -> Iterator[str]:
    """Two tables that add up: addresses by the day on which they were seen first, visits by their day."""
    if not counted:
        yield "Nothing was seen or visited in these days."
        return
    yield "Addresses of articles by the day on which they were first seen, and what each became:"
    seen = [
        (d.source, d.day, d.seen, d.kept, d.other_addresses, d.waiting, d.gone, d.lost, _by_reason(d.dropped), _by_reason(d.failing))
        for d in counted if d.seen
    ]  # fmt: skip
    header = (
        "source",
        "day (UTC)",
        "seen",
        "kept",
        "other address",
        "waiting",
        "gone",
        "lost",
        "skipped",
        "failed",
    )
    yield from table(header, seen, right=range(2, 8))
    yield ""
    yield "Visits to articles by their day, and what each came to:"
    fetched = [
        (d.source, d.day, d.fetched, d.stored, d.revised, d.unchanged, d.removed, _by_reason(d.skipped), _by_reason(d.failed))
        for d in counted if d.fetched
    ]  # fmt: skip
    columns = ("source", "day (UTC)", "visits", "stored", "revised", "unchanged", "gone", "skipped", "failed")
    yield from table(columns, fetched, right=range(2, 7))


def _by_reason(reasons: Mapping[str, int]) -> str:
    """`12: 9 not_article, 3 off_site`."""
    if not reasons:
        return "0"
    told = ", ".join(
        f"{number:,} {reason}"
        for reason, number in sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    )
    return f"{sum(reasons.values()):,}: {told}"


def _wrong(
    alarms: Sequence[Alarm], runs: Sequence[Mapping[str, Any]], now: datetime, max_age: float | None
) -> list[str]:
    """What a monitor is to know, in sentences; nothing where all is well."""
    from pipelines.store.values import moment

    wrong = [f"{plain(alarm.name)}: {plain(alarm.sentence)}." for alarm in alarms]
    ended = [run for run in runs if run["state"] != "running"]
    if not ended:
        return [*wrong, "No run has ended yet."]
    last = ended[0]
    if last["state"] == "killed":
        wrong.append(f"Run {last['id']} was killed.")
    elif last["exit_code"]:
        wrong.append(f"Run {last['id']} ended with exit code {last['exit_code']}.")
    at = moment(last["ended_at"] or last["started_at"])
    if max_age is not None and at is not None and (now - at).total_seconds() > max_age:
        wrong.append(f"The last run ended at {_minute(at)} (UTC), which is too long ago.")
    return wrong


def _metrics(
    archive: Path, rows: Sequence[SourceStatus], alarms: Sequence[Alarm], runs: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    from newsbot.health.prometheus import metrics

    sizes = {
        "archive_bytes": archive.stat().st_size,
        "disk_free_bytes": shutil.disk_usage(archive.resolve().parent).free,
    }
    return metrics(rows, alarms, runs[0] if runs else None, sizes)


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
