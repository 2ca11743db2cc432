"""The front page: what is newest, who is read, what changed lately."""

from __future__ import annotations

from dataclasses import dataclass

from newsbot.publish.browse import is_sample
from newsbot.publish.changes_page import Change, changes
from newsbot.publish.connections import Snapshot
from newsbot.publish.listing import Item, items
from pipelines.store.export import SHOWN
from pipelines.store.sqlite import sqlite3

NEWEST = 19

# Counting by the index (source, published_sort, id) and looking each source's newest up in it.
_SOURCES = f"""
SELECT sources.id, sources.name, sources.state, sources.homepage, sources.language, sources.country,
  (SELECT count(*) FROM articles WHERE source = sources.id AND {SHOWN}) AS articles,
  (SELECT published_sort FROM articles WHERE source = sources.id AND +published_year > 0
     ORDER BY published_sort DESC, id DESC LIMIT 1) AS newest
FROM sources ORDER BY articles DESC, name
"""  # noqa: S608


@dataclass(frozen=True)
class FrontPage:
    """Everything that the front page shows."""

    lead: Item | None
    newest: tuple[Item, ...]
    sources: tuple[sqlite3.Row, ...]
    total: int
    first_day: str | None
    last_day: str | None
    changes: tuple[Change, ...]
    sample: bool


def front_page(snapshot: Snapshot) -> FrontPage:
    """The front page of today."""
    # The plus keeps SQLite on the index of published_sort instead of sorting every dated article.
    # What has no date stands in every listing at the day it was first seen; on the front page it is no news.
    newest = items(snapshot, f"+published_year > 0 AND {SHOWN}", (), NEWEST) or items(
        snapshot, SHOWN, (), NEWEST
    )
    sources = snapshot.rows(_SOURCES)
    return FrontPage(
        lead=newest[0] if newest else None,
        newest=tuple(newest[1:]),
        sources=tuple(sources),
        total=sum(row["articles"] for row in sources),
        first_day=_day(snapshot, "min", "ASC"),
        last_day=_day(snapshot, "max", "DESC"),
        changes=tuple(changes(snapshot, limit=5)[0]),
        sample=is_sample(snapshot),
    )


def _day(snapshot: Snapshot, end: str, direction: str) -> str | None:
    """The first or the last day that is known, by the index (published_year, published_sort)."""
    found = snapshot.row(
        "SELECT published_day FROM articles WHERE published_year ="  # noqa: S608
        f" (SELECT {end}(published_year) FROM articles) ORDER BY published_sort {direction} LIMIT 1"
    )
    return found[0] if found else None
