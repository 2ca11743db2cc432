"""Takes only whole answers of bearable size; looks at the payload as received, before anything opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from newsbot.middlewares.refused import Refused
from newsbot.middlewares.unpacking import UNPACKED
from pipelines.capture.unpacking import NotUnpacked, encodings_of, unpacked
from pipelines.items import Kind
from pipelines.reasons import Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

_LISTINGS = frozenset((Kind.FEED, Kind.SITEMAP))
_SUCCESS = range(200, 300)


class Wholeness:
    """Sets the size limit of each request, and opens each compressed payload once to see that it is whole.

    Scrapy takes a truncated gzip, br or zstd body for a page, and opens a bomb up to DOWNLOAD_MAXSIZE. Content-Length
    and chunks that break off are DOWNLOAD_FAIL_ON_DATALOSS's part. A damaged payload is asked for once more, then
    refused. The body of an error page is not worth refusing: it is dropped, and the status tells the story. The size
    as received goes into `meta["received_bytes"]`, the content on to `Unpacking`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Wholeness:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        request.meta.setdefault(
            "download_maxsize", size_limit(request.meta.get("kind"), self._crawler.settings)
        )

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        request.meta["received_bytes"] = len(response.body)
        header = b",".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1")
        if not header:
            return response
        if not response.body:  # a 304 or 204 that names an encoding all the same; gunzip would fail on it
            return _without_body(response)
        encodings = encodings_of(header)
        try:
            content = unpacked(response.body, encodings, request.meta["download_maxsize"])
        except NotUnpacked as error:
            if response.status not in _SUCCESS:
                return _without_body(response)
            return self._once_more(request, error) or _refuse(response, error)
        if not encodings or content == response.body:  # said to be packed, and is not
            del response.headers[b"Content-Encoding"]
        else:
            request.meta[UNPACKED] = content
        return response

    def _once_more(self, request: Request, error: NotUnpacked) -> Request | None:
        spider = self._crawler.spider
        if error.reason is Reason.TOO_LARGE or spider is None:
            return None
        return get_retry_request(
            request, spider=spider, reason=error.reason.value, max_retry_times=1, give_up_log_level="DEBUG"
        )


def size_limit(kind: str | None, settings: BaseSettings) -> int:
    """Most bytes of an answer, received and opened: LISTING_MAXSIZE for feeds and sitemaps, else PAGE_MAXSIZE."""
    return settings.getint("LISTING_MAXSIZE" if kind in _LISTINGS else "PAGE_MAXSIZE")


def _without_body(response: Response) -> Response:
    del response.headers[b"Content-Encoding"]
    return response.replace(body=b"")


def _refuse(response: Response, error: NotUnpacked) -> Response:
    raise Refused(error.reason, error.detail, status=response.status)
