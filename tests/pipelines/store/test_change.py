"""`articles.change` grows with every write that a reader could miss, whoever writes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from pipelines.reasons import Outcome
from pipelines.store import change, fulltext
from pipelines.store.sqlite import sqlite3

Rows = list[tuple[Any, ...]]


@pytest.fixture
def archive(newsroom: Any) -> Iterator[sqlite3.Connection]:
    newsroom.commit("a")
    newsroom.commit("b")
    with closing(sqlite3.connect(newsroom.path, isolation_level=None)) as connection:
        yield connection


def numbers(connection: sqlite3.Connection) -> dict[int, int]:
    return dict(connection.execute("SELECT id, change FROM articles").fetchall())


WRITES = {
    "a column of the article": "UPDATE articles SET headline = 'Other' WHERE id = 1",
    "a column set to what it was": "UPDATE articles SET headline = headline WHERE id = 1",
    "a takedown": "UPDATE articles SET state = 'withheld' WHERE id = 1",
    "a new author": "INSERT INTO article_authors VALUES (1, 'New Name', 9)",
    "an author renamed": "UPDATE article_authors SET author = 'X' WHERE article = 1 AND position = 0",
    "a tag dropped": "DELETE FROM article_tags WHERE article = 1 AND tag = 'Trade'",
    "an agency dropped": "DELETE FROM article_agencies WHERE article = 1",
    "a tag moved from one article to the other": "UPDATE article_tags SET article = 1, tag = 'Moved' WHERE article = 2 AND tag = 'Trade'",
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_every_write_to_an_article_gives_it_a_number_greater_than_all_before(
    archive: sqlite3.Connection, write: str
) -> None:
    before = numbers(archive)
    archive.execute(write)
    after = numbers(archive)
    assert after[1] > max(before.values())
    assert (after[2] == before[2]) is ("moved" not in write.lower())


def test_every_article_has_a_number_of_its_own(archive: sqlite3.Connection) -> None:
    given = numbers(archive)
    assert len(set(given.values())) == len(given) == 2
    assert None not in given.values()


def test_a_deleted_article_is_told_and_no_number_is_given_twice(archive: sqlite3.Connection) -> None:
    archive.execute("PRAGMA foreign_keys = OFF")
    archive.execute("UPDATE articles SET lede = 'x' WHERE id = 2")
    greatest = numbers(archive)[2]
    archive.execute("DELETE FROM articles WHERE id = 2")
    ((article, number),) = archive.execute("SELECT article, change FROM deleted_articles").fetchall()
    assert (article, number > greatest) == (2, True)
    archive.execute("UPDATE articles SET lede = 'y' WHERE id = 1")
    assert numbers(archive)[1] > number


def test_a_reading_replaced_by_the_writer_is_seen_and_the_words_stay_searchable(newsroom: Any) -> None:
    newsroom.commit("port")
    (before,) = newsroom.row("SELECT change FROM articles")
    done = newsroom.commit("port", reading=newsroom.reading(headline="Corrected", tags=("Trade", "Law")))
    assert done.outcome is Outcome.REVISED
    assert newsroom.row("SELECT change > ? FROM articles", before) == (1,)
    with closing(sqlite3.connect(newsroom.path, isolation_level=None)) as connection:
        assert fulltext.sound(connection)
        assert change.missing(connection) == []


def test_many_rows_loaded_at_once_have_numbers_behind_all_others(archive: sqlite3.Connection) -> None:
    greatest = max(numbers(archive).values())
    with change.loading(archive):
        archive.executemany(
            "INSERT INTO articles (id, public_id, url, source, published_sort, first_seen_at)"
            " VALUES (?, 'p' || ?1, 'https://h.example/' || ?1, 'herald', '2026', '2026')",
            [(number,) for number in range(10, 20)],
        )
        archive.execute("UPDATE articles SET place = 'Ur', change = NULL WHERE id = 1")
        assert change.missing(archive) == sorted(change.TRIGGERS)
    after = numbers(archive)
    assert min(after[article] for article in (1, *range(10, 20))) > greatest
    assert len(set(after.values())) == len(after)
    assert change.missing(archive) == []


def test_numbering_asks_the_indexes_and_not_the_table(archive: sqlite3.Connection) -> None:
    plan = " ".join(row[3] for row in archive.execute(f"EXPLAIN QUERY PLAN SELECT {change.LAST}"))
    assert plan.count("COVERING INDEX") == 2
    began = time.process_time()
    archive.execute("BEGIN")
    for _ in range(2000):
        archive.execute("UPDATE articles SET word_count = 1 WHERE id = 1")
    archive.execute("ROLLBACK")
    assert time.process_time() - began < 1.0  # measured: 0.03
