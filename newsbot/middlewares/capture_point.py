"""Where an article page is written down as received."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import Response

from newsbot.clock import utc_now
from newsbot.middlewares.headers import media_type, pairs
from newsbot.middlewares.memento import CAPTURED_AT
from newsbot.middlewares.refused import Refused
from newsbot.middlewares.run import run_of
from pipelines.document import is_other_media
from pipelines.errors import ArchiveUnusable, NewsbotError
from pipelines.items import Kind
from pipelines.reasons import Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_OK = 200


class CapturePoint:
    """Hands each article page to the capture writer and notes in `meta["capture"]` where it lies.

    Sits above Unpacking (its order is greater), so that the payload is still packed as the server packed it,
    and below Wholeness, so that only whole payloads are kept. A source whose `store` is "text" or "metadata" wants no
    pages kept. A disk that takes no more pages ends the crawl: an article without its page is not worth having.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CapturePoint:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        run = run_of(self._crawler)
        source = run.sources.get(request.meta.get("source", ""))
        wanted = source is None or source.store == "full"
        if run.capture is not None and wanted and is_page(request, response):
            try:
                request.meta["capture"] = run.capture.write(
                    response.url,
                    response.status,
                    pairs(response.headers),
                    response.body,
                    captured_at(request),
                )
            except (NewsbotError, OSError) as error:
                fault = error if isinstance(error, NewsbotError) else _unwritten(error)
                run.fail(fault)
                raise Refused(Reason.STOPPED, str(fault)) from error
        return response


def captured_at(request: Request) -> datetime:
    """When the page was captured: now, or where a web archive gave it, when that archive did."""
    told = request.meta.get(CAPTURED_AT)
    return datetime.fromisoformat(told) if told else utc_now()


def _unwritten(error: OSError) -> NewsbotError:
    return ArchiveUnusable(
        f"The page as received cannot be written ({error.strerror}: {error.filename}): check the folder's permissions."
    )


def is_page(request: Request, response: Response) -> bool:
    """Whether the answer is an article page worth a capture: asked for as an article, 200, not empty, and not said to
    be something else. What a reader would read is captured, mislabelled or not."""
    return (
        request.meta.get("kind") == Kind.ARTICLE
        and response.status == _OK
        and bool(response.body)
        and not is_other_media(media_type(response.headers))
    )
