"""A page that older rules had read is read again out of its capture, in a reader process, by the pipeline of a crawl."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines.capture import CaptureWriter
from pipelines.item_pipelines import ReadPipeline
from pipelines.items import Found, KeptPage, Kind, Page, Rules, Via, Visit
from pipelines.reading import READING_VERSION
from pipelines.rereading import reread
from pipelines.workers import Readers

URL = "https://herald.example/2026/11/20/flood/"
THEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HEADERS = {"content-type": "text/html"}


def body(headline: str) -> bytes:
    text = "".join(
        f"<p>The council met on quay {n} this morning and heard how the river had risen by {n * 7} centimetres.</p>"
        for n in range(1, 12)
    )
    return f"<html><head><title>{headline}</title></head><body><article><h1>{headline}</h1>{text}</article></body></html>".encode()


@dataclass
class Crawl:
    """What the pipeline asks of a crawl."""

    readers: Readers
    archive: Any

    async def read(self, page: Page) -> Page:
        item = await ReadPipeline(SimpleNamespace(newsbot=self)).process_item(page)  # type: ignore[arg-type]
        assert isinstance(item, Page)
        return item


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    readers = Readers(1)
    yield Crawl(readers, SimpleNamespace(path=tmp_path / "archive.db"))
    readers.close()


@pytest.fixture
def kept(tmp_path: Path) -> KeptPage:
    folder = tmp_path / "captures"
    folder.mkdir()
    writer = CaptureWriter(folder, 1)
    ref = writer.write(URL, 200, [(b"Content-Type", b"text/html")], body("The river rises"), THEN)
    writer.close()
    return KeptPage(ref.file, ref.offset, ref.length, URL, THEN, "2020.01")


def page(kept: KeptPage | None) -> Page:
    visit = Visit(URL, URL, "herald", Kind.ARTICLE, THEN + timedelta(days=2), status=200)
    return Page(visit, body("The river falls"), HEADERS, Rules(), kept=kept)


def test_a_page_read_by_other_rules_brings_both_readings(crawl: Crawl, kept: KeptPage) -> None:
    visit = asyncio.run(crawl.read(page(kept))).visit
    assert visit.reading is not None and visit.reread is not None
    assert (visit.reread.headline, visit.reading.headline) == ("The river rises", "The river falls")
    assert visit.reread.version == visit.reading.version == READING_VERSION


@pytest.mark.parametrize("changes", [{"read_by": READING_VERSION}, {"file": "lost.warc.gz"}])
def test_a_page_read_by_the_same_rules_or_lost_is_not_read_again(
    crawl: Crawl, kept: KeptPage, changes: dict[str, Any]
) -> None:
    visit = asyncio.run(crawl.read(page(replace(kept, **changes)))).visit
    assert visit.reading is not None and visit.reading.is_article
    assert visit.reread is None


def test_what_listings_said_later_is_not_known_then(tmp_path: Path, kept: KeptPage) -> None:
    said = Found(URL, URL, Kind.ARTICLE, Via.FEED, "feed", date="Fri, 20 Nov 2026 08:00:00 GMT", seen_at=THEN)
    late = replace(said, date="Sun, 22 Nov 2026 08:00:00 GMT", seen_at=THEN + timedelta(days=2))
    reading = reread(tmp_path / "captures", kept, (said, late), Rules())
    assert not isinstance(reading, str)
    assert [one.printed for one in reading.candidates if one.origin == "feed"] == [said.date]
    torn = reread(tmp_path / "captures", replace(kept, length=5), (), Rules())
    assert isinstance(torn, str) and kept.file in torn
