"""The page of one source: how much it gave on which day, how complete, and how the last visits went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsbot.publish import charts, labels
from newsbot.publish.browse import is_sample
from newsbot.publish.charts import Calendar, Spark
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.remembered import Remembered
from newsbot.publish.sources_page import DAYS, SourceRow, source_row
from pipelines.reasons import sentence_of
from pipelines.store.export import SHOWN
from pipelines.store.sqlite import sqlite3

YEARS = 3  # of the calendar, the latest
MONTHS = 24  # of the fill rates
RUNS = 12
EXAMPLES = 15
_LIMIT = 1.5  # seconds for each count

FIELDS: tuple[tuple[str, str], ...] = (
    ("Headline", "headline > ''"),
    ("Date", "published_precision > ''"),
    ("Byline", "byline > ''"),
    ("Body", "word_count > 0"),
    ("Section", "section > ''"),
)
"""What an article should have: label, and the condition under which it has it."""

_DAILY = f"""
SELECT published_day, count(*) FROM articles WHERE source = ? AND published_sort >= ? AND published_day IS NOT NULL
AND {SHOWN} GROUP BY published_day
"""  # noqa: S608
_FILLED = """
SELECT substr(published_sort, 1, 7) AS month, count(*) AS articles, {sums} FROM articles
WHERE source = ? AND published_sort >= ? AND {shown} GROUP BY month ORDER BY month
"""
_HOURS = f"""
SELECT published_at FROM articles WHERE source = ? AND published_sort >= ? AND published_at IS NOT NULL AND {SHOWN}
ORDER BY published_sort DESC LIMIT 1000
"""  # noqa: S608
_VISITS = """
SELECT outcome, count(*) FROM fetches WHERE run = ? AND source = ? GROUP BY outcome
"""
_LATEST = """
SELECT url, kind, visited_at, status, outcome, reason, detail FROM fetches
WHERE source = ? AND visited_at >= date(?, ?) AND outcome IN ('failed', 'skipped')
ORDER BY visited_at DESC LIMIT ?
"""


@dataclass(frozen=True)
class Filled:
    """How many of a source's articles have one field."""

    label: str
    share: float | None  # of the latest month with articles, 0 to 1
    before: float | None  # of all months before it
    spark: Spark | None


@dataclass(frozen=True)
class Run:
    """One crawl as far as it concerns a source."""

    id: int
    started_at: str
    state: str | None
    outcomes: Mapping[str, int]


@dataclass(frozen=True)
class Problem:
    """One visit that brought nothing."""

    url: str
    kind: str | None
    visited_at: str
    status: int | None
    outcome: str
    reason: str
    sentence: str
    detail: str | None


@dataclass(frozen=True)
class SourcePage:
    """Everything that the page of a source shows."""

    row: SourceRow
    calendars: tuple[Calendar, ...]
    a_day: float | None  # articles on an average day of the last 30
    hours: Spark | None
    filled: tuple[Filled, ...]
    months: tuple[str, ...]
    runs: tuple[Run, ...]
    problems: tuple[Problem, ...]
    waiting: Mapping[str, int]  # frontier: state -> addresses
    alarms: tuple[sqlite3.Row, ...]
    days: int
    sample: bool


def source_page(snapshot: Snapshot, source: str, remembered: Remembered) -> SourcePage | None:
    """The page of a source; None where there is none of this id."""
    row = source_row(snapshot, source)
    if row is None:
        return None
    newest = (row.source["newest"] or "")[:10]
    counts = remembered(("days", source), lambda: _days(snapshot, source, newest)) if newest else {}
    filled, months = remembered(("filled", source), lambda: _filled(snapshot, source, newest))
    return SourcePage(
        row=row,
        calendars=tuple(_calendars(counts)),
        a_day=_a_day(counts),
        hours=remembered(("hours", source), lambda: _hours(snapshot, source, newest, row.source["timezone"])),
        filled=filled,
        months=months,
        runs=tuple(_runs(snapshot, source)),
        problems=tuple(_problems(snapshot, source, row.source["last_visit"])),
        waiting={
            str(state): int(count)
            for state, count in snapshot.rows(
                "SELECT state, count(*) FROM frontier WHERE source = ? GROUP BY state", (source,)
            )
        },
        alarms=tuple(_alarms(snapshot, source)),
        days=DAYS,
        sample=is_sample(snapshot),
    )


