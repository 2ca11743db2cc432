"""What `sources.publish` keeps off the stock pages: columns that read as empty on Datasette's connections."""

from __future__ import annotations

import threading

from newsbot.publish.connections import Connections, Snapshot, TookTooLong
from pipelines.store.export import EXCERPT_CHARACTERS
from pipelines.store.sqlite import sqlite3

# Our own pages decide article by article. The stock JSON and CSV know no such thing: as soon as one source
# holds its text back, these columns read as empty there, for every source.
_TEXT = frozenset(
    {
        ("article_text", "text"),
        ("article_text", "markdown"),
        ("article_images", "caption"),
        ("article_images", "alt"),
        ("article_notes", "text"),
        ("live_entries", "headline"),
        ("live_entries", "text"),
        ("revisions", "text"),
        ("removed_blocks", "text"),
        ("articles_fts", "text"),
        ("articles_words", "text"),
    }
)
_LEDE = frozenset({("articles", "lede"), ("revisions", "lede")})


def limits(policies: set[str]) -> frozenset[tuple[str, str]]:
    """Columns to hold back, given the values of `sources.publish` that occur."""
    if not policies - {"full"}:
        return frozenset()
    return _TEXT | _LEDE


class Policy:
    """Keeps the connections of Datasette from reading what is not to be shown."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._guarded: list[sqlite3.Connection] = []  # one a thread of Datasette, for as long as it runs
        self._lock = threading.Lock()
        self._limits = connections.read_now(_limits)

    def guard(self, connection: sqlite3.Connection) -> None:
        """Put a connection of Datasette under the policy."""
        with self._lock:
            self._guarded.append(connection)
        connection.set_authorizer(self._authorize)

    async def refresh(self) -> None:
        """Take up a changed sources.toml; setting the authorizer anew makes SQLite forget what it prepared.

        Where the policy cannot be read, everything that it could hold back is held back.
        """
        try:
            now = await self._connections.read(_limits)
        except (sqlite3.Error, TookTooLong):
            now = _TEXT | _LEDE
        if now == self._limits:
            return
        self._limits = now
        with self._lock:
            for connection in self._guarded:
                connection.set_authorizer(self._authorize)

    def _authorize(
        self, action: int, table: str | None, column: str | None, database: str | None, via: str | None
    ) -> int:
        if action == sqlite3.SQLITE_READ and (table, column) in self._limits:
            return sqlite3.SQLITE_IGNORE
        return sqlite3.SQLITE_OK


def _limits(snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    return limits({str(row[0]) for row in snapshot.rows("SELECT DISTINCT publish FROM sources")})


def shown_lede(lede: str | None, publish: str) -> str | None:
    """The lede as far as the policy of its source shows it."""
    if publish == "metadata" or lede is None:
        return None
    return lede[:EXCERPT_CHARACTERS] if publish == "excerpt" else lede
