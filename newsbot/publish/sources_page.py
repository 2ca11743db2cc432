"""The page of sources: what each gave, when it was last visited, and what failed there and why."""

from __future__ import annotations

from dataclasses import dataclass

from newsbot.publish.connections import Snapshot, TookTooLong
from pipelines.reasons import sentence_of
from pipelines.store.export import SHOWN
from pipelines.store.sqlite import sqlite3

DAYS = 7
"""Days before the latest visit of a source over which its failures are counted."""

_SOURCES = """
SELECT sources.*,
  (SELECT count(*) FROM articles WHERE source = sources.id AND {shown}) AS articles,
  (SELECT count(*) FROM articles WHERE source = sources.id AND state = 'gone') AS gone,
  (SELECT published_sort FROM articles WHERE source = sources.id AND +published_year > 0
     ORDER BY published_sort DESC, id DESC LIMIT 1) AS newest,
  (SELECT max(visited_at) FROM fetches WHERE source = sources.id) AS last_visit
FROM sources {narrowed} ORDER BY sources.state, sources.name
"""
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
    visits: int
    failed: int
    troubles: tuple[Trouble, ...]


def sources_page(snapshot: Snapshot) -> list[SourceRow]:
    """All sources, the active ones first."""
    return [_source(snapshot, row) for row in snapshot.rows(_SOURCES.format(shown=SHOWN, narrowed=""))]


def source_row(snapshot: Snapshot, source: str) -> SourceRow | None:
    """One source; None where there is none of this id."""
    row = snapshot.row(_SOURCES.format(shown=SHOWN, narrowed="WHERE sources.id = ?"), (source,))
    return _source(snapshot, row) if row is not None else None


def _source(snapshot: Snapshot, source: sqlite3.Row) -> SourceRow:
    try:
        rows = snapshot.rows(_OUTCOMES, (source["id"], source["last_visit"], f"-{DAYS} days"), 1.0)
    except TookTooLong:
        rows = []
    troubles = tuple(
        Trouble(row["outcome"], row["reason"] or "", sentence_of(row["reason"]), row["visits"])
        for row in rows
        if row["outcome"] in ("failed", "skipped")
    )
    return SourceRow(
        source,
        visits=sum(row["visits"] for row in rows),
        failed=sum(row["visits"] for row in rows if row["outcome"] == "failed"),
        troubles=troubles,
    )
