"""Rows of urls and sightings: every key ever seen and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipelines.items import Committed, Found, Kind, Visit
from pipelines.reasons import Outcome
from pipelines.store.judgement import Judgement
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, bound, insert_all, instant

_VISITED = """
INSERT INTO urls (key, url, source, article, outcome, reason, first_seen_at, last_visited_at)
VALUES (:key, :url, :source, :article, :outcome, :reason, :at, :at)
ON CONFLICT (key) DO UPDATE SET outcome = :outcome, reason = :reason, last_visited_at = :at, source = :source,
    article = coalesce(:article, article)"""
# What is known of the address today is not undone by what somebody captured years ago.
_CAPTURED = """
INSERT INTO urls (key, url, source, article, outcome, reason, first_seen_at, last_visited_at)
VALUES (:key, :url, :source, :article, :outcome, :reason, :at, :at)
ON CONFLICT (key) DO UPDATE SET
    outcome = CASE WHEN coalesce(last_visited_at, '') <= :at THEN :outcome ELSE outcome END,
    reason = CASE WHEN coalesce(last_visited_at, '') <= :at THEN :reason ELSE reason END,
    first_seen_at = min(first_seen_at, :at), last_visited_at = max(coalesce(last_visited_at, ''), :at),
    article = coalesce(article, :article)"""
_ALIAS = """
INSERT INTO urls (key, url, source, article, alias_of, first_seen_at) VALUES (:key, :url, :source, :article, :alias_of, :at)
ON CONFLICT (key) DO UPDATE SET alias_of = :alias_of, article = coalesce(:article, article)
WHERE article IS NULL AND alias_of IS NULL AND key NOT IN (SELECT key FROM frontier WHERE key = :key AND kind != 'article')"""
_FRONTIER = """
INSERT INTO frontier (key, url, source, kind, host, state, due_at, first_due_at)
SELECT :key, :url, :source, :kind, :host, 'due', :due_at, :due_at
WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE key = :key)
AND NOT EXISTS (SELECT 1 FROM urls WHERE key = :key AND article IS NOT NULL)
ON CONFLICT (key) DO UPDATE SET state = 'due', due_at = :due_at
WHERE state = 'parked' AND kind != 'article' AND :kind != 'article'"""
_SIGHTING = """
INSERT INTO sightings (key, last_seen_at, seen_in) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET last_seen_at = excluded.last_seen_at, seen_in = excluded.seen_in, times = times + 1"""


def visited(connection: sqlite3.Connection, visit: Visit, done: Committed) -> None:
    """Writes the last outcome of the URL asked."""
    row: dict[str, Value] = {
        "key": visit.key,
        "url": visit.url,
        "source": visit.source,
        "article": done.article,
        "outcome": done.outcome,
        "reason": done.reason,
        "at": visit.visited_at,
    }
    connection.execute(
        _CAPTURED if visit.is_past else _VISITED, {name: bound(value) for name, value in row.items()}
    )


def alias(
    connection: sqlite3.Connection, key: str, url: str, visit: Visit, article: int | None, alias_of: str
) -> None:
    """Makes `key` another address of the article kept under `alias_of`.

    With an `article` it is settled (the address answered with it) and is not visited for itself. Without one it is
    only claimed by a canonical link; its own visit will tell. A listing never becomes an alias.
    """
    row: dict[str, Value] = {
        "key": key,
        "url": url,
        "source": visit.source,
        "article": article,
        "alias_of": alias_of,
        "at": visit.visited_at,
    }
    connection.execute(_ALIAS, {name: bound(value) for name, value in row.items()})
    if article is not None:
        connection.execute(
            "UPDATE frontier SET state = 'parked' WHERE key = ? AND state = 'due' AND kind = 'article'",
            (key,),
        )


def settle_alias(connection: sqlite3.Connection, key: str, article: int) -> None:
    """Says under which key the article is kept, of which `key` turned out to be another address."""
    connection.execute(
        """UPDATE urls SET alias_of = (SELECT key FROM urls WHERE article = :article AND alias_of IS NULL AND key != :key)
        WHERE key = :key""",
        {"key": key, "article": article},
    )


def add_links(
    connection: sqlite3.Connection,
    source: str,
    found: Sequence[Found],
    seen_at: datetime,
    judgement: Judgement,
) -> int:
    """Writes found links to urls, frontier and sightings; gives the number of articles never seen before.

    A link that the source does not want (`refused`) has its reason in urls and is not visited.
    """
    at = instant(seen_at)
    links = {link.key: link for link in reversed(found)}  # the first mention of a key counts
    articles = [link for link in links.values() if link.kind is Kind.ARTICLE]
    _note(connection, source, [link for link in links.values() if link.kind is not Kind.ARTICLE], at)
    new = _note(connection, source, articles, at)
    rows = [
        {
            "key": bound(link.key),
            "url": bound(link.url),
            "source": source,
            "kind": link.kind.value,
            "host": judgement.host_of(link.url),
            "due_at": at,
        }
        for link in links.values()
        if link.refused is None
    ]
    connection.executemany(_FRONTIER, rows)
    connection.executemany(_SIGHTING, [(bound(link.key), at, bound(link.seen_in)) for link in links.values()])
    return new


def _note(connection: sqlite3.Connection, source: str, links: Sequence[Found], at: str) -> int:
    """Rows of urls for links; gives the number of new ones."""
    return insert_all(
        connection,
        "urls",
        ("key", "url", "source", "outcome", "reason", "first_seen_at"),
        (
            (link.key, link.url, source, Outcome.SKIPPED if link.refused else None, link.refused, at)
            for link in links
        ),
    )
