"""Retention: what a source's `retain` says is old is erased, with the machinery of a takedown and no accusation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from newsbot.sources import Source
from pipelines.store import erasures, takedown
from pipelines.store.locked import PATIENCE, patiently
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import insert, instant

BATCH = 50  # articles in one transaction: a crawl beside it waits for no longer

_OLD_ARTICLES = """
SELECT id FROM articles WHERE source = ? AND first_seen_at < ? AND state != 'withheld' ORDER BY id"""
_OLD_CAPTURES = """
SELECT DISTINCT c.key FROM captures c JOIN urls u ON u.key = c.key
WHERE u.source = ? AND u.article IS NULL AND c.captured_at < ? AND c.erased_at IS NULL
AND c.id NOT IN (SELECT capture FROM erasures)"""
_OLD_EVIDENCE = """
DELETE FROM evidence WHERE seen_at < :before AND key IN (
    SELECT u.key FROM urls u WHERE u.source = :source AND u.article IS NULL AND u.key NOT IN (
        SELECT key FROM frontier WHERE source = :source AND kind != 'article'))"""


@dataclass(frozen=True, slots=True)
class Expired:
    """What of one source was erased, or would be."""

    source: str
    days: float  # that its articles are kept
    articles: int
    pages: int  # captures of pages that were no articles


def terms_of(sources: Sequence[Source]) -> dict[str, float]:
    """Seconds for which each source's articles are kept; without those that are kept for ever."""
    return {source.id: source.retain for source in sources if source.retain is not None}


def foretell(connection: sqlite3.Connection, terms: Mapping[str, float], now: datetime) -> list[Expired]:
    """What `expire` would erase now; changes nothing."""
    return [
        Expired(
            source,
            seconds / 86_400,
            len(_articles(connection, source, before)),
            len(_pages(connection, source, before)),
        )
        for source, seconds in terms.items()
        for before in [instant(now - timedelta(seconds=seconds))]
    ]


def expire(
    connection: sqlite3.Connection, archive: Path, terms: Mapping[str, float], now: datetime
) -> list[Expired]:
    """Erases what is older than its source's term says, counted from when it was first seen.

    Short transactions, so it may run beside a crawl. Captures and freed pages are for `erasing.finish`. What was hidden
    by a takedown stays hidden: whoever hid it may need it yet.
    """
    return [
        expired
        for source, seconds in terms.items()
        if (expired := _expire(connection, archive, source, seconds, now)).articles or expired.pages
    ]


def _expire(
    connection: sqlite3.Connection, archive: Path, source: str, seconds: float, now: datetime
) -> Expired:
    before = instant(now - timedelta(seconds=seconds))
    articles, pages = _articles(connection, source, before), _pages(connection, source, before)
    expired = Expired(source, seconds / 86_400, len(articles), len(pages))
    reason = f"retain: kept for {expired.days:g} days"
    for start in range(0, len(articles), BATCH):
        _begin(connection, archive)
        for article in articles[start : start + BATCH]:
            target = takedown.target_of_article(connection, article)
            takedown.erase(connection, target, reason, None, now, mode=takedown.EXPIRED)
        connection.execute("COMMIT")
    _begin(connection, archive)
    if pages:
        erasures.ask(connection, pages, now)
    connection.execute(_OLD_EVIDENCE, {"source": source, "before": before})
    if articles or pages:
        told = json.dumps({"articles": len(articles), "pages": len(pages)})
        insert(
            connection,
            "takedowns",
            {"made_at": now, "action": "expire", "url": source, "reason": reason, "receipt": told},
        )
    connection.execute("COMMIT")
    return expired


def _begin(connection: sqlite3.Connection, archive: Path) -> None:
    patiently(lambda: connection.execute("BEGIN IMMEDIATE"), connection, archive, lambda: PATIENCE)


def _articles(connection: sqlite3.Connection, source: str, before: str) -> list[int]:
    return [article for (article,) in connection.execute(_OLD_ARTICLES, (source, before))]


def _pages(connection: sqlite3.Connection, source: str, before: str) -> list[str]:
    return [key for (key,) in connection.execute(_OLD_CAPTURES, (source, before))]
