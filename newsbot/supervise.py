"""`newsbot crawl --every`: one crawl after another, each in a process of its own, from one that stays small."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType


def next_start(began: float, every: float, now: float) -> float:
    """The next multiple of `every` after `began` that lies ahead: starts do not drift, and one that a long crawl
    passed over is left out."""
    return began + every * (max(0, int((now - began) // every)) + 1)


@dataclass
class Supervisor:
    """Starts `command` every so many seconds until a signal comes, which it hands on to the crawl that runs.

    `told` gets each crawl's exit code and the seconds until the next one. A crawl that the kernel killed is followed by
    the next; one that says in the first cycle that the command is wrong (2) ends it all.
    """

    command: Sequence[str]
    every: float
    told: Callable[[int, float], None]
    stopped_by: int | None = None
    _handed_on: int = 0  # signals, to the crawl that runs
    _child: subprocess.Popen[bytes] | None = None
    _pipe: tuple[int, int] = field(default_factory=os.pipe)

    def run(self) -> int:
        """Until a signal comes: 128 + its number."""
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup wants the terminal's end ignored
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._signalled) for number in numbers}
        try:
            return self._cycles()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            for end in self._pipe:
                os.close(end)

    def _cycles(self) -> int:
        began = time.monotonic()
        first = True
        while not self._stopping():
            code = self._crawled()
            if self._stopping():
                break
            if first and code == 2:
                return code
            first = False
            wait = next_start(began, self.every, time.monotonic()) - time.monotonic()
            self.told(code, wait)
            select.select([self._pipe[0]], [], [], wait)  # a signal handler writes into it
        return 128 + (self.stopped_by or 0)

    def _stopping(self) -> bool:
        return self.stopped_by is not None

    def _crawled(self) -> int:
        # A session of its own: Ctrl-C reaches the crawl through us alone, hence once for each time it is pressed.
        self._handed_on = 0
        self._child = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603  newsbot itself
        if self.stopped_by is not None and not self._handed_on:  # it came while the crawl was being started
            self._child.send_signal(signal.SIGTERM)
        code = self._child.wait()
        self._child = None
        return code

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self.stopped_by = self.stopped_by or number
        os.write(self._pipe[1], b"!")
        if self._child is not None and self._child.returncode is None:
            self._handed_on += 1
            # The crawl knows two ways to be stopped; to it the end of a terminal is one of them.
            self._child.send_signal(signal.SIGTERM if number == signal.SIGHUP else number)
