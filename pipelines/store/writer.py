"""The one thread that writes: visits that wait share a transaction."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pipelines.errors import ArchiveUnusable, NewsbotError
from pipelines.items import Committed, Visit
from pipelines.store.judgement import Judgement
from pipelines.store.locked import patiently
from pipelines.store.opening import is_of_the_database, sentence
from pipelines.store.settling import Settling
from pipelines.store.sqlite import sqlite3

MOST_VISITS: Final = 50  # in one transaction
GATHER_SECONDS: Final = 0.1  # how long the first of them waits for company


@dataclass(slots=True)
class _VisitJob:
    visit: Visit
    run: int | None
    urgent: bool = False
    future: Future[Committed] = field(default_factory=Future)


@dataclass(slots=True)
class _CallJob:
    call: Callable[[sqlite3.Connection], Any]
    future: Future[Any] = field(default_factory=Future)


class _Stop:
    """Ends the thread once everything before it is written."""


class Writer:
    """Owns the write connection. Its methods may be called from any thread and return at once."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        judgement: Judgement,
        now: Callable[[], datetime],
        durable: Callable[[], None] | None,
        patience: float,
    ) -> None:
        self.transactions = 0
        self.patience = patience  # seconds that a lock of another program is waited for
        self._connection = connection
        self._path = path
        self._judgement = judgement
        self._now = now
        self.durable = durable
        self._jobs: queue.SimpleQueue[_VisitJob | _CallJob | _Stop] = queue.SimpleQueue()
        self._fault: NewsbotError | None = None
        self._closing = False
        self._gate = threading.Lock()  # between a submit and the stop
        self._thread = threading.Thread(target=self._work, name="archive writer", daemon=True)
        self._thread.start()

    def visit(self, visit: Visit, run: int | None, *, urgent: bool = False) -> Future[Committed]:
        """Queues a visit; `urgent` does not wait for company."""
        job = _VisitJob(visit, run, urgent)
        self._submit(job)
        return job.future

    def call(self, call: Callable[[sqlite3.Connection], Any]) -> Future[Any]:
        """Queues a function that reads or writes in a transaction of its own, after all visits queued before."""
        job = _CallJob(call)
        self._submit(job)
        return job.future

    def close(self) -> None:
        """Writes what waits, ends the thread and closes the connection; doing so twice is no fault."""
        with self._gate:
            if not self._closing:
                self._closing = True
                self._jobs.put(_Stop())
        self._thread.join()

    def _submit(self, job: _VisitJob | _CallJob) -> None:
        job.future.set_running_or_notify_cancel()  # from here on nobody can cancel it
        with self._gate:
            if self._closing:
                job.future.set_exception(ArchiveUnusable(f"The archive {self._path} is closed already."))
            else:
                self._jobs.put(job)

    def _work(self) -> None:
        job: _VisitJob | _CallJob | _Stop | None = None
        while not isinstance(job := job or self._jobs.get(), _Stop):
            if isinstance(job, _CallJob):
                self._run_call(job)
                job = None
            else:
                batch, job = self._gather(job)
                self._run_batch(batch)
        self._finish()

    def _gather(self, first: _VisitJob) -> tuple[list[_VisitJob], _CallJob | _Stop | None]:
        """A batch that begins with `first`, and what ended it: a job of another kind, or nothing."""
        batch = [first]
        deadline = time.monotonic() + GATHER_SECONDS
        while len(batch) < MOST_VISITS:
            left = 0.0 if batch[-1].urgent else deadline - time.monotonic()
            try:
                job = self._jobs.get(timeout=left) if left > 0 else self._jobs.get_nowait()
            except queue.Empty:
                break
            if not isinstance(job, _VisitJob):
                return batch, job
            batch.append(job)
        return batch, None

    def _run_call(self, job: _CallJob) -> None:
        try:
            result = self._in_transaction(lambda: job.call(self._connection))
        except Exception as error:  # noqa: BLE001  whoever asked gets whatever went wrong
            job.future.set_exception(error)
        else:
            job.future.set_result(result)

    def _run_batch(self, batch: list[_VisitJob]) -> None:
        try:
            if self.durable is not None and any(job.visit.capture is not None for job in batch):
                self._make_durable(self.durable)
            done = self._in_transaction(lambda: self._write(batch))
        except Exception as error:  # noqa: BLE001  every visit of the batch gets whatever went wrong
            for job in batch:
                job.future.set_exception(error)
            return
        for job, committed in zip(batch, done, strict=True):
            if isinstance(committed, Committed):
                job.future.set_result(committed)
            else:
                job.future.set_exception(committed)

    def _make_durable(self, durable: Callable[[], None]) -> None:
        """Captures reach the disk before the commit that names them."""
        if self._fault is not None:
            raise self._fault
        try:
            durable()
        except OSError as error:
            self._fault = sentence(error, self._path)
            raise self._fault from error

    def _in_transaction(self, work: Callable[[], Any]) -> Any:
        """Runs `work` in one transaction. A fault of the database itself closes the archive to further writes."""
        if self._fault is not None:
            raise self._fault
        try:
            patiently(self._begin, self._connection, self._path, lambda: self.patience)
            result = work()
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            if not is_of_the_database(error):
                raise
            self._fault = sentence(error, self._path)
            raise self._fault from error
        except BaseException:
            self._roll_back()
            raise
        self.transactions += 1
        return result

    def _begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _write(self, batch: list[_VisitJob]) -> list[Committed | Exception]:
        settling = Settling(self._connection, self._judgement)
        done = [settling.settle(job.run, job.visit, self._now) for job in batch]
        settling.finish()
        return done

    def _finish(self) -> None:
        try:
            self._connection.execute("PRAGMA analysis_limit = 400")  # a look at the indexes, not all of them
            self._connection.execute("PRAGMA optimize")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            pass  # a reader holds the log, or the fault is told already: the next opening reads it from there
        finally:
            self._connection.close()
