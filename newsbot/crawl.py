"""crawl(): one run of the spider `news` from start to report; what `newsbot crawl` calls."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Container, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from newsbot.after_run import Aftermath, after_run
from newsbot.clock import utc_now
from newsbot.extensions.run import Run, ending_of
from newsbot.extensions.verdict import exit_code
from newsbot.log import configure
from newsbot.sample import SAMPLE_SOURCES, SampleServer
from newsbot.sources import load
from newsbot.sources.probe import Proposal
from newsbot.spiders.probe import ProbeSpider
from newsbot.spiders.process import Process, demand_contact, refuse_sample
from pipelines.errors import ConfigurationError, NothingDone
from pipelines.store import (
    Archive,
    RunSummary,
    SourceSummary,
    open_readonly,
    read_about,
    run_summary,
    write_about,
)

LEASE_VARIABLE = "NEWSBOT_LEASE_SECONDS"


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What `newsbot crawl` was asked for."""

    sources: Path = Path("sources.toml")
    archive: Path = Path("archive.db")
    ids: tuple[str, ...] = ()
    everything: bool = False
    limit: int | None = None
    since: date | None = None
    deadline: float | None = None  # seconds, after which no new work is taken
    sample: bool = False
    quiet: int = 0
    verbose: int = 0
    progress: bool = False
    json_logs: bool = False  # one JSON object a line on stderr
    frontier: str | None = field(
        default=None, repr=False
    )  # address of a frontier that is shared; has a password
    captures: Path = Path("captures")  # of a crawl of a shared frontier
    settings: dict[str, Any] = field(default_factory=dict)  # Scrapy settings that win over newsbot.settings


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What a run did."""

    run: int
    state: str  # finished, stopped
    exit_code: int
    rows: tuple[SourceSummary, ...]
    seconds: float
    requests: int
    received_bytes: int
    archive: Path | None  # None: what it brought went to a shared frontier
    ended_by: str | None = None  # deadline, SIGINT, SIGTERM, where one of them stopped it
    aftermath: Aftermath = field(
        default_factory=Aftermath
    )  # alarms raised and cleared, and what went wrong after it
    shared: SharedReport | None = None


@dataclass(frozen=True, slots=True)
class SharedReport:
    """What became of the visits of a run that has no archive of its own."""

    frontier: str  # where it is
    waiting: int  # visits of all crawlers that wait to be collected
    repeated: int  # visits of this run that others repeat, as they had taken over the hosts


def crawl(options: CrawlOptions) -> CrawlReport:
    """Visit what is due and commit what came of it.

    Raises a NewsbotError with its exit code where the run could not begin or had to stop: sources.toml is
    wrong, the archive is unusable or locked by another run, the disk is full. May be called once a process:
    Twisted's reactor cannot be started again.
    """
    began = time.monotonic()
    with _outlets(options) as settings:
        process = Process(settings)
        configure(quiet=bool(options.quiet), verbose=options.verbose, as_json=options.json_logs)
        crawler = process.create_crawler("news")
        task: asyncio.Future[None] = process.crawl(
            crawler,
            source=",".join(options.ids),
            all=options.everything or options.sample,
            limit=options.limit,
            since=options.since.isoformat() if options.since else None,
            deadline=options.deadline,
        )
        process.start()
    process.result(task, crawler)
    run: Run | None = getattr(crawler, "newsbot", None)
    if run is None:
        raise NothingDone("The crawl was stopped before it began; nothing was fetched.")
    if run.failure is not None:
        raise run.failure
    report = _report(options, crawler, run, time.monotonic() - began)
    if report.shared is None and report.ended_by not in (
        "SIGINT",
        "SIGTERM",
    ):  # whoever stopped it does not want it to begin something else
        sources = load(Path(settings["NEWSBOT_SOURCES"]))
        report = replace(report, aftermath=after_run(sources, options.archive, utc_now()))
    if options.sample and report.state == "finished":
        write_about(options.archive, "sample", str(settings["NEWSBOT_SAMPLE"]))
    return report


def probe(
    url: str, *, taken: Container[str] = (), contact: str | None = None, allow_private: bool = False
) -> Proposal:
    """Ask a homepage how its paper can be read (some twenty requests); nothing is stored.

    `taken` are ids in use, `contact` goes into the user agent. Raises ValueError with the end of a sentence where
    `url` is no address. Once a process, as `crawl`.
    """
    settings = Settings()
    settings.setmodule("newsbot.settings", priority="project")
    settings.update(
        {"LOG_LEVEL": "ERROR", "PROGRESS_ENABLED": False, "ITEM_PIPELINES": {}}, priority="cmdline"
    )
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler("probe")
    task: asyncio.Future[None] = process.crawl(
        crawler, url=url, taken=taken, contact=contact, allow_private=allow_private
    )
    process.start()
    if task.done() and (fault := task.exception()) is not None:
        raise fault
    spider = crawler.spider
    assert isinstance(spider, ProbeSpider)
    if spider.fault is not None:
        raise spider.fault
    if spider.proposal is None:
        raise NothingDone(f"{url}: the probe ended before it had an answer; run it again with more patience.")
    return spider.proposal


@contextmanager
def _outlets(options: CrawlOptions) -> Iterator[Settings]:
    """Settings for the real web, or for the bundled newsroom with its server running.

    The newsroom's first edition until one crawl has come to its end, then the second.
    Raises ConfigurationError where a sample would mix with real news.
    """
    if options.frontier:
        demand_contact(options.sources)
        yield _settings(options, **_sharing(options))
        return
    facts = read_about(options.archive)
    if not options.sample:
        refuse_sample(options.archive, facts)
        demand_contact(options.sources)
        yield _settings(options)
        return
    if facts and "sample" not in facts:
        raise ConfigurationError(
            f"{options.archive} holds real news, with which the sample newsroom must not mix: "
            "run it in another folder."
        )
    edition = 2 if facts.get("sample") in ("1", "2") else 1
    with SampleServer(edition) as server:
        yield _settings(options, NEWSBOT_SAMPLE=edition, SAMPLE_PROXY=server.proxy)


def _sharing(options: CrawlOptions) -> dict[str, Any]:
    """Settings of a crawl of a shared frontier. Raises ConfigurationError."""
    lease = os.environ.get(LEASE_VARIABLE, "")
    try:
        seconds = float(lease) if lease else None
    except ValueError:
        seconds = 0.0
    if seconds is not None and not 1.0 <= seconds <= 3600.0:
        raise ConfigurationError(f"{LEASE_VARIABLE} is {lease!r}; it takes seconds from 1 to 3600.")
    told = {"NEWSBOT_FRONTIER": options.frontier, "NEWSBOT_CAPTURES": str(options.captures)}
    return told if seconds is None else {**told, "NEWSBOT_LEASE_SECONDS": seconds}


def _settings(options: CrawlOptions, **more: Any) -> Settings:
    settings = Settings()
    settings.setmodule("newsbot.settings", priority="project")
    settings.update(
        {
            "NEWSBOT_SOURCES": str(SAMPLE_SOURCES if options.sample else options.sources),
            "NEWSBOT_ARCHIVE": str(options.archive),
            "PROGRESS_ENABLED": options.progress,
            "LOG_ENABLED": False,  # newsbot.log speaks instead
            **more,
            **options.settings,
        },
        priority="cmdline",
    )
    return settings


def _report(options: CrawlOptions, crawler: Crawler, run: Run, seconds: float) -> CrawlReport:
    shared = _shared_report(run)
    if shared is not None:
        summary = run.summary or RunSummary(run.id, None, None, "stopped", None, 0, 0, ())
    else:
        with closing(open_readonly(options.archive)) as connection:
            summary = run_summary(connection, run.id)
    assert crawler.stats is not None
    ending = ending_of(crawler)
    return CrawlReport(
        run=run.id,
        state="stopped" if ending.early else "finished",
        ended_by=ending.by,
        exit_code=exit_code(summary, ending),
        rows=summary.sources,
        seconds=seconds,
        requests=crawler.stats.get_value("newsbot/requests", 0),
        received_bytes=crawler.stats.get_value("downloader/response_bytes", 0),
        archive=options.archive if shared is None else None,
        shared=shared,
    )


def _shared_report(run: Run) -> SharedReport | None:
    if isinstance(run.frontier, Archive):
        return None
    from pipelines.shared.frontier import SharedFrontier  # needs the extra newsbot[postgres]

    assert isinstance(run.frontier, SharedFrontier)
    return SharedReport(run.frontier.where, run.frontier.waiting, run.frontier.repeated)
