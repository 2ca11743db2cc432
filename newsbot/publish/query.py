"""What a listing shows, as its URL says it: words, facets, days, and where the page begins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import quote, quote_plus, urlencode

from newsbot.publish.search import Words
from pipelines.store.export import SHOWN

COLUMNS = frozenset(
    {
        "source",
        "section",
        "country",
        "language",
        "published_year",
        "published_month",
        "published_day",
        "place",
        "cluster",
        "paywalled",
        "form",
        "state",
    }
)
"""Columns of `articles` that a URL may filter by, under the name that stock Datasette knows too."""

TABLES: dict[str, str] = {"agency": "article_agencies", "author": "article_authors", "tag": "article_tags"}
"""Filters that live in a table of their own, which has a column of the same name and `article`."""

REVISED = "revised"
"""Filter for articles that their publisher changed (1) or not (0)."""

DAYS: dict[str, str] = {"published_day__gte": ">=", "published_day__lte": "<="}

FACETS = (
    "source", "section", "published_year", "published_month", "published_day", "country", "place", "language",
    "agency", "author", "tag", "form", "paywalled", "revised", "cluster",
)  # fmt: skip
"""Filters whose values can be counted, in the order in which a page lists them."""

FILTERS = COLUMNS | TABLES.keys() | DAYS.keys() | {REVISED}
"""Everything that a URL may filter by."""

_INTEGERS = frozenset(("published_year", "cluster", "paywalled", REVISED))
MAX_WORDS = 500  # characters of a search
MAX_VALUES = 60  # filter values in one URL
ORDERS: dict[str, str] = {
    "": "published_sort",
    "first_seen": "first_seen_at",
    "changed": "changed_at",
    "relevance": "published_sort",
}
"""Orders of a listing with the column behind each, newest first. By publication needs no word in the URL; by
relevance is for searches (see ranking.py), the newest come first where nothing is searched."""

MOST_HELD = 80  # characters of what the values of a facet shall hold
MAX_PAGE = 1000  # of the best matches; pages of what is newest first go on to the end
_CURSOR = re.compile(r"(?P<sort>[0-9T:.+Z -]{4,40}|none)~(?P<id>[0-9]{1,18})")

_MARK = "\ue000"  # a character that no value has: where another one is to stand
_MARK_WRITTEN = quote(_MARK)
_written = lru_cache(8192)(quote_plus)

Position = tuple[str, int]
"""Where an article stands in an order: the value of its column ("none" where it has none) and its id."""


@dataclass(frozen=True)
class Query:
    """One listing. `picked` maps a filter to its values: any of them, and all filters together."""

    words: Words = field(default_factory=lambda: Words(""))
    picked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: Position | None = None  # the page begins behind this article
    before: Position | None = None  # the page ends before this article
    order: str = ""  # one of ORDERS
    page: int = 1  # of the best matches
    facet: str = ""  # facet of which all values are shown
    holding: str = ""  # what those values hold

    @property
    def column(self) -> str:
        """The column by which the listing is ordered, where it is not by relevance."""
        return ORDERS[self.order]

    @property
    def by_relevance(self) -> bool:
        """Best match first; without words there is nothing to match."""
        return self.order == "relevance" and self.words.expression is not None

    @property
    def plain(self) -> bool:
        """Nothing was asked for: the whole archive."""
        return not self.words.text and not self.picked

    def with_value(self, name: str, value: str) -> Query:
        """The same from its first page, with one more value."""
        return self._picking(name, (*self.picked.get(name, ()), value))

    def without_value(self, name: str, value: str) -> Query:
        """The same from its first page, with one value less."""
        return self._picking(name, tuple(v for v in self.picked.get(name, ()) if v != value))

    def ranged(self, first: str, last: str) -> Query:
        """The same from its first page, with a range of days (YYYY-MM-DD) in the place of another."""
        return self._picking("published_day__gte", (first,))._picking("published_day__lte", (last,))

    def without(self, name: str) -> Query:
        """The same from its first page, without one filter."""
        return self._picking(name, ())

    def without_words(self) -> Query:
        """The same from its first page, without the search."""
        order = "" if self.order == "relevance" else self.order
        return replace(self, words=Words(""), after=None, before=None, order=order, page=1)

    def ordered(self, order: str) -> Query:
        """The same from its first page in another of ORDERS."""
        return replace(self.first_page(), order=order)

    def opened(self, facet: str, holding: str = "") -> Query:
        """The same with all values of a facet shown (those that hold something); "" closes it."""
        return replace(self.first_page(), facet=facet, holding=holding if facet else "")

    def first_page(self) -> Query:
        """The same from the top."""
        return replace(self, after=None, before=None, page=1)

    def _picking(self, name: str, values: tuple[str, ...]) -> Query:
        picked = {key: kept for key, kept in self.picked.items() if key != name}
        if values:
            picked[name] = values
        return replace(self, picked=picked, after=None, before=None, page=1)

    def pairs(self) -> list[tuple[str, str]]:
        """The query string as pairs, always in the same order."""
        pairs = [("_search", self.words.text)] if self.words.text else []
        pairs += [(name, value) for name in sorted(self.picked) for value in self.picked[name]]
        if self.order:
            pairs.append(("order", self.order))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        if self.facet:
            pairs.append(("facet", self.facet))
        if self.holding:
            pairs.append(("holding", self.holding))
        if self.after:
            pairs.append(("_next", "{}~{}".format(*self.after)))
        if self.before:
            pairs.append(("_previous", "{}~{}".format(*self.before)))
        return pairs

    def address(self, path: str) -> str:
        """The URL of this listing under a path of ours."""
        pairs = self.pairs()
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def adding(self, name: str, path: str) -> Callable[[str], str]:
        """The addresses of this listing with one more value of a filter, by the value: many of them at once."""
        before, _, after = self.with_value(name, _MARK).address(path).partition(_MARK_WRITTEN)
        return lambda value: before + _written(value) + after

    def ranging(self, path: str) -> Callable[[str, str], str]:
        """The addresses of this listing with a range of days, by its first and last one: many of them at once."""
        begin, middle, end = self.ranged(_MARK, _MARK).address(path).split(_MARK_WRITTEN)
        return lambda first, last: begin + first + middle + last + end

    def where(self, but: str | None = None) -> tuple[str, list[object]]:
        """The condition on `articles` with its parameters, without the cursor.

        `but` leaves one filter out: the values of a facet are counted as if it were not picked.
        """
        conditions = [SHOWN]
        parameters: list[object] = []
        if self.words.expression is not None:
            conditions.append("articles.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)")
            parameters.append(self.words.expression)
        for name, values in sorted(self.picked.items()):
            if name == but:
                continue
            conditions.append(_condition(name, values))
            if name != REVISED:
                parameters.extend(values)
        return " AND ".join(conditions), parameters


def _condition(name: str, values: Sequence[str]) -> str:
    count = len(values)
    if name == REVISED:
        tests = {"1": "articles.revisions > 0", "0": "articles.revisions = 0"}
        return f"({' OR '.join(tests[value] for value in values if value in tests) or '0'})"
    if name in DAYS:
        return " AND ".join([f"articles.published_day {DAYS[name]} ?"] * count)
    column, test = (name, "= ?") if count == 1 else (name, f"IN ({', '.join('?' * count)})")
    if name in TABLES:
        return f"articles.id IN (SELECT article FROM {TABLES[name]} WHERE {column} {test})"  # noqa: S608
    return f"articles.{column} {test}"


def through(filters: Iterable[tuple[str, list[str]]]) -> tuple[list[str], dict[str, str]]:
    """Conditions with named parameters for filters that live in tables of their own: any of the values."""
    conditions: list[str] = []
    parameters: dict[str, str] = {}
    for name, values in filters:
        if values:
            names = [f"{name}_{at}" for at in range(len(values))]
            holes = ", ".join(f":{hole}" for hole in names)
            members = f"SELECT article FROM {TABLES[name]} WHERE {name} IN ({holes})"  # noqa: S608
            conditions.append(f"articles.id IN ({members})")
            parameters.update(zip(names, values, strict=True))
    return conditions, parameters


def parse(pairs: Iterable[tuple[str, str]]) -> Query | None:
    """The listing that a query string asks for; None where it speaks of what only stock Datasette knows.

    Empty values are left out, as a form sends them.
    """
    said: dict[str, str] = {}
    picked: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        value = value.strip().replace("\x00", "")
        if name in FILTERS:
            _pick(picked, name, value)
        elif name in _SAID and _SAID[name](value):
            said[name] = value
        else:
            return None
    after = _position(said.get("_next", ""))
    facet = said.get("facet", "")
    return Query(
        words=Words(said.get("_search", "")[:MAX_WORDS]),
        picked=picked,
        after=after,
        before=None if after else _position(said.get("_previous", "")),
        order=said.get("order", ""),
        page=min(max(1, int(said.get("page", "1")[:9])), MAX_PAGE),
        facet=facet,
        holding=said.get("holding", "")[:MOST_HELD] if facet else "",
    )


_SAID: dict[str, Callable[[str], object]] = {
    "_search": lambda value: True,
    "_next": lambda value: not value or _CURSOR.fullmatch(value),
    "_previous": lambda value: not value or _CURSOR.fullmatch(value),
    "order": ORDERS.__contains__,
    "page": str.isdecimal,
    "facet": ("", *FACETS).__contains__,
    "holding": lambda value: True,
}
"""What a URL may say beside filters, each with what it may say there."""


def _pick(picked: dict[str, tuple[str, ...]], name: str, value: str) -> None:
    if name in _INTEGERS and value.isdecimal():
        value = str(int(value[:18]))  # SQLite would compare 02014 as 2014
    if value and value not in picked.get(name, ()) and sum(map(len, picked.values())) < MAX_VALUES:
        picked[name] = (*picked.get(name, ()), value)


def _position(cursor: str) -> Position | None:
    match = _CURSOR.fullmatch(cursor)
    return (match["sort"], int(match["id"])) if match else None
