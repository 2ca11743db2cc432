"""What hosts say of robots, for every crawler of the shared frontier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipelines.shared.connecting import Pg
from pipelines.shared.leasing import UNTIL, Terms
from pipelines.store.values import words

# A host that wants more time between two requests than anyone knew is owned for longer from now on.
_ROBOTS = """
INSERT INTO newsbot.hosts (host, robots, robots_status, crawl_delay, robots_at, robots_from)
VALUES (%(host)s, %(body)s, %(status)s, %(wanted)s, %(at)s, %(asked)s)
ON CONFLICT (host) DO UPDATE SET robots = excluded.robots, robots_status = excluded.robots_status,
    crawl_delay = excluded.crawl_delay, robots_at = excluded.robots_at, robots_from = excluded.robots_from"""
_LONGER = f"""
UPDATE newsbot.hosts SET owned_until = greatest(owned_until, {UNTIL}) WHERE host = %(host)s AND owner = %(run)s"""  # noqa: S608
_KNOWN: Final = """
SELECT robots_status, robots FROM newsbot.hosts
WHERE host = %s AND robots_from = %s AND robots_at BETWEEN %s AND %s AND robots_status IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """A robots.txt as received."""

    host: str
    status: int | None
    body: str | None
    crawl_delay: float | None  # seconds
    received_at: datetime
    asked: str | None  # address at which it was asked for


def remember_robots(connection: Pg, terms: Terms, told: RobotsFile) -> None:
    """Writes a host's robots.txt."""
    row = terms.asked(
        host=words(told.host),
        body=words(told.body) if told.body is not None else None,
        status=told.status,
        wanted=told.crawl_delay,
        at=told.received_at,
        asked=words(told.asked) if told.asked is not None else None,
    )
    connection.execute(_ROBOTS, row)
    connection.execute(_LONGER, row)


def known_robots(
    connection: Pg, host: str, asked: str, since: datetime, now: datetime
) -> tuple[int, str | None] | None:
    """Status and body of a host's robots.txt, where it answered between `since` and `now` to the same address."""
    row = connection.execute(_KNOWN, (words(host), words(asked), since, now)).fetchone()
    return (row[0], row[1]) if row is not None else None
