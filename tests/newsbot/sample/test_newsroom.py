"""The sample newsroom is whole, deterministic, and speaks HTTP as a good server does."""

from __future__ import annotations

import gzip
import re
import tomllib
from collections import Counter
from typing import Any
from urllib.parse import urljoin

import pytest

from newsbot.discovery import discover
from newsbot.sample import HOSTS, SAMPLE_SOURCES, Newsroom
from newsbot.sample.newsroom import _site
from newsbot.sample.stories import EDITIONS, OUTLETS, plain, stories
from newsbot.sources import load
from pipelines.document import parse
from pipelines.items import Kind

GULF = "http://www.gulfcourier.example"
NORD = "http://www.nordhafen-zeitung.example"
BASRA = "http://basra-observer.example"
REMOVED = f"{GULF}/business/desalination-plant-at-doha-west-replaces-its-filters/"
CORRECTED = f"{GULF}/kuwait/fourth-ring-road-to-get-30000-trees/"
UNCHANGED = f"{GULF}/kuwait/in-praise-of-the-queue/"

# Shape of the box and what its markup looks like; facts of form, measured on themes.
SHAPES = {
    "section-after": r"</article>\s*<section id=\"check-also-box\"",
    "div-in-article": r"<div id=\"check-also-box\"[\s\S]*</article>",
    "last-in-entry": r"<div class=\"check-also-box\">",
    "div-between": r"</p>\s*<div class=\"inline-check-also\">[\s\S]*</div>\s*<p>",
    "section-between": r"</p>\s*<section class=\"inline-check-also\">[\s\S]*</section>\s*<p>",
    "aside-between": r"</p>\s*<aside class=\"inline-check-also\">[\s\S]*</aside>\s*<p>",
    "heading-and-list": r"<h3>Read Also</h3>\s*<ul>\s*<li><a",
    "naked": r"<p>Check Also</p>\s*<p>[^<]+</p>\s*<p>[^<]+</p>",
    "naked-strong": r"<p><strong>Check Also:</strong></p>\s*<p><a",
    "plain-box": r"<div>\s*<h3>Check Also</h3>",
    "related-after-subheads": r"<strong>Borrowed</strong><br>[\s\S]*</article>\s*<div id=\"related-posts\"",
}


@pytest.fixture(params=EDITIONS, ids=["first edition", "second edition"])
def newsroom(request: pytest.FixtureRequest) -> Newsroom:
    return Newsroom(request.param)


def page(newsroom: Newsroom, url: str) -> str:
    answer = newsroom.answer("GET", url)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return str(parse(answer.body, headers, url).tree.text_content())


def test_there_are_three_outlets_and_more_than_36_articles() -> None:
    by_outlet = Counter(story.outlet for story in Newsroom(1).stories().values())
    assert by_outlet.keys() == set(OUTLETS)
    assert sum(by_outlet.values()) >= 40


def test_every_document_answers(newsroom: Newsroom) -> None:
    assert [url for url in newsroom.urls() if newsroom.answer("GET", url).status != 200] == []


def test_every_listed_link_answers_and_every_article_is_listed(newsroom: Newsroom) -> None:
    articles = newsroom.stories().keys()
    listed: set[str] = set()
    for url in newsroom.urls():
        if url in articles or url.endswith("/robots.txt"):
            continue
        kind = (
            Kind.SITEMAP
            if "sitemap" in url
            else Kind.FEED
            if "feed" in url or ".xml" in url
            else Kind.SECTION
        )
        answer = newsroom.answer("GET", url)
        listing = discover(kind, answer.body, answer.headers, url)
        assert not listing.malformed, f"{url}: {listing.malformed}"
        listed |= {found.url.partition("?utm_")[0] for found in listing.found}
    assert [url for url in sorted(listed) if newsroom.answer("GET", url).status != 200] == []
    assert sorted(articles - listed) == []


def test_one_listed_article_is_closed_by_robots(newsroom: Newsroom) -> None:
    rules = newsroom.answer("GET", f"{GULF}/robots.txt").body.decode()
    closed = [url for url in newsroom.stories() if "/sponsored/" in url]
    assert "Disallow: /sponsored/" in rules and len(closed) == 1
    assert closed[0].encode() in newsroom.answer("GET", f"{GULF}/feed/").body


def test_every_article_is_of_convincing_length(newsroom: Newsroom) -> None:
    short = {"/video/": 15, "-plus.html": 120, "/sponsored/": 150}
    for url, story in newsroom.stories().items():
        words = story.text + "".join(plain(update["text"]) for update in story.theme.get("updates", ()))
        least = next((count for part, count in short.items() if part in url), 200)
        assert len(words.split()) >= least, url


