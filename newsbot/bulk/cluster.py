"""The engine of many machines: workers of Dask distributed, each with reader processes of its own."""

# mypy: disable-error-code="no-untyped-call"
# distributed types a part of itself.
from __future__ import annotations

import contextlib
import itertools
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from distributed import Client, Future, KilledWorker, wait

from newsbot.bulk.parcel import Parcel
from newsbot.bulk.slice import presented, take_slice, versions
from newsbot.bulk.unit import Batch, Unit, Work
from newsbot.bulk.window import Window
from pipelines.errors import ConfigurationError, NewsbotError, NothingDone

ANSWER: Final = 10.0  # seconds in which a scheduler has to answer
PATIENCE: Final = 60.0  # seconds without any worker after which nobody waits any more
LOOK: Final = 2.0  # seconds between two looks at the workers


@dataclass(slots=True)
class _Going:
    """A unit of which a slice is at a worker, or waits until there is room for its results."""

    unit: Unit
    turn: int  # of the unit: earlier ones go first
    future: Future[Any] | None = None


class ClusterEngine:
    """Workers of a Dask scheduler. Each of their threads reads in a process of its own.

    A worker does a slice of a unit at a time (50 results, or ten seconds); what it found comes back, and the next
    slice of that unit is asked for. So little is on its way at any time, whatever the size of a unit, and a worker
    that dies costs a slice, which another one does again.
    """

    def __init__(self, address: str) -> None:
        """Raises NothingDone where no scheduler answers or it has no workers, ConfigurationError where they have
        other versions of what reads."""
        for name in ("distributed", "distributed.client"):  # what goes wrong is said by us, once
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.address = address
        try:
            self._client = Client(
                address, timeout=ANSWER, set_as_default=False, direct_to_workers=True, name="newsbot"
            )
        except OSError as error:
            raise NothingDone(
                f"No Dask scheduler answers at {address}. Start one (dask scheduler), or name the address that it"
                f" prints."
            ) from error
        except ValueError as error:
            raise ConfigurationError(f"{address} is no address of a Dask scheduler: {error}.") from error
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    @property
    def workers(self) -> int:
        """Threads of all workers."""
        return max(1, sum(int(worker["nthreads"]) for worker in self._known().values()))

    def _known(self) -> dict[str, dict[str, Any]]:
        """The workers as far as the client was told; none while it has lost the scheduler."""
        workers: dict[str, dict[str, Any]] = self._client.scheduler_info(n_workers=-1).get("workers", {})
        return workers

    @property
    def remote(self) -> bool:
        """Its workers may be on other machines."""
        return True

    @property
    def dashboard(self) -> str | None:
        """Address of the page on which the scheduler shows what its workers do."""
        if "dashboard" not in self._client.scheduler_info(n_workers=0).get("services", {}):
            return None
        link: str | None = self._client.dashboard_link
        return link

    def _check(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=ANSWER)
        except TimeoutError:
            raise NothingDone(
                f"The Dask scheduler at {self.address} has no workers. Start some: dask worker {self.address}"
            ) from None
        asked = {
            worker: self._client.submit(presented, pure=False, workers=[worker], allow_other_workers=False)
            for worker in self._known()
        }
        for worker, answer in asked.items():
            try:
                theirs = answer.result(timeout=PATIENCE)
            except Exception as error:
                raise _unable(worker, error) from error
            if theirs != versions():
                raise _other(worker, theirs)

    def run(self, work: Work, units: Iterable[Unit], *, ordered: bool = True) -> Iterator[Batch]:
        """See `newsbot.bulk.engine.Engine.run`."""
        window = Window(units, self.workers, ordered)
        turns = itertools.count()
        going: list[_Going] = []
        looked_at = time.monotonic()
        try:
            while True:
                if time.monotonic() - looked_at > LOOK:  # workers come and go
                    window.workers, looked_at = self.workers, time.monotonic()
                while (unit := window.next()) is not None:
                    going.append(_Going(unit, next(turns)))
                if not going:
                    return
                for one in going:
                    if one.future is None and window.may_go(one.unit.name):
                        one.future = self._submit(work, one)
                for one, parcel in self._done(going):
                    window.put(parcel)
                    one.unit, one.future = parcel.unit, None
                    if parcel.last:
                        going.remove(one)
                yield from window.released()
        finally:
            self._cancel(going)

    def _submit(self, work: Work, one: _Going) -> Future[Any]:
        return self._client.submit(
            take_slice,
            work,
            one.unit,
            versions(),
            key=f"{one.unit.name}-{one.unit.start}-{time.monotonic_ns()}",
            pure=False,
            priority=-one.turn,
            retries=2,
        )

    def _done(self, going: list[_Going]) -> list[tuple[_Going, Parcel]]:
        """The slices that have come back; waits for the first."""
        asked = [one for one in going if one.future is not None]
        alone_since: float | None = None
        while True:
            try:
                with self._client.as_current():
                    wait([one.future for one in asked], timeout=LOOK, return_when="FIRST_COMPLETED")
            except TimeoutError:
                alone_since = self._alone(alone_since)
                continue
            except Exception as error:
                raise self._gone(error) from error
            return [(one, self._parcel(one)) for one in asked if one.future is not None and one.future.done()]

    def _parcel(self, one: _Going) -> Parcel:
        assert one.future is not None
        try:
            answer = one.future.result(timeout=PATIENCE)
        except KilledWorker as error:
            raise NewsbotError(
                f"Several workers died over {one.unit.name} at {one.unit.start}: {error}. Look at their memory; what"
                " was taken in stays, and the same command goes on from there."
            ) from error
        except Exception as error:
            raise self._gone(error) from error
        finally:
            one.future.release()
        if isinstance(answer, Parcel):
            return answer
        raise _other("A worker that came later", answer)

    def _alone(self, since: float | None) -> float | None:
        """Since when there are no workers; None where there are some. Raises NewsbotError after a while."""
        if self._client.status != "running":
            raise self._gone(None)
        if self._known():
            return None
        now = time.monotonic()
        if since is not None and now - since > PATIENCE:
            raise NewsbotError(
                f"All workers of {self.address} are gone, for {PATIENCE:g} seconds. Start some (dask worker"
                f" {self.address}) and give the same command: what was taken in stays."
            )
        return since or now

    def _gone(self, error: Exception | None) -> NewsbotError:
        if self._client.status != "running":
            return NewsbotError(
                f"The Dask scheduler at {self.address} is gone. What was taken in stays; start it again, and give"
                " the same command: it goes on from there."
            )
        return NewsbotError(
            f"A worker of {self.address} could not do its part: {type(error).__name__}: {error}"
        )

    def _cancel(self, going: Iterable[_Going]) -> None:
        """What is under way is of no use any more."""
        futures = [one.future for one in going if one.future is not None]
        if futures and self._client.status == "running":
            with contextlib.suppress(Exception):  # the scheduler may just go
                self._client.cancel(futures, force=True)

    def close(self) -> None:
        """Leaves the scheduler."""
        with contextlib.suppress(Exception):  # it may be gone
            self._client.close(timeout=ANSWER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _unable(worker: str, error: Exception) -> ConfigurationError:
    """A worker that cannot read at all."""
    if isinstance(error, ImportError):
        return ConfigurationError(
            f"{worker} cannot read pages: {error}. Install newsbot[dask] {versions()['newsbot']} there."
        )
    return ConfigurationError(f"{worker} cannot read pages: {type(error).__name__}: {error}.")


def _other(worker: str, theirs: Mapping[str, str]) -> ConfigurationError:
    """A worker that would read otherwise than we do."""
    ours = versions()
    other = [
        f"{name} {theirs.get(name)} instead of {ours[name]}"
        for name in ours
        if theirs.get(name) != ours[name]
    ]
    return ConfigurationError(
        f"{worker} has {', '.join(other)}: a page would read otherwise there. Install the same newsbot everywhere,"
        " and start the workers again."
    )
