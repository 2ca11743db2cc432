"""Visits that share a transaction: each behind a savepoint, so that one that cannot be written costs only itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipelines.items import Committed, Visit
from pipelines.store import fulltext
from pipelines.store.failing import failed_visit
from pipelines.store.judgement import Judgement
from pipelines.store.opening import is_of_the_database
from pipelines.store.sqlite import sqlite3
from pipelines.store.visits import Reindexing, write_visit


class Settling:
    """Writes visits in a transaction that the caller has begun and will commit, after `finish`."""

    def __init__(self, connection: sqlite3.Connection, judgement: Judgement) -> None:
        self._connection = connection
        self._judgement = judgement
        self._reindexing = Reindexing()

    def settle(self, run: int | None, visit: Visit, now: Callable[[], datetime]) -> Committed | Exception:
        """What was done with a visit. One that cannot be written becomes a failed visit; where not even that can be
        written, the fault is given. Raises sqlite3.Error where the database itself has failed.
        """
        try:
            return self._behind_savepoint(run, visit, now())
        except Exception as error:
            if isinstance(error, sqlite3.Error) and is_of_the_database(error):
                raise
            fault = f"It could not be stored: {type(error).__name__}: {error}"
        try:
            return self._behind_savepoint(run, failed_visit(visit, fault, now()), now())
        except Exception as error:
            if isinstance(error, sqlite3.Error) and is_of_the_database(error):
                raise
            return error

    def finish(self) -> None:
        """Brings the full-text index in line with what was written."""
        fulltext.add(self._connection, self._reindexing.lost)

    def _behind_savepoint(self, run: int | None, visit: Visit, now: datetime) -> Committed:
        attempt = Reindexing(frozenset(self._reindexing.lost))
        self._connection.execute("SAVEPOINT visit")
        try:
            done = write_visit(self._connection, run, visit, self._judgement, now, attempt)
        except BaseException:
            if self._connection.in_transaction:  # a full disk ends the whole transaction by itself
                self._connection.execute("ROLLBACK TO visit")
                self._connection.execute("RELEASE visit")
            raise
        self._connection.execute("RELEASE visit")
        self._reindexing.lost = attempt.lost
        return done
