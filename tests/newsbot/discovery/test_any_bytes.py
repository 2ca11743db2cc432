"""Whatever the bytes: a Listing, whose links can all be asked for."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.discovery import Listing, discover
from pipelines.dedupe import url_key
from pipelines.items import Kind

PIECES = st.sampled_from([
    b"<?xml version='1.0' encoding='utf-16'?>", b"<rss version='2.0'><channel>", b"<item>", b"</item>", b"<link>https://a.example/x-y-z",
    b"</link>", b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry>", b"</entry>", b"<link href='/a?b=1&c=2'/>", b"<urlset><url><loc>",
    b"https://a.example/b", b"</loc></url>", b"<sitemapindex>", b"<sitemap><loc>/s.xml</loc></sitemap>", b"<lastmod>2026", b"<![CDATA[", b"]]>",
    b"<!DOCTYPE x [<!ENTITY y 'z'>]>", b"&y;", b"&", b"<", b"\x00", b"\xff\xfe", b"\x1f\x8b\x08\x00", b'{"items": [{"url": "/x"}', b"]}",
    b"<!doctype html><html>", b"<a href='/2026/06/22/x-y'>", b"</a>", b"<base href='http://[::1/'>", b"Sitemap: /x.xml\n", b"<dc:date>", b"\xed\xa0\x80",
    b"<pubDate>Mon, 32 Foo", b"&#xD800;", b"<title>", b"</title>", b"<ttl>", b"1e999", b"<a rel=next href='?page=2'>", b"xml:base='http://[x'",
])  # fmt: skip
BODIES = st.binary(max_size=200) | st.lists(PIECES | st.binary(max_size=5), max_size=15).map(b"".join)


@pytest.mark.parametrize("kind", [Kind.FEED, Kind.SITEMAP, Kind.SECTION, Kind.HOMEPAGE])
@settings(deadline=None)  # two cores are shared; the suite has a timeout
@given(
    body=BODIES,
    content_type=st.sampled_from(
        ["", "text/html", "application/xml; charset=utf-16", "x; charset=nonsense", "\x00;;="]
    ),
)
def test_whatever_the_bytes_there_is_a_listing(kind: Kind, body: bytes, content_type: str) -> None:
    listing = discover(kind, body, {"Content-Type": content_type}, "https://a.example/in")
    assert isinstance(listing, Listing)
    assert pickle.loads(pickle.dumps(listing)) == listing  # noqa: S301  (our own bytes)
    for found in (*listing.found, *listing.suggested):
        assert found.url.startswith(("http://", "https://"))
        assert found.key == url_key(found.url)
    assert len({found.key for found in listing.found}) == len(listing.found)
    assert listing.malformed is None or "\n" not in listing.malformed
