"""The days by which listings are sorted: two bytes a row tell which few rows a page can be made of."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np
import numpy.typing as npt

from newsbot.publish.columns.arrays import Rows, grown
from newsbot.publish.columns.chosen import Chosen

_FIRST = date(1900, 1, 1).toordinal() - 2  # 1 stands for everything before, 0 for nothing
_LAST = int(np.iinfo(np.uint16).max)


def day_number(instant: str | None) -> int:
    """The day of an instant or a day as it is sorted by; 0 where there is none.

    Never greater for a smaller string: days before 1900 are one, and so are those after 2079; a day that no
    calendar has is the last one before it.
    """
    if not instant:
        return 0
    try:
        number = date.fromisoformat(instant[:10]).toordinal() - _FIRST
    except ValueError:
        number = _nearest(instant)
    return min(max(number, 1), _LAST)


def _nearest(instant: str) -> int:
    year, month, day = instant[:4], instant[5:7], instant[8:10]
    if not (year.isdecimal() and len(year) == 4 and int(year)):
        return 1 if instant < "1900" else _LAST
    if month < "01":
        return date(int(year), 1, 1).toordinal() - _FIRST
    if not month.isdecimal() or month > "12":
        return date(int(year), 12, 31).toordinal() - _FIRST
    first = date(int(year), int(month), 1)
    last = monthrange(first.year, first.month)[1]
    wanted = int(day) if day.isdecimal() else 1
    return first.toordinal() - _FIRST + min(max(wanted, 1), last) - 1


class Order:
    """One order of listings: the day of every row."""

    def __init__(self) -> None:
        self.days: npt.NDArray[np.uint16] = np.zeros(0, np.uint16)

    def put(self, row: int, instant: str | None) -> None:
        """Sets the day of a row."""
        if row >= len(self.days):
            self.days = grown(self.days, row + 1)
        self.days[row] = day_number(instant)

    def near(self, chosen: Chosen, from_day: int | None, count: int, backwards: bool = False) -> Rows:
        """Those of some rows among which the next `count` in the order are, from a day on towards older ones.

        `from_day` None begins at the newest (`backwards`: at the oldest). The rows of that day itself come on top
        of `count`, because it is not known which of them lie behind a cursor.
        """
        counts = chosen.tally({"day": (self.days, _LAST + 1)})["day"]
        first = from_day if from_day is not None else 0 if backwards else _LAST
        if from_day is not None:
            counts[from_day] = 0
        if backwards:
            last = first + int(np.searchsorted(np.cumsum(counts[first:]), count))
            return chosen.between(self.days, first, last)
        last = first - int(np.searchsorted(np.cumsum(counts[first::-1]), count))
        return chosen.between(self.days, last, first)
