"""What readers type, and what FTS5 is asked."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.search.language import NOTHING, Search, Term, read
from pipelines.store.fulltext import FULLTEXT_DDL
from pipelines.store.sqlite import sqlite3


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        pytest.param("council bridge", '("council" AND "bridge")', id="two words: both"),
        pytest.param('"two words" flood*', '("two words" AND "flood" *)', id="a phrase and a beginning"),
        pytest.param('"new york ti"*', '"new york ti" *', id="the beginning of a phrase"),
        pytest.param("bridge NOT toll", '("bridge" NOT "toll")', id="NOT"),
        pytest.param(
            'bridge -toll -"big boat"', '("bridge" NOT ("toll" OR "big boat"))', id="a minus, twice"
        ),
        pytest.param("a OR b c", '("a" OR ("b" AND "c"))', id="OR binds less than words side by side"),
        pytest.param("a (b OR c)", '("a" AND ("b" OR "c"))', id="brackets"),
        pytest.param("a AND b", '("a" AND "b")', id="AND may be written"),
        pytest.param("headline: bridge", '(headline : "bridge")', id="a field"),
        pytest.param("Headline:(a OR b) c", '((headline : ("a" OR "b")) AND "c")', id="a field of brackets"),
        pytest.param("a -text:b", '("a" NOT (text : "b"))', id="a field left out"),
        pytest.param("NEAR(one two, 5)", 'NEAR("one" "two", 5)', id="near each other"),
        pytest.param("covid-19 O'Neill", '("covid-19" AND "O\'Neill")', id="marks inside words are no operators"),
        pytest.param("a - b", '("a" AND "b")', id="a dash between words is no minus"),
        pytest.param("10:30 re:vote", '("10:30" AND "re:vote")', id="a colon behind what is no field"),
        pytest.param("and or not", '("and" AND "or" AND "not")', id="operators are capitals"),
        pytest.param("北京大学", '"北京 京大 大学"', id="Chinese, without the last one alone"),
        pytest.param("京", '"京" *', id="one character begins a pair"),
        pytest.param("iPhone手机", '("iPhone" AND "手机")', id="scripts side by side"),
        pytest.param('"在iPhone上 买"', '"在 iPhone 上 买"', id="scripts in a phrase"),
        pytest.param('"手机 iPhone"', '"手机 机 iPhone"', id="a run that ends inside a phrase"),
        pytest.param("Müller", '("Müller" OR "Mueller")', id="umlauts may be written out"),
        pytest.param('"Müller"', '"Müller"', id="a phrase is taken by the letter"),
        pytest.param("Straße", '"Strasse"', id="sharp s"),
        pytest.param("أحمد*", '("احمد" * OR "الاحمد" * OR "واحمد" * OR "والاحمد" * OR "باحمد" * OR "بالاحمد" * OR'
                     ' "لاحمد" * OR "للاحمد" * OR "فاحمد" * OR "فالاحمد" * OR "كاحمد" * OR "كالاحمد" *)',
                     id="an Arabic name with what is written as one with it"),
    ],
)  # fmt: skip
def test_a_search_is_written_for_fts5(typed: str, asked: str) -> None:
    found = read(typed)
    assert (found.expression, found.note) == (asked, "")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        pytest.param("mueller", '("mueller" OR "muller")', id="an umlaut written out"),
        pytest.param("neue Bauern", '("neue" AND "Bauern")', id="two sounds are no umlaut"),
        pytest.param("due sue", '("due" AND "sue")', id="the shortest words stay"),
    ],
)
def test_where_there_are_german_texts_umlauts_are_guessed(typed: str, asked: str) -> None:
    assert read(typed, german=True).expression == asked
    assert "OR" not in str(read(typed, german=False).expression)


@pytest.mark.parametrize(
    ("typed", "asked", "note"),
    [
        pytest.param("a OR", '"a"', "OR stands between two words.", id="OR at the end"),
        pytest.param("(a b", '("a" AND "b")', "A bracket was opened and never closed.", id="an open bracket"),
        pytest.param("a) b", '("a" AND "b")', "A bracket is closed that was never opened.", id="a closed one"),
        pytest.param("*flood", '"flood"', "A star stands behind the beginning of a word", id="a star in front"),
        pytest.param("a*", '"a"', "would find nearly everything", id="too short a beginning"),
        pytest.param("a OR author:x", '("a" AND "author" AND "x")', "narrows the whole search", id="a filter in an OR"),
        pytest.param("crossings ()", '"crossings"', "A pair of brackets has no word in it.", id="empty brackets"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_its_words_are_searched(typed: str, asked: str, note: str) -> None:
    found = read(typed)
    assert found.expression == asked
    assert note in found.note
    assert found.note.endswith("So its words were searched as they stand.")


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        pytest.param("-toll", "needs a word that must occur", id="only what must not occur"),
        pytest.param("NOT a", "needs a word that must occur", id="NOT alone"),
        pytest.param("a OR -b", "needs a word that must occur", id="one side of OR is empty"),
        pytest.param("!!! ???", "There is no word in this search.", id="no word"),
        pytest.param("AND", "AND stands between two words.", id="an operator alone"),
        pytest.param("w " * 65, "more than 64 words", id="too many words"),
        pytest.param("(" * 13 + "a" + ")" * 13, "brackets inside each other", id="too deep"),
    ],
)
def test_what_cannot_be_guessed_is_said(typed: str, note: str) -> None:
    assert note in read(typed).note


def test_a_quotation_mark_may_stay_open() -> None:
    sentence = "A quotation mark was opened and never closed."
    assert read('"two words') == Search('"two words"', (Term(("two", "words")),), (), sentence, '"two words')


def test_filters_are_told_apart_from_words() -> None:
    found = read('author:"Ann Example" bridge source:gulf')
    assert found.expression == '"bridge"'
    assert found.filters == (("author", "Ann Example"), ("source", "gulf"))
    assert found.rest == "bridge"
    assert (read("place:Baghdad").expression, read("place:Baghdad").rest) == (None, "")


def test_what_is_left_out_is_not_marked() -> None:
    assert read('bridge -toll headline:"long river"').terms == (
        Term(("bridge",)),
        Term(("long", "river"), False, "headline"),
    )


PIECES = st.sampled_from(
    ["a", "flood*", "-", "-x", '"', '"two words"', "(", ")", "AND", "OR", "NOT", "headline:", "author:", "NEAR(", "*",
     "^", "+", "{", "北京", "กรุง", "البرلمان", "\x00", ",", "'", ":", "\u200d", "Müller", "\ud800"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=9).map("".join)))  # fmt: skip
def test_fts5_takes_whatever_was_typed(typed: str) -> None:
    found = read(typed, german=True)
    assert found.expression or found.filters or found.note
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(FULLTEXT_DDL[1].replace("content='articles_words', content_rowid='id',", ""))
        connection.execute(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", (found.expression or NOTHING,)
        )
