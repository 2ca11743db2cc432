"""Many searches at once: a file of queries in, one row of counts for each out."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from pipelines.errors import ConfigurationError

COLUMN = "query"
MOST = 10_000  # queries of one file
_REST = "\0"  # a name that no column has, for cells without one
_LONGEST = 500  # characters of a query, as in the search box


@dataclass(frozen=True)
class Asked:
    """One query, with what else its line says (columns of a CSV, kept as they are)."""

    query: str
    more: dict[str, str]


def read_batch(text: str, name: str) -> list[Asked]:
    """Queries from a file of lines, or from a CSV whose header names a column `query`.

    Empty lines and lines that begin with # are left out of a file of lines. Raises ConfigurationError with `name`,
    which says where the queries come from, for what cannot be used.
    """
    text = text.removeprefix("\ufeff")
    header = next(csv.reader(io.StringIO(text[:10_000])), [])
    asked = _of_csv(text, name) if COLUMN in [cell.strip() for cell in header] else _of_lines(text)
    if not asked:
        raise ConfigurationError(
            f"{name} holds no query: write one a line, or a CSV with a column named {COLUMN}."
        )
    if len(asked) > MOST:
        raise ConfigurationError(f"{name} holds {len(asked):,} queries; take at most {MOST:,} at a time.")
    for number, one in enumerate(asked, start=1):
        if len(one.query) > _LONGEST:
            raise ConfigurationError(f"{name}, query {number}: it has more than {_LONGEST} characters.")
    return asked


def _of_lines(text: str) -> list[Asked]:
    lines = (line.strip() for line in text.splitlines())
    return [Asked(line, {}) for line in lines if line and not line.startswith("#")]


def _of_csv(text: str, name: str) -> list[Asked]:
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey=_REST, restval="", skipinitialspace=True)
    found = []
    try:
        for row in rows:
            if row.get(_REST):
                raise ConfigurationError(
                    f"{name}, line {rows.line_num}: it has more cells than the header; put commas in quotation marks."
                )
            cells = {str(column).strip(): (cell or "").strip() for column, cell in row.items()}
            query = cells.pop(COLUMN, "")
            if query:
                found.append(Asked(query, cells))
    except csv.Error as error:
        raise ConfigurationError(f"{name}, line {rows.line_num}: it is no CSV ({error}).") from error
    return found
