"""How Python values become column values and come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from pipelines.store.sqlite import sqlite3

Bound = str | int | float | bytes | None
Value = str | int | float | bytes | bool | datetime | None


def instant(moment: datetime) -> str:
    """A UTC instant as every `_at` column holds it: 2026-11-22T13:15:00Z. A naive one is taken for UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%SZ") if aware.year >= 1000 else aware.isoformat()


def moment(stored: str | None) -> datetime | None:
    """The aware datetime of an `_at` column; None where it is empty or no instant."""
    if not stored:
        return None
    try:
        read = datetime.fromisoformat(stored)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def words(printed: str) -> str:
    """Text that UTF-8 and SQLite can hold: no NUL, no half of a surrogate pair."""
    if "\x00" in printed:
        printed = printed.replace("\x00", "")
    try:
        printed.encode()
    except UnicodeEncodeError:
        return printed.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return printed


def bound(value: Value) -> Bound:
    """A value as SQLite takes it."""
    if isinstance(value, str):
        return words(value)
    if isinstance(value, datetime):
        return instant(value)
    return int(value) if isinstance(value, bool) else value


def insert(
    connection: sqlite3.Connection, table: str, row: Mapping[str, Value], *, how: str = "INSERT"
) -> int:
    """Writes one row and gives its rowid. `table`, `how` and the names in `row` come from our code alone."""
    cursor = connection.execute(_insert_sql(how, table, tuple(row)), [bound(value) for value in row.values()])
    return cursor.lastrowid or 0


def insert_all(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[Iterable[Value]],
    *,
    how: str = "INSERT OR IGNORE",
) -> int:
    """Writes many rows and gives the number of those that were new."""
    values = ([bound(value) for value in row] for row in rows)
    return max(connection.executemany(_insert_sql(how, table, columns), values).rowcount, 0)


def update(
    connection: sqlite3.Connection, table: str, row: Mapping[str, Value], where: str, key: Value
) -> None:
    """Sets the columns of `row` where column `where` is `key`."""
    settings = ", ".join(f'"{name}" = ?' for name in row)
    connection.execute(
        f'UPDATE "{table}" SET {settings} WHERE "{where}" = ?',  # noqa: S608  names from our code
        [*(bound(value) for value in row.values()), bound(key)],
    )


@lru_cache(maxsize=256)
def _insert_sql(how: str, table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f'{how} INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'
