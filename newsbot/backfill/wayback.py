"""Backfill from a web archive: one run of the spider `wayback` from start to report."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from scrapy.settings import Settings

from newsbot.extensions.run import Run, ending_of
from newsbot.extensions.verdict import DEADLINE
from newsbot.log import configure
from newsbot.sources import load
from newsbot.spiders.process import Process, demand_contact, refuse_sample
from newsbot.spiders.wayback import WaybackSpider
from newsbot.spiders.wayback_index import INTERNET_ARCHIVE
from newsbot.spiders.wayback_terms import DELAY, VERSIONS
from pipelines.errors import NothingDone
from pipelines.reasons import Outcome
from pipelines.store import read_about


@dataclass(frozen=True, slots=True)
class WaybackOptions:
    """What `newsbot backfill wayback` was asked for."""

    source: str
    sources: Path = Path("sources.toml")
    archive: Path = Path("archive.db")
    first: date | None = None
    last: date | None = None
    web_archive: str = INTERNET_ARCHIVE
    index: str = ""
    prefix: str = ""
    versions: int = VERSIONS
    limit: int | None = None
    deadline: float | None = None  # seconds
    delay: float = DELAY  # seconds between requests
    allow_private: bool = False
    dry_run: bool = False
    again: bool = False
    quiet: int = 0
    verbose: int = 0
    progress: bool = False


@dataclass(frozen=True, slots=True)
class WaybackReport:
    """What came of it; numbers of captures."""

    source: str
    web_archive: str
    run: int | None  # None of a dry run
    exit_code: int
    listed: int  # lines of the index that were looked at
    wanted: int  # chosen of them
    known: int  # that the archive had already
    asked: int
    stored: int  # as new articles
    other: Mapping[str, int] = field(default_factory=dict)  # by outcome: revised, unchanged, skipped, failed
    reasons: Mapping[str, int] = field(default_factory=dict)  # of what was left out, skipped or failed
    years: Mapping[str, int] = field(default_factory=dict)  # of the captures wanted
    seconds: float = 0.0
    stopped: str | None = None  # a sentence, where it did not come to the end of the index
    more: bool = False  # a limit was reached: the same command goes on
    gone_through: bool = False  # an earlier run had come to the end of the index


def wayback(options: WaybackOptions) -> WaybackReport:
    """Take in what a web archive has of a source, from where the last such command stopped.

    Raises a NewsbotError with its exit code where it could not begin or had to stop, NothingDone where the index could
    not be read at all. May be called once a process: Twisted's reactor cannot be started again.
    """
    began = time.monotonic()
    load(options.sources).select([options.source])
    refuse_sample(options.archive, read_about(options.archive))
    demand_contact(options.sources)
    process = Process(_settings(options))
    configure(quiet=bool(options.quiet), verbose=options.verbose)
    crawler = process.create_crawler(WaybackSpider)
    task: asyncio.Future[None] = process.crawl(crawler, **_arguments(options))
    process.start()
    process.result(task, crawler)
    spider, run = crawler.spider, getattr(crawler, "newsbot", None)
    if not isinstance(spider, WaybackSpider):
        raise NothingDone("The backfill was stopped before it began; nothing was asked for.")
    if isinstance(run, Run) and run.failure is not None:
        raise run.failure
    if spider.fault is not None:
        raise spider.fault
    if spider.index_fault is not None and not spider.counted["listed"]:
        raise spider.index_fault
    return _report(
        options, spider, run.id if isinstance(run, Run) else None, _exit_code(crawler, spider), began
    )


def _arguments(options: WaybackOptions) -> dict[str, Any]:
    return {
        "source": options.source,
        "archive": options.web_archive,
        "index": options.index,
        "prefix": options.prefix,
        "first": f"{options.first:%Y%m%d}000000" if options.first else "",
        "last": f"{options.last:%Y%m%d}235959" if options.last else "",
        "versions": options.versions,
        "limit": options.limit,
        "deadline": options.deadline,
        "delay": options.delay,
        "allow_private": options.allow_private,
        "dry_run": options.dry_run,
        "again": options.again,
    }


def _settings(options: WaybackOptions) -> Settings:
    settings = Settings()
    settings.setmodule("newsbot.settings", priority="project")
    told: dict[str, Any] = {
        "NEWSBOT_SOURCES": str(options.sources),
        "NEWSBOT_ARCHIVE": str(options.archive),
        "PROGRESS_ENABLED": options.progress,
        "LOG_ENABLED": False,  # newsbot.log speaks instead
    }
    if options.dry_run:
        told |= {"ITEM_PIPELINES": {}, "PROGRESS_ENABLED": False}
    settings.update(told, priority="cmdline")
    return settings


def _exit_code(crawler: Any, spider: WaybackSpider) -> int:
    """0 all that was asked for came, 1 some of it failed, 3 none came, 124 the deadline came first, 128 + signal."""
    ending = ending_of(crawler)
    if ending.signal is not None:
        return 128 + ending.signal
    if ending.deadline:
        return DEADLINE
    failed = spider.counted[Outcome.FAILED]
    if not failed:
        return 1 if spider.index_fault is not None else 0
    return 3 if failed == spider.counted["asked"] else 1


def _report(
    options: WaybackOptions, spider: WaybackSpider, run: int | None, exit_code: int, began: float
) -> WaybackReport:
    counted = spider.counted
    rest = (Outcome.REVISED, Outcome.UNCHANGED, Outcome.SKIPPED, Outcome.FAILED)
    return WaybackReport(
        source=options.source,
        web_archive=options.web_archive,
        run=run,
        exit_code=exit_code,
        listed=counted["listed"],
        wanted=counted["wanted"],
        known=counted["known"],
        asked=counted["asked"],
        stored=counted[Outcome.STORED],
        other={outcome.value: counted[outcome] for outcome in rest if counted[outcome]},
        reasons=dict(spider.left_out.most_common()),
        years=dict(sorted(spider.years.items())),
        seconds=time.monotonic() - began,
        stopped=str(spider.index_fault) if spider.index_fault is not None else None,
        more=spider.more,
        gone_through=spider.gone_through,
    )
