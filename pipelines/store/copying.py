"""A whole copy of an archive, taken while it is written, and proved by opening it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from pipelines.errors import ArchiveUnusable
from pipelines.store.captures import place_column
from pipelines.store.opening import open_readonly, sentence
from pipelines.store.schema import TABLES
from pipelines.store.sqlite import sqlite3


def copy_archive(archive: Path, to: Path) -> dict[str, int]:
    """Copies an archive as it stands at one moment into the new file `to`, and gives its rows by table.

    The copy is made inside one read transaction, which a crawl beside it does not disturb (write-ahead log), then
    checked: every page (`integrity_check`), and as many rows in every table as were counted in that transaction. Raises
    ArchiveUnusable or NoRoom.
    """
    with closing(open_readonly(archive)) as source:
        source.isolation_level = None
        source.execute("BEGIN")
        rows = count_rows(source)
        try:
            with closing(sqlite3.connect(to, isolation_level=None)) as copy:
                source.backup(copy)  # all pages in one step: writers cannot make it begin again
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, which needs no log beside it
        except sqlite3.Error as error:
            raise sentence(error, to) from error
    check_copy(to, rows)
    return rows


def check_copy(copy: Path, rows: Mapping[str, int]) -> None:
    """Raises ArchiveUnusable where a copy is damaged or has not got the rows that it should have."""
    with closing(open_readonly(copy)) as connection:
        try:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            found = count_rows(connection)
        except sqlite3.Error as error:
            raise sentence(error, copy) from error
    if verdict != "ok":
        raise ArchiveUnusable(f"The copy {copy} is damaged ({verdict}): make another one.")
    wrong = [table for table, number in rows.items() if found.get(table) != number]
    if wrong:
        raise ArchiveUnusable(f"The copy {copy} has not all rows of {', '.join(wrong)}: make another one.")


def count_rows(connection: sqlite3.Connection) -> dict[str, int]:
    """Rows by table, of the tables of the schema that the archive has."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {
        table.name: connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]  # noqa: S608
        for table in TABLES
        if table.name in there
    }


def capture_files(copy: Path) -> dict[str, int]:
    """The capture files beside it that an archive names, and up to which byte each is named."""
    with closing(open_readonly(copy)) as connection:
        rows = connection.execute(
            f"""SELECT file, max("offset" + length) FROM captures WHERE {place_column(connection)} IS NULL
            GROUP BY file ORDER BY file"""  # noqa: S608
        )
        return dict(map(tuple, rows))


def capture_places(copy: Path) -> dict[str, int]:
    """The places elsewhere in which captures of an archive lie, and the number of captures in each."""
    with closing(open_readonly(copy)) as connection:
        place = place_column(connection)
        rows = connection.execute(
            f"SELECT {place}, count(*) FROM captures WHERE {place} IS NOT NULL GROUP BY 1 ORDER BY 1"  # noqa: S608
        )
        return dict(map(tuple, rows))
