"""Words and numbers as a reader wants them: dates, countries, languages, columns."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from unicodedata import bidirectional
from urllib.parse import urlsplit

from babel import Locale

COLUMNS: dict[str, str] = {
    "source": "Source",
    "section": "Section",
    "country": "Country",
    "agency": "Agency",
    "language": "Language",
    "published_year": "Year",
    "author": "Author",
    "tag": "Tag",
    "place": "Place",
    "published_month": "Month",
    "published_day": "Day",
    "published_day__gte": "From",
    "published_day__lte": "Until",
    "cluster": "Same story",
    "paywalled": "Paywall",
    "state": "State",
}
_STEERING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]")


@cache
def _english() -> Locale:
    return Locale("en")


def country(code: str | None) -> str:
    """`IQ` as Iraq; a code that CLDR does not know stays as it is."""
    return str(_english().territories.get((code or "").upper(), code or ""))


def language(code: str | None) -> str:
    """`ar` as Arabic."""
    return str(_english().languages.get((code or "").lower(), code or ""))


def day(printed: str | None) -> str:
    """`2014-06-22` (or the head of an instant) as 22 June 2014; `2014-06` as June 2014."""
    text = (printed or "")[:10]
    try:
        if len(text) == 7:
            return date.fromisoformat(text + "-01").strftime("%B %Y")
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.day} {found.strftime('%B')} {found.year}"


def weekday(printed: str | None) -> str:
    """`2014-06-22` as Sunday, 22 June 2014."""
    try:
        return f"{date.fromisoformat((printed or '')[:10]).strftime('%A')}, {day(printed)}"
    except ValueError:
        return day(printed)


def instant(printed: str | None) -> str:
    """`2014-06-22T10:05:00Z` as 22 June 2014, 10:05 UTC; a bare day as a day."""
    if not printed or "T" not in printed:
        return day(printed)
    try:
        found = datetime.fromisoformat(printed)
    except ValueError:
        return printed[:40]
    return f"{day(printed)}, {found:%H:%M} UTC"


def clock(printed: str | None) -> str:
    """`2014-06-22T10:05:00Z` as 10:05 UTC; nothing where no time of day is known."""
    text = instant(printed)
    return text.partition(", ")[2]


def number(value: object) -> str:
    """1234567 as 1,234,567."""
    return f"{value:,}" if isinstance(value, int) else str(value if value is not None else "")


def size(count: int | None) -> str:
    """Bytes as a person reads them."""
    amount = float(count or 0)
    for unit in ("bytes", "KB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError


def cut(text: object, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis: a headline of a megabyte stays a headline.

    Control characters and the two that turn text around (U+202D, U+202E) are left out; the rest of what steers
    direction stays, inside an element of its own.
    """
    whole = "" if text is None else _STEERING.sub("", str(text)[: limit * 2 + 1])
    return whole if len(whole) <= limit else whole[: limit - 1].rstrip() + "…"


def web_address(url: object) -> str:
    """The address where it is plain http(s), else nothing: `javascript:` never becomes a link."""
    text = str(url or "")
    if any(character <= " " for character in text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


def host(url: object) -> str:
    """The host of an address, without `www.`."""
    try:
        return (urlsplit(str(url or "")).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def direction(*texts: object) -> str:
    """rtl or ltr by the first letter that has a direction (UAX 9, rules P2 and P3).

    By the letters and not by the language: a page that says Arabic may well be written in English.
    """
    for text in texts:
        for character in str(text or "")[:200]:
            kind = bidirectional(character)
            if kind in ("R", "AL"):
                return "rtl"
            if kind == "L":
                return "ltr"
    return "ltr"
