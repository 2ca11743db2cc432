"""The run: opens what a crawl needs (archive, captures, readers), settles visits, closes in order."""

from __future__ import annotations

import asyncio
import logging
import platform
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self
from urllib.parse import quote

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

import newsbot
from newsbot.clock import VARIABLE, simulated, utc_now
from newsbot.extensions.frontiers import Alone, Frontier, Turns
from newsbot.extensions.verdict import Ending, exit_code
from newsbot.log import event
from newsbot.sources import Source
from pipelines import dedupe
from pipelines.capture import CaptureWriter, check_folder, repair
from pipelines.errors import ConfigurationError, NewsbotError
from pipelines.items import Committed, Kind, Lease, Visit
from pipelines.reading import READING_VERSION
from pipelines.reasons import Outcome, Reason
from pipelines.shared.secrecy import masked
from pipelines.store import Archive, RunLock, RunSummary, read_about, write_about
from pipelines.workers import Readers

logger = logging.getLogger(__name__)

COMMAND = masked(
    " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
)  # an address of a database has a password in it
if simulated():  # whoever reads the archive's times has to know
    COMMAND = f"{VARIABLE}={simulated()} {COMMAND}"


@dataclass
class Run:
    """One crawl: what it opened and what it has done so far. The crawler carries it as `crawler.newsbot`."""

    id: int
    sources: dict[str, Source]
    frontier: Frontier  # where its work comes from
    capture: CaptureWriter
    readers: Readers
    lock: RunLock | None  # of the archive; a frontier that is shared has none
    turns: Turns = field(default_factory=Alone)
    summary: RunSummary | None = None  # once it has ended
    failure: NewsbotError | None = None  # what stopped it
    ended: bool = False  # its row has its last word
    closed: bool = False
    on_settled: list[Callable[[Visit, Committed], None]] = field(default_factory=list)
    on_failure: list[Callable[[], None]] = field(default_factory=list)
    received_bytes: Counter[str] = field(default_factory=Counter)  # by source
    forbidden: dict[str, str] = field(
        default_factory=dict
    )  # host -> why; the resolver writes, the guard reads

    @property
    def archive(self) -> Archive:
        """The archive that the crawl writes into. Raises ConfigurationError where it has none of its own."""
        if not isinstance(self.frontier, Archive):
            raise ConfigurationError("This needs an archive of its own; it cannot work on a shared frontier.")
        return self.frontier

    async def settle(self, visit: Visit) -> Committed:
        """Commit what came of a visit; every visit ends here, whatever it was.

        Where the archive itself fails nothing is raised: the failure stops the run cleanly, and the visit
        is repeated by the next one, because its lease was never acked.
        """
        try:
            committed = await self.frontier.commit(visit)
        except NewsbotError as fault:
            self.fail(fault)
            return Committed(Outcome.FAILED, Reason.STOPPED)
        self.received_bytes[visit.source] += visit.received_bytes
        for listener in self.on_settled:
            listener(visit, committed)
        return committed

    async def lease(
        self,
        limit: int,
        *,
        per_host: int,
        busy_hosts: frozenset[str],
        sources: Sequence[str],
        kinds: Sequence[Kind] | None,
        keys: Collection[str] | None = None,
    ) -> list[Lease]:
        """Up to `limit` pieces of due work, fair over hosts; none when the archive has failed."""
        try:
            return await self.frontier.lease(
                self.id,
                limit,
                utc_now(),
                per_host=per_host,
                busy_hosts=busy_hosts,
                sources=sources,
                kinds=kinds,
                keys=keys,
            )
        except NewsbotError as fault:
            self.fail(fault)
            return []

    async def release(self, keys: Collection[str]) -> None:
        """Give leases back unvisited."""
        try:
            await self.frontier.release(keys)
        except NewsbotError as fault:
            self.fail(fault)

    async def postpone(self, lease: Lease) -> None:
        """Give a lease back unvisited because its host is another crawler's now; it comes again soon."""
        try:
            await self.turns.postpone(lease.key, utc_now())
        except NewsbotError as fault:
            self.fail(fault)

    async def more_later(self, sources: Sequence[str]) -> float | None:
        """Seconds after which there may be work that others have now; None where they have none."""
        try:
            return await self.turns.wait(utc_now(), sources)
        except NewsbotError as fault:
            self.fail(fault)
            return None

    async def admit(self, host: str, delay: float) -> float:
        """0.0: a request to `host` may leave now (say `done_with` after it). Else seconds after which to ask again: it is
        the turn of another crawler. `delay` is what the host wants between two requests."""
        try:
            return await self.turns.admit(host, delay)
        except NewsbotError as fault:
            self.fail(fault)
            return float("inf")

    def done_with(self, host: str) -> None:
        """A request that was admitted is over."""
        self.turns.done_with(host)

    async def due(self, sources: Sequence[str]) -> int:
        """How many visits to these sources wait; 0 when the archive has failed."""
        try:
            return await self.frontier.due_count(utc_now(), sources=sources)
        except NewsbotError as fault:
            self.fail(fault)
            return 0

    async def remember_robots(
        self, host: str, asked: str, status: int | None, body: str | None, crawl_delay: float | None
    ) -> None:
        """Keep what a host's robots.txt said, so that the archive shows which rules a run went by."""
        try:
            await self.frontier.remember_robots(host, status, body, crawl_delay, utc_now(), asked)
        except NewsbotError as fault:
            self.fail(fault)

    async def known_robots(self, host: str, asked: str, age: timedelta) -> tuple[int, str | None] | None:
        """What the robots.txt at `asked` said, status and body, where that is no older than `age`."""
        now = utc_now()
        try:
            return await self.frontier.known_robots(host, asked, now - age, now)
        except NewsbotError as fault:
            self.fail(fault)
            return None

    def fail(self, fault: NewsbotError) -> None:
        """Remember what stops the run, once, and say so to whoever listens."""
        if self.failure is None:
            self.failure = fault
            for listener in self.on_failure:
                listener()

    async def end(self, ending: Ending, requests: int | None = None) -> None:
        """Write how the run ended, after so many requests; what is still leased waits for the next one."""
        if self.failure is not None:
            return
        try:
            await self.frontier.free_leases()
            self.summary = await self.frontier.run_summary(self.id)
            code = exit_code(self.summary, ending)
            self.write_end(ending, code, requests)
        except NewsbotError as fault:
            self.fail(fault)

    def write_end(self, ending: Ending, code: int, requests: int | None = None) -> None:
        """The last word of the run's row. Blocks."""
        state = "stopped" if ending.early else "finished"
        self.frontier.end_run(self.id, state, code, requests=requests, ended_by=ending.by)
        self.ended = True
        told = event(
            "run_ended", run=self.id, state=state, exit_code=code, ended_by=ending.by, requests=requests
        )
        logger.info("Run %d is %s.", self.id, state, extra=told)

    def close(self) -> None:
        """Close in the order in which things depend on each other; once is enough. Blocks until all is written."""
        if self.closed:
            return
        self.closed = True
        self.readers.close()
        try:
            self.capture.close()
        finally:
            if self.failure is not None and not self.ended:
                self.frontier.close()  # before there is room again: its log would take it
                if self.lock is not None:
                    self.lock.give_room()
                self.ended = self.frontier.end_after_fault(self.id, self.failure.exit_code, str(self.failure))
            self.frontier.close()
            if self.lock is not None:
                self.lock.release()


