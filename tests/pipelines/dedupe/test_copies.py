"""Copies of an article for phones, printers and as AMP: where to look for the one that is known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.dedupe import alike, url_key

STORY = "https://herald.example/2026/11/20/flood"


@pytest.mark.parametrize(
    "copy",
    [
        "https://m.herald.example/2026/11/20/flood",
        "https://mobile.herald.example/2026/11/20/flood/",
        "https://amp.herald.example/2026/11/20/flood",
        "http://www.herald.example/2026/11/20/flood/amp/",
        "https://herald.example/amp/2026/11/20/flood",
        "https://herald.example/2026/11/20/flood?amp",
        "https://herald.example/2026/11/20/flood?amp=1&utm_source=x",
        "https://herald.example/2026/11/20/flood?outputType=amp",
        "https://herald.example/2026/11/20/flood/print/",
        "https://herald.example/print/2026/11/20/flood",
        "https://herald.example/2026/11/20/flood?print=1",
        "https://m.herald.example/2026/11/20/flood?print=true",
    ],
)
def test_a_copy_leads_to_its_original_and_back(copy: str) -> None:
    key = url_key(copy)
    assert STORY in alike(key)
    assert key not in alike(key)
    if (
        "mobile" not in copy and "print=true" not in copy
    ):  # the commonest are looked for the other way round too
        assert key in alike(STORY) or any(key in alike(other) for other in alike(STORY))


@pytest.mark.parametrize(
    ("url", "original"),
    [
        ("https://herald.example/flood.amp.html", "https://herald.example/flood.html"),
        ("https://herald.example/a?id=7&amp=1", "https://herald.example/a?id=7"),
    ],
)
def test_other_forms(url: str, original: str) -> None:
    assert original in alike(url_key(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://herald.example/amp",  # about amplifiers
        "https://m.example/flood",  # a site of one letter
        "https://herald.example/flood?page=2",
        "https://herald.example/m",
    ],
)
def test_what_is_no_copy_stays_its_own_original(url: str) -> None:
    key = url_key(url)
    assert all(len(other) > len(key) for other in alike(key))  # only copies of it


@settings(deadline=None)
@given(
    st.from_regex(
        r"https://(m\.)?[a-z]{2,6}\.example/[a-z0-9/_.%-]{0,30}(\?[a-z=&0-9]{0,12})?", fullmatch=True
    )
)
def test_whatever_the_address_nothing_is_raised_and_it_is_no_copy_of_itself(url: str) -> None:
    try:
        key = url_key(url)
    except ValueError:
        return
    assert key not in alike(key)
    assert len(alike(key)) <= 16
