"""When newsbot reads better: our changes and the publisher's are told apart."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

from pipelines.items import Note
from pipelines.reasons import Outcome, Reason
from pipelines.store import fulltext
from pipelines.store.sqlite import sqlite3


def sound(path: Any) -> bool:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return (
            fulltext.sound(connection)
            and connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            and connection.execute("PRAGMA foreign_key_check").fetchall() == []
        )


def test_a_new_reading_and_a_publishers_change_are_told_apart(newsroom: Any) -> None:
    newsroom.commit(capture=newsroom.capture())
    newsroom.clock.forward(hours=2)
    old = newsroom.reading(version="2", headline="News of the port")  # today's rules on the old page
    new = newsroom.reading(version="2", headline="News of the port", text=old.text + "More.")
    done = newsroom.commit(reading=new, reread=old, capture=newsroom.capture(100))
    assert done.outcome is Outcome.REVISED
    assert newsroom.rows("SELECT kind, changed, headline, reading, capture, new_capture FROM revisions") == [
        ("reading", "headline", "News of port", "1", 1, 1),
        ("publisher", "text", "News of the port", "2", 1, 2),
    ]
    assert newsroom.row("SELECT revisions, reading, capture FROM articles") == (1, "2", 2)
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'more'") == [(1,)]
    assert sound(newsroom.path)


def test_a_page_that_stayed_the_same_is_no_revision_whatever_the_rules_find(newsroom: Any) -> None:
    newsroom.commit(capture=newsroom.capture())
    better = newsroom.reading(version="2", headline="News of the port")
    done = newsroom.commit(reading=better, reread=better, capture=newsroom.capture(100))
    assert (done.outcome, done.reason) == (Outcome.UNCHANGED, Reason.SAME_TEXT)
    assert newsroom.rows("SELECT kind FROM revisions") == [("reading",)]
    assert newsroom.row("SELECT revisions, changed_at FROM articles") == (0, None)


def test_rules_that_find_less_in_the_old_page_do_not_replace_its_text(newsroom: Any) -> None:
    newsroom.commit(capture=newsroom.capture())
    nothing = newsroom.reading(version="2", text="", is_article=False, reason=Reason.NOT_ARTICLE)
    done = newsroom.commit(reading=nothing, reread=nothing)
    assert done.reason is Reason.LESS_THAN_BEFORE
    assert newsroom.row(
        "SELECT reading, length(text) > 500 FROM articles JOIN article_text ON article = id"
    ) == (
        "1",
        1,
    )
    assert [doubt for (doubt,) in newsroom.rows("SELECT doubt FROM doubts ORDER BY id")] == [
        "reads_as_less",
        "less_than_before",
    ]


def test_notes_before_and_the_modification_date_stay_with_a_revision(newsroom: Any) -> None:
    first = newsroom.reading(notes=(Note("correction", "It was Faw."),), modified_at=newsroom.clock.now)
    newsroom.commit(reading=first)
    newsroom.clock.forward(hours=2)
    newsroom.commit(reading=replace(first, modified_at=newsroom.clock.now))
    assert newsroom.row("SELECT modified_at, revisions FROM articles") == ("2026-11-22T14:00:00Z", 0)
    newsroom.commit(reading=replace(first, notes=(), modified_at=newsroom.clock.now))
    assert newsroom.row("SELECT changed, notes, modified_at FROM revisions") == (
        "correction_note",
        "It was Faw.",
        "2026-11-22T14:00:00Z",
    )
