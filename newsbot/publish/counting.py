"""How many articles of a listing carry which value: by columns in memory where those are, else by SQL; both exact."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from newsbot.publish.connections import Snapshot
from newsbot.publish.query import FACETS, Query
from newsbot.publish.sql_counting import SqlCounting


class Counting(Protocol):
    """Counts of one listing. A facet counts under every filter but its own; the page plays no part.

    Every method raises TookTooLong where the archive is too big for it.
    """

    def total(self) -> int:
        """Articles of the listing."""

    def top(self, facet: str, most: int) -> list[tuple[str, int]]:
        """The values of a facet that most articles have (years, months and days: the newest), with their numbers.

        Values of one number are in the order of their bytes, clusters in that of their ids.
        """

    def of(self, facet: str, values: Collection[str]) -> dict[str, int]:
        """The numbers of some values; those without an article are left out."""

    def every(self, facet: str) -> list[tuple[str, int]]:
        """All values of a facet with their numbers, in the same order as `top`."""

    def holding(self, facet: str, text: str, most: int) -> tuple[list[tuple[str, int]], int]:
        """The first values that hold a text, in any case of letters, and how many there are."""

    def days(self) -> dict[str, int]:
        """Articles by day of publication, under every filter but the range of days."""

    def page(self, query: Query, count: int) -> list[int] | None:
        """Ids of few articles among which the next `count` of the query's page are; None: ask an index."""


@contextmanager
def counting(snapshot: Snapshot, query: Query) -> Iterator[Counting]:
    """Counts of a listing. Whatever is asked inside comes from one state of the archive; ask it quickly.

    The words of the query must be understood already (`search.understand`).
    """
    store = snapshot.columns
    if store is None or any(
        name not in FACETS and "__" not in name and name != "state" for name in query.picked
    ):
        yield SqlCounting(snapshot, query)
        return
    from newsbot.publish.columns.counting import ColumnCounting

    with store.lock:
        yield ColumnCounting(store, snapshot, query)
