"""Articles of the past that a backfill found: laid aside in the frontier, and made due a few at a time, oldest first.

Were they all due at once, each nightly crawl would spend its requests on them before it came to the news of the day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from pipelines.items import Found
from pipelines.store.evidence import keep_found
from pipelines.store.judgement import Judgement
from pipelines.store.sqlite import sqlite3
from pipelines.store.urls import add_links
from pipelines.store.values import instant, words

WHY = "waits for `newsbot backfill sitemap`"
_UNDATED = datetime(2100, 1, 1, tzinfo=UTC)  # where no day is known: behind all that have one
_NEWS = timedelta(days=3)  # what is not older is no backlog

_KNOWN = "SELECT key FROM frontier WHERE key IN (SELECT value FROM json_each(?))"
_LAY_ASIDE = """
UPDATE frontier SET state = 'parked', why = :why, due_at = :due_at, first_due_at = :first_due_at
WHERE key = :key AND state = 'due' AND visits = 0"""
_LAID_ASIDE = "FROM frontier WHERE source = :source AND state = 'parked' AND kind = 'article' AND why = :why"
_OLDEST = f"SELECT key {_LAID_ASIDE} AND due_at < :before ORDER BY due_at, key LIMIT :most"
_TAKE_UP = """
UPDATE frontier SET state = 'due', due_at = min(due_at, :now), why = 'an article of the past'
WHERE key IN (SELECT value FROM json_each(:keys))"""
_LAY_BACK = """
UPDATE frontier SET state = 'parked', why = :why
WHERE state = 'due' AND visits = 0 AND key IN (SELECT value FROM json_each(:keys))"""


def lay_aside(
    connection: sqlite3.Connection,
    source: str,
    links: Sequence[Found],
    days: Mapping[str, date | None],
    now: datetime,
    judgement: Judgement,
) -> int:
    """Writes what a sitemap of the past names: evidence, and a row of the frontier for each article that has none.

    `days` are those of the articles by key; what the frontier has already is left as it is, and what is news is due for
    the next crawl. Gives the number of articles laid aside; those that the archive has, or has taken down, are none of
    them.
    """
    keys = json.dumps([words(link.key) for link in links])
    before = {key for (key,) in connection.execute(_KNOWN, (keys,))}
    add_links(connection, source, links, now, judgement)
    keep_found(connection, links, now)
    news = (now - _NEWS).date()
    rows = [
        _row(words(link.key), day, now)
        for link in links
        if link.key not in before and ((day := days.get(link.key)) is None or day < news)
    ]
    return max(connection.executemany(_LAY_ASIDE, rows).rowcount, 0)


def _row(key: str, day: date | None, now: datetime) -> dict[str, str]:
    """Revisits count from the day of the article: what is years old is visited once."""
    at = datetime.combine(day, time(), UTC) if day is not None else None
    return {
        "key": key,
        "why": WHY,
        "due_at": instant(min(at, now) if at else _UNDATED),
        "first_due_at": instant(min(at, now) if at else now),
    }


def take_up(
    connection: sqlite3.Connection, source: str, most: int, before: date | None, now: datetime
) -> list[str]:
    """Makes the oldest articles due, at most so many and only those of days before `before`; gives their keys."""
    asked = {
        "source": source,
        "why": WHY,
        "before": instant(datetime.combine(before, time(), UTC)) if before else "9999",
        "most": most,
    }
    keys = [key for (key,) in connection.execute(_OLDEST, asked)]
    connection.execute(_TAKE_UP, {"keys": json.dumps(keys), "now": instant(now)})
    return keys


def lay_back(connection: sqlite3.Connection, keys: Sequence[str]) -> int:
    """Lays aside again what was made due and not visited; gives its number."""
    return connection.execute(_LAY_BACK, {"why": WHY, "keys": json.dumps(list(keys))}).rowcount


def laid_aside(connection: sqlite3.Connection, source: str) -> int:
    """How many articles of a source wait."""
    (number,) = connection.execute(
        f"SELECT count(*) {_LAID_ASIDE}", {"source": source, "why": WHY}
    ).fetchone()
    return int(number)


def known_maps(connection: sqlite3.Connection, source: str) -> list[str]:
    """Addresses of the sitemaps of a source that crawls have met, those at rest included."""
    rows = connection.execute(
        "SELECT url FROM frontier WHERE source = ? AND kind = 'sitemap' ORDER BY url", (source,)
    )
    return [url for (url,) in rows]
