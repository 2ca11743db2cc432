"""The progress of a crawl, on a terminal and elsewhere."""

from __future__ import annotations

import asyncio
import io
from types import SimpleNamespace

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings

from newsbot.extensions import progress
from newsbot.extensions.progress import Progress, progress_line


@pytest.mark.parametrize(
    ("stats", "line"),
    [
        ({}, "[........................] 0 of 0 visits, 0.0 a second"),
        (
            {
                "newsbot/done": 50,
                "newsbot/due": 100,
                "newsbot/stored": 40,
                "newsbot/failed": 10,
                "newsbot/gone": 0,
            },
            "[############............] 50 of 100 visits, 5.0 a second, 40 stored, 10 failed",
        ),
        ({"newsbot/done": 5, "newsbot/due": 3}, "[########################] 5 of 5 visits, 0.5 a second"),
        ({"newsbot/done": "x"}, "[........................] 0 of 0 visits, 0.0 a second"),
    ],
)
def test_a_line_says_how_far_the_crawl_is(stats, line):
    assert progress_line(stats, 10.0) == line


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Gone(Terminal):
    def write(self, text: str) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize(
    ("stream", "written"),
    [
        (Terminal(), "\r\x1b[K[############"),
        (io.StringIO(), "[############............] 1 of 2 visits"),
        (Gone(), ""),
    ],
    ids=["terminal", "file", "a terminal that went away"],
)
def test_it_is_written_while_the_crawl_runs_and_cleared_at_its_end(stream, written, monkeypatch):
    monkeypatch.setattr(progress, "_EVERY_ON_TERMINAL", 0.001)
    monkeypatch.setattr(progress, "_EVERY_ELSEWHERE", 0.001)
    asked = asyncio.Event()

    def stats():
        asked.set()
        return {"newsbot/done": 1, "newsbot/due": 2}

    async def crawl():
        shown = Progress(SimpleNamespace(stats=SimpleNamespace(get_stats=stats)), stream)
        shown.spider_opened()
        await asked.wait()
        await shown.spider_closed()

    asyncio.run(crawl())
    assert written in stream.getvalue()
    if isinstance(stream, Terminal) and written:
        assert stream.getvalue().endswith("\r\x1b[K")


def test_it_can_be_turned_off():
    with pytest.raises(NotConfigured):
        Progress.from_crawler(SimpleNamespace(settings=Settings({"PROGRESS_ENABLED": False})))
