"""The page of sources: what each gave, when it was last visited, and what failed there and why."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from newsbot.publish import labels
from newsbot.publish.browse import is_sample
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.counting import counting
from newsbot.publish.daily import Window, latest_window
from newsbot.publish.narrowing import with_pairs
from newsbot.publish.query import Query
from newsbot.publish.remembered import Remembered
from pipelines.reasons import sentence_of
from pipelines.store.sqlite import sqlite3

DAYS = 7
"""Days before the latest visit of a source over which its failures are counted."""

OUTCOMES_LIMIT = 2.0
"""Seconds for the visits of all sources; those whose turn does not come are shown without."""

_SOURCES = """
SELECT sources.*,
  (SELECT published_sort FROM articles WHERE source = sources.id AND +published_year > 0
     ORDER BY published_sort DESC, id DESC LIMIT 1) AS newest,
  (SELECT max(visited_at) FROM fetches WHERE source = sources.id) AS last_visit
FROM sources {narrowed} ORDER BY sources.state, sources.name
"""
_GONE = "SELECT source, count(*) FROM articles WHERE state = 'gone' GROUP BY source"
_OUTCOMES = """
SELECT outcome, reason, count(*) AS visits, max(detail) AS detail FROM fetches
WHERE source = ? AND visited_at >= date(?, ?) GROUP BY outcome, reason ORDER BY visits DESC
"""


@dataclass(frozen=True)
class Trouble:
    """A reason for which visits to a source failed or were not kept."""

    outcome: str
    reason: str
    sentence: str
    visits: int


@dataclass(frozen=True)
class SourceRow:
    """One source."""

    source: sqlite3.Row
    articles: int | None  # None where counting took too long
    gone: int
    visits: int
    failed: int
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True)
class Order:
    """One order of the list."""

    name: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class SourcesList:
    """Everything that the page of sources shows."""

    rows: tuple[SourceRow, ...]
    all: int  # sources, shown or not
    orders: dict[str, Order]
    order: str
    holding: str  # letters that the lines shown have in common
    everything: str  # the list without them
    days: int
    window: Window | None
    sample: bool


def _last(value: str | None) -> tuple[bool, str]:
    return (value is not None, value or "")


ORDERS: dict[str, Callable[[SourceRow], Any]] = {
    "articles": lambda row: row.articles or 0,
    "newest": lambda row: _last(row.source["newest"]),
    "visited": lambda row: _last(row.source["last_visit"]),
    "failed": lambda row: (row.failed, row.visits),
}
"""Orders beside that by name, each from the most or the latest down."""


def sources_list(snapshot: Snapshot, order: str, holding: str, remembered: Remembered) -> SourcesList:
    """The sources in one of ORDERS (else those that are read first, by name), those whose line holds some letters."""
    rows = remembered("sources", lambda: sources_page(snapshot))
    order = order if order in ORDERS else ""
    arranged = sorted(rows, key=ORDERS[order], reverse=True) if order else rows
    holding = holding.strip().replace("\x00", "")[:80]
    wanted = holding.casefold()
    return SourcesList(
        rows=tuple(row for row in arranged if wanted in _line(row.source)),
        all=len(rows),
        orders={
            name: Order(name, with_pairs("/sources", [("order", name), ("holding", holding)]), name == order)
            for name in ("", *ORDERS)
        },
        order=order,
        holding=holding,
        everything=with_pairs("/sources", [("order", order)]),
        days=DAYS,
        window=latest_window(snapshot, remembered),
        sample=is_sample(snapshot),
    )


def _line(source: sqlite3.Row) -> str:
    """What a reader may type to find a source: its name, id, host, country and language."""
    told = (
        source["name"],
        source["id"],
        labels.host(source["homepage"]),
        labels.country(source["country"]),
        labels.language(source["language"]),
    )
    return " ".join(str(part or "") for part in told).casefold()


def sources_page(snapshot: Snapshot) -> list[SourceRow]:
    """All sources, the active ones first."""
    return _sources(snapshot, snapshot.rows(_SOURCES.format(narrowed="")))


def source_row(snapshot: Snapshot, source: str) -> SourceRow | None:
    """One source; None where there is none of this id."""
    found = _sources(snapshot, snapshot.rows(_SOURCES.format(narrowed="WHERE sources.id = ?"), (source,)))
    return found[0] if found else None


def articles_by_source(snapshot: Snapshot) -> dict[str, int] | None:
    """Articles of each source; None where counting took too long."""
    try:
        with counting(snapshot, Query()) as counts:
            return dict(counts.every("source"))
    except TookTooLong:
        return None


def _sources(snapshot: Snapshot, rows: Sequence[sqlite3.Row]) -> list[SourceRow]:
    articles = articles_by_source(snapshot)
    gone = {str(row[0]): int(row[1]) for row in snapshot.rows(_GONE)}
    until = time.monotonic() + OUTCOMES_LIMIT
    return [
        _source(
            snapshot,
            row,
            None if articles is None else articles.get(row["id"], 0),
            gone.get(row["id"], 0),
            until - time.monotonic(),
        )
        for row in rows
    ]


def _source(
    snapshot: Snapshot, source: sqlite3.Row, articles: int | None, gone: int, limit: float
) -> SourceRow:
    try:
        rows = snapshot.rows(
            _OUTCOMES, (source["id"], source["last_visit"], f"-{DAYS} days"), max(0.0, limit)
        )
    except TookTooLong:
        rows = []
    troubles = tuple(
        Trouble(row["outcome"], row["reason"] or "", sentence_of(row["reason"]), row["visits"])
        for row in rows
        if row["outcome"] in ("failed", "skipped")
    )
    return SourceRow(
        source,
        articles,
        gone,
        visits=sum(row["visits"] for row in rows),
        failed=sum(row["visits"] for row in rows if row["outcome"] == "failed"),
        troubles=troubles,
    )
