"""The run: opens what a crawl needs (archive, captures, readers), settles visits, closes in order."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

import newsbot
from newsbot.clock import VARIABLE, simulated, utc_now
from newsbot.extensions.verdict import Ending, exit_code
from newsbot.log import event
from newsbot.sources import Source
from pipelines import dedupe
from pipelines.capture import CaptureWriter, check_folder, repair
from pipelines.errors import NewsbotError
from pipelines.items import Committed, Kind, Lease, Visit
from pipelines.reading import READING_VERSION
from pipelines.reasons import Outcome, Reason
from pipelines.store import Archive, RunLock, read_about, write_about
from pipelines.workers import Readers

logger = logging.getLogger(__name__)

COMMAND = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
if simulated():  # whoever reads the archive's times has to know
    COMMAND = f"{VARIABLE}={simulated()} {COMMAND}"


@dataclass
class Run:
    """One crawl: what it opened and what it has done so far. The crawler carries it as `crawler.newsbot`."""

    id: int
    sources: dict[str, Source]
    archive: Archive
    capture: CaptureWriter
    readers: Readers
    lock: RunLock
    failure: NewsbotError | None = None  # what stopped it
    ended: bool = False  # its row has its last word
    closed: bool = False
    on_settled: list[Callable[[Visit, Committed], None]] = field(default_factory=list)
    on_failure: list[Callable[[], None]] = field(default_factory=list)
    received_bytes: Counter[str] = field(default_factory=Counter)  # by source
    forbidden: dict[str, str] = field(
        default_factory=dict
    )  # host -> why; the resolver writes, the guard reads

    async def settle(self, visit: Visit) -> Committed:
        """Commit what came of a visit; every visit ends here, whatever it was.

        Where the archive itself fails nothing is raised: the failure stops the run cleanly, and the visit
        is repeated by the next one, because its lease was never acked.
        """
        try:
            committed = await self.archive.commit(visit)
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
            return await self.archive.lease(
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
            await self.archive.release(keys)
        except NewsbotError as fault:
            self.fail(fault)

    async def due(self, sources: Sequence[str]) -> int:
        """How many visits to these sources wait; 0 when the archive has failed."""
        try:
            return await self.archive.due_count(utc_now(), sources=sources)
        except NewsbotError as fault:
            self.fail(fault)
            return 0

    async def remember_robots(
        self, host: str, asked: str, status: int | None, body: str | None, crawl_delay: float | None
    ) -> None:
        """Keep what a host's robots.txt said, so that the archive shows which rules a run went by."""
        try:
            await self.archive.remember_robots(host, status, body, crawl_delay, utc_now(), asked)
        except NewsbotError as fault:
            self.fail(fault)

    async def known_robots(self, host: str, asked: str, age: timedelta) -> tuple[int, str | None] | None:
        """What the robots.txt at `asked` said, status and body, where that is no older than `age`."""
        now = utc_now()
        try:
            return await self.archive.known_robots(host, asked, now - age, now)
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
            await self.archive.free_leases()
            code = exit_code(await self.archive.run_summary(self.id), ending)
            self.write_end(ending, code, requests)
        except NewsbotError as fault:
            self.fail(fault)

    def write_end(self, ending: Ending, code: int, requests: int | None = None) -> None:
        """The last word of the run's row. Blocks."""
        state = "stopped" if ending.early else "finished"
        self.archive.end_run(self.id, state, code, requests=requests, ended_by=ending.by)
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
                self.archive.close()  # before there is room again: its log would take it
                self.lock.give_room()
                self.ended = self.archive.end_after_fault(self.id, self.failure.exit_code, str(self.failure))
            self.archive.close()
            self.lock.release()


def open_run(path: Path, sources: dict[str, Source], workers: int | None, *, sample: bool = False) -> Run:
    """Open everything, or raise one NewsbotError before anything is fetched. A `sample` archive says so."""
    folder = path.parent / "captures"
    if simulated():
        now = utc_now().isoformat(timespec="seconds")
        logger.warning("%s sets the time of this run: it begins at %s.", VARIABLE, now, extra=event("clock"))
    with ExitStack() as opened:  # what was opened is closed again, unless all of it could be
        lock = RunLock.acquire(path, COMMAND, utc_now())
        opened.callback(lock.release)
        check_folder(folder)
        for one in repair(folder):
            logger.info(
                "A killed run left %s: %d whole records, %d torn bytes cut off",
                one.file,
                one.records,
                one.cut,
                extra=event("capture_repaired", file=str(one.file), records=one.records, cut=one.cut),
            )
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
        logger.info("Run %d begins.", run, extra=event("run_begun", run=run, sources=len(sources)))
        capture = CaptureWriter(folder, run)
        opened.callback(capture.close)
        archive.durable = capture.sync  # before a commit names a capture, the capture lies on the disk
        readers = Readers(workers, preload=("newsbot.discovery",))
        opened.pop_all()
        return Run(run, sources, archive, capture, readers, lock)


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
        crawler.signals.connect(run.archive.free_leases, signal=signals.spider_opened)
        crawler.signals.connect(self.closed, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Spiders without `sources` (a user's own) run without an archive."""
        sources = getattr(crawler.spider, "sources", None)
        if sources is None:
            raise NotConfigured
        settings = crawler.settings
        path, workers = Path(settings["NEWSBOT_ARCHIVE"]), settings.getint("NEWSBOT_READERS") or None
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