def open_run(path: Path, sources: dict[str, Source], workers: int | None, *, sample: bool = False) -> Run:
    """Open everything, or raise one NewsbotError before anything is fetched. A `sample` archive says so."""
    folder = path.parent / "captures"
    _tell_clock()
    with ExitStack() as opened:  # what was opened is closed again, unless all of it could be
        lock = RunLock.acquire(path, COMMAND, utc_now())
        opened.callback(lock.release)
        _make_ready(folder)
        archive = Archive.open(path, judgement=dedupe, now=utc_now)
        opened.callback(archive.close)
        if sample and "sample" not in read_about(path):
            write_about(path, "sample", "0")  # the edition that was crawled to its end
        run = archive.begin_run(COMMAND, newsbot.__version__, READING_VERSION)
        if archive.killed:
            told = ", ".join(map(str, archive.killed))
            logger.warning(
                "Run %s never ended: it was killed. What it had not visited yet is visited now.",
                told,
                extra=event("killed_before", runs=list(archive.killed)),
            )
        _tell_begin(run, sources)
        capture = CaptureWriter(folder, run)
        opened.callback(capture.close)
        archive.durable = capture.sync  # before a commit names a capture, the capture lies on the disk
        readers = Readers(workers, preload=("newsbot.discovery",))
        opened.pop_all()
        return Run(run, sources, archive, capture, readers, lock)


