"""The front page: what is newest, who is read, what changed lately."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from newsbot.publish.browse import is_sample
from newsbot.publish.changes_page import Change, changes
from newsbot.publish.connections import Snapshot
from newsbot.publish.listing import Item, items
from pipelines.store.export import SHOWN

NEWEST = 19

# Counting by the index (source, published_sort, id) and looking each source's newest up in it.
_SOURCES = f"""
SELECT sources.id, sources.name, sources.state, sources.homepage, sources.language, sources.country,
  (SELECT count(*) FROM articles WHERE source = sources.id AND {SHOWN}) AS articles,
  (SELECT max(published_sort) FROM articles WHERE source = sources.id) AS newest
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
    newest = items(snapshot, f"articles.state = 'published' AND {SHOWN}", (), NEWEST)
    sources = snapshot.rows(_SOURCES)
    days = snapshot.row(
        "SELECT min(published_day), max(published_day) FROM articles WHERE published_year > 0"
    )
    return FrontPage(
        lead=newest[0] if newest else None,
        newest=tuple(newest[1:]),
        sources=tuple(sources),
        total=sum(row["articles"] for row in sources),
        first_day=days[0] if days else None,
        last_day=days[1] if days else None,
        changes=tuple(changes(snapshot, limit=5)[0]),
        sample=is_sample(snapshot),
    )
