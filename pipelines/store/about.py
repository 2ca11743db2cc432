"""Rows of about: facts about the archive itself, such as that it is the sample."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from pipelines.store.opening import open_readonly, sentence
from pipelines.store.sqlite import sqlite3


def read_about(path: Path | str) -> dict[str, str]:
    """The facts about an archive by name (created_at, sample); none where there is no archive yet.

    Raises ArchiveUnusable where the file is no archive, or one of a newer newsbot.
    """
    place = Path(path)
    if not place.exists() or place.stat().st_size == 0:
        return {}
    with closing(open_readonly(place, unmade=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
            return {}
        return dict(map(tuple, connection.execute("SELECT name, value FROM about")))


def write_about(path: Path | str, name: str, value: str) -> None:
    """States a fact about an archive, in a short transaction of its own. Raises ArchiveUnusable or NoRoom."""
    place = Path(path)
    try:
        with closing(sqlite3.connect(place, timeout=30.0)) as connection, connection:
            connection.execute("INSERT OR REPLACE INTO about (name, value) VALUES (?, ?)", (name, value))
    except sqlite3.Error as error:
        raise sentence(error, place) from error
