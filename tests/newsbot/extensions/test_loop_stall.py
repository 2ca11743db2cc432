"""The event loop's stalls, measured."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings
from scrapy.statscollectors import StatsCollector

from newsbot.extensions.loop_stall import LoopStall, summary


@pytest.mark.parametrize(
    ("late", "named"),
    [
        ([], {"ticks": 0}),
        ([0.002], {"ticks": 1, "p50": 2.0, "p99": 2.0, "max": 2.0}),
        ([i / 1000 for i in range(100, 0, -1)], {"ticks": 100, "p50": 50.0, "p99": 99.0, "max": 100.0}),
    ],
)
def test_percentiles_are_in_milliseconds(late, named):
    assert summary(late) == named


def test_a_loop_that_was_kept_busy_is_found_out():
    stats = StatsCollector(SimpleNamespace(settings=Settings()))

    async def crawl():
        extension = LoopStall(SimpleNamespace(stats=stats))
        extension.spider_opened()
        await asyncio.sleep(0.03)
        time.sleep(0.1)  # the fault that is to be found
        await asyncio.sleep(0.03)
        await extension.spider_closed()

    asyncio.run(crawl())
    assert stats.get_value("loop_stall/max") >= 80
    assert stats.get_value("loop_stall/ticks") >= 2


def test_it_is_off_unless_asked_for():
    with pytest.raises(NotConfigured):
        LoopStall.from_crawler(SimpleNamespace(settings=Settings()))
