"""Captures that are to be erased from their files, and the freed pages that are to be swept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipelines.store import fulltext
from pipelines.store.captures import place_column
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import instant

SWEEP: Final = "sweep_due_at"
"""Name in `about`: since when freed pages of the database may still hold what was erased."""

SWEEP_DAYS: Final = 7

_OF_KEYS: Final = "key IN (SELECT value FROM json_each(:keys)) AND erased_at IS NULL"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a capture lies."""

    capture: int
    file: str
    offset: int  # bytes
    length: int  # bytes
    place: str | None = None  # URL of the folder of the file; None: captures/ beside the archive


def ask(connection: sqlite3.Connection, keys: Sequence[str], now: datetime) -> tuple[Place, ...]:
    """Notes that every capture of these keys is to be erased, and gives their places. In the caller's transaction."""
    values = {"keys": json.dumps(list(keys)), "now": instant(now)}
    connection.execute(
        f"INSERT OR IGNORE INTO erasures (capture, asked_at) SELECT id, :now FROM captures WHERE {_OF_KEYS}",  # noqa: S608
        values,
    )
    want_sweep(connection, now)
    rows = connection.execute(
        f"SELECT id, file, offset, length, place FROM captures WHERE {_OF_KEYS} ORDER BY file, offset",  # noqa: S608
        values,
    )
    return tuple(Place(*row) for row in rows)


def pending(connection: sqlite3.Connection) -> list[tuple[Place, str]]:
    """Captures that are to be erased from their files, with the instant at which that was decided.

    Those of a takedown that was interrupted, and pages that a crawl had on their way while their address was taken
    down.
    """
    place = place_column(connection)
    rows = connection.execute(
        f"""SELECT c.id, c.file, c.offset, c.length, {place}, e.asked_at FROM erasures e JOIN captures c ON c.id = e.capture
        UNION
        SELECT c.id, c.file, c.offset, c.length, {place}, t.made_at FROM tombstones t JOIN captures c ON c.key = t.key
        WHERE t.mode != 'hidden' AND c.erased_at IS NULL AND c.id NOT IN (SELECT capture FROM erasures)
        ORDER BY 2, 3"""  # noqa: S608
    )
    return [(Place(*row[:5]), row[5]) for row in rows]


def done(connection: sqlite3.Connection, places: Sequence[Place], now: datetime) -> None:
    """Notes that captures are erased from their files; other rows that name the same record too."""
    for place in places:
        connection.execute(
            "UPDATE captures SET erased_at = ?, digest = '' WHERE file = ? AND offset = ? AND place IS ?",
            (instant(now), place.file, place.offset, place.place),
        )
        connection.execute("DELETE FROM erasures WHERE capture = ?", (place.capture,))


def want_sweep(connection: sqlite3.Connection, now: datetime) -> None:
    """Notes that freed pages are to be swept."""
    connection.execute("INSERT OR IGNORE INTO about (name, value) VALUES (?, ?)", (SWEEP, instant(now)))


def sweep_due(connection: sqlite3.Connection) -> bool:
    """Whether freed pages may still hold what was erased."""
    return connection.execute("SELECT 1 FROM about WHERE name = ?", (SWEEP,)).fetchone() is not None


def sweep_urgent(connection: sqlite3.Connection, now: datetime) -> bool:
    """Whether that should be done now: for a takedown at once, for what merely expired once a week, because a sweep
    writes the whole archive anew.
    """
    row = connection.execute("SELECT value FROM about WHERE name = ?", (SWEEP,)).fetchone()
    if row is None:
        return False
    stones = "SELECT 1 FROM tombstones WHERE mode = 'erased' AND made_at >= ?"
    taken_down = connection.execute(stones, (row[0],)).fetchone() is not None
    return taken_down or row[0] <= instant(now - timedelta(days=SWEEP_DAYS))


def sweep(connection: sqlite3.Connection) -> bool:
    """Takes what was erased out of old segments of the full-text index, free pages and the -wal; false where a reader
    keeps the -wal from being emptied.

    Writes the whole database anew (`VACUUM`), so it wants the run lock and room for the archive twice. Outside of any
    transaction. Raises sqlite3.Error.
    """
    connection.execute(f"INSERT INTO {fulltext.TABLE} ({fulltext.TABLE}) VALUES ('optimize')")  # noqa: S608
    connection.execute("VACUUM")
    (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        return False
    connection.execute("DELETE FROM about WHERE name = ?", (SWEEP,))
    return True
