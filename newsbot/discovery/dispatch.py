"""discover(): from the bytes of any listing to the links in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from newsbot.discovery import feed, homepage, jsonfeed, paging, section, sitemap
from newsbot.discovery.listing import Listing
from newsbot.discovery.received import Form, Unusable, form_of, opened
from pipelines.items import Kind

_EMPTY = b"\x00 \t\r\n\xef\xbb\xbf\xfe\xff"


def discover(
    kind: Kind,
    body: bytes,
    headers: Mapping[str, str],
    url: str,
    *,
    pages: int = paging.MOST_PAGES,
    maps: int = sitemap.MOST_MAPS,
) -> Listing:
    """What a feed, sitemap, section or homepage lists.

    `body` is without Content-Encoding (a gzip file is opened here); `headers` need content-type alone, in any
    case; `url` is the final address, from which relative links start. What the body is decides how it is
    read, `kind` only where it does not tell: feeds answer with web pages, and sitemaps with feeds. `pages` bounds
    how far a section is followed, `maps` how many maps of an index.

    Never raises: what cannot be read is a Listing with a sentence in `malformed`.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    try:
        most = sitemap.MOST_BYTES if kind is Kind.SITEMAP else feed.MOST_BYTES
        plain, cut = opened(body, most)
        if not plain.strip(_EMPTY):
            raise Unusable("The answer is empty.")
        listing = _read(kind, plain, lowered, url, pages, maps)
    except Unusable as error:
        return Listing(kind=kind, malformed=str(error))
    if cut:
        sentence = "The answer is larger than newsbot reads, or ended before it was whole."
        listing = replace(listing, truncated=True, malformed=listing.malformed or sentence)
    return listing


def _read(kind: Kind, body: bytes, headers: Mapping[str, str], url: str, pages: int, maps: int) -> Listing:
    form = form_of(body)
    if form is Form.HTML and kind in (Kind.FEED, Kind.SITEMAP):
        return _page_instead(kind, body, headers, url)
    return _reader(kind, form, pages, maps)(body, headers, url)


def _reader(
    kind: Kind, form: Form, pages: int, maps: int
) -> Callable[[bytes, Mapping[str, str], str], Listing]:
    def read_sitemap(body: bytes, headers: Mapping[str, str], url: str) -> Listing:
        return sitemap.read_sitemap(body, headers, url, maps)

    def read_section(body: bytes, headers: Mapping[str, str], url: str) -> Listing:
        return section.read_section(body, headers, url, pages)

    by_kind = {Kind.FEED: feed.read_feed, Kind.SITEMAP: read_sitemap, Kind.HOMEPAGE: homepage.read_homepage}
    by_form = {
        Form.FEED: feed.read_feed,
        Form.JSON: jsonfeed.read_json_feed,
        Form.SITEMAP: read_sitemap,
        Form.ROBOTS: sitemap.read_robots,
        Form.ADDRESSES: read_sitemap,
    }
    return by_form.get(form) or by_kind.get(kind, read_section)


def _page_instead(kind: Kind, body: bytes, headers: Mapping[str, str], url: str) -> Listing:
    """A web page where a feed or sitemap was asked for: the feeds that it declares, and a sentence."""
    feeds = homepage.declared_feeds(section.page(body, headers, url)) if kind is Kind.FEED else ()
    named = f"; it names {len(feeds)} feeds, such as {feeds[0].url}" if feeds else ""
    return Listing(
        kind=Kind.HOMEPAGE,
        found=feeds,
        malformed=f"The address of a {kind} answered with a web page{named}.",
    )
