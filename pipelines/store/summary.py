"""What the archive has, source by source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipelines.store.sqlite import sqlite3
from pipelines.store.values import instant, moment


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source stands."""

    source: str
    name: str
    state: str  # active or retired
    articles: int
    gone: int  # of these articles
    last_day: int  # articles first seen in the last 24 hours
    waiting: int  # URLs due now
    last_visit_at: datetime | None
    next_due_at: datetime | None
    failures: Mapping[str, int] = field(default_factory=dict)  # by reason, in the last 24 hours


_SOURCES = """
SELECT s.id, s.name, s.state, coalesce(a.articles, 0), coalesce(a.gone, 0), coalesce(a.last_day, 0),
       CASE s.state WHEN 'active' THEN coalesce(f.waiting, 0) ELSE 0 END,
       (SELECT visited_at FROM fetches WHERE source = s.id ORDER BY visited_at DESC LIMIT 1),
       CASE s.state WHEN 'active' THEN f.next_due_at END
FROM sources s
LEFT JOIN (SELECT source, sum(state != 'withheld') AS articles, sum(state = 'gone') AS gone,
                  sum(first_seen_at > :day_ago AND state != 'withheld') AS last_day
           FROM articles GROUP BY source) a ON a.source = s.id
LEFT JOIN (SELECT source, sum(due_at <= :now) AS waiting, min(due_at) AS next_due_at
           FROM frontier WHERE state = 'due' GROUP BY source) f ON f.source = s.id
ORDER BY s.state, s.name, s.id"""
_FAILURES = """
SELECT reason, count(*) FROM fetches WHERE source = ? AND visited_at > ? AND outcome = 'failed'
GROUP BY reason ORDER BY 2 DESC, 1"""


def status(connection: sqlite3.Connection, now: datetime) -> list[SourceStatus]:
    """How every source stands at `now`, active ones first, by name. Changes nothing."""
    day_ago = instant(now - timedelta(days=1))
    rows = connection.execute(_SOURCES, {"now": instant(now), "day_ago": day_ago}).fetchall()
    return [
        SourceStatus(
            source=source,
            name=name,
            state=state,
            articles=articles,
            gone=gone,
            last_day=last_day,
            waiting=waiting,
            last_visit_at=moment(last_visit_at),
            next_due_at=moment(next_due_at),
            failures=dict(map(tuple, connection.execute(_FAILURES, (source, day_ago)))),
        )
        for source, name, state, articles, gone, last_day, waiting, last_visit_at, next_due_at in rows
    ]
