"""Feeds: what they say of their articles, and their limits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from newsbot.discovery import discover
from newsbot.discovery.feed import MOST_ENTRIES
from pipelines.items import Found, Kind, Via

URL = "https://paper.example/feed.xml"


def one(body: str) -> Found:
    (found,) = discover(Kind.FEED, body.encode(), {"Content-Type": "application/rss+xml"}, URL).found
    return found


def test_an_rss_item_with_all_that_it_says() -> None:
    found = one(
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">'
        "<channel><title>P</title><item><title>Dam opens</title><link>/dam</link><dc:creator>Mona Odeh</dc:creator>"
        "<pubDate>Mon, 22 Jun 2026 10:00:00 +0300</pubDate><atom:updated>2026-06-23T08:00:00Z</atom:updated>"
        "<category>World</category><category>Iraq</category><category>World</category></item></channel></rss>"
    )
    assert found == Found(
        url="https://paper.example/dam",
        key="https://paper.example/dam",
        kind=Kind.ARTICLE,
        via=Via.FEED,
        seen_in=URL,
        title="Dam opens",
        date="Mon, 22 Jun 2026 10:00:00 +0300",
        author="Mona Odeh",
        lastmod="2026-06-23T08:00:00Z",
        tags=("World", "Iraq"),
    )


def test_an_atom_entry_with_two_authors_and_a_date_of_change_alone() -> None:
    found = one(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>P</title><entry><title>x</title>'
        '<link href="/dam"/><author><name>Mona Odeh</name></author><author><name>Ali Hassan</name></author>'
        "<updated>2026-06-23T08:00:00Z</updated></entry></feed>"
    )
    assert (found.author, found.date, found.lastmod) == (
        "Mona Odeh, Ali Hassan",
        "2026-06-23T08:00:00Z",
        None,
    )


def test_a_json_feed_item_with_all_that_it_says() -> None:
    found = one(
        '{"version": "https://jsonfeed.org/version/1", "title": "P", "language": "en", "items": [{"id": "7", "url": "/dam",'
        '"title": "Dam <b>opens</b>", "date_published": "2026-06-22T10:00:00+03:00", "date_modified": "2026-06-23",'
        '"author": {"name": "Mona Odeh"}, "tags": ["World", "World Bank"]}]}'
    )
    assert (found.title, found.author, found.tags) == ("Dam opens", "Mona Odeh", ("World", "World Bank"))
    assert (found.date, found.lastmod) == ("2026-06-22T10:00:00+03:00", "2026-06-23")


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ('{"external_url": "https://paper.example/a", "id": "1"}', "https://paper.example/a"),
        ('{"id": "https://paper.example/b"}', "https://paper.example/b"),
    ],
    ids=["a link blog's external address", "an id that is an address"],
)
def test_json_feed_items_without_url(item: str, url: str) -> None:
    assert one(f'{{"items": [{item}]}}').url == url


def test_a_feed_says_what_it_is() -> None:
    body = b'<rss version="2.0"><channel><title>P &amp; Q</title><language>ar</language></channel></rss>'
    listing = discover(Kind.FEED, body, {}, URL)
    assert (listing.title, listing.language, listing.malformed) == ("P & Q", "ar", None)


def test_a_feed_of_a_thirty_thousand_entries_costs_no_more_than_two_thousand() -> None:
    item = "<item><title>Story {0}</title><link>https://paper.example/2026/{0}</link></item>"
    body = (
        f"<rss><channel>{''.join(item.format(number) for number in range(30_000))}</channel></rss>".encode()
    )
    began = time.process_time()
    listing = discover(Kind.FEED, body, {}, URL)
    assert (len(listing.found), listing.truncated) == (MOST_ENTRIES, True)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "evil",
    [
        pytest.param("<a>" * 100_000, id="100,000 elements in each other"),
        pytest.param('<item xml:base="x/">' * 20_000, id="20,000 bases in each other"),
        pytest.param("<a " + " ".join(f'a{n}="1"' for n in range(30_000)) + ">", id="30,000 attributes"),
        pytest.param("<![CDATA[" * 30_000, id="30,000 CDATA sections that do not end"),
        pytest.param("<!--" * 30_000, id="30,000 comments that do not end"),
        pytest.param("<!DOCTYPE " * 30_000, id="30,000 document types"),
        pytest.param("<" * 200_000, id="200,000 less-than signs"),
        pytest.param("&" * 200_000, id="200,000 ampersands"),
        pytest.param('<a b="' * 30_000, id="30,000 quotes that do not end"),
        pytest.param("&#xD800;&#1;" * 10_000, id="half characters by number"),
    ],
)
@pytest.mark.parametrize("kind", [Kind.FEED, Kind.SITEMAP, Kind.SECTION])
def test_markup_made_to_be_slow_is_not(kind: Kind, evil: str) -> None:
    began = time.process_time()
    listing = discover(kind, f"<rss><channel>{evil}".encode(), {}, URL)
    assert not listing.found
    assert time.process_time() - began < 5


def test_a_body_that_is_the_name_of_a_file_is_not_opened(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text("<rss><channel><item><link>https://secret.example/</link></item></channel></rss>")
    listing = discover(Kind.FEED, str(feed).encode(), {}, URL)
    assert not listing.found
    assert listing.malformed == "This is no feed: there is neither RSS nor Atom in it."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param("", "The answer is empty.", id="nothing"),
        pytest.param(" \n\x00", "The answer is empty.", id="blanks"),
        pytest.param("hello", "This is no feed: there is neither RSS nor Atom in it.", id="a word"),
        pytest.param("[1, 2]", "This is JSON, but no JSON Feed: there is no list of items in it.", id="other JSON"),
        pytest.param('{"items": 4}', "This is JSON, but no JSON Feed", id="items that are none"),
        pytest.param('{"items": [{"url": "https://paper.example/a"}, {"ur', "The feed is not valid JSON (Unterminated string", id="torn JSON"),
        pytest.param("[" * 100_000, "The feed is not valid JSON (nested too deeply)", id="JSON nested deeply"),
        pytest.param("<rss><channel><item><link>https://paper.example/a</link></item>", "The feed is not well-formed (no element found); 1 entries could be read.", id="a torn feed"),
        pytest.param("\x1f\x8b\x08 not gzip", "The answer looks like gzip but cannot be opened", id="gzip that is none"),
        pytest.param("<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head><body><p>Hi</p></body></html>", "The address of a feed answered with a web page; it names 1 feeds, such as https://paper.example/rss.", id="a web page"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_feed_is_a_sentence(body: str, sentence: str) -> None:
    listing = discover(Kind.FEED, body.encode("latin-1"), {}, URL)
    assert listing.malformed
    assert listing.malformed.startswith(sentence)


def test_a_web_page_instead_of_a_feed_names_its_feeds() -> None:
    page = "<!doctype html><html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head><body><p>Hi</p></body></html>"
    listing = discover(Kind.FEED, page.encode(), {"content-type": "text/html"}, URL)
    assert [(found.url, found.kind, found.via) for found in listing.found] == [
        ("https://paper.example/rss", Kind.FEED, Via.AUTODISCOVERY)
    ]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        pytest.param("", None, id="nothing said"),
        pytest.param("<ttl>90</ttl>", 5400.0, id="ttl in minutes"),
        pytest.param("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600.0, id="a period"),
        pytest.param(
            "<sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            21_600.0,
            id="a period and how often in it",
        ),
        pytest.param(
            "<ttl>60</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 86_400.0, id="the longer of two"
        ),
        pytest.param("<ttl>soon</ttl><sy:updatePeriod>often</sy:updatePeriod>", None, id="nonsense"),
        pytest.param("<ttl>-5</ttl><sy:updateFrequency>0</sy:updateFrequency>", None, id="more nonsense"),
    ],
)
def test_for_how_long_a_feed_stays_as_it_is(said: str, seconds: float | None) -> None:
    text = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
        f"<title>Herald</title>{said}<item><link>https://herald.example/1</link></item></channel></rss>"
    )
    assert discover(Kind.FEED, text.encode(), {}, "https://herald.example/feed").fresh_for == seconds
