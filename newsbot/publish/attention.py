"""Attention over time: how many articles of each day, month or year speak of something, and which share of all that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from newsbot.publish import charts, labels
from newsbot.publish.browse import Chip, is_sample, source_names
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.narrowing import chips, with_pairs
from newsbot.publish.query import Query
from newsbot.publish.remembered import Remembered
from newsbot.publish.search import Words, understand

OWN = ("q", "q2", "share", "by", "bom")
"""Parameters of this page; all others are filters."""

STEPS: dict[str, str] = {"day": "published_day", "month": "published_month", "year": "published_year"}
MAX_PERIODS = 4000  # of one answer; days of ten years are a little less
_LIMIT = 2.4  # seconds for each count
_WIDTH, _HEIGHT = 1000.0, 260.0  # units of the drawing


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
        everything = _months(snapshot, query, remembered)
        found = [_months(snapshot, one, remembered) for one in asked]
        by = wanted.by or _step(found or [everything])
        if by != "month":
            everything = _counted(snapshot, query, by, remembered)
            found = [_counted(snapshot, one, by, remembered) for one in asked]
        too_slow = False
    except TookTooLong:
        everything, found, by, too_slow = {}, [{} for _ in asked], wanted.by or "month", True
    periods = _periods(found or [everything], by)
    cut = len(periods) > MAX_PERIODS
    periods = periods[-MAX_PERIODS:]
    series = [
        _series(one, counts, everything, periods, f"{base}/articles")
        for one, counts in zip(asked, found, strict=True)
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
        sample=is_sample(snapshot),
    )


def rows(found: Attention) -> Iterator[tuple[str, str, int, int, float]]:
    """Period, search, its articles, all articles, share (0 to 1): one row a period and search."""
    for one in found.series:
        for period, count, every in zip(found.periods, one.counts, found.everything, strict=True):
            yield period, one.words.text, count, every, round(count / every, 6) if every else 0.0


def _months(snapshot: Snapshot, query: Query, remembered: Remembered) -> dict[str, int]:
    return _counted(snapshot, query, "month", remembered)


def _counted(snapshot: Snapshot, query: Query, by: str, remembered: Remembered) -> dict[str, int]:
    """Articles of each period; those without a date under the empty period."""
    where, parameters = query.where()
    column = STEPS[by]

    def count() -> dict[str, int]:
        sql = f"SELECT {column}, count(*) FROM articles WHERE {where} GROUP BY 1"  # noqa: S608
        return {str(row[0] or ""): int(row[1]) for row in snapshot.rows(sql, parameters, _LIMIT)}

    return remembered(("attention", by, where, tuple(parameters)), count)


def _step(found: list[dict[str, int]]) -> str:
    """The step at which what was found makes some dozens of points, not one and not thousands."""
    months = sorted({month for counts in found for month in counts if month})
    if not months:
        return "month"
    span = len(charts.months(months[0], months[-1]))
    if span <= 3:
        return "day"
    return "month" if span <= 180 else "year"


def _periods(found: list[dict[str, int]], by: str) -> list[str]:
    """Every period from the first to the last in which anything was found."""
    known = sorted({period for counts in found for period in counts if _sound(period, by)})
    if not known:
        return []
    if by == "year":
        return [str(year) for year in range(int(known[0]), int(known[-1]) + 1)]
    if by == "month":
        return charts.months(known[0], known[-1])
    return charts.days(known[0], known[-1])


def _sound(period: str, by: str) -> bool:
    """Whether a period is one: an archive that something else wrote may hold anything."""
    try:
        date.fromisoformat({"year": f"{period}-01-01", "month": f"{period}-01"}.get(by, period))
    except ValueError:
        return False
    return True


def _series(
    query: Query, counts: Mapping[str, int], everything: Mapping[str, int], periods: list[str], path: str
) -> Series:
    told = tuple(counts.get(period, 0) for period in periods)
    shares = tuple(
        round(100 * count / everything[period], 4) if everything.get(period) else 0.0
        for period, count in zip(periods, told, strict=True)
    )
    return Series(query.words, told, shares, sum(counts.values()), counts.get("", 0), "", query.address(path))


def period_label(period: str) -> str:
    """A period in words."""
    return labels.day(period) if "-" in period else period
