"""What a listing shows, as its URL says it: words, facets, days, and where the page begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

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
        "state",
    }
)
"""Columns of `articles` that a URL may filter by, under the name that stock Datasette knows too."""

TABLES: dict[str, str] = {"agency": "article_agencies", "author": "article_authors", "tag": "article_tags"}
"""Filters that live in a table of their own, which has a column of the same name and `article`."""

DAYS: dict[str, str] = {"published_day__gte": ">=", "published_day__lte": "<="}

MAX_WORDS = 500  # characters of a search
MAX_VALUES = 60  # filter values in one URL
ORDERS = ("", "relevance")  # newest first, which needs no word in the URL, and best match first
MAX_PAGE = 1000  # of the best matches; pages of what is newest first go on to the end
_CURSOR = re.compile(r"(?P<sort>[0-9T:.+Z -]{4,40})~(?P<id>[0-9]{1,18})")

Position = tuple[str, int]  # published_sort and id of an article


@dataclass(frozen=True)
class Query:
    """One listing. `picked` maps a filter to its values: any of them, and all filters together."""

    words: Words = field(default_factory=lambda: Words(""))
    picked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: Position | None = None  # the page begins behind this article
    before: Position | None = None  # the page ends before this article
    order: str = ""  # one of ORDERS
    page: int = 1  # of the best matches

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

    def without_words(self) -> Query:
        """The same from its first page, without the search."""
        return replace(self, words=Words(""), after=None, before=None, order="", page=1)

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
        if self.after:
            pairs.append(("_next", "{}~{}".format(*self.after)))
        if self.before:
            pairs.append(("_previous", "{}~{}".format(*self.before)))
        return pairs

    def address(self, path: str) -> str:
        """The URL of this listing under a path of ours."""
        pairs = self.pairs()
        return f"{path}?{urlencode(pairs)}" if pairs else path

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
            conditions.append(_condition(name, len(values)))
            parameters.extend(values)
        return " AND ".join(conditions), parameters


def _condition(name: str, count: int) -> str:
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
    words = Words("")
    picked: dict[str, tuple[str, ...]] = {}
    positions: dict[str, Position] = {}
    order, page = "", 1
    for name, value in pairs:
        value = value.strip().replace("\x00", "")
        if name == "_search":
            words = Words(value[:MAX_WORDS])
        elif name in ("_next", "_previous"):
            match = _CURSOR.fullmatch(value)
            if value and not match:
                return None
            if match:
                positions[name] = (match["sort"], int(match["id"]))
        elif name == "order" and value in ORDERS:
            order = value
        elif name == "page" and value.isdecimal():
            page = min(max(1, int(value[:9])), MAX_PAGE)
        elif name in COLUMNS or name in TABLES or name in DAYS:
            if value and value not in picked.get(name, ()) and sum(map(len, picked.values())) < MAX_VALUES:
                picked[name] = (*picked.get(name, ()), value)
        else:
            return None
    after = positions.get("_next")
    return Query(words, picked, after, None if after else positions.get("_previous"), order, page)
