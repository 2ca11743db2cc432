"""WARC files for tests, and an engine that reads in the test's own process."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

from newsbot.bulk.engine import MOST, Batch, Spoiled, Unit, Work
from pipelines.errors import NewsbotError
from pipelines.reasons import Reason

STORY = (
    "The ferry of {name} resumed its service on Sunday, a week after the storm had torn away the pier of {name} and the "
    "people of both sides had begun to row to each other's market with whatever would float. The harbour master of "
    "{name} said that the new pier was made of oak."
)
SOURCES = """
[defaults]
contact = "editor@example.org"

[[source]]
id = "paper"
name = "The Paper"
homepage = "https://www.paper.example/"
language = "en"
exclude = ["/video/"]

[[source]]
id = "herald"
name = "The Herald"
homepage = "https://herald.example/"
"""


def page(name: str, words: str = "") -> bytes:
    """An article; `words` make it another one."""
    story = STORY.format(name=name)
    return (
        f'<!doctype html><html lang="en"><head><title>{name}: ferry resumes</title></head><body><article>'
        f"<h1>{name}: ferry resumes</h1><p>By Mira Holt</p><p>{story}</p><p>{words or 'It is back.'} {story}</p>"
        f"<p>{story[::1]} See you there.</p></article></body></html>"
    ).encode()


def member(
    url: str, body: bytes, at: str = "2019-02-11T11:11:10Z", kind: str = "response", status: str = "200 OK"
) -> bytes:
    """A record as a gzip member of its own."""
    block = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: {at}\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


def paper(*names: str, host: str = "www.paper.example", at: str = "2019-02-11T11:11:10Z") -> list[bytes]:
    """Members of pages of one host."""
    return [member(f"https://{host}/{name}", page(name), at) for name in names]


class Inline:
    """Reads in this process: what the tests look at is not the engine. `stop_after` batches it raises `fault`."""

    workers = 1
    remote = False
    dashboard = None
    batch = MOST

    def __init__(self, stop_after: int | None = None, fault: BaseException | None = None) -> None:
        self.read: list[str] = []  # names of units
        self._stop_after = stop_after
        self._fault = fault

    def run(self, work: Work, units: Iterable[Unit], *, ordered: bool = True) -> Iterator[Batch]:
        for unit in units:
            self.read.append(unit.name)
            for batch in self._batches(work, unit):
                if self._stop_after == 0 and self._fault is not None:
                    raise self._fault
                if self._stop_after is not None:
                    self._stop_after -= 1
                yield batch

    def _batches(self, work: Work, unit: Unit) -> Iterator[Batch]:
        results: list[Any] = []
        reached = unit.start
        try:
            for reached, result in work(unit, None):
                if result is not None:
                    results.append(result)
                if len(results) >= self.batch:
                    yield Batch(unit, results, reached)
                    results = []
        except NewsbotError as fault:
            yield Batch(unit, results, reached, fault=Spoiled(reached, Reason.READER_FAULT, str(fault)))
            return
        yield Batch(unit, results, reached, done=True)

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def written(path: Path, *members: bytes) -> Path:
    """A file of these members."""
    path.write_bytes(b"".join(members))
    return path
