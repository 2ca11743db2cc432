"""How many units are on their way at once, and in which order their batches come back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from newsbot.bulk.unit import Batch, Unit

AHEAD: Final = 2  # units a worker beside the one it is at


class Window:
    """Gives out units and takes their batches.

    `ordered`: all batches of a unit come before those of the next one, however many workers there are, so that the
    archive comes to the same rows. What is ahead of its turn waits here, of at most `most` units.
    """

    def __init__(self, units: Iterable[Unit], workers: int, ordered: bool) -> None:
        self._units = iter(units)
        self._most = workers * (1 + AHEAD)
        self._ordered = ordered
        self._going: deque[str] = deque()  # names, in their order
        self._waiting: dict[str, list[Callable[[], Batch]]] = {}
        self._over: set[str] = set()
        self._now: deque[Callable[[], Batch]] = deque()

    def next(self) -> Unit | None:
        """A unit to begin with; None where there is none, or none yet."""
        if len(self._going) >= self._most:
            return None
        unit = next(self._units, None)
        if unit is not None:
            self._going.append(unit.name)
        return unit

    def put(self, name: str, batch: Callable[[], Batch], last: bool) -> None:
        """A batch of a unit; `batch` makes it when its turn has come, `last` says that the unit is over."""
        if not self._ordered or self._going[0] == name:
            self._now.append(batch)
        else:
            self._waiting.setdefault(name, []).append(batch)
        if last:
            self._over.add(name)
            self._move()

    def released(self) -> Iterator[Batch]:
        """The batches whose turn has come."""
        while self._now:
            yield self._now.popleft()()

    def _move(self) -> None:
        if not self._ordered:
            for name in self._over:
                self._going.remove(name)
            self._over.clear()
            return
        while self._going and self._going[0] in self._over:
            self._over.discard(self._going.popleft())
            if self._going:
                self._now.extend(self._waiting.pop(self._going[0], ()))
