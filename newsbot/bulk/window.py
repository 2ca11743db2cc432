"""How many units are on their way at once, and in which order their results come back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from newsbot.bulk.parcel import Parcel
from newsbot.bulk.unit import Batch, Unit

AHEAD: Final = 2  # units a worker, beside the one that it is at
ROOM: Final = 64 * 2**20  # bytes of results that wait for their turn; about two thousand articles


class Window:
    """Gives out units and takes what comes of them.

    `ordered`: all results of a unit come before those of the next one, however many workers there are, so that the
    archive comes to the same rows. What is ahead of its turn waits here, packed, and its unit is held up where too
    much does.
    """

    def __init__(self, units: Iterable[Unit], workers: int, ordered: bool) -> None:
        self._units = iter(units)
        self.workers = workers  # may become more, or fewer
        self._ordered = ordered
        self._going: deque[str] = deque()  # names, in their order
        self._waiting: dict[str, list[Parcel]] = {}
        self._over: set[str] = set()
        self._now: deque[Parcel] = deque()
        self._size = 0

    def next(self) -> Unit | None:
        """A unit to begin with; None where there is none, or none yet."""
        if len(self._going) >= self.workers * (1 + AHEAD) or self._size >= ROOM:
            return None
        unit = next(self._units, None)
        if unit is not None:
            self._going.append(unit.name)
        return unit

    def may_go(self, name: str) -> bool:
        """Whether more of a unit that is under way can be taken now. Of the first it always can."""
        return not self._ordered or self._size < ROOM or self._going[0] == name

    def put(self, parcel: Parcel) -> None:
        """Results of a unit."""
        name = parcel.unit.name
        if not self._ordered or self._going[0] == name:
            self._now.append(parcel)
        else:
            self._waiting.setdefault(name, []).append(parcel)
            self._size += parcel.size
        if parcel.last:
            self._over.add(name)
            self._move()

    def released(self) -> Iterator[Batch]:
        """Those whose turn has come."""
        while self._now:
            yield self._now.popleft().batch()

    def _move(self) -> None:
        if not self._ordered:
            for name in self._over:
                self._going.remove(name)
            self._over.clear()
        while self._going and self._going[0] in self._over:
            self._over.discard(self._going.popleft())
            if self._going:
                turn = self._waiting.pop(self._going[0], [])
                self._now.extend(turn)
                self._size -= sum(parcel.size for parcel in turn)
