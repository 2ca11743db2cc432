"""One value a row of facets that depend on each other, as one column: source, section and language, for example."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from newsbot.publish.columns.arrays import Counts, Mask, Numbers, counted, grown, pieces, width

Combination = tuple[str | None, ...]


class Combined:
    """A column of numbers of combinations: one look at a row tells the values of several facets.

    300 sources with 12 sections and a language each make 4,000 combinations: two bytes a row instead of five, and
    one count for three facets. Number 0 is no row. Rows are the ids of articles.
    """

    def __init__(self, fields: tuple[str, ...], combinations: Sequence[Combination] = ()) -> None:
        self.fields = fields
        self.combinations: list[Combination] = [(None,) * len(fields), *combinations]
        self._numbers = {combination: at for at, combination in enumerate(self.combinations) if at}
        self.numbers: Numbers = np.zeros(0, np.uint8)
        self.totals: Counts = np.zeros(len(self.combinations), np.int64)
        self._values: dict[str, tuple[list[str], Numbers]] = {}

    def fill(self, numbers: Numbers) -> None:
        """Takes the numbers of all rows at once."""
        self.numbers = numbers.astype(width(len(self.combinations) - 1), copy=False)
        self.totals = counted(pieces(self.numbers), len(self.combinations))
        self.totals[0] = 0

    def put(self, row: int, combination: Combination | None) -> None:
        """Sets a row, or clears it with None."""
        number = 0 if combination is None else self._number(combination)
        if row >= len(self.numbers):
            self.numbers = grown(self.numbers, row + 1)
        before = int(self.numbers[row])
        self.numbers[row] = number
        self.totals[before] -= before > 0
        self.totals[number] += number > 0

    def _number(self, combination: Combination) -> int:
        number = self._numbers.get(combination)
        if number is None:
            number = self._numbers[combination] = len(self.combinations)
            self.combinations.append(combination)
            self.totals = np.append(self.totals, np.int64(0))
            self.numbers = self.numbers.astype(width(len(self.combinations) - 1), copy=False)
            self._values.clear()
        return number

    def matching(self, tests: Mapping[str, Callable[[str | None], bool]]) -> Mask:
        """Which combinations pass the tests of their fields."""
        found = np.ones(len(self.combinations), np.bool_)
        found[0] = False
        for field, test in tests.items():
            values, places = self.values(field)
            passed = np.fromiter((test(value) for value in values), np.bool_, len(values))
            # Place 0 is no value, which passes no test.
            found &= np.concatenate((np.zeros(1, np.bool_), passed))[places]
        return found

    def mask(self, matching: Mask) -> Mask:
        """The rows whose combination is one of those."""
        wanted = np.flatnonzero(matching)
        # One value is compared ten times as fast as every row is looked up.
        if len(wanted) == 1:
            one: Mask = self.numbers == wanted[0]
            return one
        found = np.empty(len(self.numbers), np.bool_)
        for numbers, into in zip(pieces(self.numbers), pieces(found), strict=True):
            into[:] = matching[numbers]
        return found

    def values(self, field: str) -> tuple[list[str], Numbers]:
        """The values of a field, and for each combination the place of its value in them, from 1; 0 is none."""
        known = self._values.get(field)
        if known is None:
            at = self.fields.index(field)
            places: dict[str, int] = {}
            taken = (combination[at] for combination in self.combinations)
            numbers = [places.setdefault(v, len(places) + 1) if v else 0 for v in taken]
            known = self._values[field] = (list(places), np.array(numbers, np.int64))
        return known

    def counts_of(self, field: str, counts: Counts) -> dict[str, int]:
        """Counts by combination as counts by value of one field, those without any left out."""
        values, places = self.values(field)
        summed = np.bincount(places, weights=counts, minlength=len(values) + 1)[1:].astype(np.int64)
        return {values[at]: int(summed[at]) for at in np.flatnonzero(summed).tolist()}


def numbered(known: dict[Combination, int], combinations: Iterable[Combination]) -> list[int]:
    """Numbers of combinations from 1, new ones noted in `known`."""
    return [known.setdefault(combination, len(known) + 1) for combination in combinations]
