"""Feeds of any listing and of the changes: valid, harmless, and sent only where there is news."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from newsbot.publish.feeds import Entry, Feed, atom, clean, json_feed, tag_uri

A = "{http://www.w3.org/2005/Atom}"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def check_atom(body: bytes) -> ET.Element:
    """What RFC 4287 demands (4.1.1, 4.1.2, 4.2.7.2)."""
    root = ET.fromstring(body)  # noqa: S314  (our own)
    assert root.tag == f"{A}feed"
    for element in (root, *root.iter(f"{A}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{A}{name}")) == 1, name
        assert RFC3339.fullmatch(element.findtext(f"{A}updated") or "")
        assert (element.findtext(f"{A}id") or "").startswith("tag:newsbot,2026:")
    for entry in root.iter(f"{A}entry"):
        assert entry.findtext(f"{A}author/{A}name")
        (link,) = [link for link in entry.iter(f"{A}link") if link.get("rel") == "alternate"]
        assert link.get("href", "").startswith("http://localhost/")
        published = entry.findtext(f"{A}published")
        assert published is None or RFC3339.fullmatch(published)
    ids = [entry.findtext(f"{A}id") for entry in root.iter(f"{A}entry")]
    assert len(ids) == len(set(ids))
    return root


def check_json(body: bytes) -> dict[str, Any]:
    """What JSON Feed 1.1 demands."""
    whole: dict[str, Any] = json.loads(body)
    assert whole["version"] == "https://jsonfeed.org/version/1.1"
    assert whole["title"]
    for item in whole["items"]:
        assert item["id"]
        assert isinstance(item["content_text"], str)
        assert all(RFC3339.fullmatch(item[name]) for name in item if name.startswith("date_"))
    return whole


FEEDS = ["articles", "articles?_search=council", "articles?section=Local&section=Sport", "articles?published_year=2013",
         "articles?_search=zxqvwnonsense", "articles?tag=Iraq", "changes", "changes?kind=headline&kind=removed"]  # fmt: skip


@pytest.mark.parametrize("name", FEEDS)
def test_both_kinds_are_valid_and_say_the_same(get, name: str) -> None:
    path, _, query = name.partition("?")
    first = get(f"/feeds/{path}.atom?{query}")
    assert first.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = check_atom(first.content)
    second = get(f"/feeds/{path}.json?{query}")
    assert second.headers["content-type"] == "application/feed+json; charset=utf-8"
    whole = check_json(second.content)
    entries = root.findall(f"{A}entry")
    assert [entry.findtext(f"{A}id") for entry in entries] == [item["id"] for item in whole["items"]]
    assert "Secret headline" not in first.text + second.text
    parsed = feedparser.parse(first.content)
    assert not parsed.bozo
    assert len(parsed.entries) == len(entries)
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{A}link")}
    assert links["self"] == f"http://localhost/feeds/{path}.atom" + (f"?{query}" if query else "")
    assert get(links["self"].removeprefix("http://localhost")).content == first.content
    assert get(links["alternate"].removeprefix("http://localhost")).status_code == 200


def test_a_search_is_an_alert_what_came_last_stands_first(get) -> None:
    whole = json.loads(get("/feeds/articles.json?_search=council").content)
    assert len(whole["items"]) == 50
    assert whole["items"][0]["id"] == "tag:newsbot,2026:article/p000219"
    assert "council" in whole["items"][0]["content_text"]
    assert len(json.loads(get("/feeds/articles.json?_search=council&limit=120").content)["items"]) == 120


def test_changes_are_told_by_kind(get) -> None:
    everything = json.loads(get("/feeds/changes.json").content)["items"]
    assert [item["tags"][1:] for item in everything] == [["text"], ["headline", "text"]]
    (headline,) = json.loads(get("/feeds/changes.json?kind=headline").content)["items"]
    assert "Before: Fighters take border crossing Now: Fighters take border crossings" in headline["summary"]
    assert json.loads(get("/feeds/changes.json?kind=text&source=abend").content)["items"] == []


@pytest.mark.parametrize("path", ["/feeds/articles.atom?_search=council", "/feeds/changes.json"])
def test_a_reader_who_has_it_is_told_so(get, path: str) -> None:
    first = get(path)
    tag, date = first.headers["etag"], first.headers["last-modified"]
    for asked in ({"if-none-match": tag}, {"if-none-match": f'"x", {tag}'}, {"if-modified-since": date}):
        again = get(path, headers=asked)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert get(path, headers={"if-none-match": '"x"', "if-modified-since": date}).status_code == 200


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/feeds/articles.atom?nonsense=1", "names something else"),
        ("/feeds/articles.atom?limit=0", "a number from 1 to 500"),
        ("/feeds/changes.json?kind=weather", "kind is one of"),
    ],
)
def test_what_a_feed_does_not_know_is_said(get, path: str, sentence: str) -> None:
    answer = get(path)
    assert answer.status_code == 400
    assert sentence in answer.text


def test_hostile_rows_are_text_and_no_links(get) -> None:
    body = get("/feeds/articles.atom?published_year=2013").text
    root = check_atom(body.encode())
    assert "<script" not in body and "javascript:" not in body and "\u202e" not in body
    titles = {entry.findtext(f"{A}title") for entry in root.iter(f"{A}entry")}
    assert {"<script>alert(1)</script>", "nul", "Without a headline"} <= titles
    assert max(len(title or "") for title in titles) <= 300
    assert "javascript:" not in get("/feeds/articles.json?published_year=2013").text


def test_what_a_source_holds_back_is_not_in_its_feed(scribe, publish) -> None:
    scribe.source("closed", publish="metadata")
    scribe.article(1, source="closed", headline="Harbour", lede="Hidden lede.", text="The hidden harbour.")
    get = publish(scribe.finish())
    for path in ("/feeds/articles.json?_search=harbour", "/feeds/articles.atom"):
        assert "idden" not in get(path).text
        assert "Harbour" in get(path).text


def test_pages_name_their_feeds(get) -> None:
    html = get("/archive/articles?_search=council&section=Local&order=relevance").text
    assert 'type="application/atom+xml"' in html
    assert 'href="/feeds/articles.atom?_search=council&amp;section=Local"' in html
    assert 'href="/feeds/changes.json"' in get("/changes").text


def test_any_text_can_stand_in_a_feed() -> None:
    text = "a\x00b\ud800c\ufffe <x> & \u202e ]]>"
    entry = Entry(
        tag_uri("article", "é/ü"),
        text,
        "http://localhost/a/1",
        "2026-01-01T00:00:00Z",
        summary=text,
        author=text,
    )
    feed = Feed("tag:newsbot,2026:x", text, "http://localhost/f", "http://localhost/", [entry])
    assert check_atom(atom(feed)).findtext(f"{A}entry/{A}title") == "abc <x> & ]]>"
    assert check_json(json_feed(feed))["items"][0]["title"] == "abc <x> & ]]>"
    assert clean("word " * 100, 20) == "word word word word…"
