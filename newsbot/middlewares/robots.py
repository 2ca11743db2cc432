"""robots.txt by RFC 9309: where Scrapy allows everything, an unreachable robots.txt forbids everything."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from scrapy import Request, signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from newsbot.clock import utc_now
from newsbot.log import event
from newsbot.middlewares.outcome import reason_of
from newsbot.middlewares.places import host_key
from newsbot.middlewares.refused import Elsewhere, Refused
from newsbot.middlewares.run import run_of
from newsbot.middlewares.user_agent import PRODUCT
from pipelines.reasons import Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_READ = 500 * 1024  # bytes; RFC 9309, 2.5 asks for at least that much
_MOST_RECEIVED = 4 << 20  # bytes; a longer one is no robots.txt
_MOST_REDIRECTS = 5  # RFC 9309, 2.3.1.2; after more of them there are no rules
_GOOD_FOR = timedelta(hours=24)  # RFC 9309, 2.4
_AGAIN_AFTER = timedelta(hours=1)  # a robots.txt that could not be had is asked for again then
_LONGEST_LINE = 2000  # characters; a rule longer than any URL we ask matches none of them

Answer = RobotParser | Refused | None


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware with the answers of RFC 9309, 2.3.1 to a robots.txt that is not simply there.

    4xx except 429: there are no rules. 5xx, 429, a timeout, a failed connection or a forbidden address: nothing of
    that host is asked in this run nor within an hour, and the refusal carries the reason why its robots.txt could not be
    had. More than five redirects: no rules. What was answered is good for later runs too, for 24 hours (2.4).
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._answers: dict[str, asyncio.Task[Answer]] = {}  # by scheme and host

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host, asked for once a run; None where it has none. Raises Refused."""
        site = f"{urlparse_cached(request).scheme}://{host_key(request.url)}"
        if site not in self._answers:
            self._answers[site] = asyncio.ensure_future(self._ask(request))
            self._stats.inc_value("robotstxt/request_count")
        answer = await asyncio.shield(self._answers[site])
        if isinstance(answer, Elsewhere):
            self._answers.pop(site, None)  # another time it may be our turn
            raise Elsewhere(host_key(request.url))
        if isinstance(answer, Refused):  # a fresh one each time: a raised exception keeps its traceback
            if answer.retry_at is not None:
                request.meta["retry_at"] = answer.retry_at.isoformat()
            raise Refused(answer.reason, answer.detail, status=answer.status, retry_at=answer.retry_at)
        return answer

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            raise Refused(Reason.ROBOTS, "robots.txt disallows it") from None

    async def _ask(self, request: Request) -> Answer:
        parts = urlparse_cached(request)
        address = f"{parts.scheme}://{parts.netloc}/robots.txt"
        known = await run_of(self.crawler).known_robots(host_key(request.url), address, _GOOD_FOR)
        if known is not None and _without_rules(known[0]) is None:
            status, text = known
            return await self._rules(request, (text or "").encode()) if 200 <= status < 300 else None
        return await self._fetched(request, address)

    async def _fetched(self, request: Request, address: str) -> Answer:
        asked = Request(
            address,
            priority=self.DOWNLOAD_PRIORITY,
            meta={
                "dont_obey_robotstxt": True,
                "download_maxsize": _MOST_RECEIVED,
                "redirect_ttl": _MOST_REDIRECTS,
                "source": request.meta.get("source"),
            },
            callback=NO_CALLBACK,
        )
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(asked)
        except Exception as error:  # noqa: BLE001  whatever went wrong, it becomes the reason of every refusal
            if isinstance(error, Refused) and error.reason is Reason.STOPPED:  # it was never asked
                return error
            await self._remember(request, address, getattr(error, "status", None))
            return _told(address, _unreachable(error))
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        if not 200 <= response.status < 300:
            await self._remember(request, address, response.status)
            return _told(address, _without_rules(response.status))
        body = readable(response.body)
        rules = await self._rules(request, body)
        delay = rules.crawl_delay(PRODUCT)
        await self._remember(request, address, response.status, body.decode("utf-8", "replace"), delay)
        return rules

    async def _rules(self, request: Request, body: bytes) -> RobotParser:
        """The rules of a robots.txt; whoever keeps the pace hears of its Crawl-delay."""
        rules: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        return rules

    async def _remember(
        self,
        request: Request,
        address: str,
        status: int | None,
        body: str | None = None,
        delay: float | None = None,
    ) -> None:
        await run_of(self.crawler).remember_robots(host_key(request.url), address, status, body, delay)


def _told(address: str, answer: Refused | None) -> Refused | None:
    """The answer; where it closes a whole host, a line says so."""
    if answer is not None:
        told = event("robots_unreachable", url=address, reason=answer.reason.value, status=answer.status)
        logger.info("%s: %s.", address, answer.detail, extra=told)
    return answer


def readable(body: bytes) -> bytes:
    """What is read of a robots.txt: whole lines among the first 500 KiB, without those that are too long."""
    if len(body) > _READ:
        body = body[:_READ].rpartition(b"\n")[0]
    return b"\n".join(line for line in body.splitlines() if len(line) <= _LONGEST_LINE)


def _without_rules(status: int) -> Refused | None:
    if status == 429 or status >= 500:
        told = f"robots.txt answered HTTP {status}, which forbids everything"
        return Refused(Reason.HTTP_ERROR, told, status=status, retry_at=utc_now() + _AGAIN_AFTER)
    return None


def _unreachable(error: Exception) -> Refused | None:
    reason, detail = reason_of(error)
    if reason is Reason.TOO_MANY_REDIRECTS:
        return None
    told = f"robots.txt could not be had, which forbids everything: {detail}"
    retry_at = getattr(error, "retry_at", None) or utc_now() + _AGAIN_AFTER
    return Refused(reason, told, status=getattr(error, "status", None), retry_at=retry_at)
