"""Rows of an export taken some hundred at once: what is done to a whole batch costs less a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

MOST_ROWS: Final = 256
"""Rows of a batch; of usual articles without their text that is about 120 kB."""

PIECE: Final = 128 * 1024
"""Characters of a batch, about."""

_LONG: Final = frozenset(("lede", "tags", "text"))


def long_columns(columns: Sequence[str]) -> list[int]:
    """The numbers of the columns whose cells may be of any length."""
    return [number for number, name in enumerate(columns) if name in _LONG]


def take(
    rows: Iterator[Sequence[object]], long: Sequence[int], most: int = MOST_ROWS
) -> list[Sequence[object]]:
    """The next rows, at most so many; fewer where the cells of the `long` columns fill a piece before.

    So a source that publishes texts of a megabyte one after the other costs memory for one of them.
    """
    batch: list[Sequence[object]] = []
    size = 0
    for row in islice(rows, most):
        batch.append(row)
        for number in long:
            cell = row[number]
            size += len(cell) if isinstance(cell, str) else 0
        if size >= PIECE:
            break
    return batch
