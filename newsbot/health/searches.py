"""Saved searches: which articles that came in since the last look answer to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsbot.search.language import read
from newsbot.sources import Search
from pipelines.store import fulltext
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import instant

MOST = 50  # hits of one search that are told one by one

_FILTERS = {
    "author": "a.id IN (SELECT article FROM article_authors WHERE author = ? COLLATE NOCASE)",
    "tag": "a.id IN (SELECT article FROM article_tags WHERE tag = ? COLLATE NOCASE)",
    "agency": "a.id IN (SELECT article FROM article_agencies WHERE agency = ? COLLATE NOCASE)",
    "source": "a.source = ? COLLATE NOCASE",
    "place": "a.place = ? COLLATE NOCASE",
    "section": "a.section = ? COLLATE NOCASE",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a search found."""

    public_id: str
    source: str
    url: str
    headline: str | None
    published: str | None  # instant or day, as far as it is known


@dataclass(frozen=True, slots=True)
class Hits:
    """What is new to one search."""

    name: str
    query: str
    articles: int
    hits: tuple[Hit, ...]  # the newest of them, at most 50
    note: str = ""  # where the search was read otherwise than written


def newest_article(connection: sqlite3.Connection) -> int:
    """Where a look ends, and the next one begins."""
    number: int = connection.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    return number


def new_hits(connection: sqlite3.Connection, searches: Sequence[Search], newest: int) -> list[Hits]:
    """What each search finds among articles up to `newest` that came in since its last look; changes nothing.

    A search that is new, or says something else than last time, begins with the articles to come. Searches without hits
    are left out.
    """
    found = []
    for search in searches:
        row = connection.execute(
            "SELECT last_article FROM searches WHERE name = ? AND query = ?", (search.name, search.query)
        ).fetchone()
        if row is not None and (hits := _hits(connection, search, row[0], newest)) is not None:
            found.append(hits)
    return found


def looked(connection: sqlite3.Connection, searches: Sequence[Search], newest: int, now: datetime) -> None:
    """Notes how far the searches have looked: once their hits were told. In the caller's transaction."""
    for search in searches:
        connection.execute(
            "INSERT OR REPLACE INTO searches (name, query, last_article, ran_at) VALUES (?, ?, ?, ?)",
            (search.name, search.query, newest, instant(now)),
        )


def _hits(connection: sqlite3.Connection, search: Search, after: int, until: int) -> Hits | None:
    asked = read(search.query)
    conditions = ["a.id > ?", "a.id <= ?", "a.state != 'withheld'"]
    values: list[str | int] = [after, until]
    if asked.expression is not None:
        conditions.append(f"a.id IN (SELECT rowid FROM {fulltext.TABLE} WHERE {fulltext.TABLE} MATCH ?)")  # noqa: S608
        values.append(asked.expression)
    for name, value in asked.filters:
        conditions.append(_FILTERS[name])
        values.append(value)
    if len(conditions) == 3:
        return None  # it asks for nothing
    where = " AND ".join(conditions)
    rows = connection.execute(
        f"""SELECT a.public_id, a.source, a.url, a.headline, coalesce(a.published_at, a.published_day)
        FROM articles a WHERE {where} ORDER BY a.id DESC""",  # noqa: S608  conditions of ours
        values,
    ).fetchall()
    if not rows:
        return None
    return Hits(search.name, search.query, len(rows), tuple(Hit(*row) for row in rows[:MOST]), asked.note)
