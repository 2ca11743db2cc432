"""Which articles are on a page: by their position in an order, at any depth as fast as on the first page."""

from __future__ import annotations

import json
from collections.abc import Iterator

from newsbot.publish.connections import Snapshot
from newsbot.publish.counting import counting
from newsbot.publish.listing import NOTHING, Item, items
from newsbot.publish.query import Query

_SHOWN = "articles.state <> 'withheld'"  # the row is read anyway
_NULLABLE = frozenset(("changed_at",))


def page(snapshot: Snapshot, query: Query, size: int) -> tuple[list[Item], bool]:
    """`size` articles of a listing, newest first in its order, and whether there are more in the direction of travel.

    Not for listings by relevance: see `ranking`. Articles without the column of the order come last, by id.
    """
    ids = _ids(snapshot, query, size + 1)
    more, ids = len(ids) > size, ids[:size]
    found = items(snapshot, "articles.id IN (SELECT value FROM json_each(?))", (json.dumps(ids),), size, "1")
    places = {number: place for place, number in enumerate(ids)}
    found.sort(key=lambda item: places[item.id], reverse=query.before is not None)
    return found, more


def _ids(snapshot: Snapshot, query: Query, count: int) -> list[int]:
    """Ids in the direction of travel: of the rows that the columns name, or of a walk along an index."""
    with counting(snapshot, query) as counts:
        candidates = counts.page(query, count)
    if candidates is None:
        where, parameters = query.where()
        sign = ""
    else:
        where, parameters = "articles.id IN (SELECT value FROM json_each(?))", [json.dumps(candidates)]
        sign = "+"  # the ids are few: no index on the order shall be walked for them
    found: list[int] = []
    for condition, values, order in _stretches(query, sign):
        sql = f"SELECT id FROM articles WHERE {where} AND {_SHOWN} AND {condition} ORDER BY {order} LIMIT {count - len(found)}"  # noqa: S608
        found += [int(row[0]) for row in snapshot.rows(sql, [*parameters, *values])]
        if len(found) >= count:
            break
    return found


def _stretches(query: Query, sign: str) -> Iterator[tuple[str, list[object], str]]:
    """What lies in the direction of travel: condition, its parameters, order; first those that have the column."""
    column = f"{sign}articles.{query.column}"
    position = query.after or query.before
    beyond, direction = (">", "ASC") if query.before else ("<", "DESC")
    have: tuple[str, list[object], str] = ("1", [], f"{column} {direction}, articles.id {direction}")
    lack: tuple[str, list[object], str] = (f"{column} IS NULL", [], f"articles.id {direction}")
    nullable = query.column in _NULLABLE
    if nullable:
        have = (f"{column} IS NOT NULL", [], have[2])
    if position is None:
        yield have
        if nullable:
            yield lack
    elif position[0] == NOTHING:
        yield (f"{lack[0]} AND articles.id {beyond} ?", [position[1]], lack[2])
        if query.before:
            yield have
    else:
        yield (f"{have[0]} AND ({column}, articles.id) {beyond} (?, ?)", list(position), have[2])
        if nullable and not query.before:
            yield lack
