"""When a spider that works off the frontier goes on, and when it ends."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.statscollectors import StatsCollector

from newsbot.sources import Defaults, Source, Sources
from newsbot.spiders.frontier import FrontierSpider
from pipelines.errors import ArchiveUnusable, NewsbotError
from pipelines.items import LISTINGS, Committed, Found, Kind, Lease, Via, Visit
from pipelines.reasons import Outcome

SITE = "https://herald.example"
FEED = Lease(f"{SITE}/feed", f"{SITE}/feed", "herald", Kind.FEED, "herald.example", 0)
STORY = Lease(f"{SITE}/story", f"{SITE}/story", "herald", Kind.ARTICLE, "herald.example", 0)


class Frontier:
    """Stands in for the run: a feed is due, and once it is settled a story. The feed is settled at a moment of choice."""

    def __init__(self) -> None:
        self.failure: NewsbotError | None = None
        self.on_settled: list[Callable[[Visit, Committed], None]] = []
        self.on_failure: list[Callable[[], None]] = []
        self.received_bytes: Counter[str] = Counter()
        self.waiting = [FEED]
        self.settle_while_asked: Callable[[], None] | None = None

    def fail(self, fault: NewsbotError) -> None:
        self.failure = fault

    async def due(self, sources: Sequence[str]) -> int:
        return len(self.waiting)

    async def lease(
        self, limit: int, *, sources: Sequence[str], kinds: Collection[Kind], **_: Any
    ) -> list[Lease]:
        taken = [one for one in self.waiting if one.kind in kinds and one.source in sources]
        self.waiting = [one for one in self.waiting if one not in taken]
        if not taken and tuple(kinds) != LISTINGS and self.settle_while_asked is not None:
            settle, self.settle_while_asked = self.settle_while_asked, None
            settle()
        return taken

    def settle(self, lease: Lease, outcome: Outcome, *found: Lease) -> None:
        self.waiting += found
        links = tuple(Found(one.url, one.key, one.kind, Via.FEED, FEED.url) for one in found)
        at = datetime(2026, 11, 22, tzinfo=UTC)
        visit = Visit(lease.url, lease.key, lease.source, lease.kind, at, found=links)
        for listener in self.on_settled:
            listener(visit, Committed(outcome, new_links=len(found)))


class Due(FrontierSpider):
    name = "due"

    async def plan(self) -> None:
        """All is in the frontier already."""


@pytest.fixture
def frontier() -> Frontier:
    return Frontier()


@pytest.fixture
def spider(frontier: Frontier) -> Due:
    papers = [
        Source("herald", "The Herald", f"{SITE}/"),
        Source("quiet", "The Quiet", "https://quiet.example/"),
    ]
    spider = Due(sources=Sources(Path("sources.toml"), Defaults(), tuple(papers)))
    stats = StatsCollector(SimpleNamespace(settings=Settings()))  # type: ignore[arg-type]
    spider.crawler = SimpleNamespace(newsbot=frontier, stats=stats)  # type: ignore[assignment]
    return spider


def test_work_that_arrives_while_it_asks_is_taken_up(spider: Due, frontier: Frontier) -> None:
    """The last listing is settled between two questions: its articles were not asked for yet, and nothing is under way."""
    asked: list[str] = []

    async def crawl() -> None:
        async for request in spider.start():
            asked.append(request.url)
            if request.url == FEED.url:
                frontier.settle_while_asked = lambda: frontier.settle(FEED, Outcome.LISTED, STORY)
            else:
                frontier.settle(STORY, Outcome.STORED)

    asyncio.run(asyncio.wait_for(crawl(), 10))
    assert asked == [FEED.url, STORY.url]


def test_progress_counts_up_to_what_is_known_to_be_due(spider: Due, frontier: Frontier) -> None:
    async def crawl() -> None:
        async for request in spider.start():
            lease, found = (FEED, [STORY]) if request.url == FEED.url else (STORY, [])
            frontier.settle(lease, Outcome.STORED, *found)

    asyncio.run(asyncio.wait_for(crawl(), 10))
    stats = spider.crawler.stats
    assert stats is not None
    assert (stats.get_value("newsbot/due"), stats.get_value("newsbot/done")) == (2, 2)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(ArchiveUnusable("The archive is gone."), "The archive is gone.", id="the archive fails"),
        pytest.param(KeyError("herald"), "could not go on (KeyError: 'herald')", id="a fault of ours"),
    ],
)
def test_a_spider_that_cannot_find_work_stops_the_run_with_a_sentence(
    spider: Due, frontier: Frontier, monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str
) -> None:
    async def plan() -> None:
        raise fault

    monkeypatch.setattr(spider, "plan", plan)

    async def crawl() -> list[str]:
        return [request.url async for request in spider.start()]

    assert asyncio.run(asyncio.wait_for(crawl(), 10)) == []
    assert frontier.failure is not None
    assert said in str(frontier.failure)
