"""All columns of one archive together: selections, counts by facet, and which rows a page is made of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from newsbot.publish.columns.arrays import Counts, Mask, Rows
from newsbot.publish.columns.chosen import Chosen
from newsbot.publish.columns.combined import Combination, Combined
from newsbot.publish.columns.names import Ids, Names, Values
from newsbot.publish.columns.orders import Order, day_number
from newsbot.publish.columns.several import Several

COMBINED: Final[dict[str, tuple[str, ...]]] = {
    "outlet": ("source", "section", "language"),
    "scene": ("place", "country"),
    "day": ("published_day", "published_month", "published_year"),
    "kind": ("paywalled", "revised", "form", "state"),
}
"""Facets of one value a row, those that depend on each other in one column."""

SEVERAL: Final = ("agency", "author", "tag", "cluster")
VALUES: Final[dict[str, type[Names] | type[Ids]]] = dict.fromkeys(SEVERAL, Names) | {"cluster": Ids}
ORDERS: Final = ("published_sort", "first_seen_at", "changed_at")
DAYS: Final = ("published_day__gte", "published_day__lte")
COLUMN_OF: Final = {
    **{name: column for column, names in COMBINED.items() for name in names},
    **{name: name for name in SEVERAL},
    **dict.fromkeys(DAYS, "day"),
}

_FEW: Final = 4  # times as many rows as a page has may be sorted as they are
_ROWS_TOO_MANY: Final = 5_000  # candidates of a page that SQLite may sort
_MANY: Final = 1_000  # values from which on making all strings at once is the faster way


@dataclass(frozen=True, slots=True)
class Row:
    """What the columns know of one article; None in `combined` where it is not shown or not there any more."""

    id: int
    combined: Mapping[str, Combination] | None
    several: Mapping[str, Sequence[str]] = field(default_factory=dict)
    orders: Sequence[str | None] = ()


class Selection:
    """The rows that pass some filters, column by column, so that a facet can be counted without its own filter."""

    def __init__(self, store: Store, picked: Mapping[str, Sequence[str]], found: Rows | None) -> None:
        self._store = store
        self._tests = {name: _test(name, values) for name, values in picked.items()}
        self._masks: dict[str, Mask] = {}
        for column in {COLUMN_OF[name] for name in picked}:
            self._masks[column] = self._mask(column, picked)
        if found is not None:
            self._masks["words"] = store.rows_mask(found)
        self._known: dict[str | None, Chosen | None] = {}

    def _mask(self, column: str, picked: Mapping[str, Sequence[str]]) -> Mask:
        if column in SEVERAL:
            several = self._store.several[column]
            numbers = [several.names.number(value) for value in picked[column]]
            return several.mask(numbers, self._store.size)
        combined = self._store.combined[column]
        return combined.mask(combined.matching(self.tests(column)))

    def tests(
        self, column: str, but: frozenset[str] = frozenset()
    ) -> dict[str, Callable[[str | None], bool]]:
        """The tests of a combined column's fields, without those of the filters in `but`."""
        tests: dict[str, Callable[[str | None], bool]] = {}
        for name, test in self._tests.items():
            if COLUMN_OF[name] == column and name not in but:
                of = "published_day" if name in DAYS else name
                tests[of] = _both(tests[of], test) if of in tests else test
        return tests

    def without(self, column: str | None) -> Chosen | None:
        """The rows under all filters but those of one column; None where no filter is left."""
        if column is not None and column not in self._masks:
            column = None
        if column not in self._known:
            masks = [mask for name, mask in self._masks.items() if name != column]
            mask = masks[0] if len(masks) == 1 else np.logical_and.reduce(masks) if masks else None
            self._known[column] = Chosen(mask) if mask is not None else None
        return self._known[column]

    @property
    def nbytes(self) -> int:
        """Memory of all masks and lists."""
        held = {id(mask): mask.nbytes for mask in self._masks.values()}
        for chosen in self._known.values():
            if chosen is not None:
                held[id(chosen.mask)] = chosen.nbytes
        return sum(held.values())


