"""Section pages and homepages: articles, further pages, feeds, sections."""

from __future__ import annotations

import time

import pytest

from newsbot.discovery import Listing, discover
from newsbot.discovery.paging import page_number
from pipelines.items import Kind, Via

SITE = "https://paper.example"
URL = f"{SITE}/world/"


def page(body: str, head: str = "") -> bytes:
    return f'<!doctype html><html lang="en"><head><title>World | The Paper</title>{head}</head><body>{body}</body></html>'.encode()


def read(body: str, url: str = URL, kind: Kind = Kind.SECTION, head: str = "", **options: int) -> Listing:
    return discover(kind, page(body, head), {"content-type": "text/html; charset=utf-8"}, url, **options)


def paths(listing: Listing, kind: Kind = Kind.ARTICLE) -> list[str]:
    return [found.url.removeprefix(SITE) for found in listing.found if found.kind is kind]


NAV = '<nav><a href="/world">World</a> <a href="/sport">Sport</a> <a href="/world/asia/">Asia</a></nav>'
FOOTER = '<footer><a href="/about-us">About us</a><a href="https://social.example/paper/status/1234567890">Follow our many stories there</a></footer>'
CARD = '<article><h2><a href="/2026/06/22/dam-opens">Dam opens</a></h2><time datetime="2026-06-22T10:00">June 22</time></article>'


def test_articles_with_title_and_date_and_nothing_else() -> None:
    listing = read(f"{NAV}<main>{CARD}</main>{FOOTER}")
    (found,) = listing.found
    assert (found.url, found.title, found.date, found.via) == (
        f"{SITE}/2026/06/22/dam-opens",
        "Dam opens",
        "2026-06-22T10:00",
        Via.SECTION,
    )
    assert (listing.title, listing.language, listing.malformed) == ("World | The Paper", "en", None)


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        pytest.param('<a href="/a/dam-opens-1234567"><img src="x"></a><h3><a href="/a/dam-opens-1234567">Dam opens</a></h3>', ["Dam opens"], id="picture and headline are one link"),
        pytest.param('<a href="/a/dam-opens-1234567"><h3>Dam opens</h3><p>A teaser that goes on and on.</p></a>', ["Dam opens"], id="a link around a whole card"),
        pytest.param('<a href="/a/dam-opens-1234567" aria-label="Dam opens"><img src="x"></a>', ["Dam opens"], id="a label instead of text"),
        pytest.param('<a href="/a/dam-opens-1234567#comments">3 comments</a><a href="/a/dam-opens-1234567?utm_source=x">Dam opens after years</a>', ["Dam opens after years"], id="fragments and tracking are one article"),
        pytest.param('<base href="https://paper.example/a/"><a href="dam-opens-1234567">Dam opens</a>', ["Dam opens"], id="a base address"),
        pytest.param('<a href="https://other.example/2026/06/22/dam-opens">Dam opens</a>', [], id="another site"),
        pytest.param('<a href="https://sport.paper.example/2026/06/22/cup-final">Cup final</a>', ["Cup final"], id="another host of the site"),
        pytest.param('<a href="/world/?utm_source=logo"><h2>World news as it happens today</h2></a>', [], id="the page itself"),
        pytest.param('<a>No address</a><a href="">x</a><a href="#top">Up</a><a href="tel:+9641234567">Call</a>', [], id="links that lead nowhere"),
    ],
)  # fmt: skip
def test_links_as_papers_write_them(body: str, titles: list[str]) -> None:
    assert [found.title for found in read(body).found] == titles


def test_a_menu_item_is_no_card() -> None:
    menu = '<nav><ul><li class="menu-item card"><a href="/politics/world-news-today">World news of today here</a></li></ul></nav>'
    assert read(menu).found == ()


def test_the_header_of_a_card_is_no_header_of_the_site() -> None:
    card = '<article><header><h2><a href="/success-mindset">How to find a mindset</a></h2></header></article>'
    assert paths(read(card)) == ["/success-mindset"]
    assert paths(read('<header><a href="/success-mindset">How to find a mindset</a></header>')) == []


def test_a_page_of_many_links_in_one_block_is_read_in_time() -> None:
    rows = "".join(f'<b></b><a href="/a/story-number-{n}-of-many">Story {n}</a>' for n in range(9_000))
    deep = "<i>x</i>" * 60_000
    began = time.process_time()
    listing = read(f"<div><div>{rows}</div><div>{deep}</div></div>")
    assert (len(listing.found), listing.truncated) == (1_000, True)
    assert time.process_time() - began < 10


def test_a_date_is_taken_from_the_own_card_only() -> None:
    two = CARD.replace(
        "</article>", '<p><a href="/2026/06/21/bread">Bread prices rise again</a></p><time>x</time></article>'
    )
    assert [found.date for found in read(two).found] == [None, None]
    assert [
        found.date
        for found in read(CARD + CARD.replace("dam", "bread").replace("2026-06-22T10:00", "")).found
    ] == [
        "2026-06-22T10:00",
        "June 22",
    ]


