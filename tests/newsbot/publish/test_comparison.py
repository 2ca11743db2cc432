"""Differences word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.publish.comparison import MAX_PARAGRAPHS, Piece, compare, excerpts, words

texts = st.lists(st.sampled_from(["one ", "two ", "three ", "\n\n", "four\n\n"]), max_size=30).map("".join)


def test_only_the_changed_words_are_marked() -> None:
    assert words("He said 13 died.", "He said 30 died.") == (
        Piece("same", "He said "),
        Piece("removed", "13"),
        Piece("added", "30"),
        Piece("same", " died."),
    )


def test_unchanged_paragraphs_far_away_are_counted_not_shown() -> None:
    before = "\n\n".join(["a", "b", "c", "d", "e", "f"])
    found = compare(before, before.replace("e", "x"))
    assert found[0].skipped == 3
    assert [piece.kind for part in found for piece in part.pieces] == ["same", "removed", "added", "same"]


def test_equal_texts_have_no_difference_to_show() -> None:
    assert compare("a\n\nb", "a\n\nb") == []


def test_a_huge_text_is_shown_as_replaced_whole_and_fast() -> None:
    before, after = "word " * 60_000, "other " * 60_000
    assert [piece.kind for piece in words(before, after)] == ["removed", "added"]
    many = "\n\n".join(f"p{number}" for number in range(MAX_PARAGRAPHS + 5))
    assert len(compare(many, many + "x")) == 1


@given(texts, texts)
def test_pieces_give_back_both_sides(before: str, after: str) -> None:
    found = words(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "added").split() == before.split()
    assert "".join(piece.text for piece in found if piece.kind != "removed").split() == after.split()


LONG = " ".join(f"word{at}" for at in range(60))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param("Twelve died.", "Nineteen died.", ["-Twelve +Nineteen  died."], id="a short paragraph stays whole"),
        pytest.param(
            f"Same.\n\n{LONG} two {LONG}", f"Same.\n\n{LONG} three {LONG}",
            [f"… {' '.join(LONG.split()[-10:])} -two +three  {' '.join(LONG.split()[:10])} …"], id="words far from the change are left out",
        ),
        pytest.param("a\n\nb\n\nc", "x\n\ny\n\nz", ["-a +x", "-b +y"], id="two paragraphs at most"),
        pytest.param("a", f"a\n\n{LONG}", [f"+{' '.join(LONG.split()[:40])} …"], id="a long new paragraph is cut"),
        pytest.param("b c", "a b c", ["+a  b c"], id="a space between what was added and what stood there"),
        pytest.param("a", "a", [], id="nothing differs"),
        pytest.param(None, None, [], id="no text"),
    ],
)  # fmt: skip
def test_an_excerpt_shows_what_changed_and_a_few_words_around_it(before, after, told) -> None:
    sign = {"removed": "-", "added": "+", "same": ""}
    found = [
        " ".join(sign[piece.kind] + piece.text.rstrip() for piece in pieces)
        for pieces in excerpts(before, after)
    ]
    assert [" ".join(one.split()) for one in found] == [" ".join(one.split()) for one in told]


def test_an_excerpt_of_huge_paragraphs_is_cheap() -> None:
    before, after = ("a b " * 50_000), ("b c " * 50_000)
    assert sum(len(piece.text) for piece in excerpts(before, after)[0]) < 400
