"""The ledger of bulk work: what is done is left out, what was begun is gone on with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsbot.bulk.ledger import left, terms_of
from newsbot.bulk.unit import Unit
from pipelines import dedupe
from pipelines.items import Rules
from pipelines.store import Archive
from pipelines.store.bulk import UnitRow, note_unit, units_of
from pipelines.store.opening import open_writable
from pipelines.store.sqlite import sqlite3

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    Archive.open(tmp_path / "archive.db", judgement=dedupe, now=lambda: NOW).close()
    with closing(open_writable(tmp_path / "archive.db", NOW, 5.0, False)) as connection:
        yield connection


def test_the_ledger_gives_back_what_was_noted(db: sqlite3.Connection) -> None:
    begun = UnitRow("a", 900, False, 2000, "x", 9, 5, 1, 2, 1, Counter(not_article=2, reader_died=1))
    note_unit(db, "backfill warc", "t", begun, None, NOW)
    assert units_of(db, "backfill warc", "t") == {"a": begun}
    done = UnitRow("a", 2000, True, 2000, "x", 20, 12, 4, 3, 1)
    note_unit(db, "backfill warc", "t", done, None, NOW)
    assert units_of(db, "backfill warc", "t", "a") == {"a": done}
    assert units_of(db, "backfill warc", "t", "b") == {}
    assert units_of(db, "backfill warc", "other terms") == units_of(db, "reprocess", "t") == {}
    assert db.execute("SELECT state, ended_at FROM bulk_units").fetchall() == [
        ("done", "2026-11-22T20:00:00Z")
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(None, 10, id="a unit that was never begun begins at its start"),
        pytest.param(
            UnitRow("a", 900, False, stamp="same"), 900, id="one that was begun goes on where it was"
        ),
        pytest.param(UnitRow("a", 900, True, stamp="same"), None, id="one that is done is left out"),
        pytest.param(UnitRow("a", 900, True, stamp="older"), 10, id="another file of that name begins anew"),
    ],
)
def test_what_is_left(row: UnitRow | None, expected: int | None) -> None:
    known = {"a": row} if row is not None else {}
    units = [Unit("a", "a.warc.gz", 10)]
    assert [unit.start for unit in left(units, known, {"a": "same"})] == (
        [] if expected is None else [expected]
    )


def test_terms_are_the_same_for_the_same_filters_and_rules() -> None:
    asked = {"hosts": ["b.example", "a.example"], "rules": {"gulf": Rules(strip=("//x",))}}
    assert terms_of(asked) == terms_of(dict(reversed(asked.items())))
    assert terms_of(asked) != terms_of({**asked, "rules": {"gulf": Rules()}})
