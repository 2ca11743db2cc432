"""What is written for the full-text index, script by script."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.store import Archive, fulltext
from pipelines.store.folding import fold
from pipelines.store.sqlite import sqlite3


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Plain words, as they are.", "Plain words, as they are.", id="English stays"),
        pytest.param("São Paulo", "São Paulo", id="accents are FTS5's own business"),
        pytest.param("مُحَمَّد", "محمد", id="Arabic vowel marks"),
        pytest.param("العـــراق", "العراق", id="the stretching tatweel"),
        pytest.param("أحمد إلى مدرسة", "احمد الي مدرسه", id="forms of alef, ya and ta marbuta"),
        pytest.param("ایران یک", "ايران يك", id="Persian letters that look like Arabic ones"),
        pytest.param("۱۴۰۳ ٢٠١٤", "1403 2014", id="Arabic and Persian digits"),
        pytest.param("שָׁלוֹם", "שלום", id="Hebrew points"),
        pytest.param("Straße, STRAẞE", "Strasse, STRAssE", id="sharp s"),
        pytest.param("Łódź Ørsted Đà", "lódź orsted dà", id="letters that have no accent to drop"),
        pytest.param("re\u0301sume\u0301", "résumé", id="accents typed apart"),
        pytest.param("Aus\u00adlandsreise", "Auslandsreise", id="soft hyphens"),
        pytest.param("北京大学", " 北京 京大 大学 学 ", id="Chinese in pairs, the last one alone too"),
        pytest.param("在iPhone上", " 在 iPhone 上 ", id="single characters beside Latin"),
        pytest.param("ｶﾞｲﾄﾞ Ａ１", " ガイ イド ド  A1", id="half-width kana, full-width Latin"),
        pytest.param("서울에서", " 서울 울에 에서 서 ", id="Korean particles come off"),
        pytest.param("กรุงเทพ", " กรุ รุง งเ เท ทพ พ ", id="Thai signs stay with their letter"),
        pytest.param("हिन्दी", "हिन्दी", id="Hindi has spaces and keeps its signs"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_a_text_is_written_for_the_index(text: str | None, folded: str | None) -> None:
    assert fold(text) == folded


@given(st.text())
def test_any_text_can_be_folded_and_keeps_to_the_index(text: str) -> None:
    first = fold(text)
    assert first is not None
    assert fold(text) == first


FOUND = [
    ("en", "The council met about covid-19.", ["council", '"covid 19"', "coun*"]),
    ("de", "Der Überfall in der Straße", ["uberfall", "strasse"]),
    ("ar", "افتتح الجسر يومَ الأحدِ في بغداد", ["الجسر", "يوم", "الاحد"]),
    ("zh", "据新华社北京电，国务院发布通知", ["北京", '"新华 华社"', "院*"]),
    ("ja", "東京都でガイドが話した", ['"東京 京都"', '"ガイ イド"']),
    ("th", "ชาวกรุงเทพมหานครประท้วง", ['"กรุ รุง งเ เท ทพ"']),
    ("hi", "हिन्दी समाचार पत्र", ["समाचार"]),
    ("ko", "서울에서 회의가 열렸다", ["서울"]),
]


@pytest.mark.parametrize(("language", "text", "asked"), FOUND, ids=[row[0] for row in FOUND])
def test_words_inside_a_text_are_found(newsroom: Any, language: str, text: str, asked: list[str]) -> None:
    newsroom.commit("a", reading=newsroom.reading("a", text=f"{text}. " * 12))
    newsroom.commit("b", reading=newsroom.reading("b", text="Something else. " * 30))
    for words in asked:
        found = newsroom.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", words)
        assert found == [(1,)], words


def test_an_index_of_before_the_folding_is_made_anew_and_only_once(tmp_path: Path, newsroom: Any) -> None:
    newsroom.commit("a", reading=newsroom.reading("a", text="国务院发布通知。" * 30))
    newsroom.archive.close()
    with closing(sqlite3.connect(newsroom.path, isolation_level=None)) as connection:
        connection.execute("DROP TABLE articles_fts")
        connection.execute("DROP VIEW articles_words")
        connection.execute(
            "CREATE VIEW articles_words AS SELECT articles.id AS id, headline, text FROM articles"
            " JOIN article_text ON article = articles.id WHERE state != 'withheld'"
        )
        connection.execute(
            "CREATE VIRTUAL TABLE articles_fts USING fts5(headline, text, content='articles_words', content_rowid='id')"
        )
        connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm003_folded'")
        assert not fulltext.current(connection)
    Archive.open(newsroom.path, judgement=dedupe, now=utc_now).close()
    with closing(sqlite3.connect(newsroom.path, isolation_level=None)) as connection:
        assert fulltext.current(connection)
        assert fulltext.sound(connection)
        found = connection.execute(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH '发布'"
        ).fetchall()
        assert found == [(1,)]
        fulltext.remove(connection, [1])  # a rebuild would bring it back
        fulltext.renew(connection)
        found = connection.execute(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH '发布'"
        ).fetchall()
        assert found == []
