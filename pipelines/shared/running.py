"""Rows of runs in the shared frontier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipelines.shared.connecting import Pg
from pipelines.shared.secrecy import masked
from pipelines.store.values import words

_BEGIN: Final = """
INSERT INTO newsbot.runs (crawler, machine, started_at, seen_at, lease, state, version, reading, command, place)
VALUES (%s, %s, %s, clock_timestamp(), %s, 'running', %s, %s, %s, %s) RETURNING id"""
_SIGN: Final = """
UPDATE newsbot.runs SET seen_at = clock_timestamp(), requests = %s, received_bytes = %s, counts = %s
WHERE id = %s AND state = 'running'"""
_END: Final = "UPDATE newsbot.runs SET state = %s, exit_code = %s, ended_at = %s, ended_by = %s WHERE id = %s"

_WAITING: Final = "SELECT count(*) FROM (SELECT 1 FROM newsbot.outbox LIMIT 1000000) waiting"


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that begins."""

    crawler: str
    machine: str
    started_at: datetime
    lease: float  # seconds
    version: str
    reading: str
    command: str
    place: str  # of its captures


@dataclass(frozen=True, slots=True)
class Sign:
    """What a living run says of itself."""

    requests: int
    received_bytes: int
    counts: str  # JSON


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended."""

    state: str  # finished or stopped
    exit_code: int | None
    at: datetime
    by: str | None  # what ended it before its work was done


def begin(connection: Pg, run: NewRun) -> int:
    """Opens a run, and gives its number. No password gets into its row."""
    told = (run.version, run.reading, words(masked(run.command)), words(run.place))
    row = connection.execute(
        _BEGIN, (words(run.crawler), run.machine, run.started_at, run.lease, *told)
    ).fetchone()
    assert row is not None
    return int(row[0])


def sign(connection: Pg, run: int, sign: Sign) -> bool:
    """A sign of life; False where the frontier does not know the run, or calls it ended."""
    row = (sign.requests, sign.received_bytes, sign.counts, run)
    return connection.execute(_SIGN, row).rowcount > 0


def end(connection: Pg, run: int, ending: Ending, last: Sign) -> int:
    """Closes a run with its last sign; gives the number of visits that wait to be collected, up to a million."""
    sign(connection, run, last)
    by = words(masked(ending.by)) if ending.by is not None else None
    connection.execute(_END, (ending.state, ending.exit_code, ending.at, by, run))
    row = connection.execute(_WAITING).fetchone()
    return int(row[0]) if row is not None else 0
