"""Rows of articles as lists show them: one shape for the front page, browsing and clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsbot.publish.connections import Snapshot
from newsbot.publish.policy import shown_lede
from newsbot.publish.query import Position
from pipelines.store.sqlite import sqlite3

_SELECT = """
SELECT articles.id, public_id, articles.url, source, sources.name AS source_name, publish, headline, lede,
  section, articles.language, byline, published_at, published_day, published_sort, published_precision,
  place, articles.country, paywalled, revisions, changed_at, articles.state, articles.first_seen_at,
  (SELECT group_concat(agency, ', ') FROM article_agencies WHERE article = articles.id) AS agencies
FROM articles LEFT JOIN sources ON sources.id = articles.source
WHERE {where}
ORDER BY {order}
LIMIT {limit}
"""


NOTHING = "none"
"""In a position: the column of the order is empty. Such articles come last."""


@dataclass(frozen=True)
class Item:
    """One article in a list."""

    id: int
    public_id: str
    url: str
    source: str
    source_name: str
    headline: str | None
    lede: str | None
    section: str | None
    language: str | None
    byline: str | None
    published_at: str | None
    published_day: str | None
    published_sort: str
    published_precision: str | None
    place: str | None
    country: str | None
    paywalled: int | None
    revisions: int
    changed_at: str | None
    state: str
    first_seen_at: str
    agencies: str | None
    publish: str

    def position(self, column: str) -> Position:
        """Where it stands in an order: the column's value ("none" where it has none) and its id."""
        return (getattr(self, column) or NOTHING, self.id)


def items(
    snapshot: Snapshot,
    where: str,
    parameters: Sequence[object],
    limit: int,
    order: str = "published_sort DESC, articles.id DESC",
) -> list[Item]:
    """Articles under a condition of ours (values only as parameters)."""
    sql = _SELECT.format(where=where, order=order, limit=limit)
    return [_item(row) for row in snapshot.rows(sql, parameters)]


def _item(row: sqlite3.Row) -> Item:
    values = dict(row)
    values["publish"] = values["publish"] or "full"
    values["source_name"] = values["source_name"] or values["source"]
    values["lede"] = shown_lede(values["lede"], values["publish"])
    return Item(**values)
