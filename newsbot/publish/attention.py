"""Attention over time: how many articles of each day, month or year speak of something, and which share of all that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from newsbot.publish import charts, labels
from newsbot.publish.browse import Chip, is_sample, source_names
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.counting import counting
from newsbot.publish.daily import latest_visit
from newsbot.publish.narrowing import chips, with_pairs
from newsbot.publish.query import Query
from newsbot.publish.remembered import Remembered
from newsbot.publish.search import Words, understand

OWN = ("q", "q2", "share", "by", "bom")
"""Parameters of this page; all others are filters."""

STEPS: dict[str, int] = {"day": 10, "month": 7, "year": 4}
"""Steps, with how many characters of YYYY-MM-DD name one."""

MAX_PERIODS = 4000  # of one answer; days of ten years are a little less
_WIDTH, _HEIGHT = 1000.0, 260.0  # units of the drawing


@dataclass(frozen=True)
class Daily:
    """The articles of one listing by day."""

    days: Mapping[str, int]
    undated: int


@dataclass(frozen=True)
class Wanted:
    """What the address asks for."""

    searches: tuple[str, ...]
    share: bool
    by: str  # day, month, year, or empty: by itself

    def pairs(self, **other: str) -> list[tuple[str, str]]:
        """As parameters, some of them changed."""
        own = dict(zip(("q", "q2"), self.searches, strict=False))
        told = {**own, "share": "1" if self.share else "", "by": self.by, **other}
        return [(name, told.get(name, "")) for name in ("q", "q2", "share", "by")]


@dataclass(frozen=True)
class Series:
    """One search over time."""

    words: Words
    counts: tuple[int, ...]  # one a period
    shares: tuple[float, ...]  # percent of all articles of the period
    total: int
    undated: int
    points: str
    listing: str


@dataclass(frozen=True)
class Choice:
    """One way to show the same."""

    label: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class Attention:
    """Everything that the page of attention shows."""

    query: Query
    wanted: Wanted
    chips: tuple[Chip, ...]
    series: tuple[Series, ...]
    periods: tuple[str, ...]
    everything: tuple[int, ...]  # all articles of each period
    by: str
    peak: float
    ticks: tuple[float, ...]
    width: float
    height: float
    choices: tuple[Choice, ...]
    steps: tuple[Choice, ...]
    csv: str
    too_slow: bool
    cut: bool
    unfinished: bool  # the last period was still going on at the latest visit
    sample: bool


def asked_for(own: Mapping[str, str]) -> Wanted:
    """The page's own parameters, read."""
    searches = tuple(text[:500] for text in (own.get("q", ""), own.get("q2", "")) if text)
    by = own.get("by", "")
    return Wanted(searches, own.get("share") == "1", by if by in STEPS else "")


def attention(
    snapshot: Snapshot, query: Query, wanted: Wanted, base: str, remembered: Remembered
) -> Attention:
    """Each search over time, under the filters of `query`."""
    query = query.first_page()
    asked = [replace(query, words=understand(snapshot, Words(text))) for text in wanted.searches]
    try:
        daily = [_daily(snapshot, one, remembered) for one in (query, *asked)]
        too_slow = False
    except TookTooLong:
        daily, too_slow = [Daily({}, 0)] * (1 + len(asked)), True
    by = wanted.by or _step([one.days for one in daily[1:] or daily])
    everything, *found = [_summed(one.days, by) for one in daily]
    periods = _periods(found or [everything], by)
    cut = len(periods) > MAX_PERIODS
    periods = periods[-MAX_PERIODS:]
    series = [
        _series(one, counts, told.undated, everything, periods, f"{base}/articles")
        for one, counts, told in zip(asked, found, daily[1:], strict=True)
    ]
    values = [value for one in series for value in (one.shares if wanted.share else one.counts)]
    ticks = charts.ticks(max(values, default=0.0))
    drawn = [
        replace(
            one,
            points=charts.line(one.shares if wanted.share else one.counts, ticks[-1], _WIDTH, _HEIGHT),
        )
        for one in series
    ]
    address = query.address("/attention")
    return Attention(
        query=query,
        wanted=wanted,
        chips=tuple(chips(query, "/attention", source_names(snapshot), wanted.pairs())),
        series=tuple(drawn),
        periods=tuple(periods),
        everything=tuple(everything.get(period, 0) for period in periods),
        by=by,
        peak=ticks[-1],
        ticks=tuple(ticks),
        width=_WIDTH,
        height=_HEIGHT,
        choices=(
            Choice("Articles", with_pairs(address, wanted.pairs(share="")), not wanted.share),
            Choice("Share of all articles", with_pairs(address, wanted.pairs(share="1")), wanted.share),
        ),
        steps=tuple(
            Choice(f"by {step}", with_pairs(address, wanted.pairs(by=step)), step == by) for step in STEPS
        ),
        csv=with_pairs(query.address("/attention.csv"), wanted.pairs(by=by)),
        too_slow=too_slow,
        cut=cut,
        unfinished=by != "day"
        and bool(periods)
        and (latest_visit(snapshot) or "")[: STEPS[by]] == periods[-1],
        sample=is_sample(snapshot),
    )


