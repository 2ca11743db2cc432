"""Backfill from a source's own sitemaps: one run of the spider `sitemaps` from start to report."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from scrapy.settings import Settings

from newsbot.extensions.run import Run, ending_of
from newsbot.extensions.verdict import exit_code
from newsbot.log import configure
from newsbot.sources import load
from newsbot.spiders.process import Process, demand_contact, refuse_sample
from newsbot.spiders.sitemap_backfill import SitemapBackfillSpider, limits_of
from pipelines.errors import NothingDone
from pipelines.store import SourceSummary, open_readonly, read_about, run_summary


@dataclass(frozen=True, slots=True)
class SitemapOptions:
    """What `newsbot backfill sitemap` was asked for."""

    source: str
    sources: Path = Path("sources.toml")
    archive: Path = Path("archive.db")
    first: date | None = None
    last: date | None = None
    maps: tuple[str, ...] = ()  # in the place of those that the source and its robots.txt name
    limit: int | None = None
    deadline: float | None = None  # seconds
    dry_run: bool = False
    again: bool = False
    quiet: int = 0
    verbose: int = 0
    progress: bool = False


@dataclass(frozen=True, slots=True)
class SitemapReport:
    """What came of it."""

    source: str
    run: int | None  # None of a dry run
    exit_code: int
    maps: int  # visited
    failed_maps: int
    open_maps: int  # not visited yet
    named: int  # articles of the days asked for, by these maps
    laid_aside: int  # of them new
    waiting: int  # articles of this source that are laid aside now
    summary: SourceSummary | None = None  # what became of those visited
    left_out: Mapping[str, int] = field(default_factory=dict)  # addresses, by reason
    months: Mapping[str, int] = field(default_factory=dict)  # of the articles named
    takes: str = ""  # how long the articles named or waiting take, in a sentence
    seconds: float = 0.0


def sitemap(options: SitemapOptions) -> SitemapReport:
    """Visit what the sitemaps of a source name of the past, from where the last such command stopped.

    Raises a NewsbotError with its exit code where it could not begin or had to stop. May be called once a process:
    Twisted's reactor cannot be started again.
    """
    began = time.monotonic()
    (source,) = load(options.sources).select([options.source])
    refuse_sample(options.archive, read_about(options.archive))
    demand_contact(options.sources)
    process = Process(_settings(options))
    configure(quiet=bool(options.quiet), verbose=options.verbose)
    crawler = process.create_crawler(SitemapBackfillSpider)
    task: asyncio.Future[None] = process.crawl(
        crawler,
        source=options.source,
        first=options.first.isoformat() if options.first else None,
        last=options.last.isoformat() if options.last else None,
        maps=",".join(options.maps),
        limit=options.limit,
        deadline=options.deadline,
        dry_run=options.dry_run,
        again=options.again,
    )
    process.start()
    process.result(task, crawler)
    spider, run = crawler.spider, getattr(crawler, "newsbot", None)
    if not isinstance(spider, SitemapBackfillSpider):
        raise NothingDone("The backfill was stopped before it began; nothing was fetched.")
    if isinstance(run, Run) and run.failure is not None:
        raise run.failure
    if spider.fault is not None:
        raise spider.fault
    ending, code, summary = ending_of(crawler), 0, None
    if isinstance(run, Run):
        with closing(open_readonly(options.archive)) as connection:
            whole = run_summary(connection, run.id)
        code = exit_code(whole, ending)
        summary = next((one for one in whole.sources if one.source == source.id), None)
    elif ending.signal is not None:
        code = 128 + ending.signal
    elif spider.counted["failed_maps"] == spider.counted["maps"]:
        code = 3
    return SitemapReport(
        source=options.source,
        run=run.id if isinstance(run, Run) else None,
        exit_code=code,
        maps=spider.counted["maps"],
        failed_maps=spider.counted["failed_maps"],
        open_maps=len(spider.walk.open),
        named=spider.counted["named"],
        laid_aside=spider.counted["laid_aside"],
        waiting=spider.waiting_left,
        summary=summary,
        left_out=dict(spider.left_out.most_common()),
        months=dict(sorted(spider.months.items())),
        takes=limits_of(source, spider.counted["named"] if options.dry_run else spider.waiting_left),
        seconds=time.monotonic() - began,
    )


def _settings(options: SitemapOptions) -> Settings:
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
