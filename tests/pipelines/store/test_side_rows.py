"""What stands beside the text of an article: pictures, notes, live entries, Markdown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipelines.items import Image, LiveEntry, Note
from pipelines.reasons import Outcome

from .conftest import NOW

IMAGES = (
    Image("https://herald.example/a.jpg", "The port in March.", "B. Chen/Reuters", "Cranes"),
    Image("https://herald.example/b.jpg"),
)
NOTES = (
    Note("correction", "An earlier version misnamed the harbour master.", "22 June 2026"),
    Note("update", "Adds a quote."),
)
ENTRIES = (
    LiveEntry(NOW, "12:00", "The vote", "B. Chen", "Nine to four.\n\nThe pier will be built."),
    LiveEntry(None, "", None, None, "The council meets."),
)


@pytest.fixture
def told(newsroom: Any) -> Any:
    return newsroom.reading(
        form="live_blog", markdown="## Port\n\nShips.", images=IMAGES, notes=NOTES, entries=ENTRIES
    )


def test_all_of_it_is_stored(newsroom: Any, told: Any) -> None:
    newsroom.commit(reading=told)
    assert newsroom.row("SELECT form, markdown FROM articles JOIN article_text ON article = id") == (
        "live_blog",
        "## Port\n\nShips.",
    )
    assert newsroom.rows("SELECT position, url, caption, credit, alt FROM article_images ORDER BY 1") == [
        (0, "https://herald.example/a.jpg", "The port in March.", "B. Chen/Reuters", "Cranes"),
        (1, "https://herald.example/b.jpg", None, None, None),
    ]
    assert newsroom.rows("SELECT position, kind, text, printed FROM article_notes ORDER BY 1") == [
        (0, "correction", "An earlier version misnamed the harbour master.", "22 June 2026"),
        (1, "update", "Adds a quote.", None),
    ]
    assert newsroom.rows("SELECT * FROM live_entries ORDER BY position") == [
        (1, 0, "2026-11-22T12:00:00Z", "12:00", "The vote", "B. Chen", "Nine to four.\n\nThe pier will be built."),
        (1, 1, None, "", None, None, "The council meets."),
    ]  # fmt: skip


def test_a_new_reading_takes_the_place_of_all_of_it(newsroom: Any, told: Any) -> None:
    newsroom.commit(reading=told)
    newsroom.clock.forward(hours=1)
    again = newsroom.reading(text=told.text + "More.", images=IMAGES[1:])
    assert newsroom.commit(reading=again).outcome is Outcome.REVISED
    assert newsroom.row("SELECT form, markdown FROM articles JOIN article_text ON article = id") == (
        "article",
        "",
    )
    assert newsroom.rows("SELECT position, url FROM article_images") == [(0, "https://herald.example/b.jpg")]
    assert newsroom.rows("SELECT * FROM article_notes") == []
    assert newsroom.rows("SELECT * FROM live_entries") == []


def test_a_source_that_keeps_metadata_keeps_pictures_without_their_words(newsroom: Any, told: Any) -> None:
    newsroom.plan(replace(newsroom.source, store="metadata"))
    newsroom.commit(reading=told)
    assert newsroom.row("SELECT form, markdown FROM articles JOIN article_text ON article = id") == (
        "live_blog",
        "",
    )
    assert newsroom.rows("SELECT url, caption, credit, alt FROM article_images ORDER BY position") == [
        ("https://herald.example/a.jpg", None, "B. Chen/Reuters", None),
        ("https://herald.example/b.jpg", None, None, None),
    ]
    assert newsroom.rows("SELECT * FROM article_notes") == []
    assert newsroom.rows("SELECT * FROM live_entries") == []


def test_entries_can_be_asked_for_by_their_instant(newsroom: Any, told: Any) -> None:
    newsroom.commit(
        reading=replace(told, entries=(replace(ENTRIES[0], at=NOW - timedelta(hours=2)), ENTRIES[0]))
    )
    asked = "SELECT headline FROM live_entries WHERE at < '2026-11-22T11:00:00Z'"
    assert newsroom.rows(asked) == [("The vote",)]
