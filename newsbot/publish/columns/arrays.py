"""What kinds of arrays there are, how they take more rows now and then, and counting in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]
"""Whole numbers from 0, as narrow as they can be."""

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]

CHUNK: Final = 1 << 19
"""Rows looked at at once: numpy makes eight bytes of every number that it counts or looks up, so that ten million at
once would take 80 MB and leave the processor's cache."""

_WIDTHS = (np.uint8, np.uint16, np.uint32)


def grown(array: Numbers, size: int) -> Numbers:
    """The array with room for at least `size` entries, zeros behind the old ones; a sixteenth more than asked."""
    room = np.zeros(size + max(4096, size // 16), array.dtype)
    room[: len(array)] = array
    return room


def width(greatest: int) -> npt.DTypeLike:
    """The narrowest kind of number that holds all from 0 to `greatest`."""
    return next(width for width in _WIDTHS if greatest <= np.iinfo(width).max)


def pieces(array: Numbers) -> Iterator[Numbers]:
    """The array in pieces of CHUNK entries; no copies."""
    for first in range(0, len(array), CHUNK):
        yield array[first : first + CHUNK]


def counted(numbers: Iterable[Numbers], size: int) -> Counts:
    """How often each number occurs in these arrays together; all are below `size`."""
    counts: Counts = np.zeros(size, np.int64)
    for some in numbers:
        counts += np.bincount(some, minlength=size)
    return counts
