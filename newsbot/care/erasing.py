"""What was decided to be erased, erased: captures from their files, then the pages that the database freed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.capture import Unreadable, erase_capture
from pipelines.errors import AlreadyRunning
from pipelines.store import RunLock, change, erasures
from pipelines.store.locked import PATIENCE, patiently
from pipelines.store.opening import open_writable, sentence
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import moment

SPARE = 64 * 1024 * 1024  # bytes that stay free: an archive is not opened with less


@dataclass(frozen=True, slots=True)
class Erased:
    """How far an erasure came."""

    captures: int = 0  # erased from their files now
    failed: tuple[str, ...] = ()  # sentences: captures that could not be
    swept: bool = True  # whether nothing of it is left in free pages and in the -wal
    sweep_waits_for: str = ""  # why not, as a sentence


def open_to_change(archive: Path, now: datetime) -> sqlite3.Connection:
    """A connection that writes, and overwrites by zeros what it deletes. Raises as `open_writable` does."""
    connection = open_writable(archive, now, PATIENCE, create=False)
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def captures_of(archive: Path) -> Path:
    """The folder of the captures of an archive."""
    return archive.parent / "captures"


def erase_captures(connection: sqlite3.Connection, archive: Path, now: datetime) -> Erased:
    """Erases from their files what is to be erased; each file first, then its row, so that a kill loses nothing."""
    done, failed = 0, []
    for place, asked_at in erasures.pending(connection):
        at = moment(asked_at) or now
        try:
            erase_capture(captures_of(archive), place.file, place.offset, place.length, at, place.place)
        except (Unreadable, OSError) as error:
            failed.append(str(error))
            continue
        _note(connection, archive, place, now)
        done += 1
    return Erased(captures=done, failed=tuple(failed))


def _note(connection: sqlite3.Connection, archive: Path, place: erasures.Place, now: datetime) -> None:
    patiently(lambda: connection.execute("BEGIN IMMEDIATE"), connection, archive, lambda: PATIENCE)
    erasures.done(connection, [place], now)
    connection.execute("COMMIT")


def sweep(connection: sqlite3.Connection, archive: Path, now: datetime, *, locked: bool = False) -> str:
    """Sweeps freed pages; gives a sentence where that has to wait, else nothing.

    It writes the whole archive anew, so it takes the run lock (`locked`: the caller holds it).
    """
    size = archive.stat().st_size
    if shutil.disk_usage(archive.parent).free < 2 * size:
        return f"there is no room to write the archive anew (that takes {2 * size / 1e6:,.0f} MB)"
    try:
        lock = None if locked else RunLock.acquire(archive, "newsbot takedown", now)
    except AlreadyRunning:
        return "a crawl is at work"
    try:
        return "" if erasures.sweep(connection) else "another program reads the archive"
    except sqlite3.OperationalError as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return str(sentence(error, archive)).rstrip(".")
    finally:
        if lock is not None:
            lock.release()


def is_due(connection: sqlite3.Connection) -> bool:
    """Whether something was decided to be erased that nobody has carried out yet."""
    return erasures.sweep_due(connection) or bool(erasures.pending(connection))


def finish(
    connection: sqlite3.Connection,
    archive: Path,
    now: datetime,
    *,
    locked: bool = False,
    patient: bool = False,
) -> Erased:
    """Everything that was decided and nobody has carried out yet: captures, then freed pages.

    `locked`: the caller holds the run lock. `patient`: freed pages of what merely expired may wait for a week.
    """
    erased = erase_captures(connection, archive, now)
    if erased.captures:
        erasures.want_sweep(connection, now)
    wanted = erasures.sweep_urgent(connection, now) if patient else erasures.sweep_due(connection)
    if wanted:
        change.facets_file(archive).unlink(missing_ok=True)  # names of authors stand there too
    waits_for = sweep(connection, archive, now, locked=locked) if wanted else ""
    return Erased(erased.captures, erased.failed, not waits_for, waits_for)
