"""The browse page: articles newest first, facets beside them, paging by position."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from markupsafe import Markup

from newsbot.publish import labels
from newsbot.publish.connections import Snapshot
from newsbot.publish.facets import Facet, Panel, facets, label, panel, story_headlines, total
from newsbot.publish.histogram import Histogram, histogram
from newsbot.publish.listing import Item
from newsbot.publish.paging import page as paged
from newsbot.publish.query import DAYS, ORDERS, REVISED, TABLES, Query
from newsbot.publish.ranking import MOST_RANKED, ranked
from newsbot.publish.search import passages, understand

PAGE = 40
"""Articles a page."""


@dataclass(frozen=True)
class Chip:
    """One filter that is on, with the listing without it."""

    name: str
    label: str
    address: str


@dataclass(frozen=True)
class Day:
    """The articles of one day on this page."""

    day: str
    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Browse:
    """Everything that the browse page shows."""

    query: Query
    days: tuple[Day, ...]
    total: int | None  # None where counting took too long
    facets: tuple[Facet, ...]
    chips: tuple[Chip, ...]
    passages: dict[int, Markup]
    orders: dict[
        str, str
    ]  # name of an order (see query.ORDERS) -> the same from its first page in that order
    panel: Panel | None  # all values of one facet, where it is open
    histogram: Histogram | None  # articles over time; None where counting took too long
    by_date: str  # the same newest first
    by_relevance: str  # the same with the best matches first
    capped: int | None  # the best matches of so many, where there are more
    newer: str | None
    older: str | None
    first: str
    json: str
    csv: str
    feed: str
    table: str
    sample: bool


def browse(snapshot: Snapshot, query: Query, base: str) -> Browse:
    """One page of a listing. `base` is the root of the database's pages, e.g. `/archive`."""
    path = f"{base}/articles"
    query = replace(query, words=understand(snapshot, query.words))
    found = ranked(snapshot, query, PAGE) if query.by_relevance else None
    page, more = (found.items, found.more) if found else paged(snapshot, query, PAGE)
    sources = source_names(snapshot)
    newer, older = _neighbours(query, page, more, path)
    readable = [item.id for item in page if item.publish == "full"]
    hits = passages(snapshot, query.words, readable)
    sample = is_sample(snapshot)
    # Counts come last: where they take too long, the page still stands and says which count is missing.
    count = total(snapshot, query)
    alone = query.opened("").ordered("")
    return Browse(
        query=query,
        days=(Day("", "Best match first", tuple(page)),)
        if found and page
        else tuple(_days(page, query.column)),
        total=count,
        facets=tuple(facets(snapshot, query, path, sources)),
        chips=tuple(_chips(snapshot, query, path, sources)),
        passages=hits,
        orders={order: query.ordered(order).address(path) for order in ORDERS},
        panel=panel(snapshot, query, path, sources),
        histogram=histogram(snapshot, query, path),
        by_date=query.ordered("").address(path),
        by_relevance=query.ordered("relevance").address(path),
        capped=MOST_RANKED if found and found.capped else None,
        newer=newer,
        older=older,
        first=query.first_page().address(path),
        json=stock_address(query, f"{path}.json"),
        csv=alone.address("/export/articles.csv"),
        feed=alone.address("/feeds/articles.atom"),
        table=stock_address(query, path, {"_view": "table"}),
        sample=sample,
    )


def _neighbours(query: Query, page: Sequence[Item], more: bool, path: str) -> tuple[str | None, str | None]:
    """Where the page before and the page behind this one are, if there are such."""
    if query.by_relevance:
        before = replace(query, page=query.page - 1).address(path) if query.page > 1 else None
        return before, replace(query, page=query.page + 1).address(path) if more else None
    newer = older = None
    if page:
        if more if query.before is None else True:
            older = replace(query, after=page[-1].position(query.column), before=None).address(path)
        if more if query.before is not None else query.after is not None:
            newer = replace(query, after=None, before=page[0].position(query.column)).address(path)
    return newer, older


def _days(page: Sequence[Item], column: str) -> Iterator[Day]:
    """The articles by day of the order; those without a date stand apart, under the day on which they were first seen."""
    for day, group in groupby(page, key=lambda item: (getattr(item, column) or "")[:10]):
        items = tuple(group)
        if column != "published_sort":
            yield Day(day, labels.weekday(day) if day else "Never changed", items)
            continue
        dated = tuple(item for item in items if item.published_precision)
        undated = tuple(item for item in items if not item.published_precision)
        if dated:
            yield Day(day, labels.weekday(day), dated)
        if undated:
            yield Day(day, f"Undated, first seen {labels.weekday(day)}", undated)


def _chips(snapshot: Snapshot, query: Query, path: str, sources: dict[str, str]) -> list[Chip]:
    chips = []
    stories = story_headlines(snapshot, query.picked.get("cluster", ()))
    if query.words.text:
        chips.append(Chip("Search", labels.cut(query.words.text, 80), query.without_words().address(path)))
    for name in sorted(query.picked):
        for value in query.picked[name]:
            chips.append(
                Chip(
                    labels.COLUMNS[name],
                    (stories.get(value) if name == "cluster" else "") or label(name, value, sources),
                    query.without_value(name, value).address(path),
                )
            )
    return chips


def stock_address(query: Query, path: str, extra: dict[str, str] | None = None) -> str:
    """The same listing in the words of stock Datasette: for `.json`, and for its own table page."""
    pairs: list[tuple[str, str]] = list((extra or {}).items())
    if query.words.expression is not None:  # the reader's words in FTS5's own language
        pairs += [("_search", query.words.expression), ("_searchmode", "raw")]
    for name, values in sorted(query.picked.items()):
        if name in TABLES:
            pairs += [(f"_{name}", value) for value in values]
        elif name == REVISED:
            if len(values) == 1:
                pairs.append(("revisions__gt", "0") if values == ("1",) else ("revisions", "0"))
        elif name in DAYS or len(values) == 1:
            pairs += [(name, value) for value in values]
        else:
            pairs.append((f"{name}__in", json.dumps(list(values))))
    if query.column != ORDERS[""]:
        pairs.append(("_sort_desc", query.column))
    return f"{path}?{urlencode(pairs)}" if pairs else path


def source_names(snapshot: Snapshot) -> dict[str, str]:
    """Names of the sources by their id."""
    return {str(row[0]): str(row[1]) for row in snapshot.rows("SELECT id, name FROM sources")}


def is_sample(snapshot: Snapshot) -> bool:
    """Is this the archive of the bundled newsroom?"""
    if not snapshot.rows("SELECT 1 FROM sqlite_master WHERE name = 'about'"):
        return False
    return bool(snapshot.rows("SELECT 1 FROM about WHERE name = 'sample' AND value NOT IN ('', '0')"))
