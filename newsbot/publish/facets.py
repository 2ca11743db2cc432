"""Facets: how many articles of a listing carry which value, exact on every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsbot.publish import labels
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.query import TABLES, Query
from pipelines.store.export import SHOWN

FACETS = ("source", "section", "country", "agency", "language", "published_year", "author", "tag")
LIMIT = 1.0
"""Seconds that one facet may take; then its place says that it was too slow, and the page still comes."""

_VALUES = 30  # values of a facet
_OPEN = 8  # values shown before "more"


@dataclass(frozen=True)
class Value:
    """One value of a facet in one listing."""

    value: str
    label: str
    count: int
    picked: bool
    address: str  # query string, with which the value is picked, or dropped where it is picked


@dataclass(frozen=True)
class Facet:
    """One facet of one listing."""

    name: str
    label: str
    values: tuple[Value, ...] = ()
    more: tuple[Value, ...] = ()
    cut: bool = False  # there are more values than are listed
    too_slow: bool = False


def facets(snapshot: Snapshot, query: Query, path: str, sources: Mapping[str, str]) -> list[Facet]:
    """All facets of a listing, those without any value left out.

    A facet counts under every filter but its own, so that a second value can be picked; the page of the
    listing plays no part (stock Datasette counts only what is behind the cursor).
    """
    found = [_facet(snapshot, name, query.first_page(), path, sources) for name in FACETS]
    return [facet for facet in found if facet.values or facet.too_slow]


def _facet(snapshot: Snapshot, name: str, query: Query, path: str, sources: Mapping[str, str]) -> Facet:
    picked = query.picked.get(name, ())
    try:
        counted = _counts(snapshot, name, query, picked)
    except TookTooLong:
        return Facet(name, labels.COLUMNS[name], too_slow=True)
    known = {value for value, _ in counted}
    counted = [(value, 0) for value in picked if value not in known] + counted
    values = [
        Value(
            value,
            label(name, value, sources),
            count,
            value in picked,
            (query.without_value if value in picked else query.with_value)(name, value).address(path),
        )
        for value, count in counted
    ]
    values.sort(key=lambda value: not value.picked)
    head = max(_OPEN, len(picked))
    return Facet(
        name,
        labels.COLUMNS[name],
        tuple(values[:head]),
        tuple(values[head : max(_VALUES, len(picked))]),
        cut=len(counted) > _VALUES,
    )


def _counts(snapshot: Snapshot, name: str, query: Query, picked: tuple[str, ...]) -> list[tuple[str, int]]:
    """(value, number of articles), most frequent first, years newest first; the picked ones among them."""
    where, parameters = query.where(but=name)
    order = "1 DESC" if name == "published_year" else "2 DESC, 1"
    if name in TABLES:
        base = f"{TABLES[name]} WHERE {SHOWN.replace('articles.id', 'article')}"
        if query.words.text or query.picked.keys() - {name}:
            base += f" AND article IN (SELECT articles.id FROM articles WHERE {where})"  # noqa: S608
        else:
            parameters = []
    else:
        base = f"articles WHERE {where} AND {name} IS NOT NULL AND {name} <> ''"
    select = f"SELECT {name} AS value, count(*) FROM {base}"  # noqa: S608 (names are ours, values are parameters)
    rows = snapshot.rows(f"{select} GROUP BY 1 ORDER BY {order} LIMIT {_VALUES + 1}", parameters, LIMIT)
    counted = [(str(row[0]), int(row[1])) for row in rows]
    missing = [value for value in picked if value not in {known for known, _ in counted}]
    if missing:
        holes = ", ".join("?" * len(missing))
        rest = snapshot.rows(f"{select} AND {name} IN ({holes}) GROUP BY 1", [*parameters, *missing], LIMIT)
        counted = [(str(row[0]), int(row[1])) for row in rest] + counted
    return counted


def label(name: str, value: str, sources: Mapping[str, str]) -> str:
    """A value of a filter in words."""
    if name == "source":
        return sources.get(value, value)
    if name == "country":
        return labels.country(value)
    if name == "language":
        return labels.language(value)
    if name == "paywalled":
        return "behind a paywall" if value == "1" else "free"
    if name in ("published_month", "published_day", "published_day__gte", "published_day__lte"):
        return labels.day(value)
    return labels.cut(value, 80)
