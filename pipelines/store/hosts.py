"""Rows of hosts: back-off, Retry-After and robots.txt, remembered across runs."""

from __future__ import annotations

from datetime import datetime

from pipelines.decisions import Decision
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import bound, instant

_ROBOTS = """
INSERT INTO hosts (host, robots, robots_status, crawl_delay, robots_at, robots_from) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (host) DO UPDATE SET robots = excluded.robots, robots_status = excluded.robots_status,
    crawl_delay = excluded.crawl_delay, robots_at = excluded.robots_at, robots_from = excluded.robots_from"""
# What a server asked for stands, whatever other answers that were on their way say: the later instant counts.
_BACK_OFF = """
INSERT INTO hosts (host, failures, retry_at) VALUES (?, ?, ?)
ON CONFLICT (host) DO UPDATE SET failures = excluded.failures,
    retry_at = nullif(max(coalesce(retry_at, ''), coalesce(excluded.retry_at, '')), '')"""


def remember(connection: sqlite3.Connection, host: str, decision: Decision) -> None:
    """Writes what a visit says of its host; a host without a history and without trouble gets no row."""
    if not host:
        return
    if decision.host_failures or decision.host_retry_at is not None:
        retry_at = instant(decision.host_retry_at) if decision.host_retry_at else None
        connection.execute(_BACK_OFF, (host, decision.host_failures, retry_at))
    else:
        connection.execute("UPDATE hosts SET failures = 0 WHERE host = ? AND failures > 0", (host,))


def remember_robots(
    connection: sqlite3.Connection,
    host: str,
    status: int | None,
    body: str | None,
    crawl_delay: float | None,
    received_at: datetime,
    asked: str | None = None,
) -> None:
    """Writes a host's robots.txt as received, and the address that was asked for it."""
    values = (host, body, status, crawl_delay, received_at, asked)
    connection.execute(_ROBOTS, [bound(value) for value in values])


def known_robots(
    connection: sqlite3.Connection, host: str, asked: str, since: datetime, now: datetime
) -> tuple[int, str | None] | None:
    """Status and body of a host's robots.txt, where it answered between `since` and `now` to the same address."""
    row = connection.execute(
        """SELECT robots_status, robots FROM hosts
        WHERE host = ? AND robots_from = ? AND robots_at BETWEEN ? AND ? AND robots_status IS NOT NULL""",
        (bound(host), bound(asked), instant(since), instant(now)),
    ).fetchone()
    return (row[0], row[1]) if row is not None else None


def forget_the_future(connection: sqlite3.Connection, latest: datetime) -> None:
    """Takes back pauses that reach further ahead than any host may ask for: the clock was wrong when they were written."""
    connection.execute("UPDATE hosts SET retry_at = NULL WHERE retry_at > ?", (instant(latest),))
