"""Differences word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsbot.publish.comparison import MAX_PARAGRAPHS, Piece, compare, words

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