def rows(found: Attention) -> Iterator[tuple[str, str, int, int, float]]:
    """Period, search, its articles, all articles, share (0 to 1): one row a period and search."""
    for one in found.series:
        for period, count, every in zip(found.periods, one.counts, found.everything, strict=True):
            yield period, one.words.text, count, every, round(count / every, 6) if every else 0.0


def _daily(snapshot: Snapshot, query: Query, remembered: Remembered) -> Daily:
    """Articles by day, and how many of the listing have none. Raises TookTooLong."""

    def count() -> Daily:
        with counting(snapshot, query) as counts:
            days, total = counts.days(), counts.total()
        first = max(query.picked.get("published_day__gte", ("",)))
        last = min(query.picked.get("published_day__lte", ("~",)))
        within = {day: number for day, number in days.items() if _is_day(day) and first <= day <= last}
        return Daily(within, max(0, total - sum(within.values())))

    return remembered(("daily", tuple(query.pairs())), count)


def _summed(days: Mapping[str, int], by: str) -> dict[str, int]:
    length = STEPS[by]
    found: dict[str, int] = {}
    for day, count in days.items():
        found[day[:length]] = found.get(day[:length], 0) + count
    return found


def _step(found: list[Mapping[str, int]]) -> str:
    """The step at which what was found makes some dozens of points, not one and not thousands."""
    days = [day for counts in found for day in counts]
    if not days:
        return "month"
    span = len(charts.months(min(days), max(days)))
    if span <= 3:
        return "day"
    return "month" if span <= 180 else "year"


def _periods(found: list[dict[str, int]], by: str) -> list[str]:
    """Every period from the first to the last in which anything was found."""
    known = sorted({period for counts in found for period in counts})
    if not known:
        return []
    if by == "year":
        return [str(year) for year in range(int(known[0]), int(known[-1]) + 1)]
    if by == "month":
        return charts.months(known[0], known[-1])
    return charts.days(known[0], known[-1])


def _is_day(period: str) -> bool:
    """Whether it is one: an archive that something else wrote may hold anything."""
    try:
        return len(period) == 10 and bool(date.fromisoformat(period))
    except ValueError:
        return False


def _series(
    query: Query,
    counts: Mapping[str, int],
    undated: int,
    everything: Mapping[str, int],
    periods: list[str],
    path: str,
) -> Series:
    told = tuple(counts.get(period, 0) for period in periods)
    shares = tuple(
        round(100 * count / everything[period], 4) if everything.get(period) else 0.0
        for period, count in zip(periods, told, strict=True)
    )
    return Series(query.words, told, shares, sum(counts.values()) + undated, undated, "", query.address(path))


def period_label(period: str) -> str:
    """A period in words."""
    return labels.day(period) if "-" in period else period
