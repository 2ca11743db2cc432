"""What kinds of arrays there are, and how they take more rows now and then."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]
"""Whole numbers from 0, as narrow as they can be."""

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]


def grown(array: Numbers, size: int) -> Numbers:
    """The array with room for at least `size` entries, zeros behind the old ones; a sixteenth more than asked."""
    room = np.zeros(size + max(4096, size // 16), array.dtype)
    room[: len(array)] = array
    return room
