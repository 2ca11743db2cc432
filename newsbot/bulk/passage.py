"""One unit on its way through a reader process: whatever the reader dies of costs one piece of the unit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from newsbot.bulk.parcel import Parcel
from newsbot.bulk.unit import Spoiled, Unit, Work
from pipelines.confinement import JOBS, ReaderFault
from pipelines.streams import Frame, Stream


class Passage:
    """Takes a unit through a reader that `start` gives, and through another where that one dies.

    `packed` holds the pickled results since the last `parcel`. `paused` once `most` results have come, or so many
    `seconds` are over: whoever goes on makes another passage.
    """

    def __init__(
        self,
        work: Work,
        unit: Unit,
        stream: Stream,
        start: Callable[[], Stream],
        *,
        most: int = JOBS,
        seconds: float = float("inf"),
    ) -> None:
        self.unit = unit  # `start` as far as it has come
        self.stream = stream
        self.packed: list[bytes] = []
        self.paused = False
        self.done = False
        self.fault: Spoiled | None = None
        self._spoiled: Spoiled | None = (
            None  # the piece that comes next, where a reader came to its end over it
        )
        self._work = work
        self._start = start
        self._most = most
        self._end = time.monotonic() + seconds
        self._begin()

    @property
    def over(self) -> bool:
        """Nothing more comes of this unit."""
        return self.done or self.fault is not None

    def take(self) -> None:
        """Takes the next piece in; waits for it where `stream` is not ready."""
        try:
            frame, reached, packed = self.stream.take()
        except ReaderFault as fault:
            self._mend(fault)
            return
        if frame is not Frame.END:
            self.unit = replace(self.unit, start=reached)
        if packed:
            self.packed.append(packed)
        if frame is Frame.STEP:
            self._spoiled = None
        self.paused = frame is Frame.PAUSED
        whole = self.unit.end is not None and self.unit.start >= self.unit.end
        self.done = frame is Frame.END or (self.paused and whole)

    def parcel(self) -> Parcel:
        """All that came since the last one."""
        packed, self.packed = self.packed, []
        return Parcel(self.unit, packed, self.done, self.fault)

    def _begin(self) -> None:
        seconds = max(0.0, self._end - time.monotonic())
        try:
            self.stream.begin(
                self._work, self.unit, self._spoiled, most=self._most - len(self.packed), seconds=seconds
            )
        except ReaderFault as fault:
            self._mend(fault)

    def _mend(self, fault: ReaderFault) -> None:
        """The piece after `unit.start` is spoiled; where it was spoiled before, the unit is given up."""
        again = self._spoiled is not None
        self._spoiled = Spoiled(self.unit.start, fault.reason, fault.detail)
        self.stream.close()
        self.stream = self._start()
        if again:
            self.fault = self._spoiled
        else:
            self._begin()
