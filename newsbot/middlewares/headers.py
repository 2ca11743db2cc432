"""Headers of an answer as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Headers

from pipelines.capture.headers import joined


def pairs(headers: Headers) -> list[tuple[str, str]]:
    """Name and value of every header line, in the order received (names title-cased by Scrapy)."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name in headers
        for value in headers.getlist(name)
    ]


def plain(headers: Headers) -> dict[str, str]:
    """Lower-case name -> value, repeated lines joined by a comma (RFC 9110, 5.3)."""
    return joined(pairs(headers))


def fresh_for(headers: Mapping[str, str]) -> float | None:
    """Seconds for which an answer says that it stays as it is (RFC 9111, 4.2.1): max-age of Cache-Control less its Age,
    else Expires less Date. None where it says nothing, or wants to be asked each time (no-cache, no-store).

    `headers` maps lower-case names to values.
    """
    told = {
        name.strip().lower(): value.strip().strip('"')
        for name, _, value in (part.partition("=") for part in headers.get("cache-control", "").split(","))
    }
    if told.keys() & {"no-cache", "no-store"}:
        return None
    if (seconds := _whole(told.get("max-age"))) is not None:
        return max(0.0, float(seconds - (_whole(headers.get("age")) or 0))) or None
    expires, date = _date(headers.get("expires")), _date(headers.get("date"))
    if "max-age" in told or expires is None or date is None:
        return None
    return max(0.0, (expires - date).total_seconds()) or None


def _whole(printed: str | None) -> int | None:
    return int(printed) if printed and printed.isdecimal() and len(printed) < 12 else None


def _date(printed: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(printed or "")
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def media_type(headers: Headers) -> str:
    """The media type in lower case without its parameters; empty where the answer names none."""
    value = headers.get(b"Content-Type") or b""
    return value.decode("latin-1").partition(";")[0].strip().lower()
