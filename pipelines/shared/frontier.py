"""The shared frontier as a crawl uses it: the same awaitables as an archive's, and whose turn it is at a host."""

from __future__ import annotations

import asyncio
import logging
import platform
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from pipelines.errors import NewsbotError
from pipelines.items import Committed, Kind, Lease, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.shared import hosts, planning, running
from pipelines.shared.committing import Batch, Errand, placed
from pipelines.shared.connecting import Address, Pg
from pipelines.shared.faults import FrontierUnusable
from pipelines.shared.leasing import Terms, Wish
from pipelines.shared.line import Done, Line
from pipelines.shared.ours import Ours
from pipelines.shared.schema import prepare
from pipelines.shared.tally import Tally
from pipelines.store import PlannedSource, RunSummary
from pipelines.store.judgement import Judgement

LEASE: Final = 60.0  # seconds
_LEAST_LEASE: Final = 1.0
_ASK_AGAIN: Final = 0.5  # seconds after which it is asked again whether others have let go of their hosts
_SOON: Final = timedelta(seconds=5)  # then comes again what was put back because another crawler had its host

logger = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Crawler:
    """Who crawls: what the frontier says of a run."""

    name: str
    place: str  # URL of the folder of its captures
    sources: tuple[str, ...]  # ids; work of others is left alone
    delay: float = 0.0  # seconds; the longest that one of them wants between two requests to a host
    lease: float = LEASE  # seconds

    def __post_init__(self) -> None:
        object.__setattr__(self, "lease", max(_LEAST_LEASE, self.lease))


