"""Old archives open, and are then as new ones are; the schema says what stands there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.reasons import Outcome
from pipelines.store import Archive, fulltext, open_readonly
from pipelines.store.migrations import migrate, migrations
from pipelines.store.schema import TABLES
from pipelines.store.sqlite import sqlite3

OLD = sorted(Path(__file__).parent.glob("archive_m*.sql"))


def shape(path: Path) -> dict[str, Any]:
    """Tables with their columns, indexes with theirs, views: whatever their order and spelling."""
    with closing(sqlite3.connect(path)) as connection:
        fulltext.prepare(connection)
        names = connection.execute(
            "SELECT name, type FROM sqlite_master WHERE name NOT LIKE 'sqlite_autoindex%'"
        )
        found: dict[str, Any] = {}
        for name, kind in [row for row in names if not row[0].startswith("sqlite_stat")]:
            pragma = "index_xinfo" if kind == "index" else "table_xinfo"
            rows = connection.execute(f'PRAGMA {pragma}("{name}")').fetchall()
            found[name] = (kind, sorted(repr(row[2:] if kind == "index" else row[1:]) for row in rows))
    return found


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_an_old_archive_becomes_as_a_new_one_and_keeps_its_rows(
    tmp_path: Path, old: Path, newsroom: Any
) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(old.read_text())
    Archive.open(path, judgement=dedupe, now=utc_now).close()
    assert shape(path) == shape(newsroom.path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert fulltext.sound(connection)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT headline, revisions FROM articles").fetchall() == [
            ("Corrected: news of port", 1)
        ]
        assert connection.execute(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'harbour'"
        ).fetchall() == [(1,)]


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_an_old_archive_takes_new_visits(tmp_path: Path, old: Path, make_newsroom: Any) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as connection:
        connection.executescript(old.read_text())
    room = make_newsroom("old.db")
    assert room.commit("new").outcome is Outcome.STORED
    assert room.commit("port", reading=room.reading(headline="Again")).outcome is Outcome.REVISED
    with closing(sqlite3.connect(room.path, isolation_level=None)) as connection:
        assert fulltext.sound(connection)


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    db = Database(sqlite3.connect(tmp_path / "archive.db", isolation_level=None))
    migrate(db)
    before = db.schema
    migrate(db)
    assert db.schema == before
    assert migrations.pending(db) == []
    db.close()


def test_every_column_of_the_dictionary_is_in_the_database_and_no_other(newsroom: Any) -> None:
    with closing(open_readonly(newsroom.path)) as connection:
        for table in TABLES:
            columns = [row["name"] for row in connection.execute(f'PRAGMA table_info("{table.name}")')]
            assert columns == [column.name for column in table.columns], table.name
            assert all(column.meaning.endswith((".", ")")) for column in table.columns), table.name
        named = {table.name for table in TABLES}
        made = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {
        name for name in made - named if not name.startswith(("sqlite_", "_sqlite", "articles_fts"))
    } == set()


def test_the_words_of_an_article_are_found_however_they_are_written(newsroom: Any) -> None:
    newsroom.commit(
        "a", reading=newsroom.reading("a", headline="Überfall in São Paulo", text="مرحبا بالعالم " * 30)
    )
    newsroom.commit("b", reading=newsroom.reading("b", text="Ordinary words. " * 30))
    for asked in ("uberfall", "SAO paulo", "مرحبا", '"sao paulo"', "headline:uberfall", "ube*"):
        assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", asked) == [(1,)], (
            asked
        )
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'nonsensical'") == []


def test_the_index_can_be_made_anew_and_damage_is_noticed(newsroom: Any) -> None:
    newsroom.commit("a")
    newsroom.commit("b")
    with closing(sqlite3.connect(newsroom.path, isolation_level=None)) as connection:
        fulltext.remove(connection, [1])
        assert not fulltext.sound(connection)
        fulltext.rebuild(connection)
        assert fulltext.sound(connection)