@pytest.mark.parametrize(
    ("url", "body", "expected"),
    [
        pytest.param("/world/", '<a rel="next" href="?page=2">Older</a>', ["/world/?page=2"], id="rel=next"),
        pytest.param("/world/", '<a href="?page=2">2</a><a href="?page=3">3</a>', ["/world/?page=2"], id="numbers: only the one that follows"),
        pytest.param("/world/?page=2", '<a href="?page=1">1</a><a href="?page=3">3</a>', ["/world/?page=3"], id="from page two to page three"),
        pytest.param("/world/?page=3", '<a rel="next" href="?page=4">Older</a>', [], id="no more than three pages"),
        pytest.param("/world/", '<a href="/world/page/2/">Older</a>', ["/world/page/2/"], id="a number in the path"),
        pytest.param("/world/", '<a rel="next" href="?after=abc">Older</a>', ["/world/?after=abc"], id="a cursor from the first page"),
        pytest.param("/world/?after=abc", '<a rel="next" href="?after=def">Older</a>', [], id="a cursor leads no further"),
        pytest.param("/world/", '<a rel="next" href="/sport/">Next section</a>', [], id="the next section is no next page"),
        pytest.param("/world/", '<a rel="next" href="?page=9">Last</a>', [], id="a page that is not the next"),
        pytest.param("/world/", '<a rel="next" href="https://other.example/world/?page=2">x</a>', [], id="another site's page"),
        pytest.param("/world/", '<a href="/world/?page=2&amp;sort=old">2</a>', [], id="another order of the list"),
    ],
)  # fmt: skip
def test_the_next_page(url: str, body: str, expected: list[str]) -> None:
    assert paths(read(body, SITE + url), Kind.SECTION) == expected


def test_the_caller_says_how_far_paging_goes() -> None:
    more = '<a rel="next" href="?page=4">Older</a>'
    assert paths(read(more, f"{URL}?page=3", pages=10), Kind.SECTION) == ["/world/?page=4"]
    assert paths(read('<a rel="next" href="?page=2">x</a>', pages=0), Kind.SECTION) == []


@pytest.mark.parametrize(
    ("url", "number"), [("/x?page=7", 7), ("/x/page/3/", 3), ("/x", 1), ("/x?page=x", 1), ("/x?p=12&a=b", 12)]
)
def test_page_numbers(url: str, number: int) -> None:
    assert page_number(SITE + url) == number


FEEDS = (
    '<link rel="alternate" type="application/rss+xml" title="The Paper" href="/rss.xml">'
    '<link rel="alternate" type="application/atom+xml" title="Atom" href="/atom.xml">'
    '<link rel="alternate" type="application/feed+json" title="JSON" href="/feed.json">'
    '<link rel="alternate" type="application/rss+xml" title="The Paper: comments" href="/comments/feed/">'
    '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">'
    '<link rel="alternate" hreflang="de" href="/de/"><link rel="sitemap" href="/maps/all.xml">'
)


def test_a_homepage_gives_its_feed_in_one_format_its_sitemaps_and_robots() -> None:
    listing = read(f"{NAV}{CARD}", f"{SITE}/", Kind.HOMEPAGE, FEEDS)
    assert [(found.url.removeprefix(SITE), found.kind, found.via) for found in listing.found] == [
        ("/rss.xml", Kind.FEED, Via.AUTODISCOVERY),
        ("/maps/all.xml", Kind.SITEMAP, Via.AUTODISCOVERY),
        ("/robots.txt", Kind.SITEMAP, Via.ROBOTS),
    ]
    assert {"/atom.xml", "/feed.json", "/sitemap.xml", "/world", "/sport", "/world/asia/"} <= {
        found.url.removeprefix(SITE) for found in listing.suggested
    }


def test_feeds_of_sections_are_different_feeds() -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/rss/{name}">' for name in ("world", "sport")
    )
    assert paths(read("<p>x</p>", f"{SITE}/", Kind.HOMEPAGE, links), Kind.FEED) == [
        "/rss/world",
        "/rss/sport",
    ]


def test_a_homepage_without_feeds_gives_its_articles_and_suggests_the_usual_addresses() -> None:
    listing = read(f"{NAV}{CARD}", f"{SITE}/", Kind.HOMEPAGE)
    assert paths(listing) == ["/2026/06/22/dam-opens"]
    assert f"{SITE}/feed/" in {found.url for found in listing.suggested}


def test_a_homepage_that_links_to_its_feed_in_the_text() -> None:
    listing = read('<p><a href="/rss.xml">RSS</a></p>', f"{SITE}/", Kind.HOMEPAGE)
    assert paths(listing, Kind.FEED) == ["/rss.xml"]


def test_the_name_of_the_paper() -> None:
    assert (
        read(
            "<p>x</p>", kind=Kind.HOMEPAGE, head='<meta property="og:site_name" content="The Daily Paper">'
        ).title
        == "The Daily Paper"
    )
    assert read("<p>x</p>", kind=Kind.HOMEPAGE).title == "World"


def test_what_is_no_page_is_a_sentence() -> None:
    listing = discover(Kind.SECTION, b"%PDF-1.7 ...", {"content-type": "application/pdf"}, URL)
    assert (listing.found, listing.malformed) == (
        (),
        "The answer is a binary file (application/pdf), not a page.",
    )


def test_a_section_that_answers_with_a_feed_is_read_as_one() -> None:
    body = b"<rss><channel><item><link>https://paper.example/a</link></item></channel></rss>"
    assert discover(Kind.SECTION, body, {}, URL).kind is Kind.FEED
