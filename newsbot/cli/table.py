"""Tables for a terminal: columns aligned, nothing in a cell that a terminal would obey."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence

# Categories of characters that a terminal may obey or that turn the direction of a line.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def plain(text: object) -> str:
    """Text on one line without control characters: scraped text must not steer a terminal."""
    letters = (" " if unicodedata.category(letter) in _UNPRINTABLE else letter for letter in str(text))
    return " ".join("".join(letters).split())


def shortened(text: str, width: int) -> str:
    """Text cut to so many columns, with an ellipsis where something is missing."""
    if columns(text) <= width:
        return text
    taken = ""
    for letter in text:
        if columns(taken + letter) > width - 1:
            break
        taken += letter
    return taken.rstrip() + "…"


def columns(text: str) -> int:
    """Columns that text takes on a terminal: East Asian wide letters two, combining marks none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def table(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, right: Collection[int] = ()
) -> list[str]:
    """Lines of a table. `right` names the columns (from 0) that are aligned to the right: numbers."""
    cells = [[plain(cell) for cell in row] for row in (header, *rows)]
    widths = [max(columns(row[i]) for row in cells) for i in range(len(header))]
    return [
        "  ".join(_padded(cell, widths[i], i in right) for i, cell in enumerate(row)).rstrip()
        for row in cells
    ]


def _padded(cell: str, width: int, to_right: bool) -> str:
    gap = " " * (width - columns(cell))
    return gap + cell if to_right else cell + gap
