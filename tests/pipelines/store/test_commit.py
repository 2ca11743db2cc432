"""A visit becomes rows: stored, revised, gone, restored, tied, kept out."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pipelines import dedupe
from pipelines.items import DateCandidate, Doubt, Kind, Precision, Published, Reading, Rights
from pipelines.reasons import Outcome, Reason
from pipelines.store import PlannedSource, fulltext, open_readonly, story
from pipelines.store.sqlite import sqlite3

FEED = "https://herald.example/feed"


def sound(path: Any) -> bool:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return (
            fulltext.sound(connection)
            and connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            and connection.execute("PRAGMA foreign_key_check").fetchall() == []
        )


def test_a_new_article_has_all_its_rows(newsroom: Any) -> None:
    newsroom.archive.begin_run("newsbot crawl", "0.1.0", "1")
    done = newsroom.commit(etag='"1"', capture=newsroom.capture(), received_bytes=90, ms=12)
    assert (done.outcome, done.article, done.public_id) == (
        Outcome.STORED,
        1,
        dedupe.public_id("https://herald.example/port"),
    )
    assert newsroom.row(
        """SELECT url, source, headline, byline, published_at, published_day, published_year, published_month,
        published_sort, published_precision, published_from, dateline, dateline_date, dateline_month_day, place, country,
        first_seen_at, changed_at, revisions, state, reading, capture FROM articles"""
    ) == (
        "https://herald.example/port", "herald", "News of port", "By A. Karim and B. Chen", "2026-11-22T11:00:00Z",
        "2026-11-22", 2026, "2026-11", "2026-11-22T11:00:00Z", "minute", "jsonld datePublished",
        "BASRA, Nov 22 (Reuters) -", "2026-11-22", "--11-22", "Basra", "IQ", "2026-11-22T12:00:00Z", None, 0,
        "published", "1", 1,
    )  # fmt: skip
    assert newsroom.rows("SELECT author, position FROM article_authors ORDER BY 2") == [
        ("A. Karim", 0),
        ("B. Chen", 1),
    ]
    assert newsroom.rows("SELECT tag FROM article_tags ORDER BY 1") == [("Ports",), ("Trade",)]
    assert newsroom.rows("SELECT agency FROM article_agencies") == [("Reuters",)]
    assert newsroom.rows("SELECT name, country, latitude FROM places") == [("Basra", "IQ", 30.5)]
    assert newsroom.rows("SELECT rule, text FROM removed_blocks") == [("label", "Read more")]
    assert newsroom.rows("SELECT origin, chosen FROM evidence WHERE kind = 'date'") == [("jsonld", 1)]
    assert newsroom.rows("SELECT key, file, length FROM captures") == [
        ("https://herald.example/port", "a.warc.gz", 100)
    ]
    assert newsroom.rows("SELECT capture, noarchive FROM rights") == [(1, 0)]
    assert newsroom.row("SELECT run, outcome, reason, status, ms, received_bytes FROM fetches") == (
        1,
        "stored",
        None,
        200,
        12,
        90,
    )
    assert newsroom.row("SELECT article, outcome FROM urls WHERE article IS NOT NULL") == (1, "stored")
    assert newsroom.row("SELECT state, visits, etag, due_at, first_due_at FROM frontier WHERE kind = 'article'") == (
        "due", 1, '"1"', "2026-11-22T13:00:00Z", "2026-11-22T12:00:00Z",
    )  # fmt: skip
    assert newsroom.row("SELECT stored, found, received_bytes FROM runs") == (1, 0, 90)
    assert newsroom.row("SELECT day, visits, stored, with_date, with_byline FROM source_health") == (
        "2026-11-22",
        1,
        1,
        1,
        1,
    )
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'harbour cranes'") == [(1,)]
    assert sound(newsroom.path)


@pytest.mark.parametrize(
    ("published", "sort", "day", "precision"),
    [
        pytest.param(Published(), "2026-11-22T12:00:00Z", None, None, id="nothing known: first sight orders it"),
        pytest.param(
            Published(day=date(2014, 6, 22), precision=Precision.DAY), "2014-06-22", "2014-06-22", "day",
            id="a day known: the day orders it",
        ),
    ],
)  # fmt: skip
def test_what_is_not_known_stays_empty(
    newsroom: Any, published: Published, sort: str, day: str | None, precision: str | None
) -> None:
    newsroom.commit(reading=newsroom.reading(published=published, dateline=None))
    assert newsroom.row(
        "SELECT published_at, published_sort, published_day, published_precision, place FROM articles"
    ) == (None, sort, day, precision, None)


def test_an_unchanged_article_costs_a_ledger_row_and_no_other(newsroom: Any) -> None:
    newsroom.commit(etag='"1"')
    before = newsroom.rows("SELECT * FROM articles")
    newsroom.clock.forward(hours=2)
    assert newsroom.commit().reason is Reason.SAME_TEXT
    newsroom.clock.forward(hours=23)
    assert newsroom.commit(status=304, reading=None).reason is Reason.NOT_MODIFIED
    assert newsroom.rows("SELECT * FROM articles") == before
    assert newsroom.rows("SELECT outcome FROM fetches ORDER BY id") == [
        ("stored",),
        ("unchanged",),
        ("unchanged",),
    ]
    assert newsroom.row("SELECT visits, due_at FROM frontier WHERE kind = 'article'") == (
        3,
        "2026-11-29T12:00:00Z",
    )


def test_a_304_without_validators_keeps_the_old_ones(newsroom: Any) -> None:
    newsroom.commit(etag='"1"', last_modified="Sun, 22 Nov 2026 11:00:00 GMT")
    newsroom.commit(status=304, reading=None)
    validators = "SELECT etag, last_modified FROM frontier WHERE kind = 'article'"
    assert newsroom.row(validators) == ('"1"', "Sun, 22 Nov 2026 11:00:00 GMT")
    newsroom.commit(reason=Reason.TRUNCATED, reading=None, etag='"half"')
    assert newsroom.row(validators)[0] == '"1"'
    newsroom.commit(status=410, reading=None, etag='"gone"')
    assert newsroom.row(validators) == (None, None)


def test_a_publishers_revision_keeps_what_stood_there(newsroom: Any) -> None:
    newsroom.commit(capture=newsroom.capture())
    newsroom.clock.forward(hours=2)
    corrected = newsroom.reading(headline="Corrected: news of port", tags=("Ports",))
    done = newsroom.commit(reading=corrected, capture=newsroom.capture(100))
    assert (done.outcome, done.article) == (Outcome.REVISED, 1)
    assert newsroom.row(
        "SELECT kind, changed, headline, seen_at, reading, capture, new_capture FROM revisions"
    ) == ("publisher", "headline", "News of port", "2026-11-22T14:00:00Z", "1", 1, 2)
    assert newsroom.row("SELECT headline, changed_at, revisions, capture, first_seen_at FROM articles") == (
        "Corrected: news of port", "2026-11-22T14:00:00Z", 1, 2, "2026-11-22T12:00:00Z",
    )  # fmt: skip
    assert newsroom.rows("SELECT tag FROM article_tags") == [("Ports",)]
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'corrected'") == [(1,)]
    assert sound(newsroom.path)


def test_a_new_reading_tells_nobody_of_a_change(newsroom: Any) -> None:
    newsroom.commit()
    better = newsroom.reading(version="2", headline="News of the port", doubts=(Doubt("zone", "Two zones."),))
    assert newsroom.commit(reading=better).reason is Reason.REREAD
    assert newsroom.row("SELECT headline, changed_at, revisions, reading FROM articles") == (
        "News of the port",
        None,
        0,
        "2",
    )
    assert newsroom.row("SELECT kind FROM revisions") == ("reading",)
    assert newsroom.rows("SELECT doubt, article FROM doubts") == [("zone", 1)]
    assert (
        newsroom.commit(
            reading=newsroom.reading(version="3", headline="News of the port", section="Asia")
        ).reason
        is Reason.SAME_TEXT
    )
    assert newsroom.row("SELECT section, reading FROM articles") == ("Asia", "3")
    assert newsroom.rows("SELECT * FROM doubts") == []


def test_a_date_that_was_known_is_not_replaced_by_none(newsroom: Any) -> None:
    newsroom.commit()
    newsroom.commit(reading=newsroom.reading(headline="Other", published=Published()))
    assert newsroom.row("SELECT headline, published_day FROM articles") == ("Other", "2026-11-22")


def test_less_than_before_leaves_a_doubt_and_the_text(newsroom: Any) -> None:
    newsroom.commit()
    for _ in range(2):
        done = newsroom.commit(reading=newsroom.reading(text="Subscribe to read on."))
        assert (done.outcome, done.reason) == (Outcome.SKIPPED, Reason.LESS_THAN_BEFORE)
    assert len(newsroom.row("SELECT text FROM article_text")[0]) > 500
    assert newsroom.rows("SELECT doubt, detail, article FROM doubts") == [
        ("less_than_before", "The page shows 4 of 132 words.", 1)
    ]
    assert newsroom.row("SELECT article, outcome, reason FROM urls WHERE key LIKE '%port'") == (
        1,
        "skipped",
        "less_than_before",
    )


def test_gone_and_back_again(newsroom: Any) -> None:
    newsroom.commit()
    newsroom.clock.forward(hours=2)
    assert newsroom.commit(status=404, reading=None).outcome is Outcome.FAILED
    assert newsroom.row("SELECT state FROM articles") == ("published",)
    newsroom.clock.forward(days=1)
    assert newsroom.commit(status=404, reading=None).outcome is Outcome.GONE
    assert newsroom.row("SELECT state, revisions, changed_at FROM articles") == (
        "gone",
        1,
        "2026-11-23T14:00:00Z",
    )
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'harbour'") == [(1,)]
    newsroom.clock.forward(days=1)
    assert newsroom.commit().outcome is Outcome.REVISED
    assert newsroom.row("SELECT state, revisions FROM articles") == ("published", 2)
    assert newsroom.rows("SELECT changed FROM revisions ORDER BY id") == [("removed",), ("restored",)]
    # The page was there in between: the days of its absence count anew.
    newsroom.clock.forward(days=1)
    assert newsroom.commit(status=404, reading=None).outcome is Outcome.FAILED
    assert sound(newsroom.path)


def test_copies_in_two_sources_are_tied(newsroom: Any) -> None:
    wire = newsroom.reading("wire")
    earlier = Published(newsroom.clock.now - timedelta(hours=9), None, Precision.MINUTE, "meta", 0.9)
    newsroom.commit("wire", reading=wire)
    newsroom.commit(
        "copy", reading=replace(wire, headline="Again")
    )  # twice in one source is no cluster, but a doubt
    assert newsroom.rows("SELECT * FROM clusters") == []
    assert newsroom.rows("SELECT doubt, article FROM doubts") == [("repeated_text", 2)]
    newsroom.commit(
        url="https://courier.example/wire",
        source="courier",
        reading=newsroom.reading("wire", published=earlier),
    )
    assert newsroom.row("SELECT first_article, agency, articles FROM clusters") == (3, "Reuters", 3)
    assert newsroom.rows("SELECT cluster FROM articles") == [(1,), (1,), (1,)]
    newsroom.commit("wire", reading=newsroom.reading("wire", headline="Edited", text=wire.text + "More."))
    newsroom.commit(url="https://times.example/wire", source="times", reading=wire)
    assert newsroom.row("SELECT articles FROM clusters") == (4,)


def test_the_same_words_headline_and_date_on_one_site_are_one_article(newsroom: Any) -> None:
    newsroom.commit("gb/port", reading=newsroom.reading())
    done = newsroom.commit("us/port", reading=newsroom.reading())
    assert (done.outcome, done.reason, done.article) == (Outcome.SKIPPED, Reason.ALIAS, 1)
    assert newsroom.row("SELECT article, alias_of FROM urls WHERE key LIKE '%us/port'") == (
        1,
        "https://herald.example/gb/port",
    )
    (detail,) = newsroom.row("SELECT detail FROM fetches WHERE reason = 'alias'")
    assert detail.endswith("at https://herald.example/gb/port.")
    assert newsroom.commit(url="https://other.example/port").outcome is Outcome.STORED


def test_a_new_article_behind_a_redirect_is_known_under_both_keys(newsroom: Any) -> None:
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("short"), newsroom.link("long")))
    newsroom.commit("short", final_url="https://herald.example/long")
    assert newsroom.rows(
        "SELECT key, article, alias_of FROM urls WHERE article IS NOT NULL ORDER BY key"
    ) == [
        ("https://herald.example/long", 1, "https://herald.example/short"),
        ("https://herald.example/short", 1, None),
    ]
    assert newsroom.row("SELECT state FROM frontier WHERE key LIKE '%long'") == ("parked",)
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("long")))
    assert newsroom.row("SELECT state FROM frontier WHERE key LIKE '%long'") == ("parked",)
    assert newsroom.commit("long").reason is Reason.ALIAS
    assert newsroom.row("SELECT count(*) FROM articles") == (1,)


def test_a_url_belongs_to_the_source_that_visits_it_whoever_named_it_first(newsroom: Any) -> None:
    newsroom.plan(newsroom.source, PlannedSource("liar", "The Liar"))
    named = newsroom.link("port", refused=Reason.OFF_SITE)
    newsroom.archive.commit_now(newsroom.listing(named, source="liar"))
    newsroom.commit("port")
    assert newsroom.row("SELECT source, outcome, reason FROM urls WHERE key LIKE '%port'") == (
        "herald",
        "stored",
        None,
    )


def test_an_address_that_leads_to_a_known_article_becomes_its_alias(newsroom: Any) -> None:
    newsroom.commit("long")
    done = newsroom.commit("short", reading=newsroom.reading("long"), final_url="https://herald.example/long")
    assert (done.outcome, done.reason, done.article) == (Outcome.SKIPPED, Reason.ALIAS, 1)
    assert newsroom.row("SELECT article, alias_of, reason FROM urls WHERE key LIKE '%short'") == (
        1,
        "https://herald.example/long",
        "alias",
    )
    assert newsroom.row("SELECT state FROM frontier WHERE key LIKE '%short'") == ("parked",)


@pytest.mark.parametrize(
    ("canonical", "same", "outcome", "articles"),
    [
        pytest.param("https://herald.example/canon", True, Outcome.SKIPPED, 1, id="same words: an alias"),
        pytest.param(
            "https://herald.example/canon", False, Outcome.STORED, 2, id="other words: an article of its own"
        ),
        pytest.param("https://other.example/canon", True, Outcome.STORED, 2, id="another site: never merged"),
    ],
)
def test_a_canonical_link_claims_and_the_visit_tells(
    newsroom: Any, canonical: str, same: bool, outcome: Outcome, articles: int
) -> None:
    newsroom.commit("amp", reading=newsroom.reading("canon", canonical_url=canonical))
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("canon")))
    assert newsroom.row("SELECT state FROM frontier WHERE key LIKE '%canon'") == (
        "due",
    )  # nothing is merged unseen
    later = Published(
        newsroom.clock.now, None, Precision.MINUTE, "meta", 0.9
    )  # else the words would merge them
    seen = newsroom.reading("canon" if same else "else", published=later)
    assert newsroom.commit("canon", reading=seen).outcome is outcome
    assert newsroom.row("SELECT count(*) FROM articles") == (articles,)
    assert newsroom.row(
        "SELECT alias_of IS NOT NULL FROM urls WHERE key = 'https://herald.example/canon'"
    ) == (int(articles == 1),)


def test_a_canonical_link_to_a_listing_makes_no_alias(newsroom: Any) -> None:
    newsroom.commit("a", reading=newsroom.reading("a", canonical_url=FEED))
    assert newsroom.row("SELECT alias_of FROM urls WHERE key = ?", FEED) == (None,)


def test_a_tombstone_keeps_a_page_out_for_ever(newsroom: Any) -> None:
    with closing(sqlite3.connect(newsroom.path)) as other, other:
        other.execute(
            "INSERT INTO tombstones (key, reason, made_at) VALUES ('https://herald.example/port', 'court order', '2026-11-22T00:00:00Z')"
        )
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("port")))
    assert newsroom.rows("SELECT key FROM frontier WHERE kind = 'article'") == []
    assert newsroom.commit().reason is Reason.WITHHELD
    assert newsroom.row("SELECT count(*) FROM articles") == (0,)


def test_a_withheld_article_is_not_found_by_searching(newsroom: Any) -> None:
    newsroom.commit()
    with closing(sqlite3.connect(newsroom.path)) as other, other:
        fulltext.remove(other, [1])
        other.execute("UPDATE articles SET state = 'withheld'")
        fulltext.add(other, [1])
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'harbour'") == []
    assert sound(newsroom.path)
    assert newsroom.commit(reading=newsroom.reading(headline="New")).reason is Reason.WITHHELD
    assert newsroom.commit(status=410, reading=None).reason is Reason.WITHHELD


def test_what_a_person_corrected_survives_every_reading(newsroom: Any) -> None:
    newsroom.commit()
    with closing(sqlite3.connect(newsroom.path)) as other, other:
        other.execute(
            "INSERT INTO corrections (article, field, value, author, reason, made_at) VALUES (1, 'byline', 'By C. Diaz', 'desk', 'wrong name', '2026-11-22T00:00:00Z')"
        )
        other.execute(
            "INSERT INTO corrections (article, field, value, author, reason, made_at) VALUES (1, 'state', 'withheld', 'desk', 'no column of readings', 'x')"
        )
    newsroom.commit(reading=newsroom.reading(headline="New"))
    assert newsroom.row("SELECT headline, byline, state FROM articles") == ("New", "By C. Diaz", "published")


def test_a_noarchive_page_that_is_skipped_keeps_a_record_to_find_the_capture_by(newsroom: Any) -> None:
    done = newsroom.commit(
        reading=newsroom.reading(rights=Rights(robots="noarchive", noarchive=True)),
        keep_noarchive=False,
        capture=newsroom.capture(),
    )
    assert (done.outcome, done.reason) == (Outcome.SKIPPED, Reason.NOARCHIVE)
    assert newsroom.row("SELECT count(*) FROM articles") == (0,)
    assert newsroom.row(
        "SELECT robots, noarchive FROM rights JOIN captures ON captures.id = rights.capture"
    ) == ("noarchive", 1)


def test_a_source_that_keeps_metadata_keeps_no_text(newsroom: Any) -> None:
    newsroom.plan(replace(newsroom.source, store="metadata"))
    newsroom.commit()
    assert newsroom.row("SELECT text, lede, word_count FROM articles JOIN article_text ON article = id") == (
        "",
        None,
        132,
    )
    assert newsroom.rows("SELECT * FROM removed_blocks") == []
    assert newsroom.commit().reason is Reason.SAME_TEXT
    changed = newsroom.commit(reading=newsroom.reading(text=newsroom.reading().text + "More."))
    assert changed.outcome is Outcome.REVISED
    assert newsroom.row("SELECT changed, text FROM revisions") == ("text", "")


def test_text_that_no_database_can_hold_is_mended(newsroom: Any) -> None:
    done = newsroom.commit(reading=newsroom.reading(headline="A\x00B\ud83d\ude00C\udcffD", byline="\ud800"))
    assert done.outcome is Outcome.STORED
    assert newsroom.row("SELECT headline, byline FROM articles") == ("AB😀C\ufffdD", "\ufffd")


def broken(reading: Reading) -> Reading:
    return replace(reading, headline=["no", "text"])  # type: ignore[arg-type]


def huge(reading: Reading) -> Reading:
    return replace(reading, word_count=1 << 70)


@pytest.mark.parametrize("spoil", [broken, huge])
def test_a_visit_that_cannot_be_written_costs_only_itself(newsroom: Any, spoil: Any) -> None:
    async def both() -> list[Any]:
        good = [
            newsroom.visit("a"),
            newsroom.visit("bad", reading=spoil(newsroom.reading("bad"))),
            newsroom.visit("b"),
        ]
        return await asyncio.gather(*map(newsroom.archive.commit, good))

    done = newsroom.wait(both())
    assert [one.outcome for one in done] == [Outcome.STORED, Outcome.FAILED, Outcome.STORED]
    assert done[1].reason is Reason.READER_FAULT
    (detail,) = newsroom.row("SELECT detail FROM fetches WHERE outcome = 'failed'")
    assert detail.startswith("It could not be stored: ")
    assert newsroom.row("SELECT state, failures FROM frontier WHERE key LIKE '%bad'") == ("due", 1)
    assert newsroom.row("SELECT count(*) FROM articles") == (2,)
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'harbour'") == [(1,), (2,)]
    assert sound(newsroom.path)


def test_one_article_twice_in_one_batch_is_indexed_once(newsroom: Any) -> None:
    async def both() -> None:
        visits = [newsroom.visit(), newsroom.visit(reading=newsroom.reading(headline="Second"))]
        visits.append(newsroom.visit(reading=newsroom.reading(headline="Third")))
        await asyncio.gather(*map(newsroom.archive.commit, visits))

    newsroom.wait(both())
    assert newsroom.archive.transactions == 2  # the plan, and the batch
    assert newsroom.row("SELECT headline, revisions FROM articles") == ("Third", 2)
    assert newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'third OR second'") == [
        (1,)
    ]
    assert sound(newsroom.path)


def test_every_date_candidate_is_kept_once(newsroom: Any) -> None:
    low = DateCandidate(
        "url", "path", "published", "/2026/11/21/", None, None, Precision.DAY, 0.2, note="Loses."
    )
    newsroom.commit(reading=newsroom.reading(candidates=(low, *newsroom.reading().candidates)))
    newsroom.commit(reading=newsroom.reading(version="2", candidates=(low,)))
    assert newsroom.rows("SELECT origin, printed, note FROM evidence WHERE kind = 'date'") == [
        ("url", "/2026/11/21/", "Loses.")
    ]


def test_the_story_of_a_url(newsroom: Any) -> None:
    newsroom.archive.begin_run("newsbot crawl", "0.1.0", "1")
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("port", date="Sun, 22 Nov 2026")))
    newsroom.commit(capture=newsroom.capture(), final_url="https://herald.example/port/full")
    newsroom.commit(reading=newsroom.reading(headline="New"))
    with closing(open_readonly(newsroom.path)) as connection:
        told = story(connection, "https://herald.example/port")
        alias = story(connection, "https://herald.example/port/full")
        unknown = story(connection, "https://herald.example/never")
    assert told.url is not None and told.url["outcome"] == "revised"
    assert [fetch["outcome"] for fetch in told.fetches] == ["stored", "revised"]
    assert told.article is not None and told.article["headline"] == "New"
    assert (len(told.found), len(told.dates), len(told.revisions), len(told.captures)) == (1, 1, 1, 1)
    assert told.addresses == ("https://herald.example/port/full",)
    assert told.waiting is not None and told.waiting["state"] == "due"
    assert alias.article == told.article
    assert (unknown.url, unknown.article, unknown.visits) == (None, None, 0)


def test_kinds_of_listings_are_entered_by_their_kind(newsroom: Any) -> None:
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("map.xml", kind=Kind.SITEMAP)))
    assert newsroom.rows("SELECT kind, state FROM frontier ORDER BY kind") == [
        ("feed", "due"),
        ("sitemap", "due"),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://herald.example/port", "https://m.herald.example/port"),
        ("https://herald.example/port", "https://herald.example/port/amp/"),
        ("https://herald.example/port?print=1", "https://herald.example/port"),
        ("https://herald.example/port", "https://herald.example/port?print=true"),
    ],
)
def test_a_copy_for_phones_or_printers_is_the_same_article_where_the_text_agrees(
    newsroom: Any, first: str, second: str
) -> None:
    newsroom.commit(url=first)
    undated = newsroom.reading(
        published=Published(), headline="Port"
    )  # neither its headline nor its date says so
    assert newsroom.commit(url=second, reading=undated).reason is Reason.ALIAS
    assert newsroom.row("SELECT count(*) FROM articles") == (1,)
    (alias_of,) = newsroom.row("SELECT alias_of FROM urls WHERE key = ?", dedupe.url_key(second))
    assert alias_of == dedupe.url_key(first)


def test_an_address_that_only_looks_like_a_copy_is_an_article_of_its_own(newsroom: Any) -> None:
    newsroom.commit()
    other = newsroom.reading("crane", headline="News of port")
    assert newsroom.commit(url="https://herald.example/port/amp", reading=other).outcome is Outcome.STORED
