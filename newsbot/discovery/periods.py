"""Which time a sitemap or an article belongs to, by its address and by what its listing says. Pure."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from pipelines.dateline.url_date import url_date
from pipelines.items import Found

# As in the addresses of archives: sitemap-2019-03.xml, /sitemaps/2019/03/14.xml, post-sitemap-201903.xml, ?yyyy=2014&mm=06
_PERIOD: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:(?:[-_/.]?|&[a-z]{1,5}=)(0?[1-9]|1[0-2])(?:(?:[-_/.]?|&[a-z]{1,5}=)(0?[1-9]|[12]\d|3[01]))?)?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a month or a day: its first and last day."""

    first: date
    last: date


def period_of(url: str) -> Period | None:
    """The year, month or day that the address of a sitemap names last; None where it names none."""
    found = list(_PERIOD.finditer(url.partition("://")[2].partition("/")[2]))
    if not found:
        return None
    year, month, day = (int(part) if part else 0 for part in found[-1].groups())
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except ValueError:  # a 31st of a month that has 30 days
        return None
    return Period(first, last)


def day_of(link: Found) -> date | None:
    """The day of an article before its page is read: of its address, else as its listing dates it, else of its last change.

    A month in the address counts as its first day.
    """
    named = url_date(link.url)
    if named is not None:
        return date(named.year, named.month, named.day or 1)
    return printed_day(link.date) or printed_day(link.lastmod)


def printed_day(printed: str | None) -> date | None:
    """The day of an ISO 8601 or RFC 822 date; None for anything else. A month or a year is no day."""
    if not printed:
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(printed.strip()).date()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def speaks_of(link: Found, first: date | None, last: date | None) -> bool:
    """Whether a sitemap may name articles of these days: by the time in its address, and not where its index says that it
    was changed for the last time before."""
    period = period_of(link.url)
    if period is not None and not overlaps(period, first, last):
        return False
    changed = printed_day(link.lastmod)
    return not (first and changed and changed < first)


def overlaps(period: Period, first: date | None, last: date | None) -> bool:
    """Whether a period shares a day with the days from `first` to `last`."""
    return not ((first is not None and period.last < first) or (last is not None and period.first > last))


def lies_in(day: date | None, first: date | None, last: date | None) -> bool:
    """Whether a day lies between these two; a day that is not known does."""
    return day is None or ((first is None or day >= first) and (last is None or day <= last))
