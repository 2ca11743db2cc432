"""Dates that stand in addresses."""

from __future__ import annotations

import pytest

from pipelines.dateline.url_date import url_date

CASES = {
    "https://paper.example/2014/06/22/more-towns-fall/": (2014, 6, 22),
    "https://paper.example/world/2014-06-22-more-towns": (2014, 6, 22),
    "https://paper.example/20140622/story.html": (2014, 6, 22),
    "https://paper.example/n1/2024/0424/c1001-40223222.html": (2024, 4, 24),
    "https://paper.example/world/2014/jun/22/towns": (2014, 6, 22),
    "https://paper.example/22-06-2014/towns": (2014, 6, 22),
    "https://paper.example/2014/06/more-towns-fall/": (2014, 6, None),
    "https://paper.example/article-120140622334": None,
    "https://paper.example/2014/13/41/towns": None,
    "https://paper.example/2014/02/31/towns": (2014, 2, None),
    "https://paper.example/towns-of-2014": None,
    "https://2014-06-22.example/towns": None,
    "": None,
}


@pytest.mark.parametrize(("url", "expected"), CASES.items(), ids=CASES.keys())
def test_the_date_in_an_address(url, expected):
    found = url_date(url)
    assert (found and (found.year, found.month, found.day)) == expected
