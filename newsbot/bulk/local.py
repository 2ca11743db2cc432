"""The engine of one machine: so many reader processes, each at a unit of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from newsbot.bulk.passage import Passage
from newsbot.bulk.unit import MOST, Batch, Unit, Work
from newsbot.bulk.window import Window
from pipelines.confinement import MEMORY, TIMEOUT, ReaderFault
from pipelines.errors import NothingDone
from pipelines.streams import Stream, ready


class LocalEngine:
    """Reader processes of this machine, `workers` of them (default: one a core), begun when there is work."""

    def __init__(self, workers: int | None = None, *, timeout: float = TIMEOUT, memory: int = MEMORY) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._timeout = timeout
        self._memory = memory
        self._idle: list[Stream] = []
        self._going: list[Passage] = []

    @property
    def remote(self) -> bool:
        """They are all here."""
        return False

    @property
    def dashboard(self) -> str | None:
        """It has none."""
        return None

    def run(self, work: Work, units: Iterable[Unit], *, ordered: bool = True) -> Iterator[Batch]:
        """See `newsbot.bulk.engine.Engine.run`."""
        window = Window(units, self.workers, ordered)
        try:
            while self._fill(work, window):
                for passage in self._ready(window):
                    passage.take()
                    if passage.over or len(passage.packed) >= MOST:
                        window.put(passage.parcel())
                    if passage.over:
                        self._going.remove(passage)
                        self._idle.append(passage.stream)
                    elif passage.paused:
                        self._go_on(work, passage)
                yield from window.released()
        finally:  # whoever asked has enough: what is under way is of no use
            for passage in self._going:
                passage.stream.close()
            self._going.clear()

    def _ready(self, window: Window) -> list[Passage]:
        """Those of which the next piece can be taken; waits for the first."""
        asked = [passage for passage in self._going if window.may_go(passage.unit.name)]
        streams = ready(passage.stream for passage in asked)
        return [passage for passage in asked if passage.stream in streams]

    def _fill(self, work: Work, window: Window) -> bool:
        """Gives units to readers that have none; False where nothing is under way."""
        while len(self._going) < self.workers and (unit := window.next()) is not None:
            stream = self._idle.pop() if self._idle else self._start()
            self._going.append(Passage(work, unit, stream, self._start))
        return bool(self._going)

    def _go_on(self, work: Work, passage: Passage) -> None:
        """With another process: parsers leak."""
        passage.stream.close()
        on = Passage(work, passage.unit, self._start(), self._start)
        on.packed, passage.packed = passage.packed, []
        self._going[self._going.index(passage)] = on

    def _start(self) -> Stream:
        try:
            return Stream(timeout=self._timeout, memory=self._memory)
        except ReaderFault as fault:
            raise NothingDone(f"Pages cannot be read here: {fault.detail}.") from fault

    def close(self) -> None:
        """Ends the processes."""
        for stream in self._idle:
            stream.close()
        self._idle.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
