"""Downloader middleware: requests for the sample's hosts go to the sample server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy.exceptions import NotConfigured

from newsbot.sample.newsroom import HOSTS

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class SampleRoute:
    """Sets the proxy of requests for sample hosts to `SAMPLE_PROXY`; without that setting it is not there.

    Must come before Scrapy's HttpProxyMiddleware (750). Other hosts are left alone.
    """

    def __init__(self, proxy: str) -> None:
        self.proxy = proxy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where SAMPLE_PROXY is empty: the middleware is then left out."""
        proxy = crawler.settings.get("SAMPLE_PROXY")
        if not proxy:
            raise NotConfigured
        return cls(proxy)

    def process_request(self, request: Request) -> None:
        """Route one request."""
        if (urlsplit(request.url).hostname or "") in HOSTS:
            request.meta["proxy"] = self.proxy
