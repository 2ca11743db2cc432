"""The spider `wayback`: what a web archive captured of a source's articles, asked for one by one."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from newsbot.clock import utc_now
from newsbot.discovery.cdx import IndexAnswer
from newsbot.extensions.run import Run
from newsbot.log import event
from newsbot.middlewares.memento import Asked, OtherCapture
from newsbot.middlewares.outcome import reason_of
from newsbot.middlewares.politeness import Politeness
from newsbot.middlewares.run import WithoutArchive
from newsbot.middlewares.user_agent import user_agent
from newsbot.sources import Source, Sources, load
from newsbot.spiders.arguments import is_true
from newsbot.spiders.frontier import FrontierSpider, tell_visit
from newsbot.spiders.news import planned
from newsbot.spiders.visit import answered, page_of, unanswered
from newsbot.spiders.wayback_asking import Asking
from newsbot.spiders.wayback_choice import Chosen, Wanted, choose, pages_of
from newsbot.spiders.wayback_index import IndexFault, IndexPage, IndexWalk
from newsbot.spiders.wayback_ledger import WaybackLedger
from newsbot.spiders.wayback_terms import ARCHIVE, DELAY, VERSIONS, Terms
from pipelines.dedupe import host_of
from pipelines.errors import NewsbotError
from pipelines.items import Committed, Found, Kind, Lease, Page, Via, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.store.bulk import UnitRow
from pipelines.store.mementos import KnownCaptures

MOST_IN_FLIGHT: Final = 16  # captures that are read while the next one is asked for
# What another run may bring; all else was looked at and is what it is.
_FOR_A_WHILE: Final = frozenset(
    (Reason.HTTP_ERROR, Reason.DNS, Reason.CONNECTION, Reason.TLS, Reason.TIMEOUT, Reason.RATE_LIMITED, Reason.TRUNCATED,
     Reason.NO_MEMENTO, Reason.REWRITTEN, Reason.READER_DIED, Reason.READER_TIMEOUT, Reason.READER_MEMORY)
)  # fmt: skip

logger = logging.getLogger(__name__)


class WaybackSpider(Spider):
    """Goes through the index of a web archive and asks for its captures of one source, one request at a time.

    Arguments (`-a`): `source` (an id), `archive`, `index`, `prefix`, `first`, `last`, `versions` as in Terms; `limit`
    (captures), `deadline` (seconds), `delay` (seconds between requests), `allow_private=1` (the web archive is in a
    private network), `dry_run=1` (asks the index alone and counts), `again=1` (asks the index anew).
    """

    name = "wayback"
    custom_settings: ClassVar[dict[str, Any]] = FrontierSpider.custom_settings  # type: ignore[misc]

    def __init__(
        self,
        *args: Any,
        file: Sources,
        source: str = "",
        limit: str | int | None = None,
        deadline: str | float | None = None,
        delay: str | float = DELAY,
        allow_private: str | bool = False,
        dry_run: str | bool = False,
        again: str | bool = False,
        **terms: Any,
    ) -> None:
        super().__init__(*args)
        (self.source,) = file.select([source])
        told = {name: value for name, value in terms.items() if value}
        self.terms = Terms(source, **{**told, "versions": int(told.get("versions", VERSIONS))})
        self.scope = self.terms.scope(self.source.homepage)
        self.places = {
            self.source.id: self.source,
            ARCHIVE: self._archive(float(delay), is_true(allow_private)),
        }
        self.sources = (
            None if is_true(dry_run) else self.places
        )  # without sources there is no run, and no archive
        self.limit = int(limit) if limit else None
        self.deadline = float(deadline) if deadline else None
        self.delay = float(delay)
        self.again = is_true(again)
        self.in_flight: dict[tuple[str, datetime], Wanted] = {}
        self.counted: Counter[str] = (
            Counter()
        )  # captures by what became of them: listed, wanted, known, left out, asked
        self.left_out: Counter[str] = Counter()
        self.years: Counter[str] = Counter()  # of captures wanted, in a dry run
        self.index_fault: NewsbotError | None = None
        self.time_is_up = self.winding_down = self.was_stopped = False
        self.more = False  # something is left for the next run
        self.gone_through = False  # an earlier run had come to the end of the index
        self.wake = asyncio.Event()
        self.page = UnitRow("")  # of the index, under way
        self.unsettled = 0  # captures of it that another run may bring
        self.fault: BaseException | None = None

    def _archive(self, delay: float, allow_private: bool) -> Source:
        return Source(
            id=ARCHIVE,
            name=ARCHIVE,
            homepage=self.terms.archive,
            feeds=(),
            sitemaps="off",
            sections=(self.scope.endpoint,),
            delay=delay,
            allow_private=allow_private,
            store=self.source.store,
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Load sources.toml before Scrapy builds its downloader: the user agent comes from there."""
        file = load(Path(crawler.settings["NEWSBOT_SOURCES"]))
        spider = super().from_crawler(crawler, *args, file=file, **kwargs)
        crawler.settings.set("USER_AGENT", user_agent(file.defaults.contact), priority="spider")
        if spider.sources is None:
            crawler.newsbot = WithoutArchive(spider.places)  # type: ignore[attr-defined]
        crawler.signals.connect(spider.pipeline_failed, signal=signals.item_error)
        crawler.signals.connect(spider.pipeline_dropped, signal=signals.item_dropped)
        crawler.signals.connect(spider.closing, signal=signals.spider_closed)
        return spider

    @property
    def run(self) -> Run:
        """The run that the crawler carries; not there in a dry run."""
        run: Run = self.crawler.newsbot  # type: ignore[attr-defined]
        return run

    # ------------------------------------------------------------------ work

    async def start(self) -> AsyncIterator[Page]:
        """The pages of captures, until the index has no more; what goes wrong ends the run with a sentence."""
        try:
            async for page in self.captures():
                yield page
        except IndexFault as fault:
            self.more = True
            self.index_fault = None if self.winding_down else fault  # whoever ends the run knows why
        except NewsbotError as fault:
            self._fail(fault)
        except Exception as fault:  # the seam: a fault of ours in finding work
            logger.exception("The spider could not go on.", extra=event("spider_fault"))
            self._fail(
                NewsbotError(
                    f"The backfill could not go on ({type(fault).__name__}: {fault}); what was committed is kept."
                )
            )
        await self.until(lambda: not self.in_flight or self.failed)

    @property
    def failed(self) -> bool:
        """Whether the archive itself has failed."""
        return self.sources is not None and self.run.failure is not None

    def _fail(self, fault: NewsbotError) -> None:
        if self.sources is None:
            self.fault = fault
        else:
            self.run.fail(fault)

    async def captures(self) -> AsyncIterator[Page]:
        """Page after page of the index, and of each its captures."""
        if self.deadline is not None:
            asyncio.get_running_loop().call_later(self.deadline, self.deadline_came)
        waiting, known = await self.begun()
        walk = IndexWalk(self.scope, self.asking.index, known)
        while waiting and not self.over:
            page = waiting.pop(0)
            found = await walk.ask(page)
            self.page, self.unsettled = UnitRow(page.name, stamp=page.after or None), 0
            chosen = await self.chosen(page, found.answer)
            async for article in self.asked_for(chosen):
                yield article
            await self.until(lambda: not self.in_flight or self.failed)
            if len(chosen.wanted) > self.page.reached or self.failed:
                self.more = True
                return  # it stays open: what is left of it is asked for by the next run
            await self.ledger.finished(replace(self.page, done=self.unsettled == 0), found)
            waiting[:0] = found.following
        self.more = bool(waiting)

    @property
    def over(self) -> bool:
        """Whether nothing more is asked for in this run."""
        enough = self.limit is not None and self.counted["asked"] >= self.limit
        return enough or self.winding_down or self.failed

    async def begun(self) -> tuple[list[IndexPage], set[str]]:
        """The pages of the index that are open, of this work or of its beginning, and the names of all that are known."""
        run = self.run if self.sources is not None else None
        self.ledger = WaybackLedger(run, Path(self.crawler.settings["NEWSBOT_ARCHIVE"]), self.terms.digest)
        self.asking = Asking(
            self.crawler, self.scope.endpoint, self.delay, lambda: self.winding_down or self.failed, self.wake
        )
        if run is not None:
            run.on_settled.append(self.settled)
            run.on_failure.append(self.wake.set)
            await run.archive.plan([planned(self.source)], utc_now(), partial=True)
        units = {} if self.again else await self.ledger.units()
        self.gone_through = bool(units) and all(unit.done for unit in units.values())
        first = IndexPage(self.terms.first, self.terms.last)
        waiting = [IndexPage.of(unit) for unit in units.values() if not unit.done] if units else [first]
        return waiting, {first.name, *units}

    async def chosen(self, page: IndexPage, answer: IndexAnswer) -> Chosen:
        """What is worth asking for of a page of the index; each such capture is evidence from here on."""
        pages, left_out = pages_of(answer.captures, self.source, (page.first, page.last))
        known = await self.ledger.known({one.key for one in pages})
        chosen = choose(pages, known, self.terms.versions)
        chosen.left_out.update(left_out)
        if answer.invalid:
            chosen.left_out[Reason.MALFORMED] += answer.invalid
        self.counted.update(listed=answer.lines, wanted=len(chosen.wanted), known=chosen.known)
        self.left_out.update(chosen.left_out)
        self.years.update(one.capture.timestamp[:4] for one in chosen.wanted)
        self.page.records, self.page.known = answer.lines, chosen.known
        self.page.reasons.update(chosen.left_out)
        self.page.failed = chosen.left_out[Reason.MALFORMED]
        self.page.skipped = chosen.left_out.total() - self.page.failed
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value("newsbot/due", len(chosen.wanted))
        return chosen

    def _named(self, wanted: Wanted) -> Found:
        url = wanted.capture.original
        return Found(
            url,
            wanted.key,
            Kind.ARTICLE,
            Via.WEB_ARCHIVE,
            seen_in=self.terms.memento(wanted.capture.timestamp, url),
        )

    # ------------------------------------------------------------------ captures

    async def asked_for(self, chosen: Chosen) -> AsyncIterator[Page]:
        """The captures one after the other, each page's versions in the order of time."""
        if self.sources is None:
            self.page.reached = len(chosen.wanted)
            return
        planned_for = {(one.key, one.capture.timestamp) for one in chosen.wanted}
        told = await self.ledger.name(self._named(one) for one in chosen.wanted)
        for wanted in chosen.wanted:
            if self.over:
                return
            await self.until(lambda key=wanted.key: self.free(key))  # type: ignore[misc]  # mypy and defaults of lambdas
            page = await self.capture(wanted, planned_for, told.get(wanted.key, ()))
            if self.winding_down and page is None:
                return
            self.page.reached += 1
            if page is not None:
                yield page

    def free(self, key: str) -> bool:
        """Whether there is room for another capture of a page: older versions are settled before newer ones."""
        room = len(self.in_flight) < MOST_IN_FLIGHT and all(other != key for other, _ in self.in_flight)
        return room or self.failed or self.winding_down

    async def capture(
        self, wanted: Wanted, planned_for: set[tuple[str, str]], told: Sequence[Found], hops: int = 1
    ) -> Page | None:
        """One capture on its way to the reader; None where it brought no page, which the ledger then tells."""
        self.counted["asked"] += 1
        url, timestamp = wanted.capture.original, wanted.capture.timestamp
        address = self.terms.memento(timestamp, url)
        lease = Lease(wanted.key, url, self.source.id, Kind.ARTICLE, host_of(url), 0, found=tuple(told))
        try:
            asked = Asked(url, timestamp, wanted.capture.digest)
            response, at = await self.asking.memento(address, wanted.key, asked)
        except OtherCapture as other:
            elsewhere = replace(wanted, capture=replace(wanted.capture, timestamp=other.timestamp, digest=""))
            await self.noted(lease, wanted, address, other, Outcome.SKIPPED)
            if hops and (wanted.key, other.timestamp) not in planned_for and await self.is_new(elsewhere):
                return await self.capture(elsewhere, planned_for, told, hops - 1)
            return None
        except IndexFault:
            raise
        except Exception as fault:  # noqa: BLE001  the seam: why there is no answer is what the ledger tells
            if not self.winding_down:
                await self.noted(lease, wanted, address, fault, Outcome.FAILED)
            return None
        visit = replace(
            answered(lease, self.source, response),
            visited_at=at,
            etag=None,
            last_modified=None,
            memento=address,
        )
        self.in_flight[wanted.key, at] = wanted
        return page_of(visit, response, self.source, lease)

    async def is_new(self, wanted: Wanted) -> bool:
        """Whether a capture that the index did not name lies in the window and was never taken."""
        if not self.terms.first <= wanted.capture.timestamp <= self.terms.last:
            return False
        known = await self.ledger.known({wanted.key})
        return wanted.capture.at not in known.get(wanted.key, KnownCaptures()).taken

    async def noted(
        self, lease: Lease, wanted: Wanted, address: str, fault: BaseException, outcome: Outcome
    ) -> None:
        """A row in the ledger for a capture that brought no page; the site and its article are left alone."""
        reason, detail = reason_of(fault)
        visit = replace(
            unanswered(lease, self.source, reason=reason, detail=detail),
            visited_at=wanted.capture.at,
            status=getattr(fault, "status", None),
            memento=address,
        )
        self.tally(visit, await self.ledger.note(visit, outcome))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until something is so."""
        while not condition():
            self.wake.clear()
            await self.wake.wait()

    # ------------------------------------------------------------------ what became of it

    def settled(self, visit: Visit, committed: Committed) -> None:
        """A capture is in the archive, or is known for what it is."""
        self.in_flight.pop((visit.key, visit.visited_at), None)
        self.tally(visit, committed)
        self.wake.set()

    def tally(self, visit: Visit, committed: Committed) -> None:
        """Counts what became of a capture."""
        outcome, reason = committed.outcome, committed.reason
        self.counted[outcome] += 1
        if outcome is Outcome.STORED:
            self.page.stored += 1
        elif outcome is Outcome.FAILED:
            self.page.failed += 1
        elif outcome is Outcome.SKIPPED:
            self.page.skipped += 1
        else:
            self.page.known += 1
        if reason is not None and outcome in (Outcome.FAILED, Outcome.SKIPPED):
            self.page.reasons[reason] += 1
            self.left_out[reason] += 1
        self.unsettled += outcome is Outcome.FAILED and reason in _FOR_A_WHILE
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value("newsbot/done")
            self.crawler.stats.inc_value(f"newsbot/{outcome}")
        if logger.isEnabledFor(logging.DEBUG):
            tell_visit(visit, committed)

    async def pipeline_failed(self, item: Any, failure: Failure) -> None:
        """An item pipeline raised (perhaps one that the user added): the capture is a failed one."""
        if isinstance(item, Page):
            detail = f"{type(failure.value).__name__}: {failure.value}"[:500]
            await self.run.settle(replace(item.visit, reason=Reason.READER_FAULT, detail=detail))

    async def pipeline_dropped(self, item: Any, exception: BaseException) -> None:
        """An item pipeline that the user added dropped the page: it is settled as left out."""
        if isinstance(item, Page):
            detail = f"{type(exception).__name__}: {exception}"[:500]
            await self.run.settle(replace(item.visit, reason=Reason.EXCLUDED, detail=detail))

    # ------------------------------------------------------------------ the end

    def deadline_came(self) -> None:
        """What is under way is brought to its end, the rest waits for the next run."""
        self.time_is_up = True
        logger.info(
            "The deadline has come: what is under way is brought to its end.", extra=event("deadline")
        )
        self.wind_down()

    def wind_down(self) -> None:
        """Ask for nothing more."""
        if self.winding_down:
            return
        self.winding_down = True
        if (politeness := self.crawler.get_downloader_middleware(Politeness)) is not None:
            politeness.stop()
        self.wake.set()

    def closing(self, reason: str) -> None:
        """Remember whether the backfill ended by itself."""
        self.was_stopped = reason != "finished" or self.time_is_up
