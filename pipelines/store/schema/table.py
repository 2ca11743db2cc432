"""A table of archive.db as data: its columns with what each means, its key and its indexes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: SQLite type with constraints, and a sentence for the data dictionary."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `hidden` tables are working tables that Datasette's front leaves out."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()  # composite primary key, where no column says PRIMARY KEY
    indexes: tuple[str, ...] = ()  # column lists, e.g. "source, published_sort DESC, id DESC"
    hidden: bool = False
    rowless: bool = False  # WITHOUT ROWID: a narrow table whose key is the whole row takes half the room


def columns_of(text: str) -> tuple[Column, ...]:
    """Columns from lines of `name | type | meaning`."""
    rows = (line.split("|", 2) for line in text.strip().splitlines())
    return tuple(Column(name.strip(), kind.strip(), meaning.strip()) for name, kind, meaning in rows)
