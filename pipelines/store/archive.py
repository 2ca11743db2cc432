"""The archive: everything a crawl may ask of archive.db, awaitable, written by one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from pipelines.items import Committed, Found, Kind, Lease, Via, Visit
from pipelines.store import evidence, frontier, hosts, ledger, planning, standing, urls
from pipelines.store.judgement import Judgement
from pipelines.store.ledger import RunSummary
from pipelines.store.locked import PATIENCE
from pipelines.store.opening import open_writable
from pipelines.store.planning import PlannedSource
from pipelines.store.sqlite import sqlite3
from pipelines.store.writer import Writer

_T = TypeVar("_T")


class Archive:
    """An open archive. One thread owns its write connection; a commit outlives the task that awaited it.

    Every awaitable raises ArchiveUnusable or NoRoom once the database itself has failed; nothing is written then.
    """

    def __init__(self, path: Path, writer: Writer, judgement: Judgement, now: Callable[[], datetime]) -> None:
        self.path = path
        self.run: int | None = None  # the run that visits are entered under
        self.killed: tuple[int, ...] = ()  # runs that `begin_run` found without an end
        self._writer = writer
        self._judgement = judgement
        self._now = now

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        judgement: Judgement,
        now: Callable[[], datetime],
        durable: Callable[[], None] | None = None,
        busy_seconds: float = PATIENCE,
        create: bool = True,
    ) -> Self:
        """Checks and opens the archive at `path`; the module `pipelines.dedupe` is the `judgement`.

        `durable` is called by the writer before it commits visits with captures (fsync of the WARC file); `now`
        tells the time (aware). Raises ArchiveUnusable where the file is missing (and not `create`), locked for
        longer than `busy_seconds`, read-only, corrupt, no archive or a newer newsbot's; NoRoom where the disk is
        nearly full.
        """
        place = Path(path)
        connection = open_writable(place, now(), busy_seconds, create)
        writer = Writer(connection, place, judgement, now, durable, busy_seconds)
        return cls(place, writer, judgement, now)

    def hurry(self) -> None:
        """From here on a lock of another program is not waited for: whoever runs this wants to leave."""
        self._writer.patience = 0.0

    def close(self) -> None:
        """Writes what waits and closes; doing so twice is no fault."""
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def durable(self) -> Callable[[], None] | None:
        """Called by the writer before it commits visits with captures; may be set once the captures are open."""
        return self._writer.durable

    @durable.setter
    def durable(self, durable: Callable[[], None] | None) -> None:
        self._writer.durable = durable

    @property
    def transactions(self) -> int:
        """Transactions committed since the archive was opened."""
        return self._writer.transactions

    async def commit(self, visit: Visit) -> Committed:
        """Decides on a visit, writes every row of it and acks the frontier, in one transaction with what waits.

        A visit that cannot be written becomes a failed one with reason reader_fault. Raises ArchiveUnusable or
        NoRoom where the database itself fails.
        """
        # Articles may wait for company; what a listing names is work that the whole crawl waits for.
        return await _awaited(self._writer.visit(visit, self.run, urgent=visit.kind is not Kind.ARTICLE))

    def commit_now(self, visit: Visit) -> Committed:
        """As `commit`, for callers without an event loop."""
        return self._writer.visit(visit, self.run, urgent=True).result()

    def begin_run(self, command: str, version: str, reading: str, now: datetime | None = None) -> int:
        """Opens a run for the visits to come, calls killed what a killed process left running; gives its id.

        Blocks for as long as a transaction takes: call it before the event loop is busy.
        """
        at = now or self._now()
        self.killed = self._call_now(ledger.call_killed)
        self.run = self._call_now(lambda db: ledger.begin_run(db, command, version, reading, at))
        return self.run

    def end_run(
        self,
        run: int,
        state: str,
        exit_code: int | None,
        now: datetime | None = None,
        *,
        requests: int | None = None,
        ended_by: str | None = None,
    ) -> None:
        """Closes a run as finished or stopped, after everything that was committed before. Blocks."""
        at = now or self._now()
        self._call_now(
            lambda db: ledger.end_run(db, run, state, exit_code, at, requests=requests, ended_by=ended_by)
        )
        self.run = None

    def end_after_fault(self, run: int, exit_code: int, fault: str, requests: int | None = None) -> bool:
        """Closes the archive, then the run that its failure ended, with a connection of its own: the full disk that
        takes no visit mostly has room for one row. False where it has not; the next run then calls this one killed.
        """
        self.close()
        try:
            with closing(sqlite3.connect(self.path, timeout=1.0, isolation_level=None)) as connection:
                ledger.end_run(
                    connection, run, "stopped", exit_code, self._now(), requests=requests, ended_by=fault
                )
        except sqlite3.Error:
            return False
        return True

    async def plan(
        self,
        sources: Sequence[PlannedSource],
        now: datetime,
        everything: bool = False,
        partial: bool = False,
    ) -> None:
        """Brings sources and listings in line with the file; `partial`: these are not all of its sources.

        See `planning.plan`.
        """

        def make(db: sqlite3.Connection) -> None:
            planning.plan(db, sources, now, everything, partial, self._judgement)
            for source in sources:
                standing.bring_forward(db, source.id, source.every, now)

        await self._call(make)

    async def free_leases(self) -> int:
        """Frees every lease: only for the holder of the run lock. Gives their number."""
        return await self._call(frontier.free)

    async def lease(
        self,
        run: int,
        limit: int,
        now: datetime,
        *,
        per_host: int = 8,
        busy_hosts: Collection[str] = frozenset(),
        sources: Collection[str] | None = None,
        kinds: Collection[Kind] | None = None,
        keys: Collection[str] | None = None,
    ) -> list[Lease]:
        """Takes up to `limit` due URLs, in turns over the hosts (see `frontier.lease`)."""

        def take(db: sqlite3.Connection) -> list[Lease]:
            return frontier.lease(
                db,
                run,
                limit,
                now,
                per_host=per_host,
                busy_hosts=busy_hosts,
                sources=sources,
                kinds=kinds,
                keys=keys,
            )

        return await self._call(take)

    async def release(self, keys: Collection[str]) -> int:
        """Gives leases back unvisited. Gives their number."""
        return await self._call(lambda db: frontier.release(db, keys))

    async def due_count(
        self, now: datetime, *, sources: Collection[str] | None = None, kinds: Collection[Kind] | None = None
    ) -> int:
        """How many URLs a lease of the current run could take now."""
        return await self._call(
            lambda db: frontier.due_count(db, self.run, now, sources=sources, kinds=kinds)
        )

    async def add_urls(self, source: str, addresses: Iterable[str], now: datetime) -> int:
        """Puts article URLs that a person gave into the frontier, due now. Gives the number of new ones.

        Raises ValueError with a sentence for the first that is no web address; nothing is written then.
        """
        links = [
            Found(url=url, key=self._judgement.url_key(url), kind=Kind.ARTICLE, via=Via.LIST, seen_in="list")
            for url in addresses
        ]

        def add(db: sqlite3.Connection) -> int:
            planning.keep_source(db, source, now)
            new = urls.add_links(db, source, links, now, self._judgement)
            evidence.keep_found(db, links, now)
            frontier.make_due(db, [link.key for link in links], now)
            return new

        return await self._call(add)

    async def run_summary(self, run: int) -> RunSummary:
        """What a run did, as a whole and source by source."""
        return await self._call(lambda db: ledger.run_summary(db, run))

    async def remember_robots(
        self,
        host: str,
        status: int | None,
        body: str | None,
        crawl_delay: float | None,
        received_at: datetime,
        asked: str | None = None,
    ) -> None:
        """Keeps the robots.txt of a host as received, and the address that was asked for it."""
        await self._call(
            lambda db: hosts.remember_robots(db, host, status, body, crawl_delay, received_at, asked)
        )

    async def known_robots(
        self, host: str, asked: str, since: datetime, now: datetime
    ) -> tuple[int, str | None] | None:
        """Status and body of the robots.txt that was received from `asked` since then; None where there is none."""
        return await self._call(lambda db: hosts.known_robots(db, host, asked, since, now))

    async def call(self, call: Callable[[sqlite3.Connection], _T]) -> _T:
        """Runs a function of pipelines.store in a transaction of its own, after all visits committed before."""
        return await self._call(call)

    async def _call(self, call: Callable[[sqlite3.Connection], _T]) -> _T:
        future: Future[_T] = self._writer.call(call)
        return await _awaited(future)

    def _call_now(self, call: Callable[[sqlite3.Connection], _T]) -> _T:
        future: Future[Any] = self._writer.call(call)
        result: _T = future.result()
        return result


async def _awaited(future: Future[_T]) -> _T:
    """The result; shielded, so that a task that is cancelled does not take its visit out of the queue."""
    inner = asyncio.wrap_future(future)
    inner.add_done_callback(_taken_note_of)
    return await asyncio.shield(inner)


def _taken_note_of(future: asyncio.Future[Any]) -> None:
    """A fault of a commit whose task is gone has stopped the run already: asyncio need not log it as unnoticed."""
    if not future.cancelled():
        future.exception()
