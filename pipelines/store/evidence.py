"""Rows of evidence and doubts: what listings said of a URL, what its page says of its dates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from pipelines.items import Doubt, Found, Kind, Reading, Via
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import bound, insert_all, instant, moment

# Each listing is read every few hours and says the same of the same URL: one row, whose lastmod moves.
_SAID_BEFORE = """
UPDATE evidence SET lastmod = :lastmod WHERE key = :key AND kind = 'found' AND lastmod IS NOT :lastmod AND origin = :origin
AND seen_in = :seen_in AND title IS :title AND printed IS :printed AND author IS :author AND section IS :section"""
_SAY = """
INSERT INTO evidence (key, kind, origin, printed, title, author, lastmod, section, seen_in, seen_at)
SELECT :key, 'found', :origin, :printed, :title, :author, :lastmod, :section, :seen_in, :seen_at
WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE key = :key AND kind = 'found' AND origin = :origin
AND seen_in = :seen_in AND title IS :title AND printed IS :printed AND author IS :author AND section IS :section)
AND NOT EXISTS (SELECT 1 FROM tombstones WHERE key = :key)"""
_MOST = 20  # pieces of evidence read with a lease: a listing that words it anew every hour must not swell it


def keep_found(connection: sqlite3.Connection, found: Iterable[Found], seen_at: datetime) -> None:
    """Writes what a listing said of its links; nothing of what was taken down."""
    rows = [
        {
            "key": bound(link.key),
            "origin": link.via.value,
            "printed": bound(link.date),
            "title": bound(link.title),
            "author": bound(link.author),
            "lastmod": bound(link.lastmod),
            "section": bound(link.section),
            "seen_in": bound(link.seen_in),
            "seen_at": instant(seen_at),
        }
        for link in found
    ]
    connection.executemany(_SAID_BEFORE, [row for row in rows if row["lastmod"] is not None])
    connection.executemany(_SAY, rows)


def found_of(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, tuple[Found, ...]]:
    """What listings said of each of `keys`, oldest first, at most 20 a key."""
    rows = connection.execute(
        """
        SELECT e.key, coalesce(u.url, e.key), coalesce(f.kind, 'article'), e.origin, e.seen_in, e.title, e.printed,
               e.author, e.lastmod, e.section, e.seen_at
        FROM json_each(?) AS asked JOIN evidence e ON e.key = asked.value AND e.kind = 'found'
        LEFT JOIN urls u ON u.key = e.key LEFT JOIN frontier f ON f.key = e.key ORDER BY e.id""",
        (json.dumps(list(keys)),),
    )
    found: dict[str, list[Found]] = {}
    for key, url, kind, origin, seen_in, title, printed, author, lastmod, section, seen_at in rows:
        links = found.setdefault(key, [])
        if len(links) < _MOST:
            links.append(
                Found(
                    url=url,
                    key=key,
                    kind=Kind(kind),
                    via=Via(origin),
                    seen_in=seen_in or "",
                    title=title,
                    date=printed,
                    author=author,
                    lastmod=lastmod,
                    section=section,
                    seen_at=moment(seen_at),
                )
            )
    return {key: tuple(links) for key, links in found.items()}


def keep_dates(connection: sqlite3.Connection, key: str, reading: Reading, seen_at: datetime) -> None:
    """Writes every date candidate of the reading that made the article's row, in place of an older reading's."""
    connection.execute("DELETE FROM evidence WHERE key = ? AND kind = 'date'", (key,))
    columns = (
        "key", "kind", "origin", "name", "printed", "at", "day", "precision", "role", "confidence", "chosen", "note",
        "seen_at",
    )  # fmt: skip
    rows = (
        (
            key,
            "date",
            candidate.origin,
            candidate.name,
            candidate.printed,
            candidate.at,
            candidate.day.isoformat() if candidate.day else None,
            candidate.precision.value,
            candidate.role,
            candidate.confidence,
            candidate.chosen,
            candidate.note or None,
            seen_at,
        )
        for candidate in reading.candidates
    )
    insert_all(connection, "evidence", columns, rows, how="INSERT")


def keep_doubts(
    connection: sqlite3.Connection, key: str, article: int | None, doubts: Iterable[Doubt], seen_at: datetime
) -> None:
    """Writes doubts that are not written yet."""
    for doubt in doubts:
        connection.execute(
            """INSERT INTO doubts (key, article, doubt, detail, seen_at) SELECT ?1, ?2, ?3, ?4, ?5
            WHERE NOT EXISTS (SELECT 1 FROM doubts WHERE key = ?1 AND doubt = ?3 AND detail = ?4)""",
            (bound(key), article, bound(doubt.doubt), bound(doubt.detail), instant(seen_at)),
        )


def forget_doubts(connection: sqlite3.Connection, key: str) -> None:
    """Takes back the doubts of an older reading, before the new reading's are written."""
    connection.execute("DELETE FROM doubts WHERE key = ?", (key,))