def _days(snapshot: Snapshot, source: str, newest: str) -> dict[str, int]:
    since = f"{int(newest[:4]) - YEARS + 1:04d}" if newest[:4].isdecimal() else ""
    try:
        return {str(day): int(count) for day, count in snapshot.rows(_DAILY, (source, since), _LIMIT)}
    except TookTooLong:
        return {}


def _calendars(counts: Mapping[str, int]) -> list[Calendar]:
    sound = sorted(day for day in counts if len(day) == 10)
    if not sound:
        return []
    try:
        years = range(int(sound[-1][:4]), int(sound[0][:4]) - 1, -1)
        found = [charts.calendar(year, counts, sound[0], sound[-1]) for year in list(years)[:YEARS]]
    except ValueError:  # a day that is none
        return []
    return [calendar for calendar in found if calendar.total]


def _a_day(counts: Mapping[str, int]) -> float | None:
    if not counts:
        return None
    last = max(counts)
    try:
        days = charts.days(min(counts), last)[-30:]
    except ValueError:
        return None
    return sum(counts.get(day, 0) for day in days) / len(days)


def _hours(snapshot: Snapshot, source: str, newest: str, timezone: str | None) -> Spark | None:
    """At which hours of the outlet's day its latest articles came out."""
    rows = snapshot.rows(_HOURS, (source, newest[:4]), _LIMIT)
    zone = labels.zone(timezone)
    counts = [0] * 24
    for (printed,) in rows:
        clock = labels.local_clock(printed, zone)
        if clock[:2].isdecimal():
            counts[int(clock[:2]) % 24] += 1
    if not sum(counts):
        return None
    busiest = counts.index(max(counts))
    text = f"Hours of the day from 0 to 23: most of the latest {sum(counts)} articles came out between {busiest}:00 and {busiest + 1}:00"
    return charts.spark(counts, text, width=240, height=34)


def _filled(snapshot: Snapshot, source: str, newest: str) -> tuple[tuple[Filled, ...], tuple[str, ...]]:
    if not newest[:4].isdecimal():
        return (), ()
    sums = ", ".join(f"sum({condition})" for _, condition in FIELDS)
    since = f"{int(newest[:4]) - MONTHS // 12:04d}{newest[4:7]}"
    try:
        rows = snapshot.rows(_FILLED.format(sums=sums, shown=SHOWN), (source, since), _LIMIT)[-MONTHS:]
    except TookTooLong:
        return (), ()
    if not rows:
        return (), ()
    found = []
    for at, (label, _) in enumerate(FIELDS):
        have = [int(row[2 + at] or 0) for row in rows]
        all_of = [int(row[1]) for row in rows]
        shares = [round(100 * part / whole) for part, whole in zip(have, all_of, strict=True)]
        text = f"{label}: " + ", ".join(
            f"{row[0]} {share} %" for row, share in zip(rows, shares, strict=True)
        )
        before = sum(have[:-1]) / sum(all_of[:-1]) if len(rows) > 1 else None
        found.append(Filled(label, have[-1] / all_of[-1], before, charts.spark(shares, text, peak=100)))
    return tuple(found), tuple(str(row[0]) for row in rows)


def _runs(snapshot: Snapshot, source: str) -> list[Run]:
    found = []
    for run in snapshot.rows("SELECT id, started_at, state FROM runs ORDER BY id DESC LIMIT ?", (RUNS,)):
        outcomes = {str(row[0]): int(row[1]) for row in snapshot.rows(_VISITS, (run["id"], source), _LIMIT)}
        if outcomes:
            found.append(Run(run["id"], run["started_at"], run["state"], outcomes))
    return found


def _problems(snapshot: Snapshot, source: str, last_visit: str | None) -> list[Problem]:
    if not last_visit:
        return []
    rows = snapshot.rows(_LATEST, (source, last_visit, f"-{DAYS} days", EXAMPLES), _LIMIT)
    return [
        Problem(
            row["url"],
            row["kind"],
            row["visited_at"],
            row["status"],
            row["outcome"],
            row["reason"] or "",
            sentence_of(row["reason"]),
            row["detail"],
        )
        for row in rows
    ]


def _alarms(snapshot: Snapshot, source: str) -> list[sqlite3.Row]:
    """What is wrong with the source as the nightly checks see it; an older archive has no such table."""
    if not snapshot.rows("SELECT 1 FROM sqlite_master WHERE name = 'alarms'"):
        return []
    return snapshot.rows(
        "SELECT * FROM alarms WHERE source = ? ORDER BY cleared_at IS NOT NULL, seen_at DESC LIMIT 20",
        (source,),
    )
