"""Words and numbers as a reader wants them: dates, countries, languages, columns."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from unicodedata import bidirectional
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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
    "form": "Form",
    "published_day": "Day",
    "published_day__gte": "From",
    "published_day__lte": "Until",
    "cluster": "Same story",
    "paywalled": "Paywall",
    "revised": "Changed",
    "state": "State",
}
NOTES: dict[str, str] = {
    "correction": "Correction",
    "clarification": "Clarification",
    "editors_note": "Editor’s note",
    "update": "Update",
}
_OFFSET = re.compile(
    r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})$"
)
_STEERING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]")


@cache
def _english() -> Locale:
    return Locale("en")


def country(code: str | None) -> str:
    """`IQ` as Iraq; a code that CLDR does not know stays as it is."""
    return str(_english().territories.get((code or "").upper()) or cut(code, 40))


def language(code: str | None) -> str:
    """`ar` as Arabic."""
    return str(_english().languages.get((code or "").lower()) or cut(code, 40))


def day(printed: str | None) -> str:
    """`2014-06-22` (or the head of an instant) as 22 June 2014; `2014-06` as June 2014."""
    text = (printed or "")[:10]
    try:
        if len(text) == 7:
            return date.fromisoformat(text + "-01").strftime("%B %Y")
        found = date.fromisoformat(text)
    except ValueError:
        return cut(text, 10)
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
        return cut(printed, 40)
    return f"{day(printed)}, {found:%H:%M} UTC"


def brief(printed: str | None) -> str:
    """`2014-06-22T10:05:00Z` as 22 Jun 2014, 10:05; a bare day as 22 Jun 2014."""
    found = _utc(printed)
    if found is not None:
        return f"{found.day} {found:%b %Y, %H:%M}"
    try:
        of = date.fromisoformat((printed or "")[:10])
    except ValueError:
        return cut(printed, 40)
    return f"{of.day} {of:%b %Y}"


def clock(printed: str | None) -> str:
    """`2014-06-22T10:05:00Z` as 10:05 UTC; nothing where no time of day is known."""
    text = instant(printed)
    return text.partition(", ")[2]


@cache
def zone(name: str | None) -> tzinfo | None:
    """An IANA zone; None where it is not named, or this machine does not know it."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def printed_offset(printed: str | None) -> tzinfo | None:
    """The offset of a time as printed, `2014-06-22T13:05:00+03:00`; None for Z, and where none is told.

    38 % of news pages print UTC only: that is how the page was made, and says nothing of the outlet's clock.
    """
    found = _OFFSET.search((printed or "").strip())
    if not found:
        return None
    minutes = int(found["hours"]) * 60 + int(found["minutes"])
    if minutes == 0 or minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if found["sign"] == "-" else minutes))


def local(printed: str | None, place: tzinfo | None) -> str:
    """`2014-06-22T10:05:00Z` on the outlet's clock: 22 June 2014, 13:05 UTC+3."""
    found = _utc(printed)
    if found is None or place is None:
        return instant(printed)
    here = _there(found, place)
    return instant(printed) if here is None else f"{day(here.isoformat())}, {here:%H:%M} {_name(here)}"


def local_clock(printed: str | None, place: tzinfo | None) -> str:
    """The same without the day: 13:05 UTC+3; nothing where no time of day is known."""
    return local(printed, place).partition(", ")[2]


def _utc(printed: str | None) -> datetime | None:
    if not printed or "T" not in printed:
        return None
    try:
        found = datetime.fromisoformat(printed)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _there(found: datetime, place: tzinfo) -> datetime | None:
    try:
        return found.astimezone(place)
    except (OverflowError, ValueError):
        return None


def _name(here: datetime) -> str:
    offset = here.utcoffset() or timedelta(0)
    minutes = int(offset.total_seconds()) // 60
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02d}" if rest else "")


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


def column(name: str) -> str:
    """`published_day` as Published day; a column that has a label under that."""
    return COLUMNS.get(name) or name.replace("_", " ").capitalize()


def note_kind(kind: str) -> str:
    """`editors_note` as Editor’s note."""
    return NOTES.get(kind) or cut(kind.replace("_", " ").capitalize(), 40)


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
