"""Fingerprints: equal where a reader sees no difference, empty where there is too little to compare."""

from __future__ import annotations

from pipelines.dedupe import content_hash, public_id, text_hash

STORY = " ".join(f"Word{number}, said the minister." for number in range(30))


def test_the_public_id_is_short_and_stable() -> None:
    assert public_id("https://herald.example/a") == "72soc53k337k"
    assert public_id("https://herald.example/a") != public_id("https://herald.example/b")


def test_spaces_and_composition_make_no_other_content() -> None:
    one = content_hash("Café", None, "By A", "One  two\n\nthree")
    assert one == content_hash("Cafe\u0301", "", "By A ", "One two three")
    assert one != content_hash("Café", None, "By A", "One two four")
    assert content_hash("a", "b", None, "") != content_hash("a b", "", None, "")


def test_two_outlets_with_one_story_have_one_text_hash() -> None:
    assert text_hash(STORY) == text_hash(STORY.upper().replace(", ", " — ").replace(" ", "\n"))
    assert text_hash(STORY) != text_hash(STORY + " More.")


def test_a_short_text_has_no_text_hash() -> None:
    assert text_hash("Read more on our site. " * 5) == ""
    assert text_hash("") == ""
    assert text_hash("新华社北京电" * 10) == ""
    assert text_hash("新华社北京电国务院今天召开会议" * 10) != ""


def test_lone_surrogates_break_nothing() -> None:
    assert content_hash("\udcff", None, None, "\ud800")
    assert public_id("\udcff")
