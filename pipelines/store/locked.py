"""An archive that another program is writing to: waited for with a sentence, and not for ever."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from pipelines.store.sqlite import sqlite3

PATIENCE: Final = (
    120.0  # seconds that a locked archive is waited for; a backup or VACUUM of some GB takes one minute
)
SILENT: Final = 5.0  # seconds before anything is said; also how long SQLite itself waits at a time
_PAUSE: Final = 0.05  # seconds, for the locks that SQLite does not wait for
_LOCKED: Final = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))

_T = TypeVar("_T")
logger = logging.getLogger(__name__)


def is_locked(error: sqlite3.Error) -> bool:
    """Whether the fault is that somebody else holds a lock of the database."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _LOCKED


def patiently(
    work: Callable[[], _T], connection: sqlite3.Connection, path: Path, seconds: Callable[[], float]
) -> _T:
    """What `work` gives, begun again while the database is locked, for as many `seconds` (asked anew each time) in all.

    `work` must begin from nothing: what a failed attempt left open is rolled back. Says once that it waits, and once
    that the wait is over. Raises the error of the lock where that lasted too long.
    """
    began = time.monotonic()
    said = False
    while True:
        try:
            result = work()
        except sqlite3.OperationalError as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            waited = time.monotonic() - began
            if not is_locked(error) or waited >= seconds():
                raise
            if not said and waited >= min(SILENT, seconds()) / 2:
                logger.warning(
                    "The archive %s is locked by another program that writes to it; waiting for it, up to %.0f seconds.",
                    path,
                    seconds(),
                    extra={"event": "archive_locked"},
                )
                said = True
            time.sleep(_PAUSE)
        else:
            if said:
                waited = time.monotonic() - began
                told = {"event": "archive_free", "values": {"seconds": round(waited, 1)}}
                logger.warning("The archive %s is free again, after %.0f s.", path, waited, extra=told)
            return result
