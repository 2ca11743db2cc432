"""How long the event loop was kept from its work: a ticker that notes how late it comes."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_TICK = 0.01  # seconds


class LoopStall:
    """Keeps `loop_stall/p50`, `/p99` and `/max` (milliseconds) and `/ticks` in the crawl's stats when it closes.

    Off unless LOOP_STALL_ENABLED is true: it wakes the process a hundred times a second.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._late = array("f")  # seconds
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LoopStall:
        if not crawler.settings.getbool("LOOP_STALL_ENABLED", False):
            raise NotConfigured
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        self._task = asyncio.ensure_future(self._tick())

    async def spider_closed(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._crawler.stats is not None:
            for name, value in summary(self._late).items():
                self._crawler.stats.set_value(f"loop_stall/{name}", value)

    async def _tick(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_TICK)
            self._late.append(max(0.0, time.perf_counter() - began - _TICK))


def summary(late: Sequence[float]) -> dict[str, float]:
    """p50, p99 and max in milliseconds of delays in seconds, by nearest rank, and their number as `ticks`."""
    if not late:
        return {"ticks": 0}
    ranked = sorted(late)
    named = {"p50": _rank(ranked, 0.50), "p99": _rank(ranked, 0.99), "max": ranked[-1]}
    return {"ticks": len(ranked)} | {name: round(seconds * 1000, 2) for name, seconds in named.items()}


def _rank(ranked: Sequence[float], share: float) -> float:
    return ranked[math.ceil(len(ranked) * share) - 1]
