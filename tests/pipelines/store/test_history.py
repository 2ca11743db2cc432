"""The history of an article, put together out of captures that come in any order."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.items import Committed, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.store import open_readonly
from pipelines.store.versions import versions_of

TEXTS = [
    f"{place}: the harbour master spoke on Sunday of ships and cranes, of oak and of tar and of the people who row "
    f"to each other's market with whatever floats. {place} has a pier again, and {place} has a ferry. " * 3
    for place in ("Basra", "Umm Qasr", "Faw", "Zubair")
]


def past(newsroom: Any, days_ago: int, text: int, **changes: Any) -> Visit:
    at = newsroom.clock.now - timedelta(days=days_ago)
    reading = newsroom.reading("port", text=TEXTS[text])
    changes.setdefault("capture", None)
    one: Visit = newsroom.visit("port", visited_at=at, reading=reading, past=True, **changes)
    return one


def commit(newsroom: Any, days_ago: int, text: int, **changes: Any) -> Committed:
    done: Committed = newsroom.archive.commit_now(past(newsroom, days_ago, text, **changes))
    return done


def history(newsroom: Any) -> list[tuple[int, int]]:
    """For each version, the oldest first, how many days ago it was first seen, and its text."""
    with closing(open_readonly(newsroom.path)) as connection:
        told = versions_of(connection, 1).versions
    found = []
    for version in told:
        days = newsroom.clock.now - datetime.fromisoformat(version.seen_at)
        found.append((days.days, TEXTS.index(version.text or "")))
    return found


def test_older_words_become_the_first_version_and_newer_ones_stay(newsroom: Any) -> None:
    assert commit(newsroom, 3, 1, capture=newsroom.capture(1)).outcome is Outcome.STORED
    done = commit(newsroom, 9, 0, capture=newsroom.capture(2))
    assert (done.outcome, done.reason) == (Outcome.REVISED, Reason.EARLIER_VERSION)
    assert history(newsroom) == [(9, 0), (3, 1)]
    assert newsroom.row("SELECT text FROM article_text") == (TEXTS[1],)
    then = (newsroom.clock.now - timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    since = (newsroom.clock.now - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert newsroom.row("SELECT first_seen_at, changed_at, revisions FROM articles") == (then, since, 1)
    assert newsroom.row("SELECT changed, seen_at, capture, new_capture FROM revisions") == (
        "text",
        since,
        2,
        1,
    )


def test_a_version_between_two_others_has_both_changes_told(newsroom: Any) -> None:
    for number, (days, text) in enumerate([(9, 0), (3, 2), (6, 1)]):
        commit(newsroom, days, text, capture=newsroom.capture(number))
    assert history(newsroom) == [(9, 0), (6, 1), (3, 2)]
    assert newsroom.rows("SELECT changed, capture, new_capture FROM revisions ORDER BY id") == [
        ("text", 1, 3),
        ("text", 3, 2),
    ]


def test_other_words_between_two_sights_are_there_and_back_again(newsroom: Any) -> None:
    commit(newsroom, 9, 0)
    commit(newsroom, 3, 0)
    commit(newsroom, 6, 1)
    assert history(newsroom) == [(9, 0), (6, 1), (3, 0)]
    assert newsroom.row("SELECT revisions FROM articles") == (2,)


def test_the_same_words_only_say_that_it_was_there_sooner(newsroom: Any) -> None:
    commit(newsroom, 3, 0)
    commit(newsroom, 9, 0)
    assert history(newsroom) == [(9, 0)]
    assert newsroom.row("SELECT revisions, changed_at FROM articles") == (0, None)


def test_an_article_without_a_date_is_sorted_by_its_oldest_capture(newsroom: Any) -> None:
    from pipelines.items import Published

    undated = newsroom.reading("port", text=TEXTS[0], published=Published())
    for days in (3, 9):
        at = newsroom.clock.now - timedelta(days=days)
        newsroom.archive.commit_now(newsroom.visit("port", visited_at=at, reading=undated, past=True))
    (sort,) = newsroom.row("SELECT published_sort FROM articles")
    assert sort == newsroom.row("SELECT first_seen_at FROM articles")[0]
    assert sort.startswith((newsroom.clock.now - timedelta(days=9)).date().isoformat())


def test_the_frontier_is_left_alone_but_for_revisits_that_are_still_to_come(newsroom: Any) -> None:
    articles = "SELECT key, due_at > ? FROM frontier WHERE kind = 'article'"
    commit(newsroom, 400, 0)
    assert newsroom.rows(articles, "2026") == []
    old = newsroom.visit("other", visited_at=newsroom.clock.now - timedelta(days=2), past=True)
    newsroom.archive.commit_now(old)
    now = newsroom.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert newsroom.rows(articles, now) == [("https://herald.example/other", 1)]
    failed = newsroom.visit("third", reading=None, reason=Reason.READER_TIMEOUT, past=True)
    newsroom.archive.commit_now(failed)
    assert len(newsroom.rows(articles, now)) == 1


def test_what_was_seen_since_stays_the_last_word_on_an_address(newsroom: Any) -> None:
    newsroom.commit("port")
    newsroom.archive.commit_now(newsroom.visit("port", status=410, reading=None))
    commit(newsroom, 30, 0)
    assert newsroom.row("SELECT outcome, last_visited_at FROM urls WHERE article = 1") == (
        "gone",
        newsroom.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    assert newsroom.row("SELECT state FROM articles") == ("gone",)


def test_the_health_of_a_source_knows_nothing_of_the_past(newsroom: Any) -> None:
    commit(newsroom, 30, 0)
    assert newsroom.rows("SELECT * FROM source_health") == []


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_captures_in_any_order_make_the_history_that_they_make_in_theirs(newsroom_of: Any, data: Any) -> None:
    """As long as the words go on and never back: what flickers between two sights is told as far as it was seen."""
    days = sorted(data.draw(st.sets(st.integers(1, 40), min_size=1, max_size=6)), reverse=True)
    texts = sorted(data.draw(st.lists(st.integers(0, 3), min_size=len(days), max_size=len(days))))
    captures = list(zip(days, texts, strict=True))
    expected = [(day, text) for number, (day, text) in enumerate(captures) if text not in texts[:number]]
    with tempfile.TemporaryDirectory() as folder:
        newsroom = newsroom_of(Path(folder) / "archive.db")
        try:
            for day, text in data.draw(st.permutations(captures)):
                commit(newsroom, day, text)
            assert history(newsroom) == expected
            assert newsroom.row("SELECT revisions FROM articles") == (len(expected) - 1,)
        finally:
            newsroom.archive.close()


@pytest.mark.parametrize("state", ["removed", "restored"])
def test_that_an_article_went_or_came_back_stays_told(newsroom: Any, state: str) -> None:
    commit(newsroom, 9, 0)
    gone = newsroom.visit("port", visited_at=newsroom.clock.now - timedelta(days=5), status=410, reading=None)
    newsroom.archive.commit_now(gone)
    if state == "restored":
        newsroom.archive.commit_now(newsroom.visit("port", reading=newsroom.reading("port", text=TEXTS[0])))
    commit(newsroom, 7, 1)
    (changed,) = newsroom.rows("SELECT changed FROM revisions WHERE changed LIKE ?", f"%{state}%")
    assert state in changed[0].split(",")
