"""What the middlewares know of the crawl: the object that an extension attaches as `crawler.newsbot`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, cast

from newsbot.sources import Source
from pipelines.errors import NewsbotError
from pipelines.items import CaptureRef


class Writer(Protocol):
    """What the middlewares use of `pipelines.capture.CaptureWriter`."""

    def write(
        self,
        url: str,
        status: int,
        headers: Sequence[tuple[str, str]],
        payload: bytes,
        captured_at: datetime,
    ) -> CaptureRef: ...


class Run(Protocol):
    """The crawl in progress, as `crawler.newsbot`."""

    @property
    def sources(self) -> Mapping[str, Source]: ...
    @property
    def capture(self) -> Writer | None: ...
    @property
    def forbidden(self) -> dict[str, str]:
        """Host name -> why none of its addresses may be used; the resolver writes it, the guard reads it."""
        ...

    async def remember_robots(
        self, host: str, asked: str, status: int | None, body: str | None, crawl_delay: float | None
    ) -> None:
        """Keep a robots.txt as it was answered by the address that was asked."""

    async def known_robots(self, host: str, asked: str, age: timedelta) -> tuple[int, str | None] | None:
        """Status and body of a robots.txt that was answered no longer than `age` ago; None where none was."""

    async def admit(self, host: str, delay: float) -> float:
        """0.0: a request to `host` may leave now, and is under way until `done_with`. Else the seconds after which to ask
        again, as another crawler has its turn. `delay` is what the host wants between two requests, in seconds."""
        ...

    def done_with(self, host: str) -> None:
        """A request that was admitted is over."""

    def fail(self, fault: NewsbotError) -> None:
        """End the crawl: what it makes cannot be kept."""


@dataclass(frozen=True, slots=True)
class WithoutArchive:
    """A crawl that keeps nothing: `newsbot add`, `scrapy shell`, a spider of the user's own. Without sources there
    is no private address that it may ask."""

    sources: Mapping[str, Source] = field(default_factory=dict)
    capture: Writer | None = None
    forbidden: dict[str, str] = field(default_factory=dict)

    async def remember_robots(
        self, host: str, asked: str, status: int | None, body: str | None, crawl_delay: float | None
    ) -> None:
        """There is nothing to write it into."""

    async def known_robots(self, host: str, asked: str, age: timedelta) -> tuple[int, str | None] | None:
        """Nothing is remembered."""
        return None

    async def admit(self, host: str, delay: float) -> float:
        """There is no other crawler."""
        return 0.0

    def done_with(self, host: str) -> None:
        """Nobody waits for it."""

    def fail(self, fault: NewsbotError) -> None:
        """Nothing is kept, so nothing can fail to be."""


def run_of(crawler: object) -> Run:
    """The crawl that `crawler` carries; one without an archive where it carries none."""
    return cast(Run, getattr(crawler, "newsbot", None) or WithoutArchive())
