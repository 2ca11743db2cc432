"""A facet of which a row may have several values, or none: authors, tags, agencies; and clusters, which most lack."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from newsbot.publish.columns.arrays import CHUNK, Counts, Mask, Numbers, Rows, counted, grown, pieces, width
from newsbot.publish.columns.chosen import Chosen
from newsbot.publish.columns.names import Values

MOST = 255  # values of a row in the packed part; what is beyond stands in the tail
_BLOCK = 8  # rows between two places that are known
_LOOKED_UP = 1 << 16  # rows looked up at once, each with the lengths of its block
_RARE = 12  # a facet that less than a twelfth of the rows have is not packed: a length for each row would cost more


class Several:
    """Values by row, packed: how many each row has, and their numbers behind each other in the order of the rows.

    What changed since it was packed stands in a tail of (row, number) pairs; the packed values of a changed row
    become 0, which counts for nothing. What few rows have stands in the tail altogether.
    """

    def __init__(self, names: Values) -> None:
        self.names = names
        self.lengths: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)
        self.numbers: Numbers = np.zeros(0, np.uint8)
        self.totals: Counts = np.zeros(1, np.int64)
        self._blocks: npt.NDArray[np.uint32] = np.zeros(
            1, np.uint32
        )  # where every eighth row begins in `numbers`
        self._tail_rows: npt.NDArray[np.uint32] = np.zeros(0, np.uint32)
        self._tail_numbers: npt.NDArray[np.uint32] = np.zeros(0, np.uint32)
        self._tail = 0

    def pack(self, rows: Rows, numbers: Numbers, size: int) -> None:
        """Takes all pairs of row and number at once, in the order of the rows; `size` is the number of rows."""
        if len(rows) * _RARE < size:
            beyond, lengths = np.ones(len(rows), np.bool_), np.zeros(0, np.int64)
        else:
            lengths = np.bincount(rows, minlength=size)
            begins = np.cumsum(lengths) - lengths
            beyond = np.arange(len(rows)) - begins[rows] >= MOST
        self._tail_rows = rows[beyond].astype(np.uint32)
        self._tail_numbers = numbers[beyond].astype(np.uint32)
        self._tail = len(self._tail_rows)
        kept = numbers[~beyond] if self._tail else numbers
        self.numbers = kept.astype(width(int(numbers.max(initial=0))))
        self.lengths = np.minimum(lengths, MOST).astype(np.uint8)
        self.totals = np.bincount(numbers, minlength=1 + len(self.names)).astype(np.int64)
        self._index()

    def restore(
        self,
        lengths: npt.NDArray[np.uint8],
        numbers: Numbers,
        rest_rows: npt.NDArray[np.uint32],
        rest_numbers: npt.NDArray[np.uint32],
    ) -> None:
        """Takes over `lengths` and `numbers` as `pack` made them, and what `rest` gave."""
        self.lengths, self.numbers = lengths, numbers
        self._tail_rows, self._tail_numbers, self._tail = rest_rows, rest_numbers, len(rest_rows)
        size = max(len(self.names), int(max(numbers.max(initial=0), rest_numbers.max(initial=0)))) + 1
        self.totals = counted((*pieces(numbers), rest_numbers), size)
        self.totals[0] = 0
        self._index()

    def rest(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        """Rows and numbers that are not packed."""
        return self._tail_rows[: self._tail], self._tail_numbers[: self._tail]

    def pairs(self) -> tuple[Rows, Numbers]:
        """All pairs of row and number, in the order of the rows and, within one, of the numbers."""
        rows = np.repeat(np.arange(len(self.lengths)), self.lengths)
        used = np.flatnonzero(self.numbers)
        tail = np.flatnonzero(self._tail_numbers[: self._tail])
        rows = np.concatenate((rows[used], self._tail_rows[tail].astype(np.int64)))
        numbers = np.concatenate(
            (self.numbers[used].astype(np.int64), self._tail_numbers[tail].astype(np.int64))
        )
        order = np.lexsort((numbers, rows))
        return rows[order], numbers[order]

    def replace(self, rows: Collection[int], pairs: Sequence[tuple[int, int]]) -> None:
        """Clears rows and gives them new values: pairs of row and number."""
        for row in rows:
            if row < len(self.lengths) and self.lengths[row]:
                begin = self._begin(row)
                end = begin + int(self.lengths[row])
                np.subtract.at(self.totals, self.numbers[begin:end], 1)
                self.numbers[begin:end] = 0
        stale = np.isin(self._tail_rows[: self._tail], np.fromiter(rows, np.int64, len(rows)))
        if stale.any():
            np.subtract.at(self.totals, self._tail_numbers[: self._tail][stale], 1)
            self._tail_numbers[: self._tail][stale] = 0
        self._append(pairs)
        self.totals[0] = 0

    def _append(self, pairs: Sequence[tuple[int, int]]) -> None:
        end = self._tail + len(pairs)
        if end > len(self._tail_rows):
            self._tail_rows = grown(self._tail_rows, end)
            self._tail_numbers = grown(self._tail_numbers, end)
        for at, (row, number) in enumerate(pairs, self._tail):
            self._tail_rows[at] = row
            self._tail_numbers[at] = number
        greatest = max((number for _, number in pairs), default=0)
        if greatest >= len(self.totals):
            self.totals = grown(self.totals, greatest + 1)
        np.add.at(self.totals, self._tail_numbers[self._tail : end], 1)
        self._tail = end

    @property
    def tail(self) -> int:
        """Pairs that are not packed."""
        return self._tail

    def mask(self, numbers: Iterable[int], size: int) -> Mask:
        """The rows, of `size` many, that have one of these numbers at least."""
        found = np.zeros(size, np.bool_)
        for number in set(numbers) - {0}:
            if number <= np.iinfo(self.numbers.dtype).max:
                found[self._rows_at(np.flatnonzero(self.numbers == number))] = True
            found[self._tail_rows[: self._tail][self._tail_numbers[: self._tail] == number]] = True
        return found

    def _rows_at(self, places: Rows) -> Rows:
        """The rows to which places in `numbers` belong."""
        blocks = np.searchsorted(self._blocks, places.astype(np.uint32), side="right") - 1
        # Blocks of rows without values begin at one place: the last of them has the value.
        first = blocks * _BLOCK
        window = first[:, None] + np.arange(_BLOCK)
        lengths = self.lengths[window].astype(np.int64)
        ends = np.cumsum(lengths, axis=1) + self._blocks[blocks][:, None]
        found: Rows = first + np.argmax(ends > places[:, None], axis=1)
        return found

    def counts(self, chosen: Chosen | None) -> Counts:
        """Rows by number: all of them, or of some."""
        if chosen is None:
            return self.totals
        counts = self._counted(chosen.mask) if chosen.rows is None else self._looked_up(chosen.rows)
        tail = chosen.mask[self._tail_rows[: self._tail]]
        counts += np.bincount(self._tail_numbers[: self._tail][tail], minlength=len(counts))
        counts[0] = 0
        return counts

    def _looked_up(self, rows: Rows) -> Counts:
        """Counts of few rows: the values of each are looked up."""
        counter = _Counter(len(self.totals))
        rows = rows[rows < len(self.lengths)]
        for at in range(0, len(rows), _LOOKED_UP):
            some = rows[at : at + _LOOKED_UP]
            lengths = self.lengths[some].astype(np.int64)
            some, lengths = some[lengths > 0], lengths[lengths > 0]
            if len(some):
                ends = np.cumsum(lengths)
                places = np.arange(int(ends[-1])) + np.repeat(self._begins(some) - (ends - lengths), lengths)
                counter.take(self.numbers[places])
        return counter.counts()

    def _counted(self, mask: Mask) -> Counts:
        """Goes through all values and takes those of selected rows."""
        counter = _Counter(len(self.totals))
        for first, lengths in zip(range(0, len(self.lengths), CHUNK), pieces(self.lengths), strict=True):
            chosen = mask[first : first + CHUNK]
            begin = int(self._blocks[first // _BLOCK])
            chosen = np.repeat(chosen[: len(lengths)], lengths[: len(chosen)])
            counter.take(self.numbers[begin : begin + len(chosen)][chosen])
        return counter.counts()

    def _index(self) -> None:
        """Pads the lengths to whole blocks and notes where each block begins."""
        self.lengths = np.concatenate((self.lengths, np.zeros(-len(self.lengths) % _BLOCK, np.uint8)))
        blocks = self.lengths.reshape(-1, _BLOCK).sum(axis=1, dtype=np.int64)
        self._blocks = np.concatenate((np.zeros(1, np.int64), np.cumsum(blocks))).astype(np.uint32)

    def _begin(self, row: int) -> int:
        block = row // _BLOCK
        return int(self._blocks[block]) + int(self.lengths[block * _BLOCK : row].sum(dtype=np.int64))

    def _begins(self, rows: Rows) -> Rows:
        """Where the values of these rows begin."""
        blocks = rows // _BLOCK
        window = self.lengths[(blocks * _BLOCK)[:, None] + np.arange(_BLOCK)]
        before = np.arange(_BLOCK) < (rows - blocks * _BLOCK)[:, None]
        begins: Rows = self._blocks[blocks] + (window * before).sum(axis=1, dtype=np.int64)
        return begins


class _Counter:
    """Counts pieces together: bincount makes 8 bytes of every number, and a whole array of counts every time."""

    def __init__(self, size: int) -> None:
        self._counts: Counts = np.zeros(size, np.int64)
        self._pieces: list[Numbers] = []
        self._waiting = 0

    def take(self, numbers: Numbers) -> None:
        self._pieces.append(numbers)
        self._waiting += len(numbers)
        if self._waiting >= CHUNK:
            self.counts()

    def counts(self) -> Counts:
        if self._pieces:
            self._counts += np.bincount(np.concatenate(self._pieces), minlength=len(self._counts))
            self._pieces, self._waiting = [], 0
        return self._counts
