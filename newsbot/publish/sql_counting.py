"""Counts of a listing by SQL: exact at any size, fast up to some hundred thousand articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from newsbot.publish.connections import Snapshot
from newsbot.publish.query import DAYS, REVISED, TABLES, Query
from pipelines.store.export import SHOWN

LIMIT = 1.0
"""Seconds that one count may take; then its place says that it was too slow, and the page still comes."""

LIMIT_WHILE_PREPARING = 0.2
"""The same while columns are on their way, which will count it in milliseconds."""

NEWEST_FIRST = frozenset(("published_year", "published_month", "published_day"))
"""Facets whose values are listed by themselves, not by their numbers."""


class SqlCounting:
    """See `counting.Counting`."""

    def __init__(self, snapshot: Snapshot, query: Query) -> None:
        self._snapshot = snapshot
        self._query = query.first_page()
        self._limit = LIMIT_WHILE_PREPARING if snapshot.preparing else LIMIT

    def total(self) -> int:
        where, parameters = self._query.where()
        sql = f"SELECT count(*) FROM articles WHERE {where}"  # noqa: S608  names are ours, values are parameters
        rows = self._snapshot.rows(sql, parameters, 2 * self._limit)
        return int(rows[0][0])

    def top(self, facet: str, most: int) -> list[tuple[str, int]]:
        return self._rows(facet, f"LIMIT {int(most)}")

    def of(self, facet: str, values: Collection[str]) -> dict[str, int]:
        wanted = frozenset(values)
        if not wanted:
            return {}
        if facet == REVISED:
            return {value: count for value, count in self._rows(facet) if value in wanted}
        holes = ", ".join("?" * len(wanted))
        return dict(self._rows(facet, "", f"{facet} IN ({holes})", sorted(wanted)))

    def every(self, facet: str) -> list[tuple[str, int]]:
        return self._rows(facet)

    def holding(self, facet: str, text: str, most: int) -> tuple[list[tuple[str, int]], int]:
        wanted = text.casefold()
        found = [pair for pair in self._rows(facet) if wanted in pair[0].casefold()]
        return found[:most], len(found)

    def days(self) -> dict[str, int]:
        query = self._query
        for name in DAYS:
            query = query.without(name)
        where, parameters = query.where()
        rows = self._snapshot.rows(
            f"SELECT published_day, count(*) FROM articles WHERE {where} AND published_day <> '' GROUP BY 1",  # noqa: S608
            parameters,
            self._limit,
        )
        return {str(day): int(count) for day, count in rows}

    def page(self, query: Query, count: int) -> list[int] | None:
        return None

    def _rows(
        self, facet: str, limit: str = "", also: str = "", values: Sequence[str] = ()
    ) -> list[tuple[str, int]]:
        base, parameters = self._base(facet)
        column = "CASE WHEN revisions > 0 THEN '1' ELSE '0' END" if facet == REVISED else facet
        order = "1 DESC" if facet in NEWEST_FIRST else "2 DESC, 1"
        condition = f"{base} AND {also}" if also else base
        rows = self._snapshot.rows(
            f"SELECT {column} AS value, count(*) FROM {condition} GROUP BY 1 ORDER BY {order} {limit}",  # noqa: S608  names are ours
            [*parameters, *values],
            self._limit,
        )
        return [(str(value), int(count)) for value, count in rows]

    def _base(self, facet: str) -> tuple[str, list[object]]:
        """Where the values of a facet are counted: table and condition."""
        query = self._query
        where, parameters = query.where(but=facet)
        if facet not in TABLES:
            return (
                (f"articles WHERE {where}", parameters)
                if facet == REVISED
                else (
                    f"articles WHERE {where} AND {facet} IS NOT NULL AND {facet} <> ''",
                    parameters,
                )
            )
        base = f"{TABLES[facet]} WHERE {facet} <> '' AND {SHOWN.replace('articles.id', 'article')}"
        if query.words.text or query.picked.keys() - {facet}:
            return f"{base} AND article IN (SELECT articles.id FROM articles WHERE {where})", parameters  # noqa: S608
        return base, []
