"""Facets: the values that the articles of a listing carry, exact on every page, each with the listing it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsbot.publish import labels
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.counting import Counting, counting
from newsbot.publish.query import FACETS, Query

_VALUES = 30  # values of a facet on the page of a listing
_OPEN = 8  # values shown before "more"
PANEL = 200
"""Values of a facet that "show all values" lists at once."""

# What is of no use before something else narrows the listing to where it is.
_WITHIN = {
    "published_month": ("published_year", "published_month"),
    "published_day": ("published_month", "published_day"),
}
_AS_THEY_ARE = frozenset(("section", "place", "agency", "author", "tag"))  # values that are their own labels
_PLAIN = frozenset(("form", "paywalled", "revised"))  # facets that say nothing where there is one value only


@dataclass(frozen=True)
class Value:
    """One value of a facet in one listing."""

    value: str
    label: str
    count: int
    picked: bool
    address: str  # the listing with the value picked, or without it where it is picked


@dataclass(frozen=True)
class Facet:
    """One facet of one listing."""

    name: str
    label: str
    values: tuple[Value, ...] = ()
    more: tuple[Value, ...] = ()
    cut: bool = False  # there are more values than are listed
    too_slow: bool = False
    all: str = ""  # the listing with all values of this facet shown


@dataclass(frozen=True)
class Panel:
    """All values of one facet, as far as they hold what was typed."""

    name: str
    label: str
    values: tuple[Value, ...]
    holding: str  # what was typed
    found: int  # values that hold it, listed or not
    closed: str  # the listing without the panel
    too_slow: bool = False


def facets(snapshot: Snapshot, query: Query, path: str, sources: Mapping[str, str]) -> list[Facet]:
    """All facets of a listing, those without any value left out.

    A facet counts under every filter but its own, so that a second value can be picked; the page of the
    listing plays no part (stock Datasette counts only what is behind the cursor).
    """
    query = query.first_page()
    counted: dict[str, tuple[list[tuple[str, int]], dict[str, int]] | None] = {}
    with counting(snapshot, query) as counts:
        for name in FACETS:
            if name in _WITHIN and not any(query.picked.get(within) for within in _WITHIN[name]):
                continue
            try:
                counted[name] = _counted(counts, name, query.picked.get(name, ()))
            except TookTooLong:
                counted[name] = None
    found = [_facet(snapshot, name, counted[name], query, path, sources) for name in counted]
    return [facet for facet in found if facet.values or facet.too_slow]


def panel(snapshot: Snapshot, query: Query, path: str, sources: Mapping[str, str]) -> Panel | None:
    """All values of `query.facet` that hold `query.holding` (in any case of letters); None where no facet is open.

    At most 200, the most frequent; `found` tells how many there are. The words are looked for in what readers see:
    the name of a source, not its id.
    """
    name = query.facet
    if not name:
        return None
    query = query.first_page()
    label_of, closed = labels.COLUMNS[name], query.opened("").address(path)
    try:
        with counting(snapshot, query) as counts:
            counted, found = _holding(counts, name, query.holding, sources)
    except TookTooLong:
        return Panel(name, label_of, (), query.holding, 0, closed, too_slow=True)
    values = _values(snapshot, name, counted, query, path, sources)
    return Panel(name, label_of, tuple(values), query.holding, found, closed)


def total(snapshot: Snapshot, query: Query) -> int | None:
    """Articles of a listing; None where counting took too long."""
    try:
        with counting(snapshot, query) as counts:
            return counts.total()
    except TookTooLong:
        return None


def _holding(
    counts: Counting, name: str, text: str, sources: Mapping[str, str]
) -> tuple[list[tuple[str, int]], int]:
    if name == "cluster" and text:
        return [], 0  # known by number only; their headlines are for the search
    if name in _AS_THEY_ARE or not text:
        return counts.holding(name, text, PANEL)
    wanted = text.casefold()
    found = [pair for pair in counts.every(name) if wanted in label(name, pair[0], sources).casefold()]
    return found[:PANEL], len(found)


def _counted(
    counts: Counting, name: str, picked: tuple[str, ...]
) -> tuple[list[tuple[str, int]], dict[str, int]]:
    """The first values with their numbers, and the numbers of the picked ones."""
    top = counts.top(name, _VALUES + 1)
    missing = [value for value in picked if value not in {value for value, _ in top}]
    return top, counts.of(name, missing)


def _facet(
    snapshot: Snapshot,
    name: str,
    counted: tuple[list[tuple[str, int]], dict[str, int]] | None,
    query: Query,
    path: str,
    sources: Mapping[str, str],
) -> Facet:
    if counted is None:
        return Facet(name, labels.COLUMNS[name], too_slow=True)
    top, missing = counted
    picked = query.picked.get(name, ())
    if name in _PLAIN and len(top) < 2 and not picked:
        return Facet(name, labels.COLUMNS[name])
    known = {value for value, _ in top}
    pairs = [(value, missing.get(value, 0)) for value in picked if value not in known] + top
    pairs.sort(key=lambda pair: pair[0] not in picked)
    head = max(_OPEN, len(picked))
    values = _values(snapshot, name, pairs[: max(_VALUES, len(picked))], query, path, sources)
    return Facet(
        name,
        labels.COLUMNS[name],
        tuple(values[:head]),
        tuple(values[head:]),
        cut=len(pairs) > _VALUES,
        all=query.opened(name).address(path),
    )


def _values(
    snapshot: Snapshot,
    name: str,
    counted: Iterable[tuple[str, int]],
    query: Query,
    path: str,
    sources: Mapping[str, str],
) -> list[Value]:
    counted = list(counted)
    picked = query.picked.get(name, ())
    known = story_headlines(snapshot, [value for value, _ in counted]) if name == "cluster" else {}
    addresses = query.adding(name, path)
    return [
        Value(
            value,
            known.get(value) or label(name, value, sources),
            count,
            value in picked,
            query.without_value(name, value).address(path) if value in picked else addresses(value),
        )
        for value, count in counted
    ]


def story_headlines(snapshot: Snapshot, clusters: Iterable[str]) -> dict[str, str]:
    """Clusters by the headline of the article that ran first, as far as one may be shown."""
    numbers = [value for value in clusters if value.isdecimal()]
    holes = ", ".join("?" * len(numbers))
    rows = snapshot.rows(
        "SELECT clusters.id, headline FROM clusters JOIN articles ON articles.id = clusters.first_article"  # noqa: S608
        f" WHERE clusters.id IN ({holes}) AND articles.state <> 'withheld'",
        numbers,
    )
    return {str(row[0]): labels.cut(row[1], 80) for row in rows if row[1]}


def label(name: str, value: str, sources: Mapping[str, str]) -> str:
    """A value of a filter in words."""
    if name == "source":
        return labels.cut(sources.get(value, value), 80)
    if name == "country":
        return labels.country(value)
    if name == "language":
        return labels.language(value)
    if name in _WORDS:
        return _WORDS[name].get(value, labels.cut(value, 80))
    if name in ("published_month", "published_day", "published_day__gte", "published_day__lte"):
        return labels.day(value)
    return labels.cut(value, 80)


_WORDS = {
    "paywalled": {"1": "behind a paywall", "0": "free"},
    "revised": {"1": "changed by the publisher", "0": "not changed"},
    "form": {"article": "article", "live_blog": "live blog"},
}
