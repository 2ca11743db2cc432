"""The spider `probe`: asks a homepage and what it names, stores nothing; `newsbot add` and `scrapy crawl probe`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Sequence
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler

from newsbot.clock import utc_now
from newsbot.middlewares.headers import plain
from newsbot.middlewares.outcome import reason_of, reason_of_status
from newsbot.middlewares.run import WithoutArchive
from newsbot.middlewares.user_agent import user_agent
from newsbot.sources import Source
from newsbot.sources.probe import Fetched, Probe, Proposal
from newsbot.spiders.arguments import is_true
from newsbot.spiders.frontier import ANSWERS
from pipelines.dedupe import url_key
from pipelines.items import Found, Kind, Page, Reading, Rules, Visit
from pipelines.workers import Readers

ID = "probe"  # the source under which the requests go out


class ProbeSpider(Spider):
    """Some twenty requests, as polite as a crawl. Arguments: `url` (the homepage), `contact`, `allow_private=1`,
    `delay` (seconds between two requests)."""

    name = "probe"

    def __init__(
        self,
        *args: Any,
        url: str,
        taken: Container[str] = (),
        contact: str | None = None,
        allow_private: str | bool = False,
        delay: str | float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.url = url
        self.taken = taken
        self.contact = contact
        self.allow_private = is_true(allow_private)
        self.delay = float(delay)
        self.proposal: Proposal | None = None
        self.fault: Exception | None = None
        self.readers = Readers(preload=("newsbot.discovery",))

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> ProbeSpider:
        """The site is told who asks, and a private address is asked only where that was said."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.settings.set("USER_AGENT", user_agent(spider.contact), priority="spider")
        source = Source(
            id=ID, name=ID, homepage=spider.url, allow_private=spider.allow_private, delay=spider.delay
        )
        crawler.newsbot = WithoutArchive({ID: source})  # type: ignore[attr-defined]
        crawler.signals.connect(spider.readers.close, signal=signals.engine_stopped)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Probe the homepage; the proposal is the only item."""
        try:
            self.proposal = await Probe(self.fetch, self.read, self.taken).run(self.url)
        except ValueError as fault:  # the URL is no address: told by the command
            self.fault = fault
            return
        yield {"entry": self.proposal.entry, "notes": self.proposal.notes}

    async def fetch(self, url: str) -> Fetched:
        """One request through all middlewares; a failure is an answer too."""
        sitemap = url.endswith((".xml", ".gz", "robots.txt")) or url == urljoin(self.url, "/robots.txt")
        meta = {
            "kind": (Kind.SITEMAP if sitemap else Kind.SECTION).value,
            "source": ID,
            "key": url_key(url),
            "handle_httpstatus_list": ANSWERS,
        }
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(Request(url, meta=meta, dont_filter=True))
        except Exception as fault:  # noqa: BLE001  the seam: why there is no answer is what a probe reports
            why, detail = reason_of(fault)
            return Fetched(url, url, reason=why, detail=detail)
        headers = plain(response.headers)
        reason = reason_of_status(response.status, headers)
        return Fetched(url, response.url, response.status, headers, response.body, reason=reason)

    async def read(self, answer: Fetched, found: Sequence[Found], rules: Rules) -> Reading | None:
        """One article, in a reader process."""
        visit = Visit(answer.url, url_key(answer.url), ID, Kind.ARTICLE, utc_now(), answer.final_url)
        return await self.readers.read(Page(visit, answer.body, dict(answer.headers), rules, tuple(found)))