def open_shared_run(
    dsn: str, captures: Path, sources: dict[str, Source], workers: int | None, lease: float
) -> Run:
    """Open the frontier that several crawlers share, and a folder of captures of this one; as `open_run`."""
    _tell_clock()
    with needing_postgres():
        from pipelines.shared.frontier import Crawler as Sharing
        from pipelines.shared.frontier import SharedFrontier
    folder = captures.absolute()
    delay = max((source.delay for source in sources.values()), default=0.0)
    name = platform.node() or "a machine without a name"
    sharing = Sharing(name, place_of(folder), tuple(sources), delay, lease)
    with ExitStack() as opened:
        _make_ready(folder)
        frontier = SharedFrontier.open(dsn, sharing, judgement=dedupe, now=utc_now)
        opened.callback(frontier.close)
        run = frontier.begin_run(COMMAND, newsbot.__version__, READING_VERSION)
        _tell_begin(run, sources)
        capture = CaptureWriter(folder, run)
        opened.callback(capture.close)
        frontier.durable = capture.sync
        readers = Readers(workers, preload=("newsbot.discovery",))
        opened.pop_all()
        return Run(run, sources, frontier, capture, readers, None, frontier)


@contextmanager
def needing_postgres() -> Iterator[None]:
    """Says how to install what a shared frontier needs, where it is not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"A shared frontier needs {error.name}, which is not installed: pip install 'newsbot[postgres]'."
        ) from error


def place_of(folder: Path) -> str:
    """The URL of a folder of captures on this machine: file://machine/folder/."""
    return f"file://{quote(platform.node())}{quote(str(folder))}/"


def _tell_clock() -> None:
    if simulated():
        now = utc_now().isoformat(timespec="seconds")
        logger.warning("%s sets the time of this run: it begins at %s.", VARIABLE, now, extra=event("clock"))


def _make_ready(folder: Path) -> None:
    """Raises ArchiveUnusable where captures cannot go into `folder`; mends what a killed run left there."""
    check_folder(folder)
    for one in repair(folder):
        logger.info(
            "A killed run left %s: %d whole records, %d torn bytes cut off",
            one.file,
            one.records,
            one.cut,
            extra=event("capture_repaired", file=str(one.file), records=one.records, cut=one.cut),
        )


def _tell_begin(run: int, sources: dict[str, Source]) -> None:
    logger.info("Run %d begins.", run, extra=event("run_begun", run=run, sources=len(sources)))


def ending_of(crawler: Crawler) -> Ending:
    """Whether and by what the crawl was ended before its work was done, as far as is known now."""
    spider = crawler.spider
    return Ending(
        signal=getattr(crawler, "stopped_by", None),
        deadline=bool(getattr(spider, "time_is_up", False)),
        closed=bool(getattr(spider, "was_stopped", False)),
    )


class RunExtension:
    """Opens the run before the first request and closes it after the last item."""

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self.crawler = crawler
        self.run = run
        run.on_failure.append(self.stop)
        crawler.newsbot = run  # type: ignore[attr-defined]
        crawler.signals.connect(run.frontier.free_leases, signal=signals.spider_opened)
        crawler.signals.connect(self.closed, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Spiders without `sources` (a user's own) run without an archive."""
        sources = getattr(crawler.spider, "sources", None)
        if sources is None:
            raise NotConfigured
        settings = crawler.settings
        path, workers = Path(settings["NEWSBOT_ARCHIVE"]), settings.getint("NEWSBOT_READERS") or None
        if dsn := settings.get("NEWSBOT_FRONTIER"):
            captures, lease = Path(settings["NEWSBOT_CAPTURES"]), settings.getfloat("NEWSBOT_LEASE_SECONDS")
            return cls(crawler, open_shared_run(dsn, captures, sources, workers, lease))
        return cls(crawler, open_run(path, sources, workers, sample=settings.getbool("NEWSBOT_SAMPLE")))

    def stop(self) -> None:
        """The archive failed: end the crawl without waiting for more work."""
        engine = self.crawler.engine
        if engine is not None and engine.running:
            self._stopping = asyncio.ensure_future(engine.stop_async())

    async def closed(self) -> None:
        """The engine has stopped: nothing is under way any more."""
        requests = self.crawler.stats.get_value("newsbot/requests", 0) if self.crawler.stats else None
        await self.run.end(ending_of(self.crawler), requests)
        await asyncio.to_thread(self.run.close)  # waits for the disk, off the event loop
