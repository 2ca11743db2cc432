"""A takedown reaches every table, whatever the schema gains; what was hidden comes back as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines import dedupe
from pipelines.items import Kind
from pipelines.reasons import Outcome, Reason
from pipelines.store import erasures, fulltext, takedown
from pipelines.store.opening import open_writable
from pipelines.store.schema import TABLES
from pipelines.store.sqlite import sqlite3
from pipelines.store.takedown import Receipt, Target

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SENTENCE = "The harbour master hid a golden crane."
KEY = dedupe.url_key("https://herald.example/port")


@pytest.fixture
def writing(newsroom: Any) -> Iterator[sqlite3.Connection]:
    """A second connection to the archive, as a takedown beside a crawl has it."""
    with closing(open_writable(newsroom.path, newsroom.clock.now, 5.0, create=False)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        yield connection


def target(connection: sqlite3.Connection, key: str = KEY) -> Target:
    found = takedown.target_of(connection, key, key)
    assert found is not None
    return found


def take(connection: sqlite3.Connection, what: Callable[..., Receipt], key: str = KEY, **how: Any) -> Receipt:
    connection.execute("BEGIN IMMEDIATE")
    receipt = what(connection, target(connection, key), "court order", "ann", NOW, **how)
    connection.execute("COMMIT")
    return receipt


def fill(connection: sqlite3.Connection, article: int, key: str) -> list[str]:
    """A row with the sentence in every text column of every table that has a row of an article or of a key."""
    filled = []
    for table in TABLES:
        names = {column.name for column in table.columns}
        if table.name in ("articles", "urls", "deleted_articles", "tombstones") or not names & {
            "article",
            "key",
        }:
            continue
        row = {column.name: _value(column.name, column.type, article, key) for column in table.columns}
        row = {name: value for name, value in row.items() if value is not None}
        listed = ", ".join(f'"{name}"' for name in row)
        connection.execute(
            f'INSERT OR REPLACE INTO "{table.name}" ({listed}) VALUES ({", ".join("?" * len(row))})',  # noqa: S608
            list(row.values()),
        )
        filled.append(table.name)
    return filled


def _value(name: str, declared: str, article: int, key: str) -> Any:
    known = {"article": article, "key": key, "kind": "article", "state": "due", "url": key, "run": None}
    if name in known:
        return known[name]
    if "REFERENCES" in declared or "PRIMARY KEY" in declared:
        return None
    if declared.startswith("BLOB"):
        return SENTENCE.encode()
    return SENTENCE if declared.startswith("TEXT") else 7


STAYS = {
    # a visit's address and fault words of ours; the keys that keep it out; where the page had lain
    "fetches": {"url", "final_url", "memento", "source", "visited_at", "outcome", "reason", "kind"},
    "captures": {"url", "file", "place", "memento", "digest", "captured_at", "media_type", "erased_at"},
    "frontier": {"url", "source", "host", "kind", "due_at", "first_due_at", "state", "why"},
}


def test_every_table_that_has_rows_of_an_article_is_emptied(
    newsroom: Any, writing: sqlite3.Connection
) -> None:
    newsroom.commit()
    newsroom.commit("other")
    filled = fill(writing, 1, KEY)
    assert {"article_text", "revisions", "removed_blocks", "doubts", "evidence", "corrections", "article_images",
            "article_notes", "live_entries", "story_signatures"} <= set(filled)  # fmt: skip
    fulltext.rebuild(writing)
    take(writing, takedown.erase)
    left = []
    for table in TABLES:
        for column in table.columns:
            if column.name not in STAYS.get(table.name, ()):
                left += [
                    f"{table.name}.{column.name}"
                    for (value,) in writing.execute(f'SELECT "{column.name}" FROM "{table.name}"')  # noqa: S608
                    if value in (SENTENCE, SENTENCE.encode())
                ]
    assert left == []
    assert writing.execute("SELECT count(*) FROM article_text WHERE text != ''").fetchone() == (1,)
    assert fulltext.sound(writing)
    assert writing.execute("PRAGMA foreign_key_check").fetchall() == []


def test_of_an_erased_article_a_row_without_words_stays_that_says_so(
    newsroom: Any, writing: sqlite3.Connection
) -> None:
    newsroom.commit(capture=newsroom.capture())
    receipt = take(writing, takedown.erase)
    columns = dict(newsroom.rows("SELECT name, NULL FROM pragma_table_info('articles')"))
    with closing(sqlite3.connect(newsroom.path)) as reading:
        reading.row_factory = sqlite3.Row
        columns = dict(reading.execute("SELECT * FROM articles").fetchone())
    said = {name: value for name, value in columns.items() if value not in (None, 0)}
    assert said.keys() == {
        "id", "public_id", "url", "source", "published_sort", "first_seen_at", "state", "form", "change",
    }  # fmt: skip
    assert said["state"] == "withheld"
    assert newsroom.row("SELECT mode, reason, public_id FROM tombstones") == (
        "erased", "court order", said["public_id"],
    )  # fmt: skip
    assert newsroom.row("SELECT outcome, reason FROM urls WHERE key = ?", KEY) == ("skipped", "withheld")
    assert receipt.public_id == said["public_id"]
    assert [place.file for place in receipt.captures] == ["a.warc.gz"]
    assert newsroom.row("SELECT action, author FROM takedowns") == ("erase", "ann")


@pytest.mark.parametrize("how", [takedown.hide, takedown.erase], ids=["hidden", "erased"])
def test_what_was_taken_down_stays_out(newsroom: Any, writing: sqlite3.Connection, how: Any) -> None:
    newsroom.commit()
    newsroom.commit("amp", url="https://herald.example/port/amp", final_url="https://herald.example/port")
    take(writing, how)
    assert newsroom.row("SELECT state FROM frontier WHERE key = ?", KEY) == ("parked",)
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("port", title=SENTENCE)))
    newsroom.plan(everything=True)
    leased = newsroom.wait(newsroom.archive.lease(9, 50, newsroom.clock.forward(days=40)))
    assert KEY not in {lease.key for lease in leased}
    again = newsroom.commit()  # it was on its way already
    assert (again.outcome, again.reason) == (Outcome.SKIPPED, Reason.WITHHELD)
    moved = newsroom.commit("new-place", final_url="https://herald.example/port")
    assert (moved.outcome, moved.reason) == (Outcome.SKIPPED, Reason.WITHHELD)
    named = newsroom.visit("copy")
    named = replace(named, reading=newsroom.reading("copy", canonical_url="https://herald.example/port"))
    copied = newsroom.archive.commit_now(named)
    assert (copied.outcome, copied.reason) == (Outcome.SKIPPED, Reason.WITHHELD)
    assert newsroom.rows("SELECT title FROM evidence WHERE title = ?", SENTENCE) == []
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'harbour'") == []


def test_every_address_of_the_article_is_kept_out(newsroom: Any, writing: sqlite3.Connection) -> None:
    newsroom.commit()
    newsroom.commit("mobile", url="https://m.herald.example/port", final_url="https://herald.example/port")
    newsroom.commit(
        "print", reading=newsroom.reading("port", canonical_url="https://herald.example/port?print")
    )
    (alias,) = newsroom.row("SELECT key FROM urls WHERE url LIKE 'https://m.%'")
    receipt = take(writing, takedown.erase, alias)
    assert {KEY, alias} <= set(receipt.keys)
    assert receipt.public_id == dedupe.public_id(KEY)


def test_what_was_hidden_comes_back_as_it_was(newsroom: Any, writing: sqlite3.Connection) -> None:
    newsroom.commit()
    newsroom.commit("copy", source="courier", reading=newsroom.reading("port"))
    before = everything_but(newsroom, "change", "due_at", "etag", "last_modified")
    take(writing, takedown.hide)
    assert newsroom.row("SELECT state, cluster FROM articles WHERE id = 1") == ("withheld", None)
    assert newsroom.row("SELECT articles FROM clusters") == (1,)
    take(writing, takedown.undo)
    assert everything_but(newsroom, "change", "due_at", "etag", "last_modified") == before
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'harbour' ORDER BY 1") == [
        (1,), (2,),
    ]  # fmt: skip
    assert fulltext.sound(writing)


def everything_but(newsroom: Any, *columns: str) -> dict[str, list[Any]]:
    """The rows of every table except those that record the takedown itself."""
    rows = {}
    with closing(sqlite3.connect(newsroom.path)) as connection:
        for table in TABLES:
            if table.name not in ("takedowns", "frontier"):
                listed = ", ".join(
                    f'"{column.name}"' for column in table.columns if column.name not in columns
                )
                rows[table.name] = connection.execute(f'SELECT {listed} FROM "{table.name}"').fetchall()  # noqa: S608
    return rows


def test_what_was_removed_by_its_publisher_is_gone_again_and_not_published(
    newsroom: Any, writing: sqlite3.Connection
) -> None:
    newsroom.commit()
    newsroom.commit(status=410, reading=None)
    take(writing, takedown.hide)
    take(writing, takedown.undo)
    assert newsroom.row("SELECT state FROM articles") == ("gone",)


def test_what_was_erased_may_be_fetched_anew_once_that_is_undone(
    newsroom: Any, writing: sqlite3.Connection
) -> None:
    newsroom.commit()
    take(writing, takedown.erase)
    take(writing, takedown.undo)
    assert newsroom.row("SELECT count(*) FROM articles") == (0,)
    again = newsroom.commit()
    assert (again.outcome, again.public_id) == (Outcome.STORED, dedupe.public_id(KEY))


def test_what_was_hidden_can_be_erased(newsroom: Any, writing: sqlite3.Connection) -> None:
    newsroom.commit()
    take(writing, takedown.hide)
    take(writing, takedown.erase)
    assert newsroom.row("SELECT mode FROM tombstones") == ("erased",)
    assert newsroom.row("SELECT text FROM article_text") == ("",)
    assert fulltext.sound(writing)


def test_a_story_of_two_is_none_when_one_of_them_is_erased(
    newsroom: Any, writing: sqlite3.Connection
) -> None:
    newsroom.commit()
    newsroom.commit("copy", source="courier", reading=newsroom.reading("port"))
    receipt = take(writing, takedown.erase)
    assert receipt.same_text == ("https://herald.example/copy",)
    assert newsroom.rows("SELECT * FROM clusters") == []
    assert newsroom.row("SELECT cluster FROM articles WHERE id = 2") == (None,)


def test_what_expired_leaves_no_article_behind(newsroom: Any, writing: sqlite3.Connection) -> None:
    newsroom.commit(capture=newsroom.capture())
    writing.execute("BEGIN")
    takedown.erase(
        writing, takedown.target_of_article(writing, 1), "retain", None, NOW, mode=takedown.EXPIRED
    )
    writing.execute("COMMIT")
    assert newsroom.row("SELECT count(*) FROM articles") == (0,)
    assert newsroom.row("SELECT outcome, reason, article FROM urls WHERE key = ?", KEY) == (
        "skipped",
        "expired",
        None,
    )
    assert newsroom.row("SELECT mode FROM tombstones") == ("expired",)
    assert newsroom.commit().outcome is Outcome.SKIPPED


def test_a_capture_that_arrives_after_the_takedown_is_to_be_erased_too(
    newsroom: Any, writing: sqlite3.Connection
) -> None:
    newsroom.commit(capture=newsroom.capture())
    take(writing, takedown.erase)
    newsroom.commit(capture=newsroom.capture(offset=500))  # was on its way
    assert [place.offset for place, _ in erasures.pending(writing)] == [0, 500]
    erasures.done(writing, [place for place, _ in erasures.pending(writing)], NOW)
    assert erasures.pending(writing) == []
    assert newsroom.rows("SELECT erased_at IS NOT NULL FROM captures") == [(1,), (1,)]


def test_an_address_nobody_heard_of_has_no_target_and_can_be_kept_out_in_advance(
    newsroom: Any, writing: sqlite3.Connection
) -> None:
    assert takedown.target_of(writing, KEY, "x") is None
    writing.execute("BEGIN")
    takedown.hide(writing, takedown.unheard(KEY, "x"), "asked", None, NOW)
    writing.execute("COMMIT")
    assert newsroom.commit().reason is Reason.WITHHELD


def test_exports_that_were_made_while_it_was_there_are_named(
    newsroom: Any, writing: sqlite3.Connection
) -> None:
    for name, at in (("before", "2020-01-01T00:00:00Z"), ("after", "2026-12-01T00:00:00Z")):
        writing.execute(
            "INSERT INTO exports (name, made_at, query, rows, sha256) VALUES (?, ?, 'all', 1, 'x')",
            (name, at),
        )
    newsroom.commit()
    assert [export["name"] for export in take(writing, takedown.erase).exports] == ["after"]


def test_listings_go_on_beside_a_tombstone(newsroom: Any, writing: sqlite3.Connection) -> None:
    newsroom.commit()
    take(writing, takedown.hide)
    done = newsroom.archive.commit_now(newsroom.listing(newsroom.link("port"), newsroom.link("new")))
    assert (done.outcome, done.new_links) == (Outcome.LISTED, 1)
    assert newsroom.rows("SELECT kind FROM frontier WHERE key LIKE '%new'") == [(Kind.ARTICLE.value,)]
