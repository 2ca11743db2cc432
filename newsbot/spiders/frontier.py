"""FrontierSpider: takes due work from the archive's frontier, and settles each visit there."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from newsbot.discovery import discover
from newsbot.extensions.run import Run
from newsbot.log import event
from newsbot.middlewares.headers import plain
from newsbot.middlewares.outcome import reason_of
from newsbot.middlewares.politeness import Politeness
from newsbot.middlewares.refused import Elsewhere
from newsbot.middlewares.user_agent import user_agent
from newsbot.sources import Source, Sources, load
from newsbot.spiders.visit import answered, judged, older_than, page_of, unanswered
from pipelines.errors import NewsbotError
from pipelines.items import LISTINGS, Committed, Kind, Lease, Page, Visit
from pipelines.reasons import Reason
from pipelines.workers import ReaderFault

# Every answer is a visit: what is no 2xx reaches the callback too, and becomes a row with its reason.
ANSWERS = [304, *range(400, 600)]

# Articles wait for their source's listings, but not for the hundreds of maps that some sitemaps have.
FIRST_LISTINGS = 20

# Seconds after which it is asked for more work although nothing of ours was settled: others may have left some.
LOOK_AGAIN = 5.0

logger = logging.getLogger(__name__)


def tell_visit(visit: Visit, committed: Committed) -> None:
    """What became of one visit, for who asked for so many words."""
    reason = committed.reason.value if committed.reason is not None else None
    told = event(
        "visit",
        url=visit.url,
        source=visit.source,
        kind=visit.kind.value,
        status=visit.status,
        outcome=committed.outcome.value,
        reason=reason,
        ms=visit.ms,
    )
    why = f" ({reason})" if reason else ""
    logger.debug("%s%s: %s", committed.outcome.value, why, visit.url, extra=told)


class FrontierSpider(Spider):
    """Leases due work a little at a time: memory stays flat, and a killed run repeats only what was in flight.

    Subclasses say in `plan()` what is to be visited. Spider arguments: `source` (ids, comma-separated),
    `limit` (articles), `since` (YYYY-MM-DD: articles that their listing dates earlier are skipped), `deadline`
    (seconds, after which no work is taken any more).
    """

    custom_settings: ClassVar[dict[str, Any]] = {  # type: ignore[misc]  # Scrapy has it open to change
        # Default RFPDupeFilter. The frontier is the one identity of a URL; a second one would drop what it lets through.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        # Every status reaches the callback, which commits it: 304, 404, 410 are news too, and a redirect that leads
        # nowhere. (HTTPERROR_ALLOW_ALL gives way to a request's handle_httpstatus_list, which has no redirects.)
        "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None},
    }
    in_flight_limit: ClassVar[int] = 64  # leased and not yet settled
    per_host: ClassVar[int] = 4  # leased at once: a slow host must not fill the run

    def __init__(
        self,
        *args: Any,
        sources: Sources,
        source: str = "",
        limit: str | int | None = None,
        since: str | None = None,
        deadline: str | float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.file = sources
        self.deadline = float(deadline) if deadline else None
        ids = [name for name in source.split(",") if name]
        self.sources: dict[str, Source] = {one.id: one for one in sources.select(ids)}
        self.limit = int(limit) if limit else None
        self.since = date.fromisoformat(since) if since else None
        self.in_flight: dict[str, Lease] = {}
        self.unanswered: Counter[str] = Counter()  # requests under way, by host
        self.taken: Counter[str] = Counter()  # requests of this run, by source
        self.only: frozenset[str] | None = None  # keys that may be visited; None: all that is due
        self.articles_taken = 0
        self.listings_taken: Counter[str] = Counter()  # by source
        self.started = time.monotonic()
        self.wake = asyncio.Event()
        self.time_is_up = False  # the deadline has come
        self.winding_down = False  # no new work is taken, and none of what waits is begun
        self.was_stopped = False
        self.told_limits: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Load sources.toml before Scrapy builds its downloader: the user agent comes from there."""
        sources = load(Path(crawler.settings["NEWSBOT_SOURCES"]))
        spider = super().from_crawler(crawler, *args, sources=sources, **kwargs)
        crawler.settings.set("USER_AGENT", user_agent(sources.defaults.contact), priority="spider")
        crawler.signals.connect(spider.callback_failed, signal=signals.spider_error)
        crawler.signals.connect(spider.pipeline_failed, signal=signals.item_error)
        crawler.signals.connect(spider.pipeline_dropped, signal=signals.item_dropped)
        crawler.signals.connect(spider.closing, signal=signals.spider_closed)
        return spider

    @property
    def run(self) -> Run:
        """The run that the crawler carries."""
        run: Run = self.crawler.newsbot  # type: ignore[attr-defined]
        return run

    async def plan(self) -> None:
        """Put into the frontier what is to be visited."""
        raise AssertionError("a FrontierSpider plans its own work")

    # ------------------------------------------------------------------ work

    async def start(self) -> AsyncIterator[Request]:
        """Requests for due work, until nothing is due and nothing is under way.

        What goes wrong here stops the run with a sentence; Scrapy alone would log it and call the run finished.
        """
        try:
            async for request in self.due_work():
                yield request
        except NewsbotError as fault:
            self.run.fail(fault)
        except Exception as fault:  # the seam: a fault of ours in finding work
            logger.exception("The spider could not go on.", extra=event("spider_fault"))
            told = f"The crawl could not go on ({type(fault).__name__}: {fault}); what was committed is kept."
            self.run.fail(NewsbotError(told))

    async def due_work(self) -> AsyncIterator[Request]:
        """Plan, then lease and ask for more whenever there is room."""
        self.run.on_settled.append(self.settled)
        self.run.on_failure.append(self.wake.set)
        if self.deadline is not None:
            asyncio.get_running_loop().call_later(self.deadline, self.deadline_came)
        await self.plan()
        self.expect(len(self.only) if self.only is not None else await self.due())
        while self.run.failure is None and not self.winding_down:
            self.wake.clear()  # before asking: what is settled from here on wakes us
            leases = await self.next_leases()
            for lease in leases:
                if (request := await self.taken_up(lease)) is not None:
                    yield request
            if not leases and not await self.rested():
                return

    async def rested(self) -> bool:
        """Wait until there may be new work; False where there will be none."""
        pause = LOOK_AGAIN
        # What was settled while we asked may have brought new work: then we ask once more.
        if not self.in_flight and not self.wake.is_set():
            later = await self.more_later()
            if later is None:
                return self.wake.is_set()
            pause = later
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wake.wait(), pause)
        return True

    async def more_later(self) -> float | None:
        """Seconds after which work may come that other crawlers have now; None where there is none for us."""
        if self.limit is not None and self.articles_taken >= self.limit:
            return None
        return await self.run.more_later(
            [name for name, source in self.sources.items() if self.has_budget(source)]
        )

    def deadline_came(self) -> None:
        """What is under way is brought to its end, the rest waits for the next run."""
        self.time_is_up = True
        logger.info(
            "The deadline has come: what is under way is brought to its end.", extra=event("deadline")
        )
        self.wind_down()

    def wind_down(self) -> None:
        """Begin nothing more: neither new work nor requests that wait for their turn, whose leases are freed."""
        if self.winding_down:
            return
        self.winding_down = True
        if (politeness := self.crawler.get_downloader_middleware(Politeness)) is not None:
            politeness.stop()
        self.wake.set()

    async def taken_up(self, lease: Lease) -> Request | None:
        """The request for a lease, or None where it needs no visit."""
        self.in_flight[lease.key] = lease
        if self.since and older_than(lease, self.since):
            await self.run.settle(unanswered(lease, self.sources[lease.source], reason=Reason.TOO_OLD))
            return None
        self.unanswered[lease.host] += 1
        self.taken[lease.source] += 1
        self.articles_taken += lease.kind is Kind.ARTICLE
        self.listings_taken[lease.source] += lease.kind is not Kind.ARTICLE
        return Request(
            lease.url,
            callback=self.parse_article if lease.kind is Kind.ARTICLE else self.parse_listing,
            errback=self.failed,
            dont_filter=True,  # the frontier is the one identity
            # Plain values only; what else is known of the lease is read by its key.
            meta={
                "kind": lease.kind.value,
                "source": lease.source,
                "key": lease.key,
                "etag": lease.etag,
                "last_modified": lease.last_modified,
                "handle_httpstatus_list": ANSWERS,
            },
        )

    async def next_leases(self) -> list[Lease]:
        """Due work that there is room for, from sources with budget left; empty when there is none.

        Listings first: what they say of an article (date, author) must be known before it is read.
        """
        room = self.in_flight_limit - len(self.in_flight)
        sources = [name for name, source in self.sources.items() if self.has_budget(source)]
        listings = await self.lease(room, sources, LISTINGS)
        if listings:
            return listings
        if self.limit is not None:
            room = min(room, self.limit - self.articles_taken)
        waiting = {lease.source for lease in self.in_flight.values() if lease.kind is not Kind.ARTICLE}
        ready = [
            name for name in sources if name not in waiting or self.listings_taken[name] > FIRST_LISTINGS
        ]
        return await self.lease(room, ready, (Kind.ARTICLE,))

    async def lease(self, room: int, sources: Sequence[str], kinds: Sequence[Kind]) -> list[Lease]:
        """Up to `room` leases, none from a host that has enough to do."""
        if room < 1 or not sources:
            return []
        busy = frozenset(host for host, number in self.unanswered.items() if number >= self.per_host // 2)
        leases = await self.run.lease(
            room, per_host=self.per_host, busy_hosts=busy, sources=sources, kinds=kinds, keys=self.only
        )
        taken = self.taken.copy()
        kept: list[Lease] = []
        for lease in leases:  # a lease is of many sources at once: what goes past one's limit is given back
            if taken[lease.source] < self.sources[lease.source].max_requests:
                taken[lease.source] += 1
                kept.append(lease)
        if len(kept) < len(leases):
            await self.run.release([lease.key for lease in leases if lease not in kept])
        return kept

    def has_budget(self, source: Source) -> bool:
        """Whether the source's limits for one run leave room for another request."""
        spent = {
            "max_requests": (self.taken[source.id], source.max_requests),
            "max_bytes": (self.run.received_bytes[source.id], source.max_bytes),
            "max_minutes": ((time.monotonic() - self.started) / 60, source.max_minutes),
        }
        for limit, (used, most) in spent.items():
            if used >= most:
                self.tell_limit(source, limit, most)
                return False
        return True

    def tell_limit(self, source: Source, limit: str, most: float) -> None:
        """Say once that a source has had what it may have in one run."""
        if source.id not in self.told_limits:
            self.told_limits.add(source.id)
            told = event("source_limit", source=source.id, limit=limit, most=most)
            logger.info(
                "%s has had its %s (%g) for one run; what is left waits.",
                source.name,
                limit,
                most,
                extra=told,
            )

    def settled(self, visit: Visit, committed: Committed) -> None:
        """An ack: there is room, and perhaps new work."""
        self.in_flight.pop(visit.key, None)
        stats = self.crawler.stats
        assert stats is not None
        stats.inc_value("newsbot/done")
        stats.inc_value(f"newsbot/{committed.outcome}")
        if logger.isEnabledFor(logging.DEBUG):
            tell_visit(visit, committed)
        waiting = sum(link.refused is None for link in visit.found)
        self.expect(min(committed.new_links, waiting))
        self.wake.set()

    async def due(self) -> int:
        """How many visits wait at the start."""
        return await self.run.due(list(self.sources))

    def expect(self, visits: int) -> None:
        """More to do than was known: what the progress line counts up to."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value("newsbot/due", visits)

    def arrived(self, request: Request) -> tuple[Lease, Source]:
        """The answer to a request is here: its host is free for another."""
        lease = self.in_flight[request.meta["key"]]
        self.unanswered[lease.host] -= 1
        self.wake.set()
        return lease, self.sources[lease.source]

    # ------------------------------------------------------------------ answers

    async def parse_article(self, response: Response) -> AsyncIterator[Page]:
        """An article page goes on to the pipelines; any other answer is settled here."""
        assert response.request is not None
        lease, source = self.arrived(response.request)
        visit = answered(lease, source, response)
        if visit.reason is not None or response.status == 304:
            await self.run.settle(visit)
        else:
            yield page_of(visit, response, source, lease)

    async def parse_listing(self, response: Response) -> None:
        """A feed, sitemap, section or homepage: its links go to the frontier with the ack."""
        assert response.request is not None
        lease, source = self.arrived(response.request)
        visit = answered(lease, source, response)
        if visit.reason is None and response.status != 304:
            headers, url = plain(response.headers), visit.final_url or visit.url
            try:
                listing = await self.run.readers.call(discover, lease.kind, response.body, headers, url)
                visit = judged(visit, listing, source)
            except ReaderFault as fault:
                visit = replace(visit, reason=fault.reason, detail=fault.detail)
        await self.run.settle(visit)

    async def failed(self, failure: Failure) -> None:
        """No answer: a row with the reason."""
        request: Request = failure.request  # type: ignore[attr-defined]
        lease, source = self.arrived(request)
        if isinstance(failure.value, Elsewhere):
            await self.put_back(lease)
            return
        reason, detail = reason_of(failure)
        if reason is Reason.STOPPED and self.winding_down:
            self.in_flight.pop(lease.key, None)  # it was never asked: its lease is freed with the run
            return
        visit = unanswered(lease, source, request=request, reason=reason, detail=detail)
        await self.run.settle(replace(visit, status=getattr(failure.value, "status", None)))

    async def put_back(self, lease: Lease) -> None:
        """Another crawler has the host that the request led to: whoever comes next visits it."""
        self.in_flight.pop(lease.key, None)
        self.taken[lease.source] -= 1
        self.articles_taken -= lease.kind is Kind.ARTICLE
        await self.run.postpone(lease)
        self.wake.set()

    # ------------------------------------------------------------------ seams: a fault of ours is a row too

    async def callback_failed(self, failure: Failure, response: Response) -> None:
        """A callback raised: the visit failed, and the run goes on."""
        if response.request is not None:
            await self.faulted(response.request.meta["key"], failure.value)

    async def pipeline_failed(self, item: Any, failure: Failure) -> None:
        """An item pipeline raised (perhaps one that the user added)."""
        if isinstance(item, Page):
            await self.faulted(item.visit.key, failure.value)

    async def pipeline_dropped(self, item: Any, exception: BaseException) -> None:
        """An item pipeline that the user added dropped the page: it is settled as left out."""
        if isinstance(item, Page):
            await self.faulted(item.visit.key, exception, Reason.EXCLUDED)

    async def faulted(
        self, key: str, fault: BaseException | None, reason: Reason = Reason.READER_FAULT
    ) -> None:
        """Settle what would otherwise be in flight for ever."""
        lease = self.in_flight.get(key)
        if lease is not None:
            detail = f"{type(fault).__name__}: {fault}"[:500]
            await self.run.settle(unanswered(lease, self.sources[lease.source], reason=reason, detail=detail))

    def closing(self, reason: str) -> None:
        """Remember whether the crawl ended by itself."""
        self.was_stopped = reason != "finished" or self.time_is_up
