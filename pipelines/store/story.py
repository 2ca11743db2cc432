"""The story of one URL: who named it, each visit, what it is now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.store.corrections import FOLLOWING
from pipelines.store.sqlite import sqlite3

Row = Mapping[str, str | int | float | None]

_CORRECTIONS = """
SELECT * FROM corrections WHERE article = ? AND field IN (SELECT value FROM json_each(?)) ORDER BY made_at, field"""
_TAKEDOWNS = """
SELECT * FROM takedowns WHERE public_id IS NOT NULL AND public_id IN (
    (SELECT public_id FROM articles WHERE id = ?), (SELECT public_id FROM tombstones WHERE key = ?)) ORDER BY id"""
_VISITS = 200  # the last so many: a feed read every ten minutes has fifty thousand a year


@dataclass(frozen=True, slots=True)
class Story:
    """All that the archive has on one URL; rows are mappings of column names as in the data dictionary."""

    key: str
    url: Row | None  # its row in urls; None where the archive never heard of it
    waiting: Row | None  # its row in frontier: state, due_at, failures
    sighting: Row | None  # when a listing named it last
    found: tuple[Row, ...]  # what listings said of it, oldest first
    dates: tuple[Row, ...]  # date candidates of its page
    fetches: tuple[Row, ...]  # visits in the order of time, at most the last 200
    visits: int  # number of all visits
    article: Row | None  # the article it belongs to
    addresses: tuple[str, ...]  # other keys of that article
    revisions: tuple[Row, ...]
    captures: tuple[Row, ...]
    doubts: tuple[Row, ...]
    tombstone: Row | None
    corrections: tuple[
        Row, ...
    ] = ()  # of its article, by a person; those that follow from another one left out
    takedowns: tuple[Row, ...] = ()  # who hid, erased or put back its article, and why


def key_reached(connection: sqlite3.Connection, url: str) -> str | None:
    """The key under which an address is known that itself was never asked: a redirect led there, or a page named it."""
    for sql in (
        "SELECT key FROM fetches WHERE final_url = ? ORDER BY id DESC LIMIT 1",
        """SELECT u.key FROM article_text t JOIN urls u ON u.article = t.article AND u.alias_of IS NULL
        WHERE t.canonical_url = ? LIMIT 1""",
    ):
        row = connection.execute(sql, (url,)).fetchone()
        if row is not None:
            return str(row[0])
    return None


def story(connection: sqlite3.Connection, key: str) -> Story:
    """The story of the URL whose key (`dedupe.url_key`) is `key`; changes nothing."""
    url = _one(connection, "SELECT * FROM urls WHERE key = ?", key)
    number = url["article"] if url is not None else None
    kept_under = key
    if url is not None and url["alias_of"] is not None:
        kept_under = str(url["alias_of"])
        if number is None:  # a canonical link claims it
            first = _one(connection, "SELECT article FROM urls WHERE key = ?", kept_under)
            number = first["article"] if first is not None else None
    fetches = _all(connection, "SELECT * FROM fetches WHERE key = ? ORDER BY id DESC LIMIT ?", key, _VISITS)
    counted = _one(connection, "SELECT count(*) AS visits FROM fetches WHERE key = ?", key)
    return Story(
        key=key,
        url=url,
        waiting=_one(connection, "SELECT * FROM frontier WHERE key = ?", key),
        sighting=_one(connection, "SELECT * FROM sightings WHERE key = ?", key),
        found=_all(connection, "SELECT * FROM evidence WHERE key = ? AND kind = 'found' ORDER BY id", key),
        dates=_all(
            connection, "SELECT * FROM evidence WHERE key = ? AND kind = 'date' ORDER BY id", kept_under
        ),
        fetches=tuple(reversed(fetches)),
        visits=int(counted["visits"] or 0) if counted is not None else 0,
        article=_one(connection, "SELECT * FROM articles WHERE id = ?", number),
        addresses=tuple(
            str(row["key"])
            for row in _all(
                connection, "SELECT key FROM urls WHERE article = ? AND key != ? ORDER BY key", number, key
            )
        ),
        revisions=_all(connection, "SELECT * FROM revisions WHERE article = ? ORDER BY id", number),
        captures=_all(connection, "SELECT * FROM captures WHERE key = ? ORDER BY id", key),
        doubts=_all(connection, "SELECT * FROM doubts WHERE key IN (?, ?) ORDER BY id", key, kept_under),
        tombstone=_one(connection, "SELECT * FROM tombstones WHERE key = ?", key),
        corrections=_all(connection, _CORRECTIONS, number, json.dumps(list(FOLLOWING))),
        takedowns=_all(connection, _TAKEDOWNS, number, key),
    )


def _all(connection: sqlite3.Connection, sql: str, *values: str | int | float | None) -> tuple[Row, ...]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor)


def _one(connection: sqlite3.Connection, sql: str, *values: str | int | float | None) -> Row | None:
    rows = _all(connection, sql, *values)
    return rows[0] if rows else None