def test_stories_share_no_paragraph_unless_they_are_wire_copy() -> None:
    seen: dict[str, str] = {}
    shared: Counter[tuple[str, ...]] = Counter()
    for url, story in Newsroom(2).stories().items():
        for paragraph in re.findall(r"<p>(.*?)</p>", story.body, re.S):
            if paragraph in seen:
                shared[(seen[paragraph], url)] += 1
            seen.setdefault(paragraph, url)
    assert {tuple(sorted(re.sub(r"^http://([^/]+)/.*", r"\1", url) for url in pair)) for pair in shared} == {
        ("basra-observer.example", "www.gulfcourier.example")
    }
    assert len(shared) == 2 and min(shared.values()) >= 5


@pytest.mark.parametrize(("shape", "markup"), SHAPES.items(), ids=SHAPES)
def test_the_box_is_there_in_each_of_its_eleven_shapes(shape: str, markup: str) -> None:
    newsroom = Newsroom(1)
    having = [url for url, story in newsroom.stories().items() if story.theme.get("box") == shape]
    assert having
    for url in having:
        assert re.search(markup, newsroom.answer("GET", url).body.decode()), url


def test_the_round_up_of_2014_names_no_date_outside_its_text() -> None:
    url = f"{GULF}/world/relief-columns-wait-as-iraqs-western-roads-close/"
    newsroom = Newsroom(1)
    source = newsroom.answer("GET", url).body.decode()
    assert "2014" not in source
    years = set(re.findall(r"\b(?:19|20)\d\d\b", source))
    assert years == {"1977", "2003", "2006", "2007", "2011", "2013", "2026"}  # masthead, text, footer
    assert all(word not in source for word in ("published_time", "datePublished", "<time", "ld+json"))
    assert url.encode() not in newsroom.answer("GET", f"{GULF}/feed/").body


@pytest.mark.parametrize("url", [f"{BASRA}/ar/story.php?id=2207", f"{BASRA}/en/0415.htm"])
def test_legacy_charsets_are_told_once_and_read_right(url: str) -> None:
    answer = Newsroom(1).answer("GET", url)
    arabic = "/ar/" in url
    assert (b"charset=windows-1256" in answer.body) is arabic
    assert ("windows-1252" in answer.headers["Content-Type"]) is not arabic
    assert ("صيادو أبو الخصيب" if arabic else "Hélène says, “an argument") in page(Newsroom(1), url)


def test_kinds_of_page_that_a_reader_must_know() -> None:
    newsroom = Newsroom(1)
    bodies = [newsroom.answer("GET", url).body.decode("utf-8", "replace") for url in newsroom.stories()]
    for sign in (
        '"LiveBlogPosting"',
        '"isAccessibleForFree": false',
        "noarchive",
        "<figcaption",
        'dir="rtl"',
        "<TABLE",
    ):
        assert any(sign in body for body in bodies), sign
    assert {story.language for story in newsroom.stories().values()} == {"en", "de", "es", "ar"}


def truth() -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = tomllib.loads(
        SAMPLE_SOURCES.with_name("truth.toml").read_text(encoding="utf-8")
    )["page"]
    return pages


def test_every_readable_article_has_its_truth() -> None:
    told = Counter((entry["url"], entry["edition"]) for entry in truth())
    assert max(told.values()) == 1
    unread = ("/video/", "/sponsored/")  # excluded by sources.toml and by robots.txt
    first, second = (Newsroom(edition).stories() for edition in EDITIONS)
    expected = {(url, 1) for url in first} | {(url, 2) for url in second if second[url] != first.get(url)}
    assert told.keys() == {pair for pair in expected if not any(part in pair[0] for part in unread)}


@pytest.mark.parametrize("entry", truth(), ids=lambda entry: f"{entry['url']} {entry['edition']}")
def test_truth_speaks_of_what_the_page_shows(entry: dict[str, Any]) -> None:
    newsroom = Newsroom(entry["edition"])
    story = newsroom.stories()[entry["url"]]
    told = story.text + " " + " ".join(plain(update["text"]) for update in story.theme.get("updates", ()))
    shown = " ".join(page(newsroom, entry["url"]).split())
    assert entry["headline"] == story.headline and story.headline in shown
    assert [words for words in entry["must"] if words not in told] == []
    assert [words for words in entry["must_not"] if words in told] == []
    assert [words for words in entry.get("teasers", ()) if words not in shown] == []


