"""Exports with a name: what the last one has seen, what is new since, and what left the archive in between."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.errors import ArchiveUnusable
from pipelines.store.change import LAST
from pipelines.store.opening import sentence
from pipelines.store.sqlite import sqlite3

NEW: Final = "articles.change > ?"
"""The condition on `articles` for what was written since a number."""


@dataclass(frozen=True, slots=True)
class Exported:
    """An export of a name: its query, and the greatest `articles.change` that it has seen."""

    query: str
    change: int


def last_change(connection: sqlite3.Connection) -> int:
    """The number of the last write to any article: with the archive's creation it names a state of the archive."""
    (number,) = connection.execute(f"SELECT {LAST}").fetchone()
    return int(number)


def last_export(connection: sqlite3.Connection, name: str) -> Exported | None:
    """The last export of a name; None where there was none."""
    row = connection.execute(
        "SELECT query, change FROM exports WHERE name = ? AND change IS NOT NULL ORDER BY id DESC LIMIT 1",
        (name,),
    ).fetchone()
    return Exported(str(row[0]), int(row[1])) if row else None


def withdrawn(connection: sqlite3.Connection, since: int) -> list[tuple[str, str]]:
    """(public id, state) of articles that were taken down (withheld) or erased (deleted) since a number."""
    rows = connection.execute(
        "SELECT public_id, 'withheld', change FROM articles WHERE state = 'withheld' AND change > ?"
        " UNION ALL SELECT public_id, 'deleted', change FROM deleted_articles WHERE change > ?"
        " AND public_id NOT IN (SELECT public_id FROM articles) ORDER BY 3, 1",
        (since, since),
    )
    return [(str(row[0]), str(row[1])) for row in rows]


def knows_changes(connection: sqlite3.Connection) -> bool:
    """Whether the archive numbers its changes; one that no crawl has opened since an update does not yet."""
    exports = {row[1] for row in connection.execute("PRAGMA table_info(exports)")}
    articles = {row[1] for row in connection.execute("PRAGMA table_info(articles)")}
    return "change" in exports and "change" in articles


def remember_export(
    path: Path, name: str, query: str, rows: int, sha256: str, change: int, made_at: str
) -> None:
    """Writes down a finished export, in a short transaction of its own. Raises ArchiveUnusable or NoRoom."""
    try:
        with closing(sqlite3.connect(path, timeout=30.0)) as connection, connection:
            connection.execute(
                "INSERT INTO exports (name, made_at, query, rows, sha256, change) VALUES (?, ?, ?, ?, ?, ?)",
                (name, made_at, query, rows, sha256, change),
            )
    except sqlite3.Error as error:
        raise sentence(error, path) from error


def refuse_old(path: Path) -> ArchiveUnusable:
    """The error for an archive that does not number its changes."""
    return ArchiveUnusable(
        f"The archive {path} is of an older newsbot and does not know what is new: the next `newsbot crawl` brings it"
        " up to date."
    )
