"""The articles of a listing over time: bars to see, and to drag a range of days on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from newsbot.publish.charts import days, months
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.counting import counting
from newsbot.publish.query import DAYS, Query

_MOST_DAYS = 120  # with a bar each; above that a bar a month
_MOST_MONTHS = 40 * 12  # above that a bar a year
_FEW = 3  # articles far from all others that are set aside also where they are more than a hundredth
_SHORTER = 3  # times: so much shorter the axis must become by it
_LEAST = 30  # days; a shorter axis gains nothing by being shorter still


@dataclass(frozen=True)
class Bar:
    """The articles of one day, month or year."""

    period: str  # 2014-06-22, 2014-06 or 2014
    first: str  # its first and last day
    last: str
    count: int
    within: bool  # in the range of days that is picked; True where none is
    address: str  # the listing with this period as its range of days


@dataclass(frozen=True)
class Aside:
    """Few articles so far from all others that bars for them would squeeze the rest."""

    count: int
    address: str  # the listing with the days on which they came out


@dataclass(frozen=True)
class Histogram:
    """Articles over time under every filter but the range of days, from the first day with an article to the last.

    Periods between them without an article have a bar of 0. Up to a hundredth of the articles at either end stand
    aside where the others fill less than a third of the time.
    """

    unit: str  # day, month or year
    bars: tuple[Bar, ...]
    first: str  # first and last day of the range that is picked, else of all; empty where nothing is dated
    last: str
    undated: int | None  # articles of the listing without a day; None where a range is picked
    earlier: Aside | None = None
    later: Aside | None = None


def histogram(snapshot: Snapshot, query: Query, path: str) -> Histogram | None:
    """Articles over time: a bar a day up to 120 days, a month up to 40 years, else a year; None where it took too long.

    The words of `query` must be understood already (`search.understand`); its page plays no part.
    """
    query = query.first_page()
    ranged = any(query.picked.get(name) for name in DAYS)
    try:
        with counting(snapshot, query) as counts:
            by_day = counts.days()
            undated = None if ranged else counts.total() - sum(by_day.values())
    except TookTooLong:
        return None
    return _drawn({day: count for day, count in by_day.items() if _is_day(day)}, query, path, undated)


def _drawn(by_day: Mapping[str, int], query: Query, path: str, undated: int | None) -> Histogram:
    if not by_day:
        return Histogram("day", (), "", "", undated)
    address = query.ranging(path)
    first, last = _shown(by_day, query)
    earlier = _aside(by_day, (day for day in by_day if day < first), address)
    later = _aside(by_day, (day for day in by_day if day > last), address)
    low = max(query.picked.get("published_day__gte", (first,)))
    high = min(query.picked.get("published_day__lte", (last,)))
    unit, periods = _periods(first, last)
    length = len(periods[0])
    summed = dict.fromkeys(periods, 0)
    for day, count in by_day.items():
        if first <= day <= last:
            summed[day[:length]] += count
    bars = []
    for period, count in summed.items():
        begin, end = _days_of(period)
        bars.append(
            Bar(
                period,
                begin,
                end,
                count,
                begin <= high and end >= low,
                address(begin, end),
            )
        )
    return Histogram(unit, tuple(bars), low, high, undated, earlier, later)


def _shown(by_day: Mapping[str, int], query: Query) -> tuple[str, str]:
    """The first and the last day of the axis; it holds all days of a range that is picked."""
    days = sorted(by_day)
    first, last = _begin(by_day, days), _begin(by_day, days[::-1])
    for picked in (day for name in DAYS for day in query.picked.get(name, ())):
        first = days[0] if picked < first else first
        last = days[-1] if picked > last else last
    return first, last


def _begin(by_day: Mapping[str, int], days: Sequence[str]) -> str:
    """Where the axis begins at that end of it whose days come first: behind the few that make it much longer."""
    total, passed, begin = sum(by_day.values()), 0, days[0]
    for day, following in pairwise(days):
        passed += by_day[day]
        if passed > max(total // 100, _FEW) or passed * 3 > total:
            break
        if _apart(begin, days[-1]) > _SHORTER * max(_apart(following, days[-1]), _LEAST):
            begin = following
    return begin


def _apart(one: str, other: str) -> int:
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def _aside(
    by_day: Mapping[str, int], days: Iterable[str], address: Callable[[str, str], str]
) -> Aside | None:
    found = sorted(days)
    return Aside(sum(by_day[day] for day in found), address(found[0], found[-1])) if found else None


def _periods(first: str, last: str) -> tuple[str, list[str]]:
    if (date.fromisoformat(last) - date.fromisoformat(first)).days < _MOST_DAYS:
        return "day", days(first, last)
    by_month = months(first, last)
    if len(by_month) <= _MOST_MONTHS:
        return "month", by_month
    return "year", [f"{year:04d}" for year in range(int(first[:4]), int(last[:4]) + 1)]


def _days_of(period: str) -> tuple[str, str]:
    """First and last day of a year, a month or a day."""
    if len(period) == 10:
        return period, period
    if len(period) == 4:
        return f"{period}-01-01", f"{period}-12-31"
    first = date.fromisoformat(f"{period}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    return first.isoformat(), (after - timedelta(days=1)).isoformat()


@lru_cache(100_000)
def _is_day(printed: str) -> bool:
    try:
        return len(printed) == 10 and bool(date.fromisoformat(printed))
    except ValueError:
        return False