def test_the_second_edition_changes_two_articles_removes_one_and_adds_five() -> None:
    first, second = (Newsroom(edition) for edition in EDITIONS)
    before, after = first.stories(), second.stories()
    tags = {
        url: [room.answer("GET", url).headers["ETag"] for room in (first, second)]
        for url in before.keys() & after.keys()
    }
    changed = {url for url, (old, new) in tags.items() if old != new}
    assert len(changed) == 2 and CORRECTED in changed
    assert all(before[url].headline != after[url].headline for url in changed)
    assert before.keys() - after.keys() == {REMOVED}
    assert len(after.keys() - before.keys()) == 5
    assert (first.answer("GET", REMOVED).status, second.answer("GET", REMOVED).status) == (200, 410)


def test_rendering_is_deterministic(newsroom: Newsroom) -> None:
    before = {url: newsroom.answer("GET", url).body for url in newsroom.urls()}
    _site.cache_clear()
    again = Newsroom(newsroom.edition)
    assert {url: again.answer("GET", url).body for url in again.urls()} == before


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"If-None-Match": "{etag}"}, 304),
        ({"If-None-Match": "W/{etag}"}, 304),
        ({"If-None-Match": '"other", {etag}'}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": "{modified}"}, 200),
        ({"If-Modified-Since": "{modified}"}, 304),
        ({"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "the day before yesterday"}, 200),
    ],
    ids=[
        "the same tag",
        "the same tag, weak",
        "the tag among others",
        "another tag",
        "another tag wins over the same date",
        "the same date",
        "an older date",
        "a date that is none is no condition",
    ],
)
def test_conditional_get(newsroom: Newsroom, condition: dict[str, str], status: int) -> None:
    for url in (
        UNCHANGED,
        f"{NORD}/rss/aktuell.xml",
        f"{BASRA}/en/0412.htm",
        f"{NORD}/sitemaps/artikel-2026-06.xml.gz",
    ):
        plain_answer = newsroom.answer("GET", url)
        etag, modified = plain_answer.headers["ETag"], plain_answer.headers["Last-Modified"]
        asked = {name: value.format(etag=etag, modified=modified) for name, value in condition.items()}
        answer = newsroom.answer("GET", url, asked)
        assert (answer.status, bool(answer.body)) == (status, status == 200)
        assert answer.headers["ETag"] == etag


def test_validators_of_the_first_edition_hold_in_the_second_where_nothing_changed() -> None:
    first, second = (Newsroom(edition) for edition in EDITIONS)
    statuses: Counter[int] = Counter()
    for url in first.stories():
        headers = first.answer("GET", url).headers
        asked = {"if-none-match": headers["ETag"], "if-modified-since": headers["Last-Modified"]}
        statuses[second.answer("GET", url, asked).status] += 1
    assert statuses == {304: len(first.stories()) - 3, 200: 2, 410: 1}


def test_gzip_where_it_is_accepted(newsroom: Newsroom) -> None:
    bare, packed = (
        newsroom.answer("GET", UNCHANGED, asked) for asked in ({}, {"Accept-Encoding": "gzip, br"})
    )
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in bare.headers
    assert gzip.decompress(packed.body) == bare.body
    assert int(packed.headers["Content-Length"]) == len(packed.body) < len(bare.body)


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", f"{GULF}/no-such-page/", 404),
        ("HEAD", f"{GULF}/no-such-page/", 404),
        ("HEAD", UNCHANGED, 200),
        ("POST", UNCHANGED, 405),
        ("GET", "http://elsewhere.example/", 502),
        ("GET", f"{GULF}/feed/?utm_source=x", 200),
        ("GET", f"{BASRA}/ar/story.php?id=2207&utm_medium=feed", 200),
        ("GET", f"{BASRA}/ar/story.php", 404),
        ("GET", GULF, 200),
        ("GET", "http://WWW.GulfCourier.example/", 200),
    ],
)
def test_other_answers(method: str, url: str, status: int) -> None:
    answer = Newsroom(1).answer(method, url)
    assert answer.status == status
    assert (answer.body == b"") is (method == "HEAD")


@pytest.mark.parametrize("edition", [0, 3])
def test_there_is_no_other_edition(edition: int) -> None:
    with pytest.raises(ValueError, match="editions 1 and 2"):
        Newsroom(edition)
    with pytest.raises(ValueError, match="no edition"):
        stories("basra", edition)


def test_sources_toml_loads_and_names_places_that_answer() -> None:
    sources = load(SAMPLE_SOURCES).sources
    newsroom = Newsroom(1)
    for source in sources:
        listings = [source.homepage, *(source.feeds or ())]
        listings += [urljoin(source.homepage, section) for section in source.sections]
        assert [url for url in listings if newsroom.answer("GET", url).status != 200] == []
    assert {source.homepage.split("/")[2] for source in sources} == HOSTS
