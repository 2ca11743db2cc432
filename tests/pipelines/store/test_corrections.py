"""What a person set right: kept as rows, stronger than every reading, and taken back whole."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import Any

from pipelines.store import corrections, fulltext
from pipelines.store.sqlite import sqlite3


def sound(path: Any) -> bool:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return (
            fulltext.sound(connection)
            and connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            and connection.execute("PRAGMA foreign_key_check").fetchall() == []
        )


def test_what_a_person_corrected_is_no_change_of_the_page(newsroom: Any) -> None:
    newsroom.commit()
    columns = corrections.columns_of("headline", "Corrected") | corrections.columns_of(
        "published_at", datetime(2014, 6, 22, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    )
    with closing(sqlite3.connect(newsroom.path)) as other, other:
        corrections.correct(other, 1, columns, "desk", "wrong year", newsroom.clock.now)
    assert newsroom.row(
        "SELECT published_at, published_day, published_month, published_sort FROM articles"
    ) == (
        "2014-06-21T22:30:00Z",
        "2014-06-22",
        "2014-06",
        "2014-06-21T22:30:00Z",
    )
    newsroom.commit(reading=newsroom.reading(text=newsroom.reading().text + "More."))
    assert newsroom.row("SELECT changed FROM revisions") == ("text",)
    newsroom.commit(reading=newsroom.reading(headline="New", text=newsroom.reading().text + "More."))
    assert newsroom.rows("SELECT changed FROM revisions") == [("text",), ("headline",)]
    assert newsroom.row("SELECT headline, published_year FROM articles") == ("Corrected", 2014)
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'corrected'") == [(1,)]
    with closing(sqlite3.connect(newsroom.path)) as other, other:
        assert corrections.undo(other, 1, "headline")
        assert corrections.undo(other, 1, "published_at")
        assert not corrections.undo(other, 1, "byline")
    assert newsroom.row("SELECT headline, published_year, published_at FROM articles") == (
        "New",
        2026,
        "2026-11-22T11:00:00Z",
    )
    assert newsroom.rows("SELECT * FROM corrections") == []
    assert sound(newsroom.path)
