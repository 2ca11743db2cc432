"""Rows that pass some filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from newsbot.publish.columns.arrays import CHUNK, Counts, Mask, Numbers, Rows, counted

_FEW: Final = 12  # less than a twelfth of all rows are kept as a list too, to be looked up row by row


class Chosen:
    """Some rows as a mask; as a list too where they are few. Many are gone through piece by piece."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        self.count = int(np.count_nonzero(mask))
        self.rows: Rows | None = np.flatnonzero(mask) if self.count * _FEW < len(mask) else None
        self.tallies: dict[str, Counts] = {}
        """Counts of combined columns among these rows, by name."""

    @property
    def nbytes(self) -> int:
        """Memory of the mask and the list."""
        return self.mask.nbytes + (self.rows.nbytes if self.rows is not None else 0)

    def tally(self, columns: dict[str, tuple[Numbers, int]]) -> dict[str, Counts]:
        """How often each number of some columns occurs among the rows; a column comes with one more than its greatest."""
        if self.rows is not None:
            rows = self.rows
            return {name: counted((numbers[rows],), size) for name, (numbers, size) in columns.items()}
        counts: dict[str, Counts] = {name: np.zeros(size, np.int64) for name, (_, size) in columns.items()}
        for first, within in self._pieces():
            for name, (numbers, size) in columns.items():
                counts[name] += np.bincount(numbers[first : first + CHUNK][within], minlength=size)
        return counts

    def between(self, numbers: Numbers, least: int, most: int) -> Rows:
        """The rows whose number in a column is one of `least` to `most`."""
        if self.rows is not None:
            found = numbers[self.rows]
            return self.rows[(found >= least) & (found <= most)]
        parts: list[Rows] = []
        for first, within in self._pieces():
            found = numbers[first : first + CHUNK][within]
            parts.append(first + within[(found >= least) & (found <= most)])
        return np.concatenate(parts)

    def every(self) -> Rows:
        """All of them."""
        return self.rows if self.rows is not None else np.flatnonzero(self.mask)

    def _pieces(self) -> Iterator[tuple[int, Rows]]:
        for first in range(0, len(self.mask), CHUNK):
            yield first, np.flatnonzero(self.mask[first : first + CHUNK])
