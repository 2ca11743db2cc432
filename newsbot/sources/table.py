"""Sources as CSV, for spreadsheets: in and out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from newsbot.sources.naming import new_id
from newsbot.sources.source import Source
from newsbot.sources.spelling import meant
from newsbot.sources.write import entry_of
from pipelines.errors import ConfigurationError
from pipelines.store.export import guarded

COLUMNS = ("id", "name", "homepage", "country", "language", "timezone", "feeds", "sitemaps", "sections")
LISTS = frozenset(
    {"feeds", "sections", "sitemaps"}
)  # cells with addresses, one a line or with spaces between
NONE = "none"  # an empty list, which differs from a cell left empty
MOST = 50_000  # rows


def csv_from_sources(sources: Iterable[Source]) -> str:
    """A CSV table with the columns of `COLUMNS`; empty cells are what sources.toml leaves out."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for source in sources:
        entry = entry_of(source)
        writer.writerow([_cell(entry.get(column, "")) for column in COLUMNS])
    return file.getvalue()


def _cell(value: object) -> str:
    return str(guarded("\n".join(map(str, value)) or NONE if isinstance(value, list) else str(value)))


def entries_from_csv(text: str, path: Path) -> list[dict[str, object]]:
    """A `[[source]]` entry for each row. Commas, semicolons and tabs are understood; `name` and `homepage` are the
    columns that must be there, and an id is made where there is none. Raises ConfigurationError with file and line.
    """
    text = text.removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    entries: list[dict[str, object]] = []
    ids: set[str] = set()
    try:
        columns = _columns(next(rows, []), path)
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(entries) >= MOST:
                raise ConfigurationError(f"{path}: it has more than {MOST:,} rows; split it.")
            if len(row) > len(columns):
                raise ConfigurationError(
                    f"{path}: line {rows.line_num} has more cells than the first line has columns."
                )
            entry = _entry(dict(zip(columns, row, strict=False)))
            entry.setdefault("id", new_id(str(entry.get("name", "")), str(entry.get("homepage", "")), ids))
            ids.add(str(entry["id"]))
            entries.append(entry)
    except csv.Error as error:
        raise ConfigurationError(f"{path}: line {rows.line_num} is not CSV ({error}).") from None
    if not entries:
        raise ConfigurationError(f"{path}: there is no row in it below the names of the columns.")
    return entries


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _columns(header: list[str], path: Path) -> list[str]:
    columns = [name.strip().lower() for name in header]
    for name in columns:
        if name not in COLUMNS:
            hint = meant(name, COLUMNS) or f"; it may have {', '.join(COLUMNS)}."
            raise ConfigurationError(f'{path}: line 1: "{name}" is not a column{hint}')
    for name in ("name", "homepage"):
        if name not in columns:
            raise ConfigurationError(f"{path}: line 1: the column {name} is missing.")
    return columns


def _entry(cells: dict[str, str]) -> dict[str, object]:
    entry: dict[str, object] = {}
    for column, cell in cells.items():
        cell = cell.strip()
        if cell.startswith("'") and guarded(cell[1:]) == cell:
            cell = cell[1:]
        if not cell:
            continue
        addresses = column in LISTS and cell not in ("auto", "off")
        entry[column] = (cell.split() if cell != NONE else []) if addresses else cell
    return entry
