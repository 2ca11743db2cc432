"""Numbers that are dear to count, kept until the archive changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

SHARE = 50
"""While the archive changes, a number is used for so many times as long as counting it took: 2 % of one core at most."""

_LARGEST = 200  # numbers kept; the oldest go first


class Remembered:
    """Counts of one archive. A commit touches its file or its -wal: as long as neither changes, a count holds."""

    def __init__(self, path: Path) -> None:
        self._files = (path, path.with_name(path.name + "-wal"))
        self._kept: dict[object, tuple[object, float, float, Any]] = {}
        self._lock = threading.Lock()

    def __call__(self, name: object, count: Callable[[], T]) -> T:
        """What `count` gives, or gave under this name. It must hold nothing that a takedown has to take back."""
        state, now = self._state(), time.monotonic()
        with self._lock:
            known = self._kept.get(name)
        if known is not None and (known[0] == state or now < known[1] + SHARE * known[2]):
            return known[3]  # type: ignore[no-any-return]
        began = time.perf_counter()
        found = count()
        taken = time.perf_counter() - began
        with self._lock:
            self._kept.pop(name, None)
            self._kept[name] = (state, now, taken, found)
            while len(self._kept) > _LARGEST:
                del self._kept[next(iter(self._kept))]
        return found

    def _state(self) -> object:
        found = []
        for file in self._files:
            try:
                stat = file.stat()
            except OSError:
                found.append((0, 0))
            else:
                found.append((stat.st_mtime_ns, stat.st_size))
        return tuple(found)
