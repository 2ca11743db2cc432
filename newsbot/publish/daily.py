"""Articles a day and source: what came in over the last weeks, and where nothing did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from newsbot.publish import charts, labels
from newsbot.publish.charts import Spark
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.remembered import Remembered
from pipelines.store.export import SHOWN

WINDOW = 30
"""Days that the front page looks back."""

SURPRISE = 3.0
"""A source is reported silent where so many articles would have been usual: by chance that happens once in 20 times
(Poisson, e**-3)."""

_LIMIT = 2.0  # seconds for the counts; without them the front page has no sparklines

_DAILY = f"""
SELECT source, published_day, count(*) FROM articles
WHERE published_month IN ({{months}}) AND published_day BETWEEN ? AND ? AND {SHOWN} GROUP BY source, published_day
"""  # noqa: S608


@dataclass(frozen=True)
class Gap:
    """Days in a row on which a source gave nothing, though it usually does."""

    source: str
    first: str
    last: str
    days: int
    usual: float  # articles that such a spell usually has

    @property
    def spell(self) -> str:
        """The days in words."""
        return charts.spell(self.first, self.last)


@dataclass(frozen=True)
class Window:
    """The days up to one, and how many articles each source printed on each of them."""

    days: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]  # source -> day -> articles

    def spark(self, source: str) -> Spark:
        """One source as a sparkline."""
        told = self.counts.get(source, {})
        values = [told.get(day, 0) for day in self.days]
        empty = sum(1 for value in values if not value)
        peak = max(values, default=0)
        most = ""
        if peak:
            most = f", most on {labels.day(self.days[values.index(peak)])}: {peak}"
        text = f"{sum(values)} articles in {len(values)} days{most}; {empty} days without one"
        return charts.spark(values, text)

    def gaps(self) -> list[Gap]:
        """Silences, the most surprising first. A source is held to its days from its first article on."""
        found = []
        for source, told in self.counts.items():
            days = [day for day in self.days if day >= min(told)]
            rate = sum(told.values()) / max(1, len(days))
            found += [gap for gap in _silences(source, days, told, rate) if gap.usual >= SURPRISE]
        return sorted(found, key=lambda gap: (-gap.usual, gap.source, gap.first))


def window(snapshot: Snapshot, last: str, length: int = WINDOW) -> Window:
    """The days up to `last` (YYYY-MM-DD); no counts where counting took too long."""
    end = date.fromisoformat(last)
    days = tuple((end - timedelta(days=at)).isoformat() for at in range(length - 1, -1, -1))
    months = sorted({day[:7] for day in days})
    sql = _DAILY.format(months=", ".join("?" * len(months)))
    counts: dict[str, dict[str, int]] = {}
    try:
        rows = snapshot.rows(sql, (*months, days[0], days[-1]), _LIMIT)
    except TookTooLong:
        rows = []
    for source, day, count in rows:
        counts.setdefault(str(source), {})[str(day)] = int(count)
    return Window(days, counts)


def latest_window(snapshot: Snapshot, remembered: Remembered) -> Window | None:
    """The days up to the newest article, or to the latest visit where an article is dated ahead of it.

    None where no article has a date.
    """
    last_day, last_visit = known_day(snapshot, "max", "DESC"), latest_visit(snapshot)
    if last_day is None:
        return None
    end = min(last_day, last_visit[:10]) if last_visit else last_day
    try:
        return remembered(("window", end), lambda: window(snapshot, end))
    except ValueError:  # a day that is none, from an archive that something else wrote
        return None


def latest_visit(snapshot: Snapshot) -> str | None:
    """Instant of the latest visit to anything."""
    visited = snapshot.row("SELECT visited_at FROM fetches ORDER BY id DESC LIMIT 1")
    return str(visited[0]) if visited else None


def known_day(snapshot: Snapshot, end: str, direction: str) -> str | None:
    """The first or the last day that is known, by the index (published_year, published_sort)."""
    found = snapshot.row(
        "SELECT published_day FROM articles WHERE published_year ="  # noqa: S608
        f" (SELECT {end}(published_year) FROM articles) ORDER BY published_sort {direction} LIMIT 1"
    )
    return found[0] if found else None


def _silences(source: str, days: Sequence[str], told: Mapping[str, int], rate: float) -> list[Gap]:
    found = []
    for silent, group in groupby(days, key=lambda day: not told.get(day)):
        spell = list(group)
        if silent:
            found.append(Gap(source, spell[0], spell[-1], len(spell), round(rate * len(spell), 1)))
    return found
