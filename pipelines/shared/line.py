"""The one thread that speaks with PostgreSQL: visits that wait share a transaction, leases are renewed in between."""

from __future__ import annotations

import errno
import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

import psycopg

from pipelines.errors import ArchiveUnusable, NewsbotError, NoRoom
from pipelines.shared.committing import Errand
from pipelines.shared.connecting import Address, Pg, Unreachable, is_conflict, is_lost

MOST_VISITS: Final = 50  # in one transaction, as in archive.db
GATHER_SECONDS: Final = 0.1  # how long the first of them waits for company
BEATS: Final = 4  # renewals of the leases in one lease
_MOST_CONFLICTS: Final = 20  # of one transaction in a row
_LONGEST_PAUSE: Final = 2.0  # seconds between two attempts to connect

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What work gives, and what it changes here once its transaction is committed."""

    value: T
    then: Callable[[], None] = lambda: None


Work = Callable[[Pg], Done[Any]]


@dataclass(slots=True)
class _VisitJob:
    errand: Errand
    urgent: bool
    future: Future[Errand] = field(default_factory=Future)


@dataclass(slots=True)
class _CallJob:
    work: Work
    future: Future[Any] = field(default_factory=Future)


class _Stop:
    """Ends the thread once everything before it is written."""


class Line:
    """Owns the connection. Its methods may be called from any thread and return at once.

    A connection that is lost is made anew, and the transaction with it, for as long as the leases last that were renewed
    last; then the line has failed, and everything that waits or comes raises its fault.
    """

    def __init__(
        self,
        address: Address,
        connection: Pg,
        name: str,
        lease: float,
        write: Callable[[Pg, list[Errand]], Done[None]],
        durable: Callable[[], None] | None = None,
    ) -> None:
        self.fault: NewsbotError | None = None
        self.patience = lease  # seconds without an answer after which the line has failed
        self.durable = durable  # called before a transaction that names captures
        self.transactions = 0
        self.beat: Work | None = None  # what is done every quarter of a lease
        self.connections = 1
        self._address = address
        self._connection: Pg | None = connection
        self._name = name
        self._lease = lease
        self._write = write
        self._beats_at = time.monotonic()
        self._jobs: queue.SimpleQueue[_VisitJob | _CallJob | _Stop] = queue.SimpleQueue()
        self._closing = False
        self._hurry = threading.Event()
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="shared frontier", daemon=True)
        self._thread.start()

    def visit(self, errand: Errand, *, urgent: bool = False) -> Future[Errand]:
        """Queues a visit; `urgent` does not wait for company."""
        job = _VisitJob(errand, urgent)
        self._submit(job)
        return job.future

    def call(self, work: Work) -> Future[Any]:
        """Queues work for a transaction of its own, after all visits queued before. It may be done more than once."""
        job = _CallJob(work)
        self._submit(job)
        return job.future

    def hurry(self) -> None:
        """From here on a server that does not answer is not waited for."""
        self.patience = 0.0
        self._hurry.set()

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
                job.future.set_exception(ArchiveUnusable("The shared frontier is closed already."))
            else:
                self._jobs.put(job)

    # ------------------------------------------------------------------ the thread

    def _work(self) -> None:
        job: _VisitJob | _CallJob | _Stop | None = None
        while not isinstance(job := job or self._next(), _Stop):
            if isinstance(job, _CallJob):
                self._run_call(job)
                job = None
            else:
                batch, job = self._gather(job)
                self._run_batch(batch)
        if self._connection is not None:
            self._connection.close()

    def _next(self) -> _VisitJob | _CallJob | _Stop:
        while True:
            left = self._beats_at - time.monotonic()
            if self.beat is not None and self.fault is None and left <= 0:
                self._pulse(self.beat)
                continue
            try:
                return self._jobs.get(timeout=left if self.beat is not None and self.fault is None else None)
            except queue.Empty:
                continue

    def _pulse(self, beat: Work) -> None:
        """Renews the leases. What goes wrong with it is told to the next who asks."""
        began = time.monotonic()
        try:
            self._in_transaction(beat)
        except NewsbotError as fault:
            self.fault = self.fault or fault
        except Exception as error:
            logger.exception("The leases could not be renewed.")
            self.fault = ArchiveUnusable(f"The leases could not be renewed: {type(error).__name__}: {error}.")
        self._beats_at = began + self._lease / BEATS

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
        self._keep_beating()
        try:
            result = self._in_transaction(job.work)
        except Exception as error:  # noqa: BLE001  whoever asked gets whatever went wrong
            job.future.set_exception(error)
        else:
            job.future.set_result(result)

    def _run_batch(self, batch: list[_VisitJob]) -> None:
        self._keep_beating()
        errands = [job.errand for job in batch]
        try:
            if self.durable is not None and any(one.visit.capture is not None for one in errands):
                self._make_durable(self.durable)
            self._in_transaction(lambda connection: self._write(connection, errands))
        except psycopg.DataError as error:
            if len(batch) == 1:  # what the server cannot hold; it costs only itself
                batch[0].future.set_exception(self._address.sentence(error))
                return
            for job in batch:
                self._run_batch([job])
        except Exception as error:  # noqa: BLE001  every visit of the batch gets whatever went wrong
            for job in batch:
                job.future.set_exception(error)
        else:
            for job in batch:
                if job.errand.fault is not None:
                    job.future.set_exception(job.errand.fault)
                else:
                    job.future.set_result(job.errand)

    def _keep_beating(self) -> None:
        """Work that never ends must not cost us the leases."""
        if self.beat is not None and self.fault is None and time.monotonic() >= self._beats_at:
            self._pulse(self.beat)

    def _make_durable(self, durable: Callable[[], None]) -> None:
        """Captures reach the disk before the transaction that names them."""
        if self.fault is not None:
            raise self.fault
        try:
            durable()
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            told = f"The pages as received cannot be written ({error.strerror or error}): "
            self.fault = (
                NoRoom(f"{told}make room and run again.")
                if full
                else ArchiveUnusable(f"{told}check the folder of the captures.")
            )
            raise self.fault from error

    def _in_transaction(self, work: Work) -> Any:
        """Does `work` in one transaction, again where that may help. Raises NewsbotError once the line has failed."""
        conflicts = attempts = 0
        failing_since = 0.0
        while True:
            if self.fault is not None:
                raise self.fault
            try:
                connection = self._connected()
                with connection.transaction():
                    result = work(connection)
            except psycopg.Error as error:
                if is_conflict(error) and conflicts < _MOST_CONFLICTS:
                    conflicts += 1
                    time.sleep(random.uniform(0.0, 0.02 * conflicts))  # noqa: S311  so that two do not meet again
                    continue
                if self._connection is not None and not is_lost(error, self._connection):
                    if isinstance(error, psycopg.DataError):
                        raise
                    self.fault = self._address.sentence(error)
                    raise self.fault from error
                failing_since = failing_since or time.monotonic()
                attempts += 1
                fault = self._address.lost(error, time.monotonic() - failing_since)
                self._wait(attempts, failing_since, fault, error)
            except Unreachable as error:
                if not error.passing:
                    self.fault = error
                    raise
                failing_since = failing_since or time.monotonic()
                attempts += 1
                self._wait(attempts, failing_since, error, error)
            else:
                if attempts:
                    logger.info("The shared frontier answers again.")
                self.transactions += 1
                result.then()
                return result.value

    def _connected(self) -> Pg:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = None
            self._connection = self._address.connect(self._lease, self._name)
            self.connections += 1
        return self._connection

    def _wait(self, attempts: int, since: float, last: NewsbotError, error: Exception) -> None:
        """A pause before the next attempt; raises what is to be said where there is no time left for one."""
        if self._connection is not None:
            self._connection.close()
        if attempts == 1:
            logger.warning(
                "The shared frontier does not answer; trying again for %.0f seconds.", self.patience
            )
        pause = min(_LONGEST_PAUSE, 0.05 * 2**attempts)
        if time.monotonic() + pause - since > self.patience:
            self.fault = last
            raise last from error
        self._hurry.wait(pause)
