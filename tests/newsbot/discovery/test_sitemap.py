"""Sitemaps, their indexes, and the Sitemap lines of robots.txt."""

from __future__ import annotations

import gzip
import zlib

import pytest

from newsbot.discovery import Listing, discover, sitemap
from pipelines.items import Found, Kind, Via

SITE = "https://paper.example"
URL = f"{SITE}/sitemap.xml"
NEWS = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
    "<url><loc>https://paper.example/dam-opens</loc><lastmod>2026-06-22T12:00:00Z</lastmod>"
    "<image:image><image:loc>https://paper.example/dam.jpg</image:loc><image:title>A dam</image:title></image:image>"
    "<news:news><news:publication><news:name>The Paper</news:name><news:language>en</news:language></news:publication>"
    "<news:publication_date>2026-06-22T10:00:00+03:00</news:publication_date><news:title>Dam &amp; bread</news:title>"
    "<news:keywords>dams, Iraq</news:keywords></news:news></url></urlset>"
)


def read(body: str | bytes, url: str = URL, **options: int) -> Listing:
    return discover(Kind.SITEMAP, body if isinstance(body, bytes) else body.encode(), {}, url, **options)


def index(*maps: tuple[str, str]) -> str:
    rows = "".join(
        f"<sitemap><loc>{SITE}/{name}</loc><lastmod>{day}</lastmod></sitemap>" for name, day in maps
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'


def paths(listing: Listing) -> list[str]:
    return [found.url.removeprefix(SITE) for found in listing.found]


def test_a_news_sitemap_with_all_that_it_says() -> None:
    (found,) = read(NEWS).found
    assert found == Found(
        url=f"{SITE}/dam-opens",
        key=f"{SITE}/dam-opens",
        kind=Kind.ARTICLE,
        via=Via.NEWS_SITEMAP,
        seen_in=URL,
        title="Dam & bread",
        date="2026-06-22T10:00:00+03:00",
        lastmod="2026-06-22T12:00:00Z",
        language="en",
        tags=("dams", "Iraq"),
    )


URLSET = "<urlset><url><loc>{}</loc><lastmod>2026-06-22</lastmod></url></urlset>"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(URLSET.format(f"{SITE}/dam-opens"), ["/dam-opens"], id="without a namespace"),
        pytest.param(f"\ufeff\n {URLSET.format(f'{SITE}/a-b')}", ["/a-b"], id="byte order mark and blank lines before"),
        pytest.param(URLSET.format(f"\n  {SITE}/a-b\n"), ["/a-b"], id="white space around the address"),
        pytest.param(URLSET.format(f"{SITE}/read?id=1&lang=en&copy=2"), ["/read?id=1&lang=en&copy=2"], id="bare ampersands"),
        pytest.param(URLSET.format(f"{SITE}/read?id=1&amp;lang=en"), ["/read?id=1&lang=en"], id="proper ampersands"),
        pytest.param(URLSET.format(f"<![CDATA[{SITE}/read?id=1&lang=en]]>"), ["/read?id=1&lang=en"], id="CDATA"),
        pytest.param(URLSET.format("/a-b"), ["/a-b"], id="a relative address, which the protocol forbids"),
        pytest.param(URLSET.format(f"{SITE}/a-b")[:-9], ["/a-b"], id="cut before its end"),
        pytest.param(NEWS.replace(" xmlns:news=", " xmlns:n=").replace(" xmlns:image=", " xmlns:i="), ["/dam-opens"], id="prefixes that nobody declared"),
        pytest.param(NEWS.replace("<urlset", '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset').replace("Dam", "&x;"), ["/dam-opens"], id="an entity from a file"),
        pytest.param(f"{SITE}/a-b\n{SITE}/c-d\n\nnot an address\n", ["/a-b", "/c-d"], id="a text file with an address a line"),
        pytest.param(f"<rss><channel><item><link>{SITE}/a-b</link></item></channel></rss>", ["/a-b"], id="a feed given as sitemap"),
        pytest.param(URLSET.format(f"{SITE}/أخبار-اليوم"), ["/أخبار-اليوم"], id="an address in Arabic"),
        pytest.param(URLSET.format("javascript:alert(1)"), [], id="an address that leads nowhere"),
        pytest.param("<urlset></urlset>", [], id="an empty sitemap is a sitemap"),
    ],
)  # fmt: skip
def test_sitemaps_as_the_web_serves_them(body: str, found: list[str]) -> None:
    listing = read(body)
    assert paths(listing) == found
    assert "root:" not in str(listing)


def test_the_charset_of_the_header_when_the_declaration_is_wrong() -> None:
    body = NEWS.replace("Dam &amp; bread", "L’été à Orléans, où déjà").encode("windows-1252")
    (found,) = discover(Kind.SITEMAP, body, {"Content-Type": "text/xml; charset=windows-1252"}, URL).found
    assert found.title == "L’été à Orléans, où déjà"


def test_what_is_no_article_by_its_address_is_left_out_and_said() -> None:
    rows = "".join(
        f"<url><loc>{SITE}{path}</loc></url>"
        for path in ("/", "/tag/dams", "/author/mona", "/x.pdf", "/dam-opens")
    )
    listing = read(f"<urlset>{rows}</urlset>")
    assert paths(listing) == ["/dam-opens"]
    assert listing.notes == ("4 addresses of fronts, tags, authors or files were left out.",)


