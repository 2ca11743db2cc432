"""Crawlers of one frontier without a network: what they lease and commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

import psycopg
import pytest

from pipelines import dedupe
from pipelines.items import LISTINGS, Committed, Found, Kind, Lease, Reading, Via, Visit
from pipelines.shared.frontier import Crawler, SharedFrontier
from pipelines.store import PlannedSource

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
T = TypeVar("T")


class Clock:
    """The crawlers' own clock, which stands still until it is set."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **wait: float) -> None:
        self.at += timedelta(**wait)


def source(name: str, *listings: str, **keys: Any) -> PlannedSource:
    named = listings or (f"https://{name}.example/feed",)
    told = {"every": 3600.0, "revisit": (3600.0, 86_400.0), **keys}
    return PlannedSource(name, name.upper(), listings=tuple((url, Kind.FEED) for url in named), **told)


def link(url: str, seen_in: str = "https://a.example/feed", **said: Any) -> Found:
    told = {"kind": Kind.ARTICLE, "via": Via.FEED, **said}
    return Found(url=url, key=dedupe.url_key(url), seen_in=seen_in, **told)


def page(text: str = "Rain fell on Millford all night, and the river rose.", **read: Any) -> Reading:
    told = {"headline": "Rain", "content_hash": text, "text_hash": text, "word_count": 10, **read}
    return Reading(version="1", url="", is_article=True, text=text, **told)


class Crawling:
    """One crawler; its methods do what a run does, and wait for it."""

    def __init__(self, frontier: SharedFrontier, sources: Sequence[PlannedSource], clock: Clock) -> None:
        self.frontier = frontier
        self.clock = clock
        self.sources = list(sources)
        self.run = frontier.begin_run("newsbot crawl", "0.2", "1")

    def plan(self, **how: bool) -> None:
        do(self.frontier.plan(self.sources, self.clock(), **how))

    def lease(self, *kinds: Kind, limit: int = 64, **more: Any) -> list[Lease]:
        names = [one.id for one in self.sources]
        asked = {"sources": names, "kinds": kinds or tuple(Kind), "per_host": 4, **more}
        return do(self.frontier.lease(self.run, limit, self.clock(), **asked))

    def listings(self) -> list[Lease]:
        return self.lease(*LISTINGS)

    def articles(self) -> list[Lease]:
        return self.lease(Kind.ARTICLE)

    def visit(self, lease: Lease, **answer: Any) -> Visit:
        told = {"status": 200, "every": 3600.0, "revisit": (3600.0, 86_400.0), **answer}
        return Visit(lease.url, lease.key, lease.source, lease.kind, self.clock(), **told)

    def commit(self, lease: Lease, **answer: Any) -> Committed:
        return do(self.frontier.commit(self.visit(lease, **answer)))

    def feed(self, *urls: str) -> list[Lease]:
        """Visits the one listing that is due, which names these articles; gives what may be leased of them."""
        (listing,) = self.listings()
        self.commit(listing, found=tuple(link(url, listing.url) for url in urls))
        return self.articles()

    def admit(self, host: str, delay: float = 0.0) -> float:
        return do(self.frontier.admit(host, delay))


def do(work: Awaitable[T]) -> T:
    async def done() -> T:
        return await work

    return asyncio.run(done())


Hire = Callable[..., Crawling]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hire(dsn: str, clock: Clock) -> Iterator[Hire]:
    """Makes crawlers of one frontier: of sources `a` and `b` where no others are named."""
    with ExitStack() as opened:

        def hired(
            name: str = "one", *sources: PlannedSource, lease: float = 60.0, delay: float = 0.0
        ) -> Crawling:
            chosen = sources or (source("a"), source("b"))
            who = Crawler(name, f"file://{name}/captures/", tuple(one.id for one in chosen), delay, lease)
            frontier = SharedFrontier.open(dsn, who, judgement=dedupe, now=clock)
            opened.callback(frontier.close)
            return Crawling(frontier, chosen, clock)

        yield hired


@pytest.fixture
def ask(dsn: str) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Asks the frontier's tables; a statement without an answer gives none."""
    with psycopg.connect(dsn, autocommit=True) as connection:

        def asked(statement: str, *values: object) -> list[tuple[Any, ...]]:
            cursor = connection.execute(cast(Any, statement), values)
            return cursor.fetchall() if cursor.description else []

        yield asked
