"""Pages that the archive read by older rules than the crawler: only what the same rules find in both is the publisher's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newsbot.collect import rereading
from pipelines.capture import CaptureWriter
from pipelines.items import CaptureRef, Reading, Rules
from pipelines.reading import read, version_of
from pipelines.rereading import reread

from .conftest import NOW, Frontier

URL = "https://herald.example/2026/11/22/port"
STORY = "".join(
    f"<p>The harbour master spoke on Sunday of ship number {n} and of cranes at the quay.</p>"
    for n in range(9)
)
RULES = Rules(outlet="The Herald")
HEADERS = {"content-type": "text/html; charset=utf-8"}


def page(headline: str) -> bytes:
    return (
        f"<html lang=en><head><title>{headline}</title><meta property='og:type' content='article'></head>"
        f"<body><article><h1>{headline}</h1>{STORY}</article></body></html>"
    ).encode()


class Here:
    """Reads in this process."""

    asked = 0

    def __init__(self, workers: int | None) -> None:
        pass

    async def reread(self, *job: Any) -> Reading | str:
        Here.asked += 1
        return reread(*job)

    def close(self) -> None:
        pass


@pytest.fixture
def stored(frontier: Frontier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CaptureRef:
    """An article in the archive whose page is kept, and which older rules read with a word too many."""
    monkeypatch.setattr(rereading, "Readers", Here)
    Here.asked = 0
    writer = CaptureWriter(tmp_path / "captures", 1)
    ref = writer.write(URL, 200, [("Content-Type", "text/html; charset=utf-8")], page("Port grows"), NOW)
    writer.close()
    old = frontier.reading("port", headline="Port grows | The Herald")
    frontier.put(frontier.visit("port", url=URL, reading=old, capture=ref))
    frontier.collect()
    return ref


def again(frontier: Frontier, headline: str, rules: Rules | None = None) -> None:
    at = NOW + timedelta(hours=1)
    reading = read(page(headline), HEADERS, URL, at, (), rules or RULES)
    assert reading.is_article
    frontier.put(frontier.visit("port", url=URL, reading=reading, visited_at=at))


def test_what_our_rules_find_anew_is_no_change_of_the_publishers(
    frontier: Frontier, stored: CaptureRef
) -> None:
    again(frontier, "Port grows")
    assert frontier.collect().unread == {}
    assert Here.asked == 1
    assert frontier.rows("SELECT headline, revisions, changed_at, reading FROM articles") == [
        ("Port grows", 0, None, version_of(RULES))
    ]
    assert frontier.rows("SELECT kind FROM revisions") == [("reading",)]
    assert frontier.rows("SELECT outcome FROM fetches ORDER BY id") == [("stored",), ("unchanged",)]


def test_what_the_publisher_changed_is_told_apart_from_it(frontier: Frontier, stored: CaptureRef) -> None:
    again(frontier, "Port shrinks")
    frontier.collect()
    assert frontier.rows("SELECT headline, revisions FROM articles") == [("Port shrinks", 1)]
    assert frontier.rows("SELECT kind FROM revisions ORDER BY id") == [("reading",), ("publisher",)]


def test_where_the_kept_page_is_out_of_reach_the_change_counts_as_ours(
    frontier: Frontier, stored: CaptureRef, tmp_path: Path
) -> None:
    (tmp_path / "captures" / stored.file).unlink()
    again(frontier, "Port shrinks")
    report = frontier.collect()
    assert list(report.unread.values()) == [1]
    assert frontier.rows("SELECT headline, revisions FROM articles") == [("Port shrinks", 0)]


def test_where_the_crawler_had_other_rules_than_ours_nothing_is_read_again(
    frontier: Frontier, stored: CaptureRef
) -> None:
    again(frontier, "Port shrinks", Rules(outlet="The Herald", strip=("//aside",)))
    report = frontier.collect()
    assert (Here.asked, report.unread) == (0, {rereading.OTHER_RULES: 1})
    assert frontier.rows("SELECT headline, revisions FROM articles") == [("Port shrinks", 0)]
    again(frontier, "Port sinks", rules := Rules(outlet="The Herald", strip=("//aside",)))
    assert frontier.collect(rules={"herald": rules}).unread == {}
    assert frontier.rows("SELECT headline, revisions FROM articles") == [("Port sinks", 1)]