class Store:
    """The columns of an archive up to a number of changes. Rows are ids of articles; what is withheld is no row.

    Every method that reads or writes columns is called under `lock`.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.position = 0  # the greatest articles.change that is in here
        self.combined = {name: Combined(fields) for name, fields in COMBINED.items()}
        self.several = {name: Several(VALUES[name]()) for name in SEVERAL}
        self.orders = {name: Order() for name in ORDERS}
        self.results: dict[object, Any] = {}  # these two hold until the next change
        self.selections: dict[object, Selection] = {}

    @property
    def size(self) -> int:
        """One more than the greatest row."""
        return len(self.combined["kind"].numbers)

    @property
    def total(self) -> int:
        """Number of rows."""
        return int(self.combined["kind"].totals.sum())

    def rows_mask(self, asked: Rows) -> Mask:
        """A mask of rows; what is no row is left out."""
        mask = np.zeros(self.size, np.bool_)
        mask[asked[asked < self.size]] = True
        mask &= self.combined["kind"].numbers != 0
        return mask

    def select(self, picked: Mapping[str, Sequence[str]], found: Rows | None = None) -> Selection:
        """The rows that have any of the values of every filter, and are among `found` where that is given."""
        return Selection(self, picked, found)

    def counts(self, selection: Selection, name: str) -> dict[str, int] | Numbered:
        """Counts of a facet by value, under every filter but its own."""
        column = COLUMN_OF[name]
        if column in SEVERAL:
            several = self.several[column]
            return Numbered(several.names, several.counts(selection.without(column)))
        combined = self.combined[column]
        counts = self.combination_counts(selection, column)
        return combined.counts_of(
            name, counts * combined.matching(selection.tests(column, frozenset((name,))))
        )

    def combination_counts(self, selection: Selection, column: str) -> Counts:
        """Rows by combination of one column, under the filters of all others."""
        left = selection.without(column)
        if left is None:
            return self.combined[column].totals
        if column not in left.tallies:  # all columns that are counted in these rows at once
            left.tallies |= self._tallies(
                left, [name for name in self.combined if selection.without(name) is left]
            )
        return left.tallies[column]

    def _tallies(self, chosen: Chosen, names: Sequence[str]) -> dict[str, Counts]:
        columns = {
            name: (self.combined[name].numbers, len(self.combined[name].combinations)) for name in names
        }
        if 2 * chosen.count <= self.total:
            found = chosen.tally(columns)
        else:  # fewer to count among those that are left out
            others = Chosen(~chosen.mask).tally(columns)
            found = {name: self.combined[name].totals - others[name] for name in names}
        for counts in found.values():
            counts[0] = 0
        return found

    def count(self, selection: Selection) -> int:
        """Rows under all filters."""
        counts = self.combination_counts(selection, "day")
        return int(counts[self.combined["day"].matching(selection.tests("day"))].sum())

    def days(self, selection: Selection) -> dict[str, int]:
        """Rows by day of publication, under all filters but a range of days."""
        combined = self.combined["day"]
        passing = combined.matching(selection.tests("day", frozenset(DAYS)))
        return combined.counts_of("published_day", self.combination_counts(selection, "day") * passing)

    def page(
        self, selection: Selection, order: str, position: str | None, count: int, backwards: bool = False
    ) -> list[int] | None:
        """Rows among which the `count` that follow a position in an order are; None where they are too many to sort.

        `position` is the value of the order at which the page before ended, None for the first page; with
        `backwards` the rows before it are meant.
        """
        left = selection.without(None)
        if left is None:
            return None
        if left.count <= _FEW * count:
            rows = left.every()
        else:
            day = None if position is None else day_number(position)
            rows = self.orders[order].near(left, day, count, backwards)
        return None if len(rows) > _ROWS_TOO_MANY else rows.tolist()

    def put(self, rows: Sequence[Row], position: int) -> None:
        """Takes over articles as they are now, up to a number of changes."""
        for row in rows:
            for name, combined in self.combined.items():
                combined.put(row.id, row.combined[name] if row.combined is not None else None)
            for name, instant in zip(ORDERS, row.orders, strict=bool(row.orders)):
                self.orders[name].put(row.id, instant)
        ids = [row.id for row in rows]
        for name, several in self.several.items():
            pairs = []
            for row in rows:
                pairs += [
                    (row.id, several.names.add(value)) for value in dict.fromkeys(row.several.get(name, ()))
                ]
            several.replace(ids, pairs)
        self.position = max(self.position, position)
        self.results.clear()
        self.selections.clear()


class Numbered:
    """Counts of a facet whose values have numbers: only those asked for become strings."""

    def __init__(self, values: Values, counts: Counts) -> None:
        self._values = values
        self._counts = counts

    def of(self, value: str) -> int:
        """The count of one value."""
        number = self._values.number(value)
        return int(self._counts[number]) if number < len(self._counts) else 0

    def found(self) -> int:
        """How many values have a count."""
        return int(np.count_nonzero(self._counts))

    def top(self, most: int) -> list[tuple[str, int]]:
        """The most frequent values, those of one count in their order (strings by their bytes, ids by size)."""
        numbers = np.flatnonzero(self._counts)
        if len(numbers) > most:
            counts = self._counts[numbers]
            least = np.partition(counts, len(counts) - most)[len(counts) - most]
            sure, tied = numbers[counts > least], numbers[counts == least]
            numbers = np.concatenate((sure, self._first(tied, most - len(sure))))
        found = [(self._values.string(number), int(self._counts[number])) for number in numbers.tolist()]
        return sorted(found, key=lambda pair: (-pair[1], self._values.order(pair[0])))

    def _first(self, numbers: Rows, most: int) -> Rows:
        """The first of some values: in the order of their numbers, but for those that came later."""
        values = self._values
        if not len(numbers) or numbers[-1] <= values.sorted:
            return numbers[:most]
        later = numbers[numbers > values.sorted]
        candidates = [*numbers[: len(numbers) - len(later)][:most].tolist(), *later.tolist()]
        candidates.sort(key=lambda number: values.order(values.string(number)))
        return np.array(candidates[:most], np.int64)

    def all(self) -> list[tuple[str, int]]:
        """Every value with a count, in no order."""
        numbers = np.flatnonzero(self._counts).tolist()
        if len(numbers) > _MANY:
            strings = self._values.strings()
            return [(strings[number - 1], int(self._counts[number])) for number in numbers]
        return [(self._values.string(number), int(self._counts[number])) for number in numbers]


def _test(name: str, values: Sequence[str]) -> Callable[[str | None], bool]:
    if name == "published_day__gte":
        return lambda value: value is not None and all(value >= bound for bound in values)
    if name == "published_day__lte":
        return lambda value: value is not None and all(value <= bound for bound in values)
    wanted = frozenset(values)
    return lambda value: value in wanted


def _both(
    first: Callable[[str | None], bool], second: Callable[[str | None], bool]
) -> Callable[[str | None], bool]:
    return lambda value: first(value) and second(value)
