"""Numbers as shapes: bars, lines and calendars in the units of an SVG, drawn by the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Protocol

from newsbot.publish import labels


class Counted(Protocol):
    """Anything with a number."""

    @property
    def count(self) -> int:
        """The number."""


@dataclass(frozen=True)
class Spark:
    """Bars of a line's height: one path for what is there, one for what is not, and the same in words."""

    width: int
    height: int
    bars: str
    gaps: str
    text: str


@dataclass(frozen=True)
class Box:
    """One bar of a histogram; `step` is the room that it has with its gap."""

    x: float
    y: float
    width: float
    height: float
    step: float


@dataclass(frozen=True)
class Cell:
    """One day of a calendar; `level` 0 (nothing) to 4."""

    x: int
    y: int
    day: str
    value: int
    level: int


@dataclass(frozen=True)
class Calendar:
    """One year of days in columns of weeks, Monday on top."""

    year: int
    cells: tuple[Cell, ...]
    months: tuple[tuple[int, str], ...]  # x and name
    total: int
    empty: int  # days without anything, between the first and the last that count
    around: str  # a path of the other days of the year


def days(first: str, last: str) -> list[str]:
    """Every day from first to last (YYYY-MM-DD), both with."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(days=at)).isoformat() for at in range((end - start).days + 1)]


def months(first: str, last: str) -> list[str]:
    """Every month from first to last (YYYY-MM), both with."""
    year, month = int(first[:4]), int(first[5:7])
    found = []
    while f"{year:04d}-{month:02d}" <= last[:7]:
        found.append(f"{year:04d}-{month:02d}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def spark(counts: Sequence[int], text: str, width: int = 120, height: int = 22, peak: int = 0) -> Spark:
    """A sparkline of bars; days with nothing are marked under the line. `peak` is the height's worth, else the largest."""
    peak = peak or max(counts, default=0) or 1
    step = width / max(1, len(counts))
    bars, gaps = [], []
    for at, count in enumerate(counts):
        x = round(at * step, 1)
        wide = round(max(0.8, step - 1), 1)
        if count:
            tall = round(max(1.5, (height - 4) * count / peak), 1)
            bars.append(f"M{x} {height - 3}v{-tall}h{wide}v{tall}z")
        else:
            gaps.append(f"M{x} {height - 1.5}h{wide}v1.5h{-wide}z")
    return Spark(width, height, "".join(bars), "".join(gaps), text)


def as_bars(counted: Sequence[Counted], width: float, height: float) -> list[Box]:
    """Bars over a whole width; what is more than nothing is at least 2 units tall."""
    peak = max((bar.count for bar in counted), default=0) or 1
    step = width / max(1, len(counted))
    found = []
    for at, bar in enumerate(counted):
        tall = max(2.0, height * bar.count / peak) if bar.count else 0.0
        wide = max(0.5, step - min(1.5, step / 4))
        found.append(
            Box(round(at * step, 2), round(height - tall, 1), round(wide, 2), round(tall, 1), round(step, 2))
        )
    return found


def line(values: Sequence[float], peak: float, width: float, height: float) -> str:
    """A polyline's points."""
    step = width / max(1, len(values) - 1)
    top = peak or 1.0
    if len(values) == 1:
        y = round(height - height * values[0] / top, 1)
        return f"0,{y} {width:g},{y}"
    return " ".join(
        f"{round(at * step, 1):g},{round(height - height * value / top, 1):g}"
        for at, value in enumerate(values)
    )


def ticks(peak: float) -> list[float]:
    """Two to five round values from 0 to at least the peak."""
    if peak <= 0:
        return [0.0, 1.0]
    scale = 1.0
    while peak / scale >= 10:
        scale *= 10
    while peak / scale < 1:
        scale /= 10
    step = next(step for step in (0.5, 1.0, 2.0, 5.0) if peak / (scale * step) <= 4.0) * scale
    found, at = [0.0], 0
    while found[-1] < peak:
        at += 1
        found.append(round(at * step, 10))
    return found


def calendar(year: int, counts: Mapping[str, int], first: str, last: str, size: int = 11) -> Calendar:
    """The days of a year that lie between first and last, darker where there is more."""
    start, end = max(first, f"{year}-01-01"), min(last, f"{year}-12-31")
    peak = max((counts.get(day, 0) for day in days(start, end)), default=0) or 1
    monday = date(year, 1, 1) - timedelta(days=date(year, 1, 1).weekday())
    cells: list[Cell] = []
    names: list[tuple[int, str]] = []
    seen = ""
    around = []
    for day in days(f"{year}-01-01", f"{year}-12-31"):
        found = date.fromisoformat(day)
        x = (found - monday).days // 7 * size
        if day[:7] != seen:
            seen = day[:7]
            if not names or x - names[-1][0] >= 2 * size:
                names.append((x, found.strftime("%b")))
        if not start <= day <= end:
            around.append(f"M{x} {found.weekday() * size}h9v9h-9z")
            continue
        value = counts.get(day, 0)
        level = 0 if not value else min(4, 1 + int(4 * sqrt(value / peak) - 1e-9))
        cells.append(Cell(x, found.weekday() * size, day, value, level))
    return Calendar(
        year,
        tuple(cells),
        tuple(names),
        sum(cell.value for cell in cells),
        sum(1 for cell in cells if not cell.value),
        "".join(around),
    )


def spell(first: str, last: str) -> str:
    """A run of days in words: 12 November 2026; 12 to 14 November 2026."""
    if first == last:
        return labels.day(first)
    if first[:7] == last[:7]:
        return f"{int(first[8:])} to {labels.day(last)}"
    return f"{labels.day(first)} to {labels.day(last)}"
