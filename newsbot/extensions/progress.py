"""How far a crawl is: one moving line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from scrapy import signals
from scrapy.exceptions import NotConfigured

from pipelines.reasons import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_BAR = 24  # characters
_CLEAR = "\r\x1b[K"
_EVERY_ON_TERMINAL = 0.2  # seconds
_EVERY_ELSEWHERE = 10.0  # seconds


class Progress:
    """Reads `newsbot/done`, `newsbot/due` and `newsbot/<outcome>` of the crawl's stats and writes them to stderr.

    PROGRESS_ENABLED = False turns it off. A crawl that ends within the first interval says nothing.
    """

    def __init__(self, crawler: Crawler, stream: TextIO) -> None:
        self._crawler = crawler
        self._stream = stream
        self._terminal = (
            stream.isatty() and os.environ.get("TERM") != "dumb"
        )  # which cannot go back in a line
        self._began = 0.0
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        if not crawler.settings.getbool("PROGRESS_ENABLED", True):
            raise NotConfigured
        progress = cls(crawler, sys.stderr)
        crawler.signals.connect(progress.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        self._began = time.monotonic()
        self._task = asyncio.ensure_future(self._tell())

    async def spider_closed(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._terminal:
            self._write(_CLEAR)

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_ON_TERMINAL if self._terminal else _EVERY_ELSEWHERE)
            stats = self._crawler.stats.get_stats() if self._crawler.stats is not None else {}
            line = progress_line(stats, time.monotonic() - self._began)
            if self._terminal:
                self._write(_CLEAR + line[: shutil.get_terminal_size().columns - 1])
            else:
                self._write(line + "\n")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # a terminal that went away must not end the crawl
            self._stream.write(text)
            self._stream.flush()


def progress_line(stats: Mapping[str, object], seconds: float) -> str:
    """One line: bar, visits done of those due, visits a second, counts by outcome (those that are not 0)."""
    done, due = _count(stats, "done"), _count(stats, "due")
    whole = max(done, due)
    share = done / whole if whole else 0.0
    filled = round(share * _BAR)
    parts = [f"[{'#' * filled}{'.' * (_BAR - filled)}] {done:,} of {whole:,} visits"]
    if seconds > 0:
        parts.append(f"{done / seconds:.1f} a second")
    parts += [f"{count:,} {outcome}" for outcome in Outcome if (count := _count(stats, outcome))]
    return ", ".join(parts)


def _count(stats: Mapping[str, object], name: str) -> int:
    value = stats.get(f"newsbot/{name}", 0)
    return value if isinstance(value, int) else 0
