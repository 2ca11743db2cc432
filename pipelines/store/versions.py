"""The versions of an article: what stood there before each change was seen, and what stands there now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.store.sqlite import sqlite3

_ARTICLE: Final = """
SELECT a.id, a.public_id, a.url, a.source, a.state, a.headline, a.lede, a.byline, t.text, a.modified_at, a.reading,
    a.capture, a.first_seen_at,
    (SELECT group_concat(text, char(10, 10)) FROM
        (SELECT text FROM article_notes WHERE article = a.id ORDER BY position))
FROM articles a LEFT JOIN article_text t ON t.article = a.id WHERE a.id = ?"""
_REVISIONS: Final = """
SELECT headline, lede, byline, text, modified_at, reading, capture, notes, kind, changed, seen_at
FROM revisions WHERE article = ? ORDER BY id"""
_OF_KEY: Final = """
SELECT coalesce(u.article, first.article) FROM urls u LEFT JOIN urls first ON first.key = u.alias_of WHERE u.key = ?"""


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it stood for a while; instants are UTC as in every `_at` column."""

    number: int  # from 1
    seen_at: str  # when it was first seen to stand so
    kind: str  # what made it: first, publisher (the outlet changed it) or reading (newsbot reads better)
    changed: str  # what that changed, comma-separated; empty for the first
    headline: str | None
    lede: str | None
    byline: str | None
    text: str | None
    notes: str | None
    modified_at: str | None  # last change that the page stated
    reading: str | None
    capture: int | None


@dataclass(frozen=True, slots=True)
class Versions:
    """An article with all its versions, the oldest first; the last one is what the archive shows."""

    article: int
    public_id: str
    url: str
    source: str
    state: str
    versions: tuple[Version, ...]


def article_of(connection: sqlite3.Connection, key: str) -> int | None:
    """The article that an address stands for (its own, or one that a redirect or canonical link ties it to)."""
    row = connection.execute(_OF_KEY, (key,)).fetchone()
    return row[0] if row is not None else None


def versions_of(connection: sqlite3.Connection, article: int) -> Versions:
    """Every version of an article. Raises KeyError where there is no such article."""
    now = connection.execute(_ARTICLE, (article,)).fetchone()
    if now is None:
        raise KeyError(article)
    number, public_id, url, source, state, *words, modified_at, reading, capture, first_seen_at, notes = now
    found: list[Version] = []
    made = (first_seen_at, "first", "")
    for row in connection.execute(_REVISIONS, (article,)):
        *before, modified, read_by, seen_in, told, kind, changed, seen_at = row
        found.append(_version(len(found) + 1, made, before, told, modified, read_by, seen_in))
        made = (seen_at, kind, changed)
    found.append(_version(len(found) + 1, made, words, notes, modified_at, reading, capture))
    return Versions(number, public_id, url, source, state, tuple(found))


def _version(
    number: int,
    made: tuple[str, str, str],
    words: Sequence[str | None],
    notes: str | None,
    modified_at: str | None,
    reading: str | None,
    capture: int | None,
) -> Version:
    seen_at, kind, changed = made
    headline, lede, byline, text = words
    return Version(
        number, seen_at, kind, changed, headline, lede, byline, text, notes, modified_at, reading, capture
    )
