"""Searches on the pages: order, filters in words, scripts, and what is said when something is odd."""

from __future__ import annotations

import re
from typing import Any

import pytest

from newsbot.publish import ranking
from newsbot.publish.browse import PAGE


def shown(html: str) -> list[str]:
    return re.findall(r'<h3 class="headline"[^>]*><a href="/a/([^"]+)"', html)


@pytest.fixture
def harbour(scribe, publish) -> Any:
    """Articles that name a harbour more or less."""
    scribe.source("post")
    scribe.source("blatt", language="de")
    day = "2020-01-0"
    scribe.article(
        1, source="post", headline="Harbour opens", text="Ships came. " * 50, published_day=day + "1"
    )
    scribe.article(
        2, source="post", headline="News in brief", text="x " * 400 + "the harbour", published_day=day + "2"
    )
    scribe.article(
        3,
        source="blatt",
        headline="Market day",
        text="harbour harbour fish. " + "Other words here. " * 60,
        published_day=day + "3",
        language="de",
    )
    scribe.article(
        4,
        source="blatt",
        headline="Müller tritt ab",
        text="Der Bürgermeister geht.",
        published_day=day + "4",
        language="de",
    )
    scribe.article(
        5,
        source="post",
        headline="国务院发布通知",
        text="据新华社北京电，国务院发布通知。",
        published_day=day + "5",
    )
    scribe.article(6, source="post", headline="ประท้วง", text="ชาวกรุงเทพมหานครประท้วง", published_day=day + "6")
    scribe.article(7, source="post", headline="البرلمان", text="قال رئيسُ البرلمانِ العـــراقي", published_day=day + "7",
                   authors=["Ann Example"])  # fmt: skip
    return publish(scribe.finish())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("harbour", ["p000003", "p000002", "p000001"], id="newest first"),
        pytest.param("harbour -fish", ["p000002", "p000001"], id="without a word"),
        pytest.param("headline:harbour", ["p000001"], id="in the headline"),
        pytest.param("mueller OR fish", ["p000004", "p000003"], id="an umlaut written out"),
        pytest.param("burgermeister", ["p000004"], id="an umlaut left out"),
        pytest.param("发布", ["p000005"], id="two Chinese characters inside a sentence"),
        pytest.param("京", ["p000005"], id="one Chinese character"),
        pytest.param("กรุงเทพ", ["p000006"], id="Thai inside a word"),
        pytest.param("برلمان", ["p000007"], id="Arabic without its article"),
        pytest.param("عراقي", ["p000007"], id="Arabic through tatweel and article"),
        pytest.param("北海", [], id="Chinese that is not there"),
    ],
)
def test_searches_find(harbour, typed: str, found: list[str]) -> None:
    html = harbour("/archive/articles", params={"_search": typed}).text
    assert shown(html) == found
    rows = harbour("/export/articles.jsonl", params={"_search": typed}).text
    assert re.findall(r'"public_id": "([^"]+)"', rows) == found


def test_the_best_match_has_the_word_in_its_headline(harbour) -> None:
    html = harbour("/archive/articles?_search=harbour&order=relevance").text
    assert shown(html) == ["p000001", "p000003", "p000002"]
    assert "Best match first" in html
    assert shown(harbour("/archive/articles?_search=harbour&order=relevance&source=post").text) == [
        "p000001",
        "p000002",
    ]


def test_pages_of_the_best_matches_hold_each_article_once(get) -> None:
    seen: list[str] = []
    path: str | None = "/archive/articles?_search=council&order=relevance"
    while path:
        html = get(path).text
        seen += shown(html)
        older = re.search(r'rel="next" href="([^"]+)"', html)
        path = older.group(1).replace("&amp;", "&") if older else None
    assert len(seen) == len(set(seen)) == 120 > PAGE
    back = re.search(r'rel="prev" href="([^"]+)"', html)
    assert back and "page=2" in back.group(1)


def test_what_was_not_weighed_is_said(get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "MOST_RANKED", 50)
    monkeypatch.setattr("newsbot.publish.browse.MOST_RANKED", 50)
    html = get("/archive/articles?_search=council&order=relevance").text
    assert "the best of the 50 matches that came into the archive last" in html
    assert "120 articles" in html


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        pytest.param(
            'author:"ann example" البرلمان', "author=Ann+Example", id="an author, whatever the case"
        ),
        pytest.param("source:Post harbour", "source=post", id="a source by its name"),
        pytest.param("tag:nothing", "tag=nothing", id="what is not there stays a filter"),
    ],
)
def test_filters_may_be_typed_into_the_search(harbour, typed: str, there: str) -> None:
    answer = harbour("/archive/articles", params={"_search": typed}, follow_redirects=False)
    assert answer.status_code == 302
    assert there in answer.headers["location"]
    assert ":" not in answer.headers["location"].split("?")[1]


def test_what_cannot_be_meant_is_said_beside_the_box(get) -> None:
    html = get("/archive/articles?_search=-council").text
    assert "A search needs a word that must occur" in html
    assert shown(html) == []


def test_an_index_of_an_older_newsbot_is_said(scribe, publish) -> None:
    scribe.source("post")
    scribe.article(1, source="post", headline="Harbour")
    scribe.connection.execute("DROP TABLE articles_fts")
    scribe.connection.execute("DROP VIEW articles_words")
    scribe.connection.execute(
        "CREATE VIEW articles_words AS SELECT id, headline, text FROM articles JOIN article_text ON article = id"
    )
    scribe.connection.execute(
        "CREATE VIRTUAL TABLE articles_fts USING fts5(headline, text, content='articles_words', content_rowid='id')"
    )
    html = publish(scribe.finish())("/archive/articles?_search=harbour").text
    assert shown(html) == ["p000001"]
    assert "of an older newsbot" in html
