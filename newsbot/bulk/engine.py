"""Engine: what goes through units of bulk work, on this machine or on many; and how to ask for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Protocol, Self

from newsbot.bulk.local import LocalEngine
from newsbot.bulk.unit import MOST, Batch, Spoiled, Step, Unit, Work
from pipelines.errors import ConfigurationError

__all__ = ["MOST", "Batch", "Engine", "Spoiled", "Step", "Unit", "Work", "engine_of"]

LOCAL = "local"


class Engine(Protocol):
    """Goes through units in processes that can be killed: a page that hangs, dies or eats memory costs only itself."""

    workers: int  # units at once

    def run(self, work: Work, units: Iterable[Unit], *, ordered: bool = True) -> Iterator[Batch]:
        """The results of all units, in batches of at most MOST, in the caller's thread.

        `units` are asked for as they are needed, and their names differ. Whoever takes no batch holds the work up:
        at most some units' results are under way. `ordered`: the batches of a unit come before those of the next one,
        so that the same units give the same rows with any number of workers; else as they come. The last batch of a
        unit has `done`, or `fault` where it was given up. Raises NewsbotError where the engine itself fails.
        """
        ...

    def close(self) -> None:
        """Ends what is still under way."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def engine_of(name: str = LOCAL, workers: int | None = None) -> Engine:
    """The engine of that name: `local`, with so many processes. Raises ConfigurationError for any other."""
    if name != LOCAL:
        raise ConfigurationError(f"There is no engine {name!r}; write local.")
    return LocalEngine(workers)
