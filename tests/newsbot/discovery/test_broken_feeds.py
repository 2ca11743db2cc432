"""Feeds as the web really serves them: broken, hostile, huge. What a person would find in each, newsbot finds.

docs/decisions/feed-parser.md was measured on these same cases.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from newsbot.discovery import discover
from pipelines.items import Kind

SITE = "https://paper.example"
URL = f"{SITE}/feed.xml"
FIRST = (f"{SITE}/2026/06/22/dam-opens", "Dam opens", "Mon, 22 Jun 2026 10:00:00 +0300")
SECOND = (f"{SITE}/2026/06/21/bread-prices", "Bread prices rise", "Sun, 21 Jun 2026 09:30:00 +0300")


def item(link: str, title: str, date: str, more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate>{more}</item>"


def rss(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>', attributes: str = "") -> str:
    return (
        f'{head}<rss version="2.0"{attributes}><channel><title>The Paper</title>'
        f"<link>{SITE}/</link>{''.join(items)}</channel></rss>"
    )


def entry(link: str, title: str, date: str) -> str:
    return f'<entry><title>{title}</title><link href="{link}"/><id>{link}</id><published>{date}</published></entry>'


def atom(*entries: str, attributes: str = ' xmlns="http://www.w3.org/2005/Atom"') -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><feed{attributes}><title>The Paper</title>{"".join(entries)}</feed>'


GOOD = rss(item(*FIRST), item(*SECOND))
ATOM_FIRST = (FIRST[0], FIRST[1], "2026-06-22T10:00:00+03:00")
ATOM_SECOND = (SECOND[0], SECOND[1], "2026-06-21T09:30:00+03:00")
BOMB = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))


@dataclass(frozen=True)
class Case:
    """A feed and the (URL, title, date as printed) of its entries; None: any."""

    sentence: str
    body: bytes
    entries: tuple[tuple[str, str | None, str | None], ...]
    headers: Mapping[str, str] = field(default_factory=dict)


def case(
    sentence: str, body: str | bytes, *entries: tuple[str, str | None, str | None], **headers: str
) -> Case:
    data = body if isinstance(body, bytes) else body.encode()
    return Case(sentence, data, entries, {name.replace("_", "-"): value for name, value in headers.items()})


CASES = [
    case("a sound RSS feed", GOOD, FIRST, SECOND),
    case("a sound Atom feed", atom(entry(*ATOM_FIRST), entry(*ATOM_SECOND)), ATOM_FIRST, ATOM_SECOND),
    case(
        "RSS 1.0 has its items beside the channel",
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>P</title>'
        f'</channel><item rdf:about="{FIRST[0]}"><title>{FIRST[1]}</title><link>{FIRST[0]}</link>'
        "<dc:date>2026-06-22T10:00:00+03:00</dc:date></item></rdf:RDF>",
        ATOM_FIRST,
    ),
    case(
        "windows-1256 that says it is UTF-8, in the header too",
        rss(item(FIRST[0], "افتتاح السد", FIRST[2]), item(*SECOND)).encode("windows-1256"),
        (FIRST[0], None, FIRST[2]),
        SECOND,
        content_type="application/rss+xml; charset=utf-8",
    ),
    case(
        "windows-1252 without any declaration",
        rss(item(FIRST[0], "Café “dam” opens", FIRST[2]), head="").encode("windows-1252"),
        (FIRST[0], "Café “dam” opens", FIRST[2]),
    ),
    case(
        "the charset stands only in the header",
        rss(item(FIRST[0], "Плотина открыта", FIRST[2]), head="").encode("windows-1251"),
        (FIRST[0], "Плотина открыта", FIRST[2]),
        content_type="text/xml; charset=windows-1251",
    ),
    case(
        "UTF-16 with a byte order mark",
        rss(item(FIRST[0], "السد", FIRST[2]), head='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"),
        (FIRST[0], "السد", FIRST[2]),
    ),
    case(
        "an encoding that does not exist",
        GOOD.replace("utf-8", "utf-8-latin"),
        FIRST,
        SECOND,
    ),
    case(
        "HTML entities that XML does not know",
        rss(item(FIRST[0], "Dam&nbsp;opens &ndash; caf&eacute;", FIRST[2]), item(*SECOND)),
        (FIRST[0], "Dam opens – café", FIRST[2]),
        SECOND,
    ),
    case(
        "a bare ampersand in title and link",
        rss(item(f"{SITE}/read?id=17&lang=en", "Bread & water", FIRST[2]), item(*SECOND)),
        (f"{SITE}/read?id=17&lang=en", "Bread & water", FIRST[2]),
        SECOND,
    ),
    case("cut in the middle of the third item", rss(item(*FIRST), item(*SECOND), item(*FIRST))[:-90], FIRST, SECOND),
    case("a byte order mark, blank lines and spaces before the declaration", f"\ufeff\n \n{GOOD}", FIRST, SECOND),
    case("a PHP warning before the declaration", f"<br />\n<b>Warning</b>: mysql in <b>db.php</b>\n{GOOD}", FIRST, SECOND),
    case("scripts and comments after the end", f"{GOOD}<script>var a = 1 && 2;</script><!-- cached -->", FIRST, SECOND),
    case(
        "prefixes that nobody declared",
        rss(item(*FIRST, "<dc:creator>Mona Odeh</dc:creator><media:content url='x.jpg'/>"), item(*SECOND)),
        FIRST,
        SECOND,
    ),
    case("Atom without its namespace", atom(entry(*ATOM_FIRST), attributes=""), ATOM_FIRST),
    case("markup in a title", rss(item(FIRST[0], "Dam <b>opens</b>", FIRST[2])), FIRST),
    case("escaped markup in a title", rss(item(FIRST[0], "&lt;em&gt;Dam&lt;/em&gt; opens", FIRST[2])), FIRST),
    case(
        "titles and links in CDATA",
        rss(item(f"<![CDATA[{FIRST[0]}]]>", "<![CDATA[Bread & <i>water</i>]]>", FIRST[2])),
        (FIRST[0], "Bread & water", FIRST[2]),
    ),
    case("a CDATA section that never ends", rss(item(*FIRST), item(*SECOND), "<item><title><![CDATA[Half"), FIRST, SECOND),
    case("relative links", rss(item("/2026/06/22/dam-opens", *FIRST[1:]), item("2026/06/21/bread-prices", *SECOND[1:])), FIRST, SECOND),
    case(
        "relative links under xml:base",
        atom(
            entry("dam-opens", *ATOM_FIRST[1:]),
            attributes=f' xmlns="http://www.w3.org/2005/Atom" xml:base="{SITE}/2026/06/22/"',
        ),
        ATOM_FIRST,
    ),
    case("links with line breaks and spaces around them", rss(item(f"\n   {FIRST[0]}\n\t", *FIRST[1:])), FIRST),
    case("a date that is none", rss(item(*FIRST[:2], "yesterday, about noon"), item(*SECOND)), (*FIRST[:2], "yesterday, about noon"), SECOND),
    case("the same link three times", rss(item(*FIRST), item(*FIRST), item(*FIRST), item(*SECOND)), FIRST, SECOND),
    case(
        "no link, but a guid that is one",
        rss(f"<item><title>{FIRST[1]}</title><guid>{FIRST[0]}</guid><pubDate>{FIRST[2]}</pubDate></item>"),
        FIRST,
    ),
    case(
        "no link, and a guid that is none",
        rss('<item><title>Lost</title><guid isPermaLink="false">tag-17</guid></item>', item(*SECOND)),
        SECOND,
    ),
    case(
        "FeedBurner's address instead of the paper's",
        rss(
            item("https://feeds.example/~r/paper/~3/abc/", *FIRST[1:], f"<feedburner:origLink>{FIRST[0]}</feedburner:origLink>"),
            attributes=' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"',
        ),
        FIRST,
    ),
    case("control characters in the text", rss(item(FIRST[0], "Dam\x0b op\x00ens\x1f".replace("\x0b ", " "), FIRST[2]), item(*SECOND)), FIRST, SECOND),
    case("characters outside of XML by number", rss(item(FIRST[0], "Dam opens&#11;&#0;", FIRST[2]), item(*SECOND)), FIRST, SECOND),
    case("an unknown root", GOOD.replace("<rss version", "<newsfeed version").replace("</rss>", "</newsfeed>"), FIRST, SECOND),
    case("tags in capitals", GOOD.replace("item>", "ITEM>").replace("title>", "Title>"), FIRST, SECOND),
    case("RSS items and Atom entries in one file", rss(item(*FIRST), entry(*ATOM_SECOND)), FIRST, ATOM_SECOND),
    case("an Atom link inside RSS items", rss(item(*FIRST, '<atom:link rel="self" href="/x"/>'), attributes=' xmlns:atom="http://www.w3.org/2005/Atom"'), FIRST),
    case(
        "Atom entries with several links",
        atom(entry(*ATOM_FIRST).replace("<link ", '<link rel="enclosure" href="/a.mp3"/><link rel="replies" href="/c"/><link rel="alternate" type="text/html" ')),
        ATOM_FIRST,
    ),
    case("tags that are not closed", GOOD.replace("</pubDate></item>", "</pubDate>"), FIRST, SECOND),
    case("tags that close in the wrong order", rss(item(*FIRST, "<description><p>One<b>two</p></b></description>"), item(*SECOND)), FIRST, SECOND),
    case("a less-than sign in a title", rss(item(FIRST[0], "Rain < 3 mm", FIRST[2]), item(*SECOND)), (FIRST[0], None, FIRST[2]), SECOND),
    case("gzip that nobody announced", gzip.compress(GOOD.encode(), mtime=0), FIRST, SECOND),
    case("a feed served as HTML", GOOD, FIRST, SECOND, content_type="text/html; charset=utf-8"),
    case(
        "an entity bomb",
        GOOD.replace("<rss", f'<!DOCTYPE rss [<!ENTITY lol0 "lol">{BOMB}]><rss').replace("Dam opens", "&lol9;"),
        (FIRST[0], None, FIRST[2]),
        SECOND,
    ),
    case(
        "entities from files and from the network",
        GOOD.replace(
            "<rss",
            '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY n SYSTEM "http://127.0.0.1:9/x">]><rss',
        ).replace("Dam opens", "&f;&n;"),
        (FIRST[0], None, FIRST[2]),
        SECOND,
    ),
    case(
        "entities of its own",
        GOOD.replace("<rss", '<!DOCTYPE rss [<!ENTITY paper "Dam">]><rss').replace("Dam opens", "&paper; opens"),
        (FIRST[0], None, FIRST[2]),
        SECOND,
    ),
    case(
        "a sound JSON Feed",
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "url": FIRST[0], "title": FIRST[1], "date_published": ATOM_FIRST[2]}]}),
        ATOM_FIRST,
        content_type="application/feed+json",
    ),
    case(
        "a JSON Feed cut in the middle",
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": FIRST[0], "title": FIRST[1], "date_published": ATOM_FIRST[2]}, {"url": SECOND[0], "title": "x"}]})[:-30],
        ATOM_FIRST,
    ),
    case("a JSON Feed whose items are of wrong types", json.dumps({"items": [3, None, {"url": 5}, {"url": FIRST[0], "title": ["x"], "authors": "y", "tags": 4}]}), (FIRST[0], None, None)),
    case("links that lead nowhere", rss(item("javascript:alert(1)", "x", ""), item("mailto:a@b.example", "x", ""), item("http://", "x", ""), item("http://[bad/", "x", ""), item(*SECOND)), SECOND),
]  # fmt: skip


@pytest.mark.parametrize("broken", CASES, ids=lambda broken: broken.sentence)
def test_what_a_person_finds_in_a_broken_feed_is_found(broken: Case) -> None:
    listing = discover(Kind.FEED, broken.body, broken.headers, URL)
    found = {link.url: link for link in listing.found}
    assert list(found) == [url for url, _, _ in broken.entries]
    for url, title, date in broken.entries:
        assert title in (None, found[url].title)
        assert date in (None, found[url].date)
