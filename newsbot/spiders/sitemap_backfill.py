"""The spider `sitemaps`: articles of the past that a source's own sitemaps name, old to new."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler

from newsbot.clock import utc_now
from newsbot.discovery import Listing, discover
from newsbot.log import event
from newsbot.middlewares.headers import plain
from newsbot.middlewares.outcome import reason_of
from newsbot.middlewares.run import WithoutArchive
from newsbot.sources import Source
from newsbot.spiders.arguments import is_true
from newsbot.spiders.frontier import ANSWERS, FrontierSpider
from newsbot.spiders.news import planned
from newsbot.spiders.sitemap_walk import EVERY_MAP, MapPage, MapYield, SitemapWalk, seeds_of
from newsbot.spiders.visit import answered, unanswered
from pipelines import dedupe
from pipelines.dedupe import host_of, url_key
from pipelines.errors import NewsbotError, NothingDone
from pipelines.items import Kind, Lease, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.store import backlog
from pipelines.store.bulk import UnitRow, note_unit, units_of
from pipelines.store.mementos import note
from pipelines.workers import ReaderFault

WORK = "backfill sitemap"
BATCH = 100  # articles made due at once: what a killed run leaves for the next crawl

logger = logging.getLogger(__name__)


class SitemapBackfillSpider(FrontierSpider):
    """Visits the sitemaps of one source once more, the oldest first, and after each the articles that it names.

    What is found is laid aside in the frontier with its evidence (`pipelines.store.backlog`) and taken up oldest first,
    as far as the source's limits for one run go; the next run goes on.

    Arguments (`-a`): `source` (an id), `first` and `last` (YYYY-MM-DD), `maps` (addresses, comma-separated, in the place of
    those that the source and its robots.txt name), `limit`, `deadline`, `dry_run=1` (visits the maps alone), `again=1`.
    """

    name = "sitemaps"

    def __init__(
        self,
        *args: Any,
        first: str | None = None,
        last: str | None = None,
        maps: str = "",
        dry_run: str | bool = False,
        again: str | bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        (self.source,) = self.sources.values()
        self.first = date.fromisoformat(first) if first else None
        self.last = date.fromisoformat(last) if last else None
        self.given = [url for url in maps.split(",") if url]
        self.dry_run = is_true(dry_run)
        self.again = is_true(again)
        self.walk = SitemapWalk(self.source, self.first, self.last)
        self.counted: Counter[str] = Counter()  # maps, articles named, laid aside
        self.left_out: Counter[str] = Counter()
        self.months: Counter[str] = Counter()  # of the articles named, in a dry run
        self.batch: list[str] = []
        self.waiting_left = 0  # articles laid aside when the run ended
        self.fault: Exception | None = None
        terms = (self.source.id, self.first, self.last, self.given)
        self.terms = hashlib.sha256(repr(terms).encode()).hexdigest()[:16]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As any spider of the frontier; a dry run has no archive."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        if spider.dry_run:
            crawler.newsbot = WithoutArchive(spider.sources)  # type: ignore[attr-defined]
            spider.sources = None  # type: ignore[assignment]  # without sources there is no run
        return spider

    # ------------------------------------------------------------------ work

    async def start(self) -> AsyncIterator[Request]:
        """Maps and articles; of a dry run the maps alone."""
        if not self.dry_run:
            async for request in super().start():
                yield request
            if self.run.failure is None:
                await self.lay_back()
            return
        try:
            self.walk.begin(self.seeds(()))
            while (page := self.walk.next()) is not None and not self.winding_down:
                await self.visit_map(page)
        except NewsbotError as fault:
            self.fault = fault

    async def plan(self) -> None:
        """Opens the maps that an earlier run has not visited."""
        archive = self.run.archive
        await archive.plan([planned(self.source)], utc_now(), partial=True)
        self.only = frozenset()
        units = {} if self.again else await archive.call(lambda db: units_of(db, WORK, self.terms))
        if units:
            waiting = [MapPage(unit.unit, unit.reached) for unit in units.values() if not unit.done]
            self.walk.begin(waiting, units)
            self.walk.open += waiting
            return
        known = await archive.call(lambda db: backlog.known_maps(db, self.source.id))
        self.walk.begin(self.seeds(known))

    def seeds(self, known: Any) -> list[MapPage]:
        """Where the walk begins. Raises NothingDone where the source has no sitemaps."""
        found = seeds_of(self.source, self.given, known, self.first, self.last)
        if not found:
            raise NothingDone(
                f'{self.source.name} has sitemaps = "off" in sources.toml; name one with --map, or let them be found.'
            )
        return found

    async def next_leases(self) -> list[Lease]:
        """Articles laid aside that are older than all maps still open; where there are none, the next map is visited."""
        while not self.winding_down and self.run.failure is None:
            if not self.has_budget(self.source) or (
                self.limit is not None and self.articles_taken >= self.limit
            ):
                return []
            page = self.walk.next()
            if page is not None and page.period is None:
                await self.visit_map(page)
                continue
            leases = await self.articles_before(
                page.period.first if page is not None and page.period else None
            )
            if leases or page is None or self.in_flight:
                return leases
            await self.visit_map(page)
        return []

    async def articles_before(self, day: date | None) -> list[Lease]:
        """Leases for articles of the past, the oldest first."""
        room = self.in_flight_limit - len(self.in_flight)
        if self.limit is not None:
            room = min(room, self.limit - self.articles_taken)
        leases = await self.lease(room, [self.source.id], (Kind.ARTICLE,)) if self.batch else []
        if leases or self.in_flight or room < 1:
            return leases
        self.batch = await self.run.archive.call(
            lambda db: backlog.take_up(db, self.source.id, BATCH, day, utc_now())
        )
        self.only = frozenset(self.batch)
        self.expect(len(self.batch))
        return await self.lease(room, [self.source.id], (Kind.ARTICLE,)) if self.batch else []

    async def lay_back(self) -> None:
        """What was made due and not visited is laid aside again."""
        keys = self.batch
        await self.run.archive.call(lambda db: backlog.lay_back(db, keys))
        self.waiting_left = await self.run.archive.call(lambda db: backlog.laid_aside(db, self.source.id))

    # ------------------------------------------------------------------ maps

    async def visit_map(self, page: MapPage) -> None:
        """One sitemap: what it names of the days asked for is laid aside."""
        self.taken[self.source.id] += 1
        visit, listing = await self.fetch_map(page)
        if visit.reason is Reason.STOPPED:
            self.winding_down = True  # it was never asked: it stays open
            return
        brought = self.walk.take(page, visit, listing)
        named = [link for link in brought.articles if link.refused is None]
        self.counted["maps"] += 1
        self.counted["named"] += len(named)
        self.counted["failed_maps"] += brought.visit.reason is not None
        self.left_out.update(brought.left_out)
        self.months.update(f"{day:%Y-%m}" if (day := brought.days[link.key]) else "unknown" for link in named)
        if not self.dry_run:
            await self.keep(page, brought)

    async def keep(self, page: MapPage, brought: MapYield) -> None:
        """Writes a visited map: its articles, the maps that it names, its row in the ledger."""
        now, run, visit = utc_now(), self.run.id, brought.visit
        failed = visit.reason is not None and not (brought.articles or brought.maps)
        retryable = failed and visit.reason not in (
            Reason.HTTP_404,
            Reason.HTTP_410,
            Reason.ROBOTS,
            Reason.MALFORMED,
        )
        unit = UnitRow(
            page.url, page.depth, done=not retryable, records=len(brought.articles) + len(brought.maps)
        )

        def write(db: Any) -> int:
            new = backlog.lay_aside(db, self.source.id, brought.articles, brought.days, now, dedupe)
            note(db, run, visit, Outcome.FAILED if failed else Outcome.LISTED, host_of(page.url))
            unit.stored, unit.skipped, unit.failed = 0, brought.left_out.total(), int(failed)
            unit.known = len(brought.days) - new
            unit.reasons = brought.left_out
            for row in (unit, *(UnitRow(child.url, child.depth) for child in brought.maps)):
                note_unit(db, WORK, self.terms, row, run, now)
            return new

        new = await self.run.archive.call(write)
        self.counted["laid_aside"] += new
        told = event("sitemap", url=page.url, articles=len(brought.days), new=new, maps=len(brought.maps))
        if new or brought.maps:
            logger.info(
                "%s names %d articles (%d new) and %d maps.",
                page.url,
                len(brought.days),
                new,
                len(brought.maps),
                extra=told,
            )

    async def fetch_map(self, page: MapPage) -> tuple[Visit, Listing | None]:
        """The answer of a map; a failure is one too."""
        lease = Lease(url_key(page.url), page.url, self.source.id, Kind.SITEMAP, host_of(page.url), 0)
        meta = {
            "kind": Kind.SITEMAP.value,
            "source": self.source.id,
            "key": lease.key,
            "handle_httpstatus_list": ANSWERS,
        }
        request = Request(page.url, meta=meta, dont_filter=True)
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as fault:  # noqa: BLE001  the seam: why there is no answer becomes the visit's reason
            reason, detail = reason_of(fault)
            visit = unanswered(lease, self.source, reason=reason, detail=detail, request=request)
            return replace(visit, status=getattr(fault, "status", None)), None
        visit = answered(lease, self.source, response)
        if visit.reason is not None or response.status == 304:
            return visit, None
        try:
            return visit, await self.listing(
                response.body, plain(response.headers), visit.final_url or visit.url
            )
        except ReaderFault as fault:
            return replace(visit, reason=fault.reason, detail=fault.detail), None

    async def listing(self, body: bytes, headers: dict[str, str], url: str) -> Listing:
        """What a map lists, of an index all maps."""
        if self.dry_run:
            return await asyncio.to_thread(discover, Kind.SITEMAP, body, headers, url, maps=EVERY_MAP)
        listing: Listing = await self.run.readers.call(
            discover, Kind.SITEMAP, body, headers, url, maps=EVERY_MAP
        )
        return listing


def limits_of(source: Source, articles: int) -> str:
    """How long it takes to visit so many articles, in a sentence; empty where there are none."""
    if not articles:
        return ""
    runs = -(-articles // source.max_requests)
    hours = articles * source.delay * 1.25 / 3600
    told = "one run" if runs == 1 else f"{runs:,} runs"
    return f"With max_requests = {source.max_requests:,} they take {told}, {hours:,.1f} hours of requests in all."
