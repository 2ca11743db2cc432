"""Many values with a number each, in a fraction of the memory of a dict."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Protocol, Self

import numpy as np

from newsbot.publish.columns.arrays import Numbers, width


class Values(Protocol):
    """Values of a facet, numbered from 1; 0 is none. Up to number `sorted` they are numbered in their order."""

    sorted: int

    @classmethod
    def of(cls, strings: Iterable[str]) -> Self:
        """The values, numbered in their order."""

    def __len__(self) -> int:
        """How many there are."""

    def string(self, number: int) -> str:
        """The value of a number."""

    def number(self, string: str) -> int:
        """The number of a value; 0 where it is unknown."""

    def add(self, string: str) -> int:
        """The number of a value, which gets one where it is new."""

    def strings(self) -> list[str]:
        """All of them, the first at place 0."""

    def order(self, string: str) -> str | int:
        """By what values are put in order."""


class Names:
    """Strings numbered from 1; 0 is no string.

    Those known from the start lie behind each other as UTF-8 in the order of their bytes (SQLite's BINARY order), so
    that numbers compare as strings do and a lookup is a bisection: 20 bytes a string instead of 170 in a dict.
    Strings that come later are numbered as they come.
    """

    def __init__(self, joined: bytes = b"", ends: Numbers | None = None) -> None:
        self.joined = joined
        self.ends = ends if ends is not None else np.zeros(0, np.uint8)  # where each string ends in `joined`
        self.sorted = len(self.ends)
        self._later: dict[str, int] = {}
        self._latest: list[str] = []

    @classmethod
    def of(cls, strings: Iterable[str]) -> Self:
        encoded = sorted({string.encode("utf-8", "replace") for string in strings})
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        ends = np.cumsum(lengths, dtype=np.int64)
        return cls(b"".join(encoded), ends.astype(width(int(lengths.sum()))))

    def __len__(self) -> int:
        return self.sorted + len(self._latest)

    def string(self, number: int) -> str:
        if number > self.sorted:
            return self._latest[number - self.sorted - 1]
        return self._at(number - 1).decode("utf-8")

    def number(self, string: str) -> int:
        if string in self._later:
            return self._later[string]
        wanted = string.encode("utf-8", "replace")
        low, high = 0, self.sorted
        while low < high:
            middle = (low + high) // 2
            if self._at(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low + 1 if low < self.sorted and self._at(low) == wanted else 0

    def add(self, string: str) -> int:
        number = self.number(string)
        if not number:
            self._latest.append(string)
            number = self._later[string] = len(self)
        return number

    def strings(self) -> list[str]:
        begins = [0, *self.ends[:-1].tolist()] if self.sorted else []
        known = [
            self.joined[begin:end].decode("utf-8")
            for begin, end in zip(begins, self.ends.tolist(), strict=True)
        ]
        return known + self._latest

    def order(self, string: str) -> str:
        return string

    def _at(self, place: int) -> bytes:
        begin = int(self.ends[place - 1]) if place else 0
        return self.joined[begin : int(self.ends[place])]


class Ids:
    """Whole numbers as values: those of the stories that several outlets ran.

    Few of the ids up to the greatest are in use; numbered, each of them takes one count and not 25.
    """

    def __init__(self, ids: Numbers | None = None) -> None:
        self.ids: Numbers = ids if ids is not None else np.zeros(0, np.uint8)  # ascending
        self.sorted = len(self.ids)
        self._later: dict[int, int] = {}
        self._latest: list[int] = []

    @classmethod
    def of(cls, strings: Iterable[str]) -> Self:
        ids = sorted({int(string) for string in strings})
        return cls(np.array(ids, np.int64).astype(width(max(ids, default=0))))

    def __len__(self) -> int:
        return self.sorted + len(self._latest)

    def string(self, number: int) -> str:
        known = number <= self.sorted
        return str(int(self.ids[number - 1]) if known else self._latest[number - self.sorted - 1])

    def number(self, string: str) -> int:
        if not (string.isascii() and string.isdecimal() and len(string) < 10):  # no id that a column holds
            return 0
        wanted = int(string)
        if wanted in self._later:
            return self._later[wanted]
        at = bisect_left(self.ids, wanted)
        return at + 1 if at < self.sorted and int(self.ids[at]) == wanted else 0

    def add(self, string: str) -> int:
        number = self.number(string)
        if not number:
            self._latest.append(int(string))
            number = self._later[int(string)] = len(self)
        return number

    def strings(self) -> list[str]:
        return [str(known) for known in [*self.ids.tolist(), *self._latest]]

    def order(self, string: str) -> int:
        return int(string)
