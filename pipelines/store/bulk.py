"""The ledger of bulk work: how far each unit was taken in, in the transaction that took it in."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.store.sqlite import sqlite3
from pipelines.store.values import bound


@dataclass(slots=True)
class UnitRow:
    """A unit as the ledger has it. The numbers count its records, from its beginning."""

    unit: str
    reached: int = 0  # how far it was taken in: bytes of a file, else records
    done: bool = False
    size: int | None = None  # in the same measure
    stamp: str | None = None  # what tells that a file is still the same
    records: int = 0
    stored: int = 0
    known: int = 0
    skipped: int = 0
    failed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


_READ = """
SELECT unit, reached, state = 'done', size, stamp, records, stored, known, skipped, failed, reasons
FROM bulk_units WHERE work = ? AND terms = ? AND (? IS NULL OR unit = ?)"""
_NOTE = """
INSERT OR REPLACE INTO bulk_units (work, terms, unit, run, state, reached, size, stamp, records, stored, known,
    skipped, failed, reasons, ended_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def units_of(
    connection: sqlite3.Connection, work: str, terms: str, unit: str | None = None
) -> dict[str, UnitRow]:
    """All units of a piece of work that was ever begun with these terms, by name; or the one that is named."""
    rows = map(tuple, connection.execute(_READ, (work, terms, unit, unit)))
    return {row[0]: _row(*row) for row in rows}


def _row(unit: str, reached: int, done: int, *rest: Any) -> UnitRow:
    *numbers, reasons = rest
    row = UnitRow(unit, reached, bool(done), *numbers)
    row.reasons.update(json.loads(reasons or "{}"))
    return row


def note_unit(
    connection: sqlite3.Connection, work: str, terms: str, row: UnitRow, run: int | None, now: datetime
) -> None:
    """Writes how far a unit has come. In the transaction of what it brought: a ledger that is ahead of the rows would
    lose articles."""
    connection.execute(
        _NOTE,
        (work, terms, row.unit, run, "done" if row.done else "open", row.reached, row.size, row.stamp,
         row.records, row.stored, row.known, row.skipped, row.failed,
         json.dumps(dict(row.reasons), sort_keys=True) if row.reasons else None,
         bound(now) if row.done else None),
    )  # fmt: skip
