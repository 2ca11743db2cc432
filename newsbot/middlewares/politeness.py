"""One request at a time a host, no sooner than it likes, and none while it wants to be left alone."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scrapy import Request, signals
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from newsbot.clock import utc_now
from newsbot.log import event
from newsbot.middlewares.outcome import reason_of
from newsbot.middlewares.pace import PATIENCE, crawl_delay, hold_until, spacing
from newsbot.middlewares.places import host_key
from newsbot.middlewares.refused import Elsewhere, Refused
from newsbot.middlewares.run import run_of
from newsbot.middlewares.user_agent import PRODUCT
from pipelines.reasons import Reason

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

# Seconds. Without a delay Scrapy 2.19 starts all that waits in a slot at once, whatever its concurrency: it counts a
# download only when the task that it made for it has begun to run.
_LEAST_DELAY = 0.001

_DOWN = frozenset((Reason.DNS, Reason.CONNECTION, Reason.TLS, Reason.TIMEOUT))
_MOST_FAILURES = 5  # in a row, after which a host counts as down
_DOWN_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Hold:
    """A host that is not asked until `until`, and why."""

    until: datetime
    reason: Reason
    detail: str
    status: int | None = None
    ends: float = field(
        init=False
    )  # on the monotonic clock: the machine's own may be set while the host is held

    def __post_init__(self) -> None:
        left = (self.until - utc_now()).total_seconds()
        object.__setattr__(self, "ends", time.monotonic() + left)

    @property
    def left(self) -> float:
        """Seconds until it ends."""
        return self.ends - time.monotonic()


class Politeness:
    """Keeps each host's own slot, delay and hold.

    A host that answers 429, or 503 with Retry-After, is held for all requests of the run; so is one that failed to
    answer five times in a row, for ten minutes, so that a dead host does not cost a timeout for every URL. A request
    to a held host waits if the hold is short, and is refused at once if it is long: `meta["retry_at"]` then says when
    to come back (ISO 8601, UTC).
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._holds: dict[str, Hold] = {}
        self._strikes: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._delays: dict[str, float] = {}
        self._stopped = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Politeness:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.robots_parsed, signal=signals.robots_parsed)
        return middleware

    async def process_request(self, request: Request) -> None:
        if self._stopped:
            raise _not_begun()
        host = host_key(request.url)
        # Always by the URL at hand: Scrapy copies the slot of the first host to the target of a redirect.
        request.meta["download_slot"] = host
        source = run_of(self._crawler).sources.get(request.meta.get("source", ""))
        if source is not None:
            self._space(host, source.delay)
        self._wait_of(host, request)

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        if _pause(response, 0) is None:
            return response
        hold = self._holds.get(host_key(request.url)) or self.after(request, response)
        if hold is None:  # the short pause is over already
            return response
        again = self._once_more(request, hold)
        if again is None:
            raise self._refusal(request, hold)
        return again

    async def process_exception(self, request: Request, exception: Exception) -> None:
        reason, detail = reason_of(exception)
        if isinstance(exception, Refused) or reason not in _DOWN:
            return
        host = host_key(request.url)
        self._failures[host] += 1
        if self._failures[host] >= _MOST_FAILURES:
            told = f"{self._failures[host]} failures in a row, the last: {detail}"
            self._hold(host, Hold(utc_now() + _DOWN_FOR, reason, told))

    async def before(self, request: Request) -> None:
        """Waits out a short hold of the request's host, and the turns of other crawlers there; from here on the request
        is under way, until `ended`. Raises Refused where the hold is a long one, Elsewhere where our turn does not
        come."""
        host = host_key(request.url)
        run, patience = run_of(self._crawler), time.monotonic() + PATIENCE
        while wait := self._wait_of(host, request) or await run.admit(host, self._delays.get(host, 0.0)):
            if not self._wait_of(host, request) and time.monotonic() + wait > patience:
                raise Elsewhere(host)
            await asyncio.sleep(wait)
            if self._stopped:
                raise _not_begun()
            if (slot := self._slots().get(host)) is not None:
                slot.lastseen = time.monotonic()  # the delay to the next request counts from here

    def ended(self, request: Request) -> None:
        """A request that `before` let out is over, however it ended."""
        run_of(self._crawler).done_with(host_key(request.url))

    def after(self, request: Request, response: Response) -> Hold | None:
        """Holds the host where its answer asks for it."""
        host = host_key(request.url)
        self._failures.pop(host, None)
        until = _pause(response, self._strikes[host])
        if until is None:
            return None
        self._strikes[host] += 1
        header = _retry_after(response)
        told = f"HTTP {response.status}" + (f", Retry-After: {header[:40]}" if header else "")
        hold = Hold(until, Reason.RATE_LIMITED, told, response.status)
        self._hold(host, hold)
        return hold

    def stop(self) -> None:
        """Lets no further request out: what waits for its turn is refused (STOPPED), what is on its way comes home."""
        self._stopped = True
        for slot in self._slots().values():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(Failure(_not_begun()))  # type: ignore[no-untyped-call]

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Takes the Crawl-delay of a robots.txt as the host's delay, where it is longer than the source's."""
        self._space(host_key(request.url), crawl_delay(robotparser.crawl_delay(PRODUCT)))

    def _wait_of(self, host: str, request: Request) -> float:
        """Seconds that a request to `host` has to wait now; Refused where that is too long."""
        hold = self._holds.get(host)
        if hold is None:
            return 0.0
        wait = hold.left
        if wait > PATIENCE:
            raise self._refusal(request, hold)
        if wait <= 0:
            del self._holds[host]
        return max(0.0, wait)

    def _hold(self, host: str, hold: Hold) -> None:
        known = self._holds.get(host)
        if known is not None and known.ends >= hold.ends:
            return
        self._holds[host] = hold
        until = hold.until.isoformat(timespec="seconds")
        told = event("host_held", host=host, until=until, reason=hold.reason.value)
        logger.info("%s is left alone until %s (%s).", host, until, hold.detail, extra=told)
        slot = self._slots().get(host)
        if slot is not None and hold.left > PATIENCE:
            while slot.queue:  # what waits for its turn would be refused one by one, a delay apart
                request, waiting = slot.queue.popleft()
                waiting.errback(Failure(self._refusal(request, hold)))  # type: ignore[no-untyped-call]

    def _once_more(self, request: Request, hold: Hold) -> Request | None:
        spider = self._crawler.spider
        if spider is None or hold.left > PATIENCE:
            return None
        return get_retry_request(request, spider=spider, reason=hold.reason.value, give_up_log_level="DEBUG")

    @staticmethod
    def _refusal(request: Request, hold: Hold) -> Refused:
        request.meta["retry_at"] = hold.until.isoformat()
        return Refused(hold.reason, hold.detail, status=hold.status, retry_at=hold.until)

    def _space(self, host: str, delay: float) -> None:
        """Raises the delay of the host's slot to `delay` seconds; the longest that anyone asked for stands."""
        delay = max(delay, _LEAST_DELAY)
        if self._crawler.engine is None or delay <= self._delays.get(host, 0.0):
            return
        self._delays[host] = delay
        slot_delay, jitter = spacing(delay)
        downloader = self._crawler.engine.downloader
        # Slots are made on demand, and thrown away after a minute of idleness: both must know.
        downloader.per_slot_settings[host] = {
            **downloader.per_slot_settings.get(host, {}),
            "delay": slot_delay,
            "jitter": jitter,
        }
        slot = self._slots().get(host)
        if slot is not None:
            slot.delay, slot.jitter = slot_delay, jitter

    def _slots(self) -> dict[str, Slot]:
        return self._crawler.engine.downloader.slots if self._crawler.engine is not None else {}


def _not_begun() -> Refused:
    return Refused(Reason.STOPPED, "the run ended before its turn came")


def _retry_after(response: Response) -> str:
    return (response.headers.get(b"Retry-After") or b"").decode("latin-1")


def _pause(response: Response, strikes: int) -> datetime | None:
    return hold_until(response.status, _retry_after(response) or None, utc_now(), strikes)
