"""Keys of web archive indexes: what the players of web archives make of the same addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.capture.surt import surt

SESSION = "0123456789abcdef0123456789abcdef"


# What pywb's own library makes of each (surt 0.3.1).
@pytest.mark.parametrize(
    ("url", "key"),
    [
        pytest.param("http://example.com/", "com,example)/", id="the front page"),
        pytest.param("HTTPS://www2.Example.COM:443/A/?", "com,example)/a", id="www, port, case, empty query"),
        pytest.param("http://example.com:8080/a/", "com,example:8080)/a", id="a port of its own"),
        pytest.param("http://user:p@example.com", "com,example)/", id="a user"),
        pytest.param("http://example.com/./b/../c//d#x", "com,example)/c/d", id="dots, slashes, fragment"),
        pytest.param("http://example.com/?b&a=&a#c", "com,example)/?a&a=&b", id="sorted parameters"),
        pytest.param("http://münchen.de/ü?q=ä", "de,xn--mnchen-3ya)/%c3%bc?q=%c3%a4", id="other letters"),
        pytest.param("http://example.com/%257Efoo%20bar", "com,example)/~foo%20bar", id="escaped twice"),
        pytest.param(f"http://example.com/x?sid={SESSION}&x=1", "com,example)/x?x=1", id="a session"),
    ],
)  # fmt: skip
def test_the_key_of_an_address(url: str, key: str) -> None:
    assert surt(url) == key


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_every_address_has_a_key_of_one_word_of_ascii(rest: str) -> None:
    key = surt(f"http://example.com/{rest}")
    assert key.isascii()
    assert len(key.split()) == 1
