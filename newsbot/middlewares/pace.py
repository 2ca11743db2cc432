"""How long a host wants to be left alone, and how far apart requests to it are: pure rules."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

PATIENCE = 10.0  # seconds that a request may wait for its host; longer, and it is put off to a later run
LONGEST_CRAWL_DELAY = 60.0  # seconds; some robots.txt name hours, which would be no crawl at all

_LONGEST_HOLD = timedelta(days=1)
_FIRST_HOLD = timedelta(minutes=1)  # after a 429 that does not say how long; doubled with each further one
_JITTER = 0.2
_SECONDS = re.compile(r"[0-9]{1,18}")

_TOO_MANY_REQUESTS = 429
_UNAVAILABLE = 503


def parse_retry_after(value: str | None, now: datetime) -> datetime | None:
    """The instant that a Retry-After header names, in either form (RFC 9110, 10.2.3): seconds, or an HTTP date.

    `now` is aware UTC, and so is the result; it lies between `now` and one day later. None where there is no header
    or it cannot be read.
    """
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        return now + min(timedelta(seconds=min(int(text), 10**6)), _LONGEST_HOLD)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None:  # asctime form, and "-0000": both mean UTC
        at = at.replace(tzinfo=UTC)
    return min(max(at.astimezone(UTC), now), now + _LONGEST_HOLD)


def hold_until(status: int, retry_after: str | None, now: datetime, strikes: int = 0) -> datetime | None:
    """Until when a host that answered `status` wants no request; None where it did not ask for a pause.

    429 always asks for one; 503 does where it comes with Retry-After. `strikes` counts the pauses that the host has
    asked for already in this run.
    """
    if status not in (_TOO_MANY_REQUESTS, _UNAVAILABLE):
        return None
    at = parse_retry_after(retry_after, now)
    if at is None and status == _TOO_MANY_REQUESTS:
        at = now + min(_FIRST_HOLD * 2 ** min(strikes, 20), _LONGEST_HOLD)
    return None if at is None else max(at, now + timedelta(seconds=1))


def spacing(delay: float) -> tuple[float, float]:
    """Scrapy's slot delay and jitter for requests that are `delay` to 1.5 `delay` seconds apart, never less.

    Scrapy varies a slot's delay to both sides; a delay that a host or an owner asked for is a minimum.
    """
    return delay / (1 - _JITTER), _JITTER


def crawl_delay(asked: float | None) -> float:
    """Seconds between requests by the Crawl-delay of a robots.txt: 0 where it names none or nonsense, at most 60."""
    if asked is None or not 0 < asked < float("inf"):
        return 0.0
    return min(asked, LONGEST_CRAWL_DELAY)
