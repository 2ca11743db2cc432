"""The front page: what is newest, who is read and how much, what changed today, where nothing came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from newsbot.publish.browse import is_sample
from newsbot.publish.changes_page import Change, changes
from newsbot.publish.charts import Spark
from newsbot.publish.connections import Snapshot
from newsbot.publish.daily import Gap, Window, known_day, latest_visit, latest_window
from newsbot.publish.listing import Item, items
from newsbot.publish.remembered import Remembered
from newsbot.publish.sources_page import articles_by_source
from newsbot.publish.versions import parts
from pipelines.store.export import SHOWN
from pipelines.store.sqlite import sqlite3

NEWEST = 19
CHANGES = 5
GAPS = 6
SOURCES = 12  # the rest is on the page of sources
_TODAY = 2000  # revisions of one day that are counted

# The newest of each source by the index (source, published_sort, id).
_SOURCES = """
SELECT sources.id, sources.name, sources.state,
  (SELECT published_sort FROM articles WHERE source = sources.id AND +published_year > 0
     ORDER BY published_sort DESC, id DESC LIMIT 1) AS newest
FROM sources ORDER BY name
"""
_CHANGED = """
SELECT changed FROM revisions JOIN articles ON articles.id = revisions.article
WHERE revisions.kind = 'publisher' AND revisions.seen_at >= ? AND articles.state <> 'withheld' LIMIT ?
"""


@dataclass(frozen=True)
class SourceLine:
    """One source on the front page."""

    id: str
    name: str
    state: str
    articles: int | None  # None where counting took too long
    newest: str | None
    spark: Spark | None


@dataclass(frozen=True)
class Today:
    """What publishers changed on the day of the latest visit."""

    day: str
    total: int
    kinds: tuple[tuple[str, int], ...]  # words of revisions.changed, most frequent first


@dataclass(frozen=True)
class FrontPage:
    """Everything that the front page shows."""

    lead: Item | None
    newest: tuple[Item, ...]
    sources: tuple[SourceLine, ...]
    more_sources: int
    total: int | None  # None where counting took too long
    first_day: str | None
    last_day: str | None
    window: tuple[str, ...]  # the days of the sparklines
    last_visit: str | None
    changes: tuple[Change, ...]
    today: Today | None
    gaps: tuple[Gap, ...]
    names: dict[str, str]
    sample: bool


def front_page(snapshot: Snapshot, remembered: Remembered) -> FrontPage:
    """The front page of today."""
    # The plus keeps SQLite on the index of published_sort instead of sorting every dated article.
    # What has no date stands in every listing at the day it was first seen; on the front page it is no news.
    newest = items(snapshot, f"+published_year > 0 AND {SHOWN}", (), NEWEST) or items(
        snapshot, SHOWN, (), NEWEST
    )
    counts = remembered("articles by source", lambda: articles_by_source(snapshot))
    rows = remembered("sources by name", lambda: snapshot.rows(_SOURCES))
    sources = sorted(rows, key=lambda row: -(counts or {}).get(row["id"], 0))
    last_visit = latest_visit(snapshot)
    last_day = known_day(snapshot, "max", "DESC")
    looked = latest_window(snapshot, remembered)
    return FrontPage(
        lead=newest[0] if newest else None,
        newest=tuple(newest[1:]),
        sources=tuple(_line(row, looked, counts) for row in sources[:SOURCES]),
        more_sources=max(0, len(sources) - SOURCES),
        total=sum(counts.values()) if counts is not None else None,
        first_day=known_day(snapshot, "min", "ASC"),
        last_day=last_day,
        window=looked.days if looked else (),
        last_visit=last_visit,
        changes=tuple(changes(snapshot, limit=CHANGES)[0]),
        today=_today(snapshot, last_visit),
        gaps=tuple(_gaps(looked, sources)[:GAPS]) if looked else (),
        names={row["id"]: row["name"] for row in sources},
        sample=is_sample(snapshot),
    )


def _line(row: sqlite3.Row, looked: Window | None, counts: Mapping[str, int] | None) -> SourceLine:
    spark = looked.spark(row["id"]) if looked and looked.counts else None
    articles = counts.get(row["id"], 0) if counts is not None else None
    return SourceLine(row["id"], row["name"], row["state"], articles, row["newest"], spark)


def _gaps(looked: Window, sources: list[sqlite3.Row]) -> list[Gap]:
    active = {row["id"] for row in sources if row["state"] != "retired"}
    return [gap for gap in looked.gaps() if gap.source in active]


def _today(snapshot: Snapshot, last_visit: str | None) -> Today | None:
    if not last_visit:
        return None
    day = last_visit[:10]
    rows = snapshot.rows(_CHANGED, (day, _TODAY))
    if not rows:
        return None
    kinds = Counter(part for row in rows for part in parts(row["changed"]))
    return Today(day, len(rows), tuple(kinds.most_common()))
