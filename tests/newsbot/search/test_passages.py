"""The passage of a text that a search found, as it is printed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.search.language import read
from newsbot.search.passages import marked, passage, pattern_of


def shown(text: str, typed: str, column: str = "text") -> str:
    pattern = pattern_of(read(typed, german=True).terms, column)
    assert pattern is not None
    return "".join(f"[{piece}]" if hit else piece for piece, hit in passage(text, pattern))


@pytest.mark.parametrize(
    ("text", "typed", "passage"),
    [
        pytest.param("The council met.", "COUNCIL", "The [council] met.", id="whatever the case"),
        pytest.param("A councillor met.", "council", "", id="whole words"),
        pytest.param("A councillor met.", "council*", "A [councillor] met.", id="beginnings"),
        pytest.param("covid-19, Covid 19", '"covid 19"', "[covid-19], [Covid 19]", id="phrases across marks"),
        pytest.param("Herr Müller, Mueller", "mueller", "Herr [Müller], [Mueller]", id="umlauts"),
        pytest.param("die Straße, der Strassen", "strasse", "die [Straße], der Strassen", id="sharp s"),
        pytest.param("Überfall in São Paulo", "uberfall sao", "[Überfall] in [São] Paulo", id="accents"),
        pytest.param("re\u0301sume\u0301", "résumé", "[re\u0301sume\u0301]", id="accents apart"),
        pytest.param("افتتح الجسر يومَ الأحدِ", "جسر الاحد", "افتتح [الجسر] يومَ [الأحدِ]", id="Arabic"),
        pytest.param("据新华社北京电，国务院发布", "北京", "据新华社[北京]电，国务院发布", id="Chinese"),
        pytest.param("東京都でガイドが話した", "ガイド", "東京都で[ガイド]が話した", id="Japanese"),
        pytest.param("ชาวกรุงเทพมหานคร", "กรุงเทพ", "ชาว[กรุงเทพ]มหานคร", id="Thai"),
        pytest.param("हिन्दी समाचार सम", "सम", "हिन्दी समाचार [सम]", id="Hindi"),
        pytest.param("<b>council</b>", "council", "<b>[council]</b>", id="markup is text here"),
    ],
)
def test_hits_are_marked_as_the_index_finds_them(text: str, typed: str, passage: str) -> None:
    assert shown(text, typed) == passage


def test_the_passage_is_cut_where_the_words_stand_closest() -> None:
    text = "One bridge. " + "Nothing here. " * 60 + "The council of the bridge met. " + "Nothing here. " * 60
    found = shown(text, "council bridge")
    assert found.startswith("… ")
    assert "The [council] of the [bridge] met." in found
    assert found.endswith(" …")
    assert len(found) < 330


def test_a_field_marks_only_itself() -> None:
    assert pattern_of(read("headline:bridge").terms, "text") is None
    pattern = pattern_of(read("headline:bridge").terms, "headline")
    assert pattern is not None
    assert marked("A bridge", pattern) == [("A ", False), ("bridge", True)]


@given(st.text(max_size=80), st.text(min_size=1, max_size=20))
def test_a_marked_text_is_the_text(text: str, typed: str) -> None:
    pattern = pattern_of(read(typed).terms, "text")
    if pattern is not None:
        assert "".join(piece for piece, _ in marked(text, pattern)).replace("\n\n", " ") == text.replace(
            "\n\n", " "
        )


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a " * 100_000, "ab-" * 60_000, "\u0301" * 200_000, "ــ" * 100_000]
)
def test_no_text_keeps_it_busy(text: str) -> None:
    begun = time.process_time()
    for typed in ('"a a a b" ab* a-a-a', "ا ب ج"):
        pattern = pattern_of(read(typed).terms, "text")
        assert pattern is not None
        passage(text, pattern)
    assert time.process_time() - begun < 2
