"""WARC files of any number of real pages: those of the corpora, each cloned with an address and words of its own."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bench.corpora import Page, load
from pipelines.capture import CaptureWriter

SETS: Final = ("benchmark", "fundus")
FETCHED_AT: Final = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)

_CANONICAL: Final = (
    re.compile(rb"""(<link[^>]+rel=["']?canonical["']?[^>]*?href=["'])([^"']+)""", re.I),
    re.compile(rb"""(<link[^>]+href=["'])([^"']+)(?=["'][^>]*?rel=["']?canonical)""", re.I),
    re.compile(rb"""(<meta[^>]+property=["']og:url["'][^>]*?content=["'])([^"']+)""", re.I),
)
_PROSE: Final = re.compile(rb">[^<>{}]{120,}<")
_WORD: Final = re.compile(rb"\b[a-z]{5,}\b")
_EVERY: Final = 4  # of the longer words of the prose one is changed: no clone is nearly the same as another


def pages_of(corpora: Path) -> list[tuple[str, bytes]]:
    """Address and HTML of each page that the corpora have, by their order."""
    found = []
    for page in (page for name in SETS for page in load(corpora, name)):
        if page.file.exists() and page.url.startswith("http"):
            found.append((page.url, _raw(page)))
    return found


def clones(pages: list[tuple[str, bytes]], articles: int) -> Iterator[tuple[str, bytes]]:
    """So many pages, in turns over those given."""
    for number in range(articles):
        url, raw = pages[number % len(pages)]
        parts = urlsplit(url)
        address = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}-copy{number}"
        yield address, _cloned(raw, url, address, number)


def write_warcs(folder: Path, corpora: Path, articles: int, files: int) -> list[Path]:
    """Writes the clones into so many WARC files in `folder`, which is made; gives their paths, by name."""
    pages = pages_of(corpora)
    each = -(-articles // files)
    writer, written = None, []
    for number, (url, body) in enumerate(clones(pages, articles)):
        if number % each == 0:
            if writer is not None:
                writer.close()
            writer = CaptureWriter(folder, number // each + 1)
        assert writer is not None
        at = FETCHED_AT + timedelta(seconds=number)
        writer.write(url, 200, [(b"Content-Type", b"text/html")], body, at)
    if writer is not None:
        writer.close()
    for number, path in enumerate(sorted(folder.glob("*.warc.gz"), key=lambda one: one.name)):
        written.append(path.rename(folder / f"clones-{number:04d}.warc.gz"))
    return written


def _raw(page: Page) -> bytes:
    raw = page.file.read_bytes()
    return gzip.decompress(raw) if page.file.suffix == ".gz" else raw


def _cloned(raw: bytes, url: str, address: str, number: int) -> bytes:
    told = escape(address).encode()
    raw = raw.replace(url.encode(), told)
    for pattern in _CANONICAL:
        raw = pattern.sub(rb"\g<1>" + told.replace(b"\\", b"\\\\"), raw)
    mark = _letters(number)
    turn = count()

    def other(word: re.Match[bytes]) -> bytes:
        return word[0] + mark if next(turn) % _EVERY == 0 else word[0]

    return _PROSE.sub(lambda prose: _WORD.sub(other, prose[0]), raw)


def _letters(number: int) -> bytes:
    """The number in letters that make no word end as another does."""
    letters = b""
    while number or not letters:
        number, digit = divmod(number, 20)
        letters += b"bcdfghjklmnpqrstvwxz"[digit : digit + 1]
    return letters
