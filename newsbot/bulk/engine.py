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

    @property
    def workers(self) -> int:
        """Units at once."""
        ...

    @property
    def remote(self) -> bool:
        """Whether its workers may be on other machines, which see other files."""
        ...

    @property
    def dashboard(self) -> str | None:
        """Address of a page that shows what it does, where it has one."""
        ...

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
    """The engine of that name: `local`, with so many processes, or the address of a Dask scheduler.

    Raises ConfigurationError for another name or without Dask, NothingDone where the scheduler does not answer.
    """
    if name == LOCAL:
        return LocalEngine(workers)
    if "://" not in name:
        raise ConfigurationError(
            f"There is no engine {name!r}: write local, or the address of a Dask scheduler, as tcp://host:8786."
        )
    if workers is not None:
        raise ConfigurationError(
            "The workers of a Dask scheduler are started there; --workers is for --engine local."
        )
    try:
        from newsbot.bulk.cluster import ClusterEngine
    except ImportError as error:
        raise ConfigurationError(
            f"--engine {name} needs Dask distributed ({error}): pip install 'newsbot[dask]'."
        ) from error
    return ClusterEngine(name)
