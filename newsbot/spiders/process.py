"""Scrapy's process as every command runs it that visits sites, and what has to be so before it begins."""

from __future__ import annotations

import asyncio
import shlex
import signal
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler

from newsbot.extensions.run import Run
from newsbot.extensions.verdict import Ending
from newsbot.sources import load
from pipelines.errors import ConfigurationError, NewsbotError


class Process(AsyncCrawlerProcess):
    """Scrapy's process, which also remembers by which signal it was stopped.

    May run once: Twisted's reactor cannot be started again.
    """

    stopped_by: int | None = None

    def _signal_shutdown(self, signum: int, _: Any) -> None:
        from twisted.internet import reactor

        self.stopped_by = self.stopped_by or signum
        for crawler in self.crawlers:
            crawler.stopped_by = self.stopped_by  # type: ignore[attr-defined]  # for the run's last word
            reactor.callFromThread(_wind_down, crawler)
        super()._signal_shutdown(signum, _)

    def _signal_kill(self, signum: int, _: Any) -> None:
        for crawler in self.crawlers:
            if isinstance(run := getattr(crawler, "newsbot", None), Run):
                run.frontier.hurry()
        super()._signal_kill(signum, _)

    def result(self, task: asyncio.Future[None], crawler: Crawler) -> None:
        """Raise what the crawl raised; a crawl that a signal ended before it could begin just gives up its run."""
        if task.done() and not task.cancelled() and (fault := task.exception()) is not None:
            raise fault
        run = getattr(crawler, "newsbot", None)
        if isinstance(run, Run) and not run.closed:  # what only probes has no archive
            stopped_by = self.stopped_by or signal.SIGTERM
            try:
                run.write_end(Ending(signal=stopped_by), 128 + stopped_by)
            except NewsbotError as fault:
                run.fail(fault)
            run.close()


def _wind_down(crawler: Crawler) -> None:
    """What waits for its turn at a host is left for the next run: only what is on its way is waited for."""
    if (spider := getattr(crawler, "spider", None)) is not None:
        spider.wind_down()


def demand_contact(path: Path) -> None:
    """Raises ConfigurationError where sources.toml at `path` does not say who asks."""
    if not load(path).defaults.contact:
        raise ConfigurationError(
            f'{path}: [defaults] has no contact; set contact = "you@example.org", so that a webmaster who wonders '
            "about the visits can reach a person."
        )


def refuse_sample(archive: Path, facts: dict[str, str]) -> None:
    """Raises ConfigurationError where `facts` of the archive say that it holds the sample newsroom."""
    if "sample" in facts:
        raise ConfigurationError(
            f"{archive} holds the sample newsroom, which must not mix with real news. Keep your news in another "
            f"folder, or take the sample away with: rm -r {_pasted(archive)}* "
            f"{_pasted(archive.parent / 'captures')}"
        )


def _pasted(path: Path) -> str:
    """A path as a shell takes it."""
    return shlex.quote(str(path))
