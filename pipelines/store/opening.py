"""Opening archive.db: whatever is wrong with it is found before the first fetch and said in one sentence."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from pipelines.errors import ArchiveUnusable, NewsbotError, NoRoom
from pipelines.store.locked import SILENT, is_locked, patiently
from pipelines.store.migrations import check_version, migrate, migrations
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import instant

LEAST_ROOM: Final = 64 * 1024 * 1024  # bytes free on the disk of the archive
CHECKED_WHOLE: Final = 256 * 1024 * 1024  # bytes; a larger archive is checked whole by `newsbot doctor`

_NO_ROOM: Final = frozenset((sqlite3.SQLITE_FULL,))
_CORRUPT: Final = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_NO_LOG: Final = frozenset((sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY))  # the -shm cannot be made
_OF_THE_DATABASE: Final = (
    _NO_ROOM
    | _CORRUPT
    | frozenset(
        (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_NOMEM,
            sqlite3.SQLITE_PERM,
            sqlite3.SQLITE_PROTOCOL,
        )
    )
)


def open_writable(path: Path, now: datetime, busy_seconds: float, create: bool) -> sqlite3.Connection:
    """The write connection of an archive, checked and migrated; may be used from another thread than this.

    Raises ArchiveUnusable where the file is missing (unless `create`), locked for longer than `busy_seconds`,
    read-only, corrupt, no archive or a newer newsbot's; NoRoom where less than 64 MB are free.
    """
    _check_place(path, create)
    try:
        connection = sqlite3.connect(
            path, timeout=min(busy_seconds, SILENT), isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise sentence(error, path) from error

    def make_ready() -> None:
        _check_content(connection, path)
        _set_up(connection, path)
        _prepare(connection, path, now)

    try:
        patiently(make_ready, connection, path, lambda: busy_seconds)
    except sqlite3.Error as error:
        connection.close()
        raise sentence(error, path) from error
    except NewsbotError:
        connection.close()
        raise
    return connection


def open_readonly(path: Path | str, *, unmade: bool = False) -> sqlite3.Connection:
    """A connection that only reads, with rows that know their column names; raises ArchiveUnusable.

    The archive may be written at the same time. Readers of a WAL archive need the right to write its -shm file; on
    a disk that nobody writes (no -wal beside it) they do without. `unmade` takes a file without tables as well: what
    a crawl that was killed in its first moment leaves.
    """
    place = Path(path)
    if not place.is_file():
        raise ArchiveUnusable(f"There is no archive at {place}: `newsbot crawl` makes one.")
    connection = _reading(place)
    try:
        db = _checked(connection, place)
        check_version(db, str(place))
        if not unmade and not migrations.applied(db):
            raise ArchiveUnusable(f"The archive {place} is empty: `newsbot crawl` fills it.")
    except sqlite3.Error as error:
        connection.close()
        raise sentence(error, place) from error
    except NewsbotError:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection


def _reading(place: Path) -> sqlite3.Connection:
    """A connection with `mode=ro`, or with `immutable=1` where the folder cannot be written and nothing waits in a
    log."""
    uri = place.resolve().as_uri()
    log = place.with_name(f"{place.name}-wal")
    try:
        connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=5.0, check_same_thread=False)
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF not in _NO_LOG or (log.exists() and log.stat().st_size):
                raise
            return sqlite3.connect(f"{uri}?immutable=1", uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise sentence(error, place) from error
    return connection


def refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    """Raises ArchiveUnusable where a newer newsbot wrote the archive; for connections that are opened elsewhere."""
    check_version(Database(connection), str(path))


def is_of_the_database(error: sqlite3.Error) -> bool:
    """Whether the fault lies with the database itself rather than with what was to be written."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _OF_THE_DATABASE


def sentence(error: sqlite3.Error | OSError, path: Path) -> NewsbotError:
    """A fault of the database as the error that says what happened, to what, and what to do."""
    if isinstance(error, OSError):
        return NoRoom(
            f"The disk of {path.parent} is full or fails ({error.strerror}): make room and run again."
        )
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _NO_ROOM:
        return NoRoom(
            f"The disk of the archive {path} is full: make room and run again; nothing committed is lost."
        )
    if isinstance(error, sqlite3.Error) and is_locked(error):
        return ArchiveUnusable(
            f"The archive {path} is locked by another program that writes to it: wait for it, or stop it."
        )
    if code in _CORRUPT:
        return ArchiveUnusable(
            f"The archive {path} is damaged or no SQLite database ({error}): restore a backup, or move it away to begin anew."
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return ArchiveUnusable(
            f"The archive {path} cannot be written ({error}): check the permissions of the file and of its folder."
        )
    return ArchiveUnusable(f"The archive {path} cannot be used ({error}).")


def _check_place(path: Path, create: bool) -> None:
    if not path.parent.is_dir():
        raise ArchiveUnusable(f"The folder {path.parent} of the archive does not exist: make it first.")
    if path.is_dir():
        raise ArchiveUnusable(f"{path} is a folder, not an archive: name a file.")
    if not path.exists() and not create:
        raise ArchiveUnusable(f"There is no archive at {path}: `newsbot crawl` makes one.")
    free = shutil.disk_usage(path.parent).free
    if free < LEAST_ROOM:
        raise NoRoom(
            f"Only {free // 1_000_000} MB are free on the disk of {path}: newsbot begins with {LEAST_ROOM // 1_000_000} or more."
        )
    if not os.access(path if path.exists() else path.parent, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise ArchiveUnusable(
            f"The archive {path} is read-only: check the permissions of the file and of its folder."
        )


def _checked(connection: sqlite3.Connection, path: Path) -> Database:
    """The database, after making sure that it is an archive of ours."""
    db = Database(connection)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    tables.discard(migrations.migrations_table)  # alone it means: killed while the archive was made
    if tables and not migrations.applied(db):
        raise ArchiveUnusable(
            f"{path} is a SQLite database, but no newsbot archive: name another file, or move it away."
        )
    return db


def _check_content(connection: sqlite3.Connection, path: Path) -> None:
    check_version(_checked(connection, path), str(path))
    if path.stat().st_size <= CHECKED_WHOLE:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise ArchiveUnusable(
                f"The archive {path} is damaged ({verdict}): restore a backup, or move it away to begin anew."
            )


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise ArchiveUnusable(
            f"The archive {path} cannot use a write-ahead log (it says {mode!r}): keep it on a local disk."
        )
    # FULL costs one fsync more a batch of visits and makes a commit outlast a power cut. kill -9 would need less
    # (NORMAL), and after a power cut NORMAL would merely fetch again what it lost; but a page that the publisher
    # has removed in the meantime cannot be fetched again.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")  # KiB
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _prepare(connection: sqlite3.Connection, path: Path, now: datetime) -> None:
    connection.execute("BEGIN IMMEDIATE")  # finds out about locks and write protection
    connection.execute("ROLLBACK")
    migrate(Database(connection))
    connection.execute("INSERT OR IGNORE INTO about (name, value) VALUES ('created_at', ?)", (instant(now),))
