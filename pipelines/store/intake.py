"""What comes out of files is taken in a batch at a time: pages, their records, and how far the files were read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, Self, TypeVar

from pipelines.items import CaptureRef, Committed, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.store import ledger, planning
from pipelines.store.bulk import UnitRow, note_unit, units_of
from pipelines.store.judgement import Judgement
from pipelines.store.ledger import RunSummary
from pipelines.store.locked import PATIENCE, patiently
from pipelines.store.opening import open_writable, sentence
from pipelines.store.planning import PlannedSource
from pipelines.store.settling import Settling
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import instant

_T = TypeVar("_T")

# What was taken from this very instant before; a failure, and what could not be compared, may go otherwise now.
_TAKEN: Final = """
SELECT 1 FROM fetches WHERE key = ? AND visited_at = ? AND outcome != 'failed' AND reason IS NOT 'other_rules' LIMIT 1"""
_WORDS: Final = """
SELECT 1 FROM urls u JOIN articles a ON a.id = u.article WHERE u.key = :key AND (a.content_hash = :hash
    OR EXISTS (SELECT 1 FROM revisions r WHERE r.article = a.id AND r.content_hash = :hash))"""
_KEPT_OUT: Final = "SELECT 1 FROM tombstones WHERE key = ?"


class Captures(Protocol):
    """Where records go."""

    def sync(self) -> None:
        """Returns once every record written so far is on the disk."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A page out of a file. `keep` writes its record and gives where it lies then; None where nothing is to be kept."""

    visit: Visit
    keep: Callable[[], CaptureRef] | None = None


class Intake:
    """An open archive that takes pages of files in, beside crawls: every batch is one short transaction.

    For one thread at a time. Every method raises ArchiveUnusable or NoRoom where the database itself fails; the
    transaction is undone then.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, judgement: Judgement) -> None:
        self.path = path
        self._connection = connection
        self._judgement = judgement

    @classmethod
    def open(cls, path: Path, *, judgement: Judgement, now: datetime) -> Self:
        """Checks and opens the archive at `path`, made where there is none; raises as `Archive.open` does."""
        return cls(path, open_writable(path, now, PATIENCE, True), judgement)

    def close(self) -> None:
        """Closes the archive."""
        try:
            self._connection.execute("PRAGMA analysis_limit = 400")
            self._connection.execute("PRAGMA optimize")
        except sqlite3.Error:
            pass  # another program writes: the next one does it
        finally:
            self._connection.close()

    def begin(
        self,
        work: str,
        command: str,
        version: str,
        reading: str,
        sources: Sequence[PlannedSource],
        now: datetime,
    ) -> int:
        """Opens a run of this work and gives its number; runs of bulk work that never ended were killed. Only for the
        holder of the lock of bulk work."""
        with self._transaction():
            ledger.call_killed(self._connection, bulk=True)
            planning.enter_sources(self._connection, sources, now)
            return ledger.begin_run(self._connection, command, version, reading, now, work)

    def end(self, run: int, state: str, exit_code: int | None, now: datetime, ended_by: str | None) -> None:
        """Closes a run as finished or stopped."""
        with self._transaction():
            ledger.end_run(self._connection, run, state, exit_code, now, requests=0, ended_by=ended_by)

    def units(self, work: str, terms: str) -> dict[str, UnitRow]:
        """What the ledger has of this work with these terms, by unit."""
        return units_of(self._connection, work, terms)

    def summary(self, run: int) -> RunSummary:
        """What a run did, source by source."""
        return ledger.run_summary(self._connection, run)

    def take(
        self,
        run: int,
        deliveries: Sequence[Delivery],
        captures: Captures,
        now: Callable[[], datetime],
        noted: Callable[[Sequence[Committed]], tuple[str, str, UnitRow]],
    ) -> list[Committed]:
        """Settles a batch of pages and notes how far their unit was taken in, all in one transaction.

        A page that was taken from the same instant before is known, and nothing is written of it. Records are kept of
        articles alone, where their words are new. `noted` gives work, terms and unit once it is told what was done.
        """
        with self._transaction():
            settling = Settling(self._connection, self._judgement)
            done = [self._settle(settling, run, delivery, now) for delivery in deliveries]
            settling.finish()
            captures.sync()  # before the commit names them
            work, terms, row = noted(done)
            note_unit(self._connection, work, terms, row, run, now())
        return done

    def _settle(
        self, settling: Settling, run: int, delivery: Delivery, now: Callable[[], datetime]
    ) -> Committed:
        visit = delivery.visit
        if self._connection.execute(_TAKEN, (visit.key, instant(visit.visited_at))).fetchone() is not None:
            return Committed(Outcome.UNCHANGED)
        if delivery.keep is not None or visit.capture is not None:
            wanted = self._wants_record(visit)
            visit = replace(visit, capture=(visit.capture or _kept(delivery)) if wanted else None)
        settled = settling.settle(run, visit, now)
        if isinstance(settled, Committed):
            return settled
        return Committed(Outcome.FAILED, Reason.READER_FAULT)

    def _wants_record(self, visit: Visit) -> bool:
        """Whether the archive may keep the record of an article, and has not got its words already."""
        if self._connection.execute(_KEPT_OUT, (visit.key,)).fetchone() is not None:
            return False
        told = visit.reading.content_hash if visit.reading is not None else ""
        return self._connection.execute(_WORDS, {"key": visit.key, "hash": told}).fetchone() is None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            patiently(
                lambda: self._connection.execute("BEGIN IMMEDIATE"),
                self._connection,
                self.path,
                lambda: PATIENCE,
            )
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:  # a full disk ends the whole transaction by itself
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error | OSError):
                raise sentence(error, self.path) from error
            raise


def _kept(delivery: Delivery) -> CaptureRef | None:
    return delivery.keep() if delivery.keep is not None else None
