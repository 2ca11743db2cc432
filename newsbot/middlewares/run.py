"""What the middlewares know of the crawl: the object that an extension attaches as `crawler.newsbot`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, cast

from newsbot.sources import Source
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


@dataclass(frozen=True, slots=True)
class Nobody:
    """Stands in where nothing is attached (`scrapy shell`): no source, hence no private address, no capture."""

    sources: Mapping[str, Source] = field(default_factory=dict)
    capture: Writer | None = None
    forbidden: dict[str, str] = field(default_factory=dict)


def run_of(crawler: object) -> Run:
    """The crawl that `crawler` carries; `Nobody` where it carries none."""
    return cast(Run, getattr(crawler, "newsbot", None) or Nobody())
