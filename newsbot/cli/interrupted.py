"""Ctrl-C while the command is still being imported: it ends as any command does, without a traceback."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

STOPPED = 130  # 128 + SIGINT, as shells count it


def _leave(number: int, frame: FrameType | None) -> None:
    os._exit(STOPPED)  # nothing was begun that would have to be ended


def _begin() -> bool:
    """Takes Ctrl-C over, where it is still Python's own and this is a place that may do so."""
    ours = threading.current_thread() is threading.main_thread()
    ours = ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, _leave)
    return ours


_TAKEN = _begin()


def imports_are_done() -> None:
    """Gives Ctrl-C back to Python: from here on the command itself answers it."""
    if _TAKEN and signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)
