"""An archive with captures, as a crawl leaves it, whose every sentence can be looked for in the files."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator

from pipelines import dedupe
from pipelines.capture import CaptureWriter
from pipelines.items import (
    Doubt,
    Found,
    Kind,
    Note,
    Precision,
    Published,
    Reading,
    RemovedBlock,
    Via,
    Visit,
)
from pipelines.store import Archive
from pipelines.store.sqlite import sqlite3

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FEED = "https://herald.example/feed"


@dataclass
class Night:
    """A crawl of one source, as far as the archive sees it: pages captured and visits committed."""

    path: Path
    now: datetime = NOW
    sentences: dict[str, set[str]] = field(default_factory=dict)  # of each article, all it ever said

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.archive = Archive.open(self.path, judgement=dedupe, now=lambda: self.now)
        self.run = self.archive.begin_run("newsbot crawl", "0", "1")
        self.captures = CaptureWriter(self.path.parent / "captures", self.run)
        self.archive.durable = self.captures.sync

    def say(self, name: str, what: str) -> str:
        """A sentence that stands in this article alone; it is remembered."""
        sentence = f"The {what} of {name} spoke of {zlib.crc32(f'{name} {what}'.encode())} ships."
        self.sentences.setdefault(name, set()).add(sentence)
        return sentence

    def store(self, name: str, version: int = 1, **changes: Any) -> None:
        """Captures a page and commits what was read of it."""
        text = "\n\n".join(self.say(name, f"paragraph {n} of version {version}") for n in range(30))
        reading = Reading(
            version="1",
            url="",
            is_article=True,
            headline=self.say(name, f"headline {version}"),
            lede=self.say(name, "lede"),
            text=text,
            byline=self.say(name, "author"),
            authors=(f"Author of {name}",),
            tags=("Trade",),
            published=Published(self.now, self.now.date(), Precision.MINUTE, "jsonld", 0.9),
            removed=(RemovedBlock("label", "A block with a label.", self.say(name, "box"), 0),),
            doubts=(Doubt("byline", self.say(name, "doubt")),),
            notes=(Note("correction", self.say(name, "note"), None),),
            word_count=len(text.split()),
        )
        reading = replace(
            reading,
            content_hash=dedupe.content_hash(reading.headline, reading.lede, reading.byline, text),
            text_hash=dedupe.text_hash(text),
        )
        url = f"https://herald.example/{name}"
        page = "".join(f"<p>{line}</p>" for line in (reading.headline, reading.lede, text) if line).encode()
        coding, packed = [
            ("gzip", gzip.compress(page)), ("br", brotli.compress(page)), ("identity", page),
        ][len(self.sentences) % 3]  # fmt: skip
        capture = self.captures.write(url, 200, [("Content-Type", "text/html"), ("Content-Encoding", coding)], packed, self.now)  # fmt: skip
        visit = Visit(
            url=url,
            key=dedupe.url_key(url),
            source="herald",
            kind=Kind.ARTICLE,
            visited_at=self.now,
            status=200,
            etag='"1"',
            reading=reading,
            capture=capture,
            revisit=(3600.0, 86400.0),
        )
        self.archive.commit_now(replace(visit, **changes))

    def list(self, *names: str) -> None:
        """A feed names articles with a teaser of each."""
        found = tuple(
            Found(url, dedupe.url_key(url), Kind.ARTICLE, Via.FEED, FEED, title=self.say(name, "teaser"))
            for name, url in ((name, f"https://herald.example/{name}") for name in names)
        )
        self.archive.commit_now(
            Visit(FEED, dedupe.url_key(FEED), "herald", Kind.FEED, self.now, status=200, found=found)
        )

    def forward(self, **how_far: float) -> None:
        self.now += timedelta(**how_far)

    def end(self) -> None:
        """Ends the run as a crawl does."""
        if self.archive.run is not None:
            self.archive.end_run(self.run, "finished", 0)
        self.captures.close()
        self.archive.close()


@pytest.fixture
def make_night(tmp_path: Path) -> Iterator[Callable[..., Night]]:
    """Nights in folders of their own, ended in the end."""
    nights: list[Night] = []

    def make(folder: str = "news", **how: Any) -> Night:
        nights.append(Night(tmp_path / folder / "archive.db", **how))
        return nights[-1]

    yield make
    for night in nights:
        night.end()


@pytest.fixture
def night(make_night: Callable[..., Night]) -> Night:
    """Three articles of which one was changed, each named by a feed."""
    one = make_night()
    one.list("port", "mill", "fair")
    for name in ("port", "mill", "fair"):
        one.store(name)
    one.forward(hours=2)
    one.store("port", 2)
    one.list("port", "mill")
    return one


def everything_in(folder: Path) -> bytes:
    """Every byte of every file below a folder; WARC records and what their pages are packed in are opened too."""
    seen = bytearray()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        seen += file.read_bytes()
        if ".warc.gz" in file.name:
            seen += gzip.decompress(file.read_bytes())
            with file.open("rb") as opened:
                for record in ArchiveIterator(opened):
                    seen += _page(record)
    return bytes(seen)


def _page(record: Any) -> bytes:
    raw: bytes = record.raw_stream.read()
    coding = record.http_headers.get_header("Content-Encoding") if record.http_headers else None
    return zlib.decompress(raw, 47) if coding == "gzip" else brotli.decompress(raw) if coding == "br" else raw


def found_in(folder: Path, sentences: set[str]) -> set[str]:
    """Which of these sentences stand anywhere in the files of a folder."""
    seen = everything_in(folder)
    return {sentence for sentence in sentences if sentence.encode() in seen}


def rows(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def tools() -> SimpleNamespace:
    """The functions of this file, for tests: `import-mode=importlib` has no name for it."""
    return SimpleNamespace(everything_in=everything_in, found_in=found_in, rows=rows)
