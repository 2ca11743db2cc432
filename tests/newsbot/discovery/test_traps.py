"""Addresses that a site can make without end, and those that only look a little like it."""

from __future__ import annotations

import pytest

from newsbot.discovery import trap

HOME = "https://herald.example"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        pytest.param(
            "/story?" + "&".join(["a=1"] * 5), "repeats 'a' 5 times", id="one parameter again and again"
        ),
        pytest.param(
            "/story?" + "&".join(f"p{n}=1" for n in range(21)), "21 parameters", id="ever more parameters"
        ),
        pytest.param("/news?sort=asc&filter[]=x", "?sort= is a view", id="a sorted list"),
        pytest.param("/news?id=7&filter[topic]=x", "is a view", id="a filtered list"),
        pytest.param("/events?tribe-bar-date=2031-05-01", "is a view", id="a calendar's next day"),
        pytest.param("/a/b/" * 4, "repeats 'a' 4 times", id="folders that repeat"),
        pytest.param("/" + "/".join(f"d{n}" for n in range(21)) + "/", "21 folders", id="ever deeper"),
    ],
)
def test_a_trap_is_told_by_its_shape(path: str, why: str) -> None:
    assert why in (trap(HOME + path) or "")


@pytest.mark.parametrize(
    "path",
    [
        "/2026/11/11/river-rises-at-millford/",
        "/news/news/2026/news-of-the-news.html",
        "/article.php?sec=news&id=123456&lang=en&print=0",
        "/story?id=7&tag[]=a&tag[]=b&tag[]=c&tag[]=d&tag[]=e",
        "/story?a=1&a=2",
        "/?p=1234",
        "/index.php?option=com_content&view=article&id=42:headline&catid=3:world&Itemid=12",
        "/order/2026/11/the-new-order",
    ],
)
def test_addresses_of_articles_are_no_traps(path: str) -> None:
    assert trap(HOME + path) is None
