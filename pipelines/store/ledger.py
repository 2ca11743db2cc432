"""Rows of runs and fetches, the health of sources by day, and the summary of a run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.decisions import Decision
from pipelines.items import Committed, Kind, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.store import health
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, insert, moment, update

_COUNTED = {
    Outcome.STORED: "stored",
    Outcome.REVISED: "revised",
    Outcome.UNCHANGED: "unchanged",
    Outcome.GONE: "gone",
    Outcome.SKIPPED: "skipped",
    Outcome.FAILED: "failed",
}


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """What one run did for one source: numbers of visits and links."""

    source: str
    name: str
    listings: int = 0
    found: int = 0
    stored: int = 0
    revised: int = 0
    unchanged: int = 0
    gone: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)  # by reason
    failed: Mapping[str, int] = field(default_factory=dict)  # by reason


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What one run did."""

    run: int
    started_at: datetime | None
    ended_at: datetime | None
    state: str  # running, finished, stopped, killed
    exit_code: int | None
    visits: int
    received_bytes: int
    sources: tuple[SourceSummary, ...]  # by name; without those that had no visit


_REASONS = """
SELECT reason, count(*) FROM fetches WHERE run = ? AND outcome IN ('skipped', 'failed') AND reason IS NOT NULL
GROUP BY reason ORDER BY 2 DESC, 1"""
_ASKED = "SELECT count(*) FROM fetches WHERE run = ? AND status IS NOT NULL"


def begin_run(
    connection: sqlite3.Connection,
    command: str,
    version: str,
    reading: str,
    now: datetime,
    work: str | None = None,
) -> int:
    """Opens a run and gives its number; `work` names what is no crawl. See `call_killed` for what went before."""
    row: dict[str, Value] = {
        "started_at": now,
        "state": "running",
        "version": version,
        "reading": reading,
        "command": command,
        "work": work,
    }
    return insert(connection, "runs", row)


def call_killed(connection: sqlite3.Connection, *, bulk: bool = False) -> tuple[int, ...]:
    """Says of runs that never said their last word that they were killed, with what their visits tell; gives their
    numbers, oldest first. Only for the holder of the run lock; runs of a shared frontier hold none, and those of `bulk` work
    have a lock of their own."""
    killed = tuple(
        number
        for (number,) in connection.execute(
            """SELECT id FROM runs WHERE state = 'running' AND shared_run IS NULL AND (work IS NOT NULL) = ?
            ORDER BY id""",
            (bulk,),
        )
    )
    for run in killed:
        (asked,) = connection.execute(_ASKED, (run,)).fetchone()
        connection.execute(
            "UPDATE runs SET state = 'killed', requests = ?, reasons = ? WHERE id = ?",
            (asked, _reasons(connection, run), run),
        )
    return killed


def end_run(
    connection: sqlite3.Connection,
    run: int,
    state: str,
    exit_code: int | None,
    now: datetime | None,
    *,
    requests: int | None = None,
    ended_by: str | None = None,
) -> None:
    """Closes a run; `now` is None for one that was killed nobody knows when. `requests` is the number sent, where it is known; else its visits with an answer are counted."""
    if requests is None:
        (requests,) = connection.execute(_ASKED, (run,)).fetchone()
    row: dict[str, Value] = {
        "state": state,
        "exit_code": exit_code,
        "ended_at": now,
        "requests": requests,
        "reasons": _reasons(connection, run),
        "ended_by": ended_by,
    }
    update(connection, "runs", row, "id", run)


def _reasons(connection: sqlite3.Connection, run: int) -> str:
    return json.dumps(dict(map(tuple, connection.execute(_REASONS, (run,)))))


