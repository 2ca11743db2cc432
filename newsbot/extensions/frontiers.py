"""What a run takes its work from: an archive of its own, or a frontier that several machines share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from pipelines.items import Committed, Kind, Lease, Visit
from pipelines.store import PlannedSource, RunSummary


class Frontier(Protocol):
    """What a run asks of `pipelines.store.Archive` or of `pipelines.shared.SharedFrontier`; their docstrings say more."""

    durable: Callable[[], None] | None

    @property
    def killed(self) -> tuple[int, ...]:
        """Runs that were found without an end."""
        ...

    async def commit(self, visit: Visit) -> Committed: ...

    async def plan(
        self, sources: Sequence[PlannedSource], now: datetime, everything: bool = False, partial: bool = False
    ) -> None: ...

    async def add_urls(self, source: str, addresses: Iterable[str], now: datetime) -> int: ...

    async def lease(
        self,
        run: int,
        limit: int,
        now: datetime,
        *,
        per_host: int = 8,
        busy_hosts: Collection[str] = frozenset(),
        sources: Collection[str] | None = None,
        kinds: Collection[Kind] | None = None,
        keys: Collection[str] | None = None,
    ) -> list[Lease]: ...

    async def release(self, keys: Collection[str]) -> int: ...

    async def free_leases(self) -> int: ...

    async def due_count(
        self, now: datetime, *, sources: Collection[str] | None = None, kinds: Collection[Kind] | None = None
    ) -> int: ...

    async def remember_robots(
        self,
        host: str,
        status: int | None,
        body: str | None,
        crawl_delay: float | None,
        received_at: datetime,
        asked: str | None = None,
    ) -> None: ...

    async def known_robots(
        self, host: str, asked: str, since: datetime, now: datetime
    ) -> tuple[int, str | None] | None: ...

    async def run_summary(self, run: int) -> RunSummary: ...

    def begin_run(self, command: str, version: str, reading: str, now: datetime | None = None) -> int: ...

    def end_run(
        self,
        run: int,
        state: str,
        exit_code: int | None,
        now: datetime | None = None,
        *,
        requests: int | None = None,
        ended_by: str | None = None,
    ) -> None: ...

    def end_after_fault(self, run: int, exit_code: int, fault: str, requests: int | None = None) -> bool: ...

    def hurry(self) -> None: ...

    def close(self) -> None: ...


class Turns(Protocol):
    """Whose turn it is at a host, where several crawlers ask it."""

    async def admit(self, host: str, delay: float) -> float:
        """0.0: a request to `host` may leave now, and is under way until `done_with`; else seconds until to ask again."""
        ...

    def done_with(self, host: str) -> None:
        """A request that was admitted is over."""

    async def postpone(self, key: str, now: datetime) -> None:
        """Gives a lease back whose turn does not come soon."""

    async def wait(self, now: datetime, sources: Sequence[str]) -> float | None:
        """Seconds after which others may have left work of these sources; None where they have none."""
        ...


class Alone:
    """Who holds the lock of an archive is the only crawler there is."""

    async def admit(self, host: str, delay: float) -> float:
        """It is always our turn."""
        return 0.0

    def done_with(self, host: str) -> None:
        """Nobody waits for it."""

    async def postpone(self, key: str, now: datetime) -> None:
        """Nothing is ever put off for another crawler."""
        raise AssertionError("there is no other crawler")

    async def wait(self, now: datetime, sources: Sequence[str]) -> float | None:
        """Nobody else has work."""
        return None
