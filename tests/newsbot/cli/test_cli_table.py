"""Tables for a terminal: aligned in columns, and nothing in them that a terminal would obey."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.cli.table import columns, plain, shortened, table


def test_numbers_stand_to_the_right_and_names_to_the_left() -> None:
    assert table(("source", "stored"), [("Gulf Courier", 3), ("Blatt", 1200)], right=(1,)) == [
        "source        stored",
        "Gulf Courier       3",
        "Blatt           1200",
    ]


def test_wide_letters_take_two_columns_and_accents_none() -> None:
    assert columns("新聞") == 4
    assert columns("e\u0301") == 1
    lines = table(("name", "n"), [("新聞", 1), ("e\u0301t", 2)])
    assert lines[1] == "新聞  1"
    assert lines[2] == "e\u0301t    2"


@pytest.mark.parametrize(
    ("scraped", "shown"),
    [
        pytest.param("red \x1b[31malert", "red [31malert", id="escape sequences lose their escape"),
        pytest.param("one\r\ntwo\tthree", "one two three", id="line ends and tabs become spaces"),
        pytest.param("abc\u202edef", "abc def", id="a turn of direction is dropped"),
        pytest.param("  Zürich  ", "Zürich", id="letters of any language stay"),
    ],
)
def test_scraped_text_does_not_steer_the_terminal(scraped: str, shown: str) -> None:
    assert plain(scraped) == shown


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_shortened_text_fits(text: str, width: int) -> None:
    short = shortened(plain(text), width)
    assert columns(short) <= width
    assert short == plain(text) or short.endswith("…")


@given(st.text())
def test_plain_text_is_one_printable_line(text: str) -> None:
    assert len(plain(text).splitlines()) <= 1
    assert "\x1b" not in plain(text)