def enter(
    connection: sqlite3.Connection, run: int | None, visit: Visit, decision: Decision, done: Committed
) -> None:
    """Writes one visit to the ledger, and counts it."""
    listing = visit.kind is not Kind.ARTICLE
    row: dict[str, Value] = {
        "run": run,
        "key": visit.key,
        "url": visit.url,
        "final_url": visit.final_url if visit.final_url != visit.url else None,
        "source": visit.source,
        "kind": visit.kind,
        "visited_at": visit.visited_at,
        "status": visit.status,
        "outcome": done.outcome,
        "reason": done.reason,
        "detail": decision.detail or None,
        "ms": visit.ms,
        "received_bytes": visit.received_bytes,
        "new_links": done.new_links if listing else None,
        "memento": visit.memento,
    }
    insert(connection, "fetches", row)
    if run is not None:
        _count(connection, run, visit, done)
    if not visit.is_past:  # how the archives of others do says nothing of the source
        health.count(connection, visit, done)


def _count(connection: sqlite3.Connection, run: int, visit: Visit, done: Committed) -> None:
    listing = visit.kind is not Kind.ARTICLE
    # An unchanged feed is counted as a listing alone: "unchanged" is about articles.
    counted = _COUNTED.get(done.outcome) if not (listing and done.outcome is Outcome.UNCHANGED) else None
    setting = f", {counted} = {counted} + 1" if counted else ""
    connection.execute(
        f"""UPDATE runs SET listings = listings + ?, found = found + ?, received_bytes = received_bytes + ?,
        not_modified = not_modified + ?{setting} WHERE id = ?""",  # noqa: S608  column names from our code
        (int(listing), done.new_links, visit.received_bytes, int(done.reason is Reason.NOT_MODIFIED), run),
    )


def run_summary(connection: sqlite3.Connection, run: int) -> RunSummary:
    """What a run did, as a whole and source by source. Raises LookupError where there is no such run."""
    row = connection.execute(
        "SELECT started_at, ended_at, state, exit_code, received_bytes FROM runs WHERE id = ?", (run,)
    ).fetchone()
    if row is None:
        raise LookupError(f"The archive knows no run {run}.")
    counts = connection.execute(
        """SELECT f.source, coalesce(s.name, f.source), f.outcome, coalesce(f.reason, ''), f.kind = 'article',
                  count(*), coalesce(sum(f.new_links), 0)
        FROM fetches f LEFT JOIN sources s ON s.id = f.source WHERE f.run = ?
        GROUP BY 1, 3, 4, 5 ORDER BY 2, 1""",
        (run,),
    ).fetchall()
    started_at, ended_at, state, exit_code, received_bytes = row
    # Links that the source does not want are told with the run that met them first: they have no visit.
    counts += connection.execute(
        """SELECT u.source, coalesce(s.name, u.source), u.outcome, u.reason, 1, count(*), 0
        FROM urls u LEFT JOIN sources s ON s.id = u.source
        WHERE u.outcome = 'skipped' AND u.last_visited_at IS NULL AND u.first_seen_at BETWEEN ? AND coalesce(?, '9999')
        GROUP BY 1, 4""",
        (started_at, ended_at),
    ).fetchall()
    names: dict[str, str] = {source: name for source, name, *_ in counts}
    return RunSummary(
        run=run,
        started_at=moment(started_at),
        ended_at=moment(ended_at),
        state=state,
        exit_code=exit_code,
        visits=sum(visits for *_, visits, _ in counts),
        received_bytes=received_bytes,
        sources=tuple(
            _summary(source, name, [tuple(count)[2:] for count in counts if count[0] == source])
            for source, name in names.items()
        ),
    )


def _summary(source: str, name: str, rows: list[tuple[Any, ...]]) -> SourceSummary:
    numbers: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    listings = found = 0
    for outcome, reason, article, visits, links in rows:
        found += links
        listings += 0 if article else visits
        if outcome == Outcome.SKIPPED:
            skipped[reason] += visits
        elif outcome == Outcome.FAILED:
            failed[reason] += visits
        elif article:
            numbers[outcome] += visits
    return SourceSummary(
        source=source,
        name=name,
        listings=listings,
        found=found,
        stored=numbers[Outcome.STORED],
        revised=numbers[Outcome.REVISED],
        unchanged=numbers[Outcome.UNCHANGED],
        gone=numbers[Outcome.GONE],
        skipped=dict(skipped),
        failed=dict(failed),
    )
