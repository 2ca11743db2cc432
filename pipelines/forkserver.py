"""The process that readers are forked from: what it loads for all of them, and how to start it before it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing import forkserver

_LOADED = ("pipelines.apart", "pipelines.warm")


def start(preload: Sequence[str] = ()) -> None:
    """Start it, where it does not run yet, and come back at once: it loads its modules by itself.

    That takes more than a second. Whoever is going to read, and has much to import before, calls this first:
    both go on side by side. `preload` names modules of the caller's; the first call of a process counts.
    """
    forkserver.set_forkserver_preload([*_LOADED, *preload])
    forkserver.ensure_running()