class SharedFrontier:
    """An open shared frontier. One thread owns the connection; a commit outlives the task that awaited it.

    Every awaitable raises FrontierUnusable or NoRoom once the server has stayed away for longer than the leases last.
    """

    def __init__(
        self,
        address: Address,
        connection: Pg,
        identity: str,
        crawler: Crawler,
        judgement: Judgement,
        now: Callable[[], datetime],
    ) -> None:
        self.id = identity
        self.where = address.where
        self.crawler = crawler
        self.run: int | None = None
        self.killed: tuple[int, ...] = ()  # as the archive's: here others may run, and are not ours to judge
        self.tally = Tally()
        self.requests = 0
        self.waiting = 0  # visits in the outbox, when the run ended
        self._address = address
        self._judgement = judgement
        self._now = now
        self._started_at = now()
        self._ours = Ours(Terms(0, crawler.lease, crawler.delay), crawler.sources)
        self._connections = 1
        self._line = Line(address, connection, f"newsbot crawl {crawler.name}", crawler.lease, self._write)

    @classmethod
    def open(cls, dsn: str, crawler: Crawler, *, judgement: Judgement, now: Callable[[], datetime]) -> Self:
        """Connects, makes the tables where there are none; the module `pipelines.dedupe` is the `judgement`.

        Raises ConfigurationError where `dsn` is no address, FrontierUnusable where the server cannot be reached or used.
        """
        address = Address(dsn)
        connection = address.connect(crawler.lease, f"newsbot crawl {crawler.name}")
        try:
            with address.sentences():
                identity = prepare(connection)
        except BaseException:
            connection.close()
            raise
        return cls(address, connection, identity, crawler, judgement, now)

    def hurry(self) -> None:
        """From here on a server that does not answer is not waited for: whoever runs this wants to leave."""
        self._line.hurry()

    def close(self) -> None:
        """Writes what waits and closes; doing so twice is no fault."""
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def repeated(self) -> int:
        """Visits of this run that others repeat, as they had taken over the hosts."""
        return self.tally.lost

    @property
    def durable(self) -> Callable[[], None] | None:
        """Called before visits with captures are committed; may be set once the captures are open."""
        return self._line.durable

    @durable.setter
    def durable(self, durable: Callable[[], None] | None) -> None:
        self._line.durable = durable

    # ------------------------------------------------------------------ runs

    def begin_run(self, command: str, version: str, reading: str, now: datetime | None = None) -> int:
        """Opens a run; gives its number. From here on its leases are renewed. Blocks."""
        self._started_at = now or self._now()
        row = running.NewRun(
            self.crawler.name,
            platform.node(),
            self._started_at,
            self.crawler.lease,
            version,
            reading,
            command,
            self.crawler.place,
        )
        self.run = self._ask_now(lambda db: running.begin(db, row))
        self._ours.terms = Terms(self.run, self.crawler.lease, self.crawler.delay)
        self._line.beat = self._beat
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
        self._line.beat = None
        self.requests = requests if requests is not None else self.requests
        ending = running.Ending(state, exit_code, now or self._now(), ended_by)
        self.waiting = self._ask_now(lambda db: running.end(db, run, ending, self._sign()))
        self.run = None

    def end_after_fault(self, run: int, exit_code: int, fault: str, requests: int | None = None) -> bool:
        """Closes the frontier, then the run that a failure ended, with a connection of its own: the leases are given
        back at once, where the server can be reached. False where it cannot; they run out by themselves then."""
        self.close()
        self.requests = requests if requests is not None else self.requests
        ending = running.Ending("stopped", exit_code, self._now(), fault)
        try:
            with (
                self._address.connect(self.crawler.lease, "newsbot crawl") as connection,
                self._address.sentences(),
            ):
                self._ours.give_all_back(connection)
                running.end(connection, run, ending, self._sign())
        except NewsbotError:
            return False
        return True

    async def run_summary(self, run: int) -> RunSummary:
        """What the run did, as its crawler saw it."""
        return self.tally.summary(run, self._started_at, None, "running")

    # ------------------------------------------------------------------ work

    async def plan(
        self, sources: Sequence[PlannedSource], now: datetime, everything: bool = False, partial: bool = False
    ) -> None:
        """Brings sources and listings in line with the file; `partial`: these are not all of its sources."""
        self.tally.names = {source.id: source.name for source in sources}
        await self._ask(lambda db: planning.plan(db, sources, now, everything, partial, self._judgement))

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
        """Takes up to `limit` due URLs of hosts that are ours or can be, in turns over the hosts.

        Hosts with nothing left for us are given back. `sources`, `kinds` and `keys` narrow what may be taken.
        """
        chosen = tuple(self.crawler.sources if sources is None else sources)
        wish = Wish(limit, now, per_host, chosen, frozenset(Kind if kinds is None else kinds), _sorted(keys))
        return await self._call(lambda db: self._ours.lease(db, wish, sorted(busy_hosts)))

    async def add_urls(self, source: str, addresses: Iterable[str], now: datetime) -> int:
        """Puts article URLs that a person gave into the frontier, due now. Gives the number of new ones.

        Raises ValueError with a sentence for the first that is no web address; nothing is written then.
        """
        wanted = list(addresses)
        return await self._ask(lambda db: planning.add_urls(db, source, wanted, now, self._judgement))

    async def wait(self, now: datetime, sources: Sequence[str]) -> float | None:
        """Seconds after which to ask for work again, where others have it now and may leave it; None where none is."""
        others = await self._ask(lambda db: self._ours.others_work(db, now, now + _SOON, sources))
        return _ASK_AGAIN if others else None

    async def release(self, keys: Collection[str]) -> int:
        """Gives leases back unvisited. Gives their number."""
        return await self._call(lambda db: self._ours.release(db, list(keys)))

    async def postpone(self, key: str, now: datetime) -> None:
        """Gives a lease back that leads to a host of another crawler: due again in a few seconds."""
        await self._call(lambda db: self._ours.release(db, [key], now + _SOON))

    async def free_leases(self) -> int:
        """Gives back everything that is ours. Gives the number of leases."""
        return await self._call(self._ours.give_all_back)

    async def due_count(
        self, now: datetime, *, sources: Collection[str] | None = None, kinds: Collection[Kind] | None = None
    ) -> int:
        """How many URLs are due now, whoever visits them."""
        chosen = tuple(self.crawler.sources if sources is None else sources)
        return await self._ask(lambda db: planning.due_count(db, self._ours.terms, now, chosen))

    async def commit(self, visit: Visit) -> Committed:
        """Decides on a visit by what the frontier knows, puts it into the outbox and acks its URL, in one transaction.

        What another crawler has taken over in the meantime is left to it: the visit is dropped (FAILED, STOPPED).
        Raises FrontierUnusable or NoRoom where the server fails.
        """
        lease = self._ours.leases.get(visit.key)
        if lease is None:
            return self._dropped(visit)
        visit = placed(visit, self.crawler.place)
        errand = Errand(visit, lease.host, lease.visits)
        errand = await _awaited(self._line.visit(errand, urgent=visit.kind is not Kind.ARTICLE))
        if errand.lost or errand.done is None:
            return self._dropped(visit)
        self.tally.count(errand.visit, errand.done)
        return errand.done

    def _dropped(self, visit: Visit) -> Committed:
        self.tally.lost += 1
        logger.warning("%s was taken over by another crawler, which visits it again.", visit.url)
        return Committed(Outcome.FAILED, Reason.STOPPED)

    # ------------------------------------------------------------------ hosts

    async def admit(self, host: str, delay: float) -> float:
        """0.0: a request to `host` may leave now, and counts as under way until `done_with`. Else the seconds after which to
        ask again: it is another crawler's turn, or the last request there was too short a while ago."""
        wait = self._ours.holding.begin(host, delay)
        if wait is None:
            await self._call(lambda db: self._ours.take(db, host))
            wait = self._ours.holding.begin(host, delay)
        self.requests += wait == 0.0
        return _ASK_AGAIN if wait is None else wait

    def done_with(self, host: str) -> None:
        """A request that was admitted is over."""
        self._ours.holding.end(host)

    async def remember_robots(
        self,
        host: str,
        status: int | None,
        body: str | None,
        crawl_delay: float | None,
        received_at: datetime,
        asked: str | None = None,
    ) -> None:
        """Keeps the robots.txt of a host for every crawler, and the address that was asked for it."""
        told = hosts.RobotsFile(host, status, body, crawl_delay, received_at, asked)
        await self._ask(lambda db: hosts.remember_robots(db, self._ours.terms, told))

    async def known_robots(
        self, host: str, asked: str, since: datetime, now: datetime
    ) -> tuple[int, str | None] | None:
        """Status and body of the robots.txt that any crawler received from `asked` since then; None where there is none."""
        return await self._ask(lambda db: hosts.known_robots(db, host, asked, since, now))

    # ------------------------------------------------------------------ of the thread

    def _write(self, connection: Pg, errands: list[Errand]) -> Done[None]:
        Batch(connection, self._ours.terms, errands, self._judgement, self._now()).write()

        def written() -> None:
            if any(errand.done is not None and errand.done.new_links for errand in errands):
                self._ours.look_again()
            self._ours.forget([errand.visit.key for errand in errands])

        return Done(None, written)

    def _beat(self, connection: Pg) -> Done[None]:
        """A sign of life, every quarter of a lease."""
        run = self._ours.terms.run
        if not running.sign(connection, run, self._sign()):
            raise FrontierUnusable(
                f"The shared frontier ({self.where}) does not know run {run} any more, or calls it ended: it was reset, "
                "or this machine slept for long. Run it again."
            )
        unsure = self._connections != self._line.connections
        self._connections = self._line.connections
        return self._ours.renew(connection, self._now(), unsure=unsure)

    def _sign(self) -> running.Sign:
        return running.Sign(self.requests, self.tally.received_bytes, self.tally.as_json())

    async def _call(self, work: Callable[[Pg], Done[_T]]) -> _T:
        future: Future[_T] = self._line.call(work)
        return await _awaited(future)

    async def _ask(self, work: Callable[[Pg], _T]) -> _T:
        """As `_call`, of what changes nothing here."""
        return await self._call(lambda db: Done(work(db)))

    def _ask_now(self, work: Callable[[Pg], _T]) -> _T:
        future: Future[Any] = self._line.call(lambda db: Done(work(db)))
        result: _T = future.result()
        return result


def _sorted(keys: Collection[str] | None) -> list[str] | None:
    return sorted(keys) if keys is not None else None


async def _awaited(future: Future[_T]) -> _T:
    """The result; shielded, so that a task that is cancelled does not take its visit out of the queue."""
    inner = asyncio.wrap_future(future)
    inner.add_done_callback(_taken_note_of)
    return await asyncio.shield(inner)


def _taken_note_of(future: asyncio.Future[Any]) -> None:
    """A fault of a commit whose task is gone has stopped the run already: asyncio need not log it as unnoticed."""
    if not future.cancelled():
        future.exception()
