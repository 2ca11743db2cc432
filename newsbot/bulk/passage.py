"""One unit on its way through a reader process: whatever the reader dies of costs one piece of the unit."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace

from newsbot.bulk.unit import MOST, Batch, Spoiled, Unit, Work
from pipelines.streams import Frame, Stream
from pipelines.workers import JOBS, ReaderFault


class Passage:
    """Takes a unit through a reader that `start` gives, and through another where that one dies.

    `packed` holds the pickled results since the last `parcel`.
    """

    def __init__(self, work: Work, unit: Unit, stream: Stream, start: Callable[[], Stream]) -> None:
        self.unit = unit  # `start` as far as it has come
        self.stream = stream
        self.packed: list[bytes] = []
        self.done = False
        self.fault: Spoiled | None = None
        self._work = work
        self._start = start
        self._spoiled: Spoiled | None = None
        self._begin()

    @property
    def over(self) -> bool:
        """Nothing more comes."""
        return self.done or self.fault is not None

    @property
    def full(self) -> bool:
        """There is enough for a batch, or nothing more comes."""
        return self.over or len(self.packed) >= MOST

    def take(self) -> None:
        """Takes the next piece in; waits for it where `stream` is not ready."""
        try:
            frame, reached, packed = self.stream.take()
        except ReaderFault as fault:
            self._mend(fault)
            return
        self.unit = replace(self.unit, start=reached) if frame is not Frame.END else self.unit
        if packed:
            self.packed.append(packed)
        if frame is Frame.STEP:
            self._spoiled = None
        elif frame is Frame.PAUSED:  # a process that has read so many pages is replaced: parsers leak
            self._renew()
            self._begin()
        else:
            self.done = True

    def parcel(self) -> Callable[[], Batch]:
        """What makes a batch of all that came since the last one; unpacked only when it is called."""
        packed, self.packed = self.packed, []
        unit, done, fault = self.unit, self.done, self.fault

        def batch() -> Batch:
            results = [pickle.loads(one) for one in packed]  # noqa: S301  from a reader of ours
            return Batch(unit, results, unit.start, done, fault)

        return batch

    def _begin(self) -> None:
        try:
            self.stream.begin(self._work, self.unit, self._spoiled, most=JOBS)
        except ReaderFault as fault:
            self._mend(fault)

    def _mend(self, fault: ReaderFault) -> None:
        """The piece after `unit.start` is spoiled; where it was spoiled before, the unit is given up."""
        again = self._spoiled is not None
        self._spoiled = Spoiled(self.unit.start, fault.reason, fault.detail)
        self._renew()
        if again:
            self.fault = self._spoiled
        else:
            self._begin()

    def _renew(self) -> None:
        self.stream.close()
        self.stream = self._start()
