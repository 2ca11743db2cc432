"""A look at every source after a crawl: alarms are raised and cleared, in one short transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from newsbot.health.judging import LONG_HISTORY, judge
from newsbot.sources import Expect
from pipelines.store import alarms
from pipelines.store.alarms import Raised
from pipelines.store.health import SourceHealth, source_health
from pipelines.store.sqlite import sqlite3

ALARMS = ("silence", "drop", "layout", "feed", "robots", "certificate", "expect")


def look(connection: sqlite3.Connection, expect: Mapping[str, Expect], now: datetime) -> None:
    """Judges every active source and writes what changed; `expect` by source. In the caller's transaction."""
    healths = source_health(connection, now, LONG_HISTORY)
    found = [
        Raised(health.source, one.alarm, one.field, one.sentence)
        for health in healths
        for one in judge(health, expect.get(health.source, Expect()), now)
    ]
    judged = {(health.source, alarm) for health in healths for alarm in _judged(health, now)}
    alarms.keep(connection, found, judged, now)


def _judged(health: SourceHealth, now: datetime) -> tuple[str, ...]:
    """On what there was a judgement: without a visit yesterday on the listings alone."""
    yesterday = now.date() - timedelta(days=1)
    visited = any(day.day == yesterday for day in health.days)
    return ALARMS if visited else ("feed",)
