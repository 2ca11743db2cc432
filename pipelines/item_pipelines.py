"""The two thin Scrapy item pipelines: read a page, store what was read."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, Self

from pipelines.items import Article, Committed, Page, Reading, Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.store import Archive
    from pipelines.workers import Readers

logger = logging.getLogger(__name__)


class Run(Protocol):
    """What the pipelines need of the run that the crawler carries as `crawler.newsbot`."""

    readers: Readers
    archive: Archive

    async def settle(self, visit: Visit) -> Committed: ...


class ReadPipeline:
    """Page -> Page with its Reading, made in a reader process. Other items pass."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, Page):
            return item
        run: Run = self.crawler.newsbot  # type: ignore[attr-defined]
        reading = await run.readers.read(item)
        visit = replace(item.visit, reading=reading, reread=await _reread(run, item, reading))
        return replace(item, visit=visit)


async def _reread(run: Run, page: Page, reading: Reading) -> Reading | None:
    """Today's reading of the page that the archive has, where other rules had read it.

    Only what the same rules find in both is the publisher's change.
    """
    kept = page.kept
    if kept is None or not reading.is_article or kept.read_by == reading.version:
        return None
    found = await run.readers.reread(run.archive.path.parent / "captures", kept, page.evidence, page.rules)
    if isinstance(found, Reading):
        return found
    logger.warning("%s cannot be read again, so its changes count as ours: %s", page.visit.url, found)
    return None


class StorePipeline:
    """Page with its Reading -> committed; what goes on to the feed exports is the flat Article."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, Page):
            return item
        run: Run = self.crawler.newsbot  # type: ignore[attr-defined]
        return _article(item.visit, await run.settle(item.visit))


def _article(visit: Visit, committed: Committed) -> Article:
    """The row of `scrapy crawl news -o items.csv`."""
    reading = visit.reading
    article = Article(
        url=visit.final_url or visit.url,
        source=visit.source,
        outcome=committed.outcome,
        reason=committed.reason,
        public_id=committed.public_id,
    )
    if reading is None or not reading.is_article:
        return article
    published, dateline = reading.published, reading.dateline
    return replace(
        article,
        headline=reading.headline,
        byline=reading.byline,
        published_at=published.at.isoformat() if published.at else None,
        published_day=published.day.isoformat() if published.day else None,
        dateline=dateline.printed if dateline else None,
        place=dateline.place if dateline else None,
        country=dateline.country if dateline else None,
        agencies="; ".join(reading.agencies) or None,
        section=reading.section,
        language=reading.language,
        lede=reading.lede,
        text=reading.text,
    )
