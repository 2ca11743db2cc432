"""How a web archive is asked: one request at a time, and not while it wants peace."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from newsbot.clock import utc_now
from newsbot.discovery.cdx import read_index
from newsbot.log import event
from newsbot.middlewares.memento import ASKED, CAPTURED_AT, Asked
from newsbot.middlewares.outcome import reason_of
from newsbot.middlewares.refused import Refused
from newsbot.spiders.wayback_index import IndexFault
from newsbot.spiders.wayback_terms import ARCHIVE
from pipelines.items import Kind
from pipelines.reasons import Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LONGEST_PAUSE: Final = (
    900.0  # seconds that an archive's wish to be left alone is waited out; a longer one ends the run
)
_PAUSES: Final = (0.0, 10.0, 60.0)  # delays waited before the index is asked again that failed
_INDEX_TIMEOUT: Final = 180  # seconds; an index of twenty years takes its time
_MEMENTO_TIMEOUT: Final = 60
# What asking again does not mend.
_FOR_GOOD: Final = frozenset(
    (Reason.FORBIDDEN_ADDRESS, Reason.BAD_URL, Reason.DNS, Reason.TLS, Reason.TOO_LARGE, Reason.STOPPED)
)
_ANSWERS: Final = list(range(300, 600))

logger = logging.getLogger(__name__)


class Asking:
    """Puts questions to a web archive through all middlewares; `stopped` tells whether the run wants to end, and `wake`
    is set when it may have begun to."""

    def __init__(
        self, crawler: Crawler, endpoint: str, delay: float, stopped: Callable[[], bool], wake: asyncio.Event
    ) -> None:
        self._crawler = crawler
        self._endpoint = endpoint
        self._delay = delay
        self._stopped = stopped
        self._wake = wake

    async def memento(self, address: str, key: str, asked: Asked) -> tuple[Response, datetime]:
        """The capture at an address, as the site had answered it then, and when that was.

        Raises Refused and what Scrapy raises where there is none, IndexFault where nothing more can be asked.
        """
        meta = _meta(
            kind=Kind.ARTICLE.value, key=key, download_timeout=_MEMENTO_TIMEOUT, **{ASKED: asked.told}
        )
        response = await self._fetch(Request(address, meta=meta, dont_filter=True))
        return response, captured(response)

    async def index(self, url: str) -> bytes:
        """The body of an answer of the index. Raises IndexFault with a sentence where there is none."""
        meta = _meta(kind=Kind.SITEMAP.value, key="", download_timeout=_INDEX_TIMEOUT)
        told = ""
        for pause in _PAUSES:
            await self.rest(pause * self._delay)
            try:
                response = await self._fetch(Request(url, meta=dict(meta), dont_filter=True))
            except IndexFault:
                raise
            except Exception as fault:  # noqa: BLE001  the seam: why there is no answer becomes the sentence
                reason, detail = reason_of(fault)
                told = f"{reason}: {detail}"
                if reason is Reason.FORBIDDEN_ADDRESS:
                    told += "; a web archive of your own wants --allow-private"
                if reason in _FOR_GOOD:
                    break
                continue
            if response.status == 200 or read_index(response.body).blocked:
                return response.body
            told = f"HTTP {response.status}"
            if response.status < 500:
                break
        raise IndexFault(
            f"The index at {self._endpoint} gives no answer ({told}). What was taken before is kept."
        )

    async def _fetch(self, request: Request) -> Response:
        """One answer of the web archive; what it wants of peace is waited out, where it is not too much.

        Raises IndexFault where it forbids all by its robots.txt or wants more peace than a run may wait for.
        """
        assert self._crawler.engine is not None
        while True:
            try:
                return await self._crawler.engine.download_async(request.copy())
            except Refused as refused:
                if refused.reason is Reason.ROBOTS:
                    raise IndexFault(
                        f"robots.txt of {urlsplit(request.url).netloc} forbids {request.url[:200]}."
                    ) from refused
                if refused.retry_at is None:
                    raise
                wait = (refused.retry_at - utc_now()).total_seconds()
                if wait > LONGEST_PAUSE:
                    until = refused.retry_at.isoformat(timespec="minutes")
                    raise IndexFault(
                        f"{urlsplit(request.url).netloc} wants no request before {until} ({refused.detail}); run it again then."
                    ) from refused
                logger.info(
                    "The web archive is left alone for %.0f seconds (%s).",
                    wait,
                    refused.detail,
                    extra=event("archive_held"),
                )
                await self.rest(max(wait, 0.0))
                if self._stopped():
                    raise

    async def rest(self, seconds: float) -> None:
        """Waits, but not beyond the end of the run."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0 and not self._stopped():
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), left)
            except TimeoutError:
                return


def _meta(**more: Any) -> dict[str, Any]:
    return {"source": ARCHIVE, "dont_redirect": True, "handle_httpstatus_list": _ANSWERS, **more}


def captured(response: Response) -> datetime:
    """When the archive captured what it answers with. Raises Refused where it is in trouble and gives no capture."""
    told = response.request.meta.get(CAPTURED_AT) if response.request is not None else None
    if told is None:
        raise Refused(
            Reason.HTTP_ERROR, f"The web archive answered HTTP {response.status}.", status=response.status
        )
    return datetime.fromisoformat(told)
