"""What the tests of the archive share: a clock, a newsroom's visits, and archives that are closed in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines import dedupe
from pipelines.items import (
    CaptureRef,
    Committed,
    DateCandidate,
    Dateline,
    Found,
    Kind,
    Precision,
    Published,
    Reading,
    RemovedBlock,
    Via,
    Visit,
)
from pipelines.store import Archive, PlannedSource, open_readonly

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR, DAY = 3600.0, 86400.0
FEED = "https://herald.example/feed"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_far: float) -> datetime:
        self.now += timedelta(**how_far)
        return self.now


class Newsroom:
    """An archive in a folder of its own, and the visits of one source to fill it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = Clock()
        self.archive = self.open()
        self.source = PlannedSource(
            "herald",
            "The Herald",
            listings=((FEED, Kind.FEED),),
            every=2 * HOUR,
            revisit=(HOUR, DAY, 7 * DAY),
        )

    def open(self, **how: Any) -> Archive:
        self.archive = Archive.open(self.path, judgement=dedupe, now=self.clock, **how)
        return self.archive

    def reading(self, name: str = "port", **changes: Any) -> Reading:
        text = f"{name.title()}: the harbour master spoke on Sunday of ships and cranes. " * 12
        one = Reading(
            version="1",
            url="",
            is_article=True,
            headline=f"News of {name}",
            lede="It happened.",
            text=text,
            byline="By A. Karim and B. Chen",
            authors=("A. Karim", "B. Chen"),
            section="World",
            tags=("Trade", "Ports"),
            language="en",
            agencies=("Reuters",),
            published=Published(
                NOW - timedelta(hours=1), date(2026, 11, 22), Precision.MINUTE, "jsonld datePublished", 0.9
            ),
            dateline=Dateline(
                "BASRA, Nov 22 (Reuters) -", "Basra", None, "IQ", 30.5, 47.8, ("Reuters",), date(2026, 11, 22), "--11-22"
            ),
            candidates=(
                DateCandidate("jsonld", "datePublished", "published", "2026-11-22T11:00Z", NOW, None, Precision.MINUTE, 0.9, True),
            ),
            removed=(RemovedBlock("label", "A block with a label.", "Read more", 0),),
        )  # fmt: skip
        one = replace(one, **changes)
        return replace(
            one,
            word_count=len(one.text.split()),
            content_hash=dedupe.content_hash(one.headline, one.lede, one.byline, one.text),
            text_hash=dedupe.text_hash(one.text),
        )

    def visit(self, name: str = "port", **changes: Any) -> Visit:
        url = changes.pop("url", f"https://herald.example/{name}")
        one = Visit(
            url=url,
            key=dedupe.url_key(url),
            source="herald",
            kind=Kind.ARTICLE,
            visited_at=self.clock.now,
            status=200,
            reading=self.reading(name),
            revisit=self.source.revisit,
            every=self.source.every,
        )
        return replace(one, **changes)

    def capture(self, offset: int = 0) -> CaptureRef:
        return CaptureRef("a.warc.gz", offset, 100, "sha1:X", self.clock.now, 200, "text/html", 90)

    def link(self, name: str, **changes: Any) -> Found:
        url = f"https://herald.example/{name}"
        return replace(Found(url, dedupe.url_key(url), Kind.ARTICLE, Via.FEED, FEED, title=name), **changes)

    def listing(self, *found: Found, **changes: Any) -> Visit:
        return self.visit(url=FEED, kind=Kind.FEED, reading=None, found=found, **changes)

    def commit(self, name: str = "port", **changes: Any) -> Committed:
        return self.archive.commit_now(self.visit(name, **changes))

    def plan(self, *sources: PlannedSource, **how: Any) -> None:
        asyncio.run(self.archive.plan(sources or (self.source,), self.clock.now, **how))

    def wait(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run(coroutine)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(open_readonly(self.path)) as connection:
            return [tuple(row) for row in connection.execute(sql, values)]

    def row(self, sql: str, *values: Any) -> tuple[Any, ...]:
        (one,) = self.rows(sql, *values)
        return one


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    """An empty archive, planned for one source with one feed."""
    room = Newsroom(tmp_path / "archive.db")
    room.plan()
    yield room
    room.archive.close()


@pytest.fixture
def make_newsroom(tmp_path: Path) -> Iterator[Callable[[str], Newsroom]]:
    """Archives by file name, closed in the end."""
    rooms: list[Newsroom] = []

    def make(name: str) -> Newsroom:
        rooms.append(Newsroom(tmp_path / name))
        return rooms[-1]

    yield make
    for room in rooms:
        room.archive.close()


@pytest.fixture(scope="session")
def newsroom_of() -> type[Newsroom]:
    """The class itself, for tests that make an archive for each example."""
    return Newsroom
