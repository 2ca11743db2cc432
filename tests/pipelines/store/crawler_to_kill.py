"""A crawler without a network, to be killed: leases, captures and commits made-up pages until nothing is due."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from pipelines import dedupe
from pipelines.capture import CaptureWriter, repair
from pipelines.items import Found, Kind, Lease, Reading, Via, Visit
from pipelines.store import Archive, PlannedSource, RunLock

FEED = "https://herald.example/feed"


def now() -> datetime:
    return datetime.now(UTC)


def text_of(url: str) -> str:
    """The made-up text of a page: the same in every run."""
    return f"The story of {url} is long and true and nobody doubts it. " * 20


def listing(pages: int) -> Visit:
    urls = [f"https://herald.example/story/{number}" for number in range(pages)]
    found = tuple(Found(url, dedupe.url_key(url), Kind.ARTICLE, Via.FEED, FEED) for url in urls)
    return Visit(
        FEED, dedupe.url_key(FEED), "herald", Kind.FEED, now(), status=200, found=found, every=86400.0
    )


async def work(archive: Archive, captures: CaptureWriter, run: int, pages: int) -> None:
    await archive.free_leases()
    await archive.plan([PlannedSource("herald", "The Herald", listings=((FEED, Kind.FEED),))], now())
    while leases := await archive.lease(run, 8, now(), per_host=8):
        await asyncio.gather(*(visit(archive, captures, lease, pages) for lease in leases))


async def visit(archive: Archive, captures: CaptureWriter, lease: Lease, pages: int) -> None:
    if lease.kind is Kind.FEED:
        await archive.commit(listing(pages))
        return
    text = text_of(lease.url)
    reference = captures.write(lease.url, 200, [(b"Content-Type", b"text/html")], text.encode(), now())
    reading = Reading(
        version="1",
        url=lease.url,
        is_article=True,
        headline=lease.url,
        text=text,
        word_count=len(text.split()),
        content_hash=dedupe.content_hash(lease.url, None, None, text),
        text_hash=dedupe.text_hash(text),
    )
    await archive.commit(
        Visit(
            lease.url,
            lease.key,
            lease.source,
            lease.kind,
            now(),
            status=200,
            reading=reading,
            capture=reference,
        )
    )
    print(lease.key, flush=True)  # noqa: T201  from here on it must never be lost


def main(path: Path, pages: int) -> None:
    folder = path.parent / "captures"
    with RunLock.acquire(path, "crawler to kill", now()):
        repair(folder)
        archive = Archive.open(path, judgement=dedupe, now=now)
        run = archive.begin_run("crawler to kill", "0", "1")
        captures = CaptureWriter(folder, run)
        archive.durable = captures.sync
        asyncio.run(work(archive, captures, run, pages))
        archive.end_run(run, "finished", 0)
        captures.close()
        archive.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
