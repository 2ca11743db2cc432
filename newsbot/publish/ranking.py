"""The best matches of a search first: bm25 with the headline worth more than the text, page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from newsbot.publish.connections import Snapshot
from newsbot.publish.listing import Item, items
from newsbot.publish.query import Query
from newsbot.publish.search import Words
from pipelines.store import fulltext

MOST_RANKED = 100_000
"""Hits that are weighed, those that came into the archive last; bm25 takes about 1 ms a thousand."""

_HEADLINE, _TEXT = 8.0, 1.0  # what a hit in the one is worth beside a hit in the other


@dataclass(frozen=True)
class Ranked:
    """One page of the best matches."""

    items: list[Item]
    more: bool  # there is a page behind this one
    capped: bool  # there were more hits than are weighed


def ranked(snapshot: Snapshot, query: Query, size: int) -> Ranked:
    """A page of a search, best match first; equals with the newer one first.

    The whole index says how rare a word is; only the hits that are weighed are limited in number, and only after
    the filters of the query.
    """
    hits = snapshot.number(
        f"SELECT count(*) FROM {fulltext.TABLE} WHERE {fulltext.TABLE} MATCH ?",  # noqa: S608
        (query.words.expression,),
    )
    where, parameters = replace(query, words=Words("")).where()
    source, condition = fulltext.TABLE, f"{fulltext.TABLE} MATCH ?"
    values: list[object] = [query.words.expression]
    if query.picked:
        source += f" CROSS JOIN articles ON articles.id = {fulltext.TABLE}.rowid"
        condition = f"{where} AND {condition}"
        values = [*parameters, *values]
    score = f"bm25({fulltext.TABLE}, {_HEADLINE}, {_TEXT})"
    weighed = f"SELECT {fulltext.TABLE}.rowid AS id, {score} AS score FROM {source} WHERE {condition}"  # noqa: S608
    if hits <= MOST_RANKED:
        select = f"SELECT id, 0 FROM ({weighed})"  # noqa: S608
    else:
        newest = f"{weighed} ORDER BY {fulltext.TABLE}.rowid DESC LIMIT {MOST_RANKED}"
        select = f"SELECT id, count(*) OVER () FROM ({newest})"  # noqa: S608
    rows = snapshot.rows(
        f"{select} ORDER BY score, id DESC LIMIT ? OFFSET ?", [*values, size + 1, (query.page - 1) * size]
    )
    order = {int(row[0]): place for place, row in enumerate(rows[:size])}
    found = items(snapshot, f"articles.id IN ({', '.join(map(str, order)) or 'NULL'})", (), size)
    found.sort(key=lambda item: order[item.id])
    return Ranked(found, len(rows) > size, bool(rows) and int(rows[0][1]) >= MOST_RANKED)