def test_an_index_gives_its_maps_newest_first() -> None:
    listing = read(
        index(("a-2024.xml", "2024-12-31"), ("b.xml", "2026-06-22"), ("c.xml", "2025-01-01T00:00:00Z"))
    )
    assert paths(listing) == ["/b.xml", "/c.xml", "/a-2024.xml"]
    assert {(found.kind, found.via) for found in listing.found} == {(Kind.SITEMAP, Via.SITEMAP)}


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        pytest.param(["m-2024-01.xml", "m-2026-05.xml", "m-2025-12.xml"], ["m-2026-05.xml", "m-2025-12.xml"], id="by the date in the name"),
        pytest.param(["1.xml", "2.xml", "3.xml", "4.xml"], ["1.xml", "4.xml"], id="without dates: both ends"),
        pytest.param(["x.xml", "sitemap-news.xml", "m-2026-05.xml"], ["sitemap-news.xml", "m-2026-05.xml"], id="the news map first"),
        pytest.param(["post_tag-sitemap.xml", "category-sitemap2.xml", "author-sitemap.xml", "post-sitemap.xml"], ["post-sitemap.xml"], id="WordPress SEO maps"),
        pytest.param(["sitemap-images.xml", "videos.xml", "page-sitemap.xml", "story.xml"], ["story.xml"], id="pictures, videos, static pages"),
        pytest.param(["sitemap-page-1.xml", "tagesschau.xml"], ["sitemap-page-1.xml", "tagesschau.xml"], id="names that only look alike stay"),
    ],
)  # fmt: skip
def test_which_maps_of_an_index_are_followed(names: list[str], chosen: list[str]) -> None:
    listing = read(index(*((name, "") for name in names)), maps=2)
    assert paths(listing) == [f"/{name}" for name in chosen]
    if len(chosen) < len(names):
        assert listing.truncated
        assert listing.notes


def test_a_gzip_sitemap_by_its_first_bytes() -> None:
    assert paths(read(gzip.compress(NEWS.encode()))) == ["/dam-opens"]


def test_a_torn_gzip_gives_what_can_be_had() -> None:
    rows = "".join(f"<url><loc>{SITE}/story-{number * 7919}</loc></url>" for number in range(2_000))
    packed = gzip.compress(f"<urlset>{rows}</urlset>".encode())
    listing = read(packed[: len(packed) // 2])
    assert 100 < len(listing.found) < 2_000
    assert listing.truncated
    assert listing.malformed == "The answer is larger than newsbot reads, or ended before it was whole."


def test_a_gzip_bomb_is_refused() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b" " * 10_000_000) for _ in range(20)) + packer.flush()
    assert read(bomb).malformed == "The answer is a gzip bomb: it opens to more than 200 times its size."


def test_an_entity_bomb_stays_small() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = NEWS.replace("<urlset", f'<!DOCTYPE urlset [<!ENTITY l0 "lol">{entities}]><urlset').replace(
        "Dam", "&l9;"
    )
    (found,) = read(body).found
    assert found.title == "&l9; & bread"


def test_no_more_addresses_than_the_protocol_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sitemap.MOST_URLS == 50_000
    monkeypatch.setattr(sitemap, "MOST_URLS", 500)
    rows = "".join(f"<url><loc>{SITE}/s-{number}</loc></url>" for number in range(510))
    listing = read(f"<urlset>{rows}</urlset>")
    assert (len(listing.found), listing.truncated) == (500, True)
    assert listing.malformed is None


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param("<html><body><h1>Not found</h1></body></html>", "The address of a sitemap answered with a web page.", id="a web page"),
        pytest.param("hello", "This is no sitemap: there is neither <urlset> nor <sitemapindex> in it.", id="a word"),
        pytest.param("<opml></opml>", "This is no sitemap", id="another XML file"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", "This is no sitemap", id="a picture"),
    ],
)  # fmt: skip
def test_what_is_no_sitemap_is_a_sentence(body: str | bytes, sentence: str) -> None:
    listing = read(body)
    assert not listing.found
    assert (listing.malformed or "").startswith(sentence)


@pytest.mark.parametrize(
    ("robots", "found"),
    [
        pytest.param(f"User-agent: *\nDisallow: /x\nSitemap: {SITE}/a.xml\nsitemap:{SITE}/b.xml # old\n", ["/a.xml", "/b.xml"], id="several, in any case"),
        pytest.param("Sitemap: /a.xml", ["/a.xml"], id="relative"),
        pytest.param("User-agent: *\nAllow: /", ["/sitemap.xml"], id="none: the usual address"),
        pytest.param(f"\ufeffSitemap: {SITE}/a.xml\r\n", ["/a.xml"], id="byte order mark and CRLF"),
        pytest.param(f"Sitemap: {SITE}/image-sitemap.xml\nSitemap: {SITE}/a.xml\n", ["/a.xml"], id="maps of pictures are left out"),
    ],
)  # fmt: skip
def test_the_sitemap_lines_of_robots_txt(robots: str, found: list[str]) -> None:
    listing = read(robots, f"{SITE}/robots.txt")
    assert paths(listing) == found
    assert {link.via for link in listing.found} == {Via.ROBOTS}
