"""The last point before a request goes out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response

from newsbot.middlewares.bounded_headers import BoundedFactory
from newsbot.middlewares.certificates import trust_authorities
from newsbot.middlewares.politeness import Politeness

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# It warns of answers that are too large or end early, with advice for programmers. The ledger tells both.
logging.getLogger(HTTP11DownloadHandler.__module__).setLevel(logging.ERROR)


class Door(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler with Politeness on both sides of the doorstep, and bounded headers.

    Requests wait for their turn behind the middlewares; while they wait, their host may have asked for a pause. And
    Scrapy sends the next one before the middlewares have seen the answer to the last.
    """

    def __init__(self, crawler: Crawler) -> None:
        trust_authorities()
        super().__init__(crawler)
        self._pool._factory = BoundedFactory
        self._stats = crawler.stats

    async def download_request(self, request: Request) -> Response:
        politeness = self._crawler.get_downloader_middleware(Politeness)
        if politeness is None:
            return await self._sent(request)
        await politeness.before(request)
        try:
            response = await self._sent(request)
        finally:
            politeness.ended(request)
        politeness.after(request, response)
        return response

    async def _sent(self, request: Request) -> Response:
        if self._stats is not None:
            # Scrapy's own count has those too that wait for their turn.
            self._stats.inc_value("newsbot/requests")
        return await super().download_request(request)
