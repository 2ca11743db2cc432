"""The homepage: the feeds, sitemaps and sections of a site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from newsbot.discovery.anchors import anchors, base_of
from newsbot.discovery.judge import refusal
from newsbot.discovery.listing import Links, Listing, absolute, plain
from newsbot.discovery.section import add_articles, page
from pipelines.dedupe import same_site
from pipelines.document import Document
from pipelines.items import Found, Kind, Via

MOST_FEEDS = 20
MOST_SECTIONS = 30

# In the order in which they are taken where a folder has the same feed in several formats: papers serve RSS with
# the most fields, and JSON Feed the least often.
_FORMATS = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
)
_COMMON_FEEDS = ("/feed/", "/rss.xml", "/feed.xml", "/rss", "/atom.xml", "/index.xml", "/feed.json")
_COMMON_MAPS = ("/robots.txt", "/sitemap.xml", "/news-sitemap.xml", "/sitemap_index.xml")
_FEED_ADDRESS = re.compile(
    r"(?:/(?:feed|rss|atom)/?$)|\.(?:rss|rdf|atom)$|(?:rss|feed|atom)[\w-]*\.(?:xml|json)$", re.IGNORECASE
)
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario|/comments/", re.IGNORECASE)
_SECTION = re.compile(r"[^/\d?=&]+(?:/[^/\d?=&]+)?/?")  # one or two words without digits


def read_homepage(body: bytes, headers: Mapping[str, str], url: str) -> Listing:
    """The feeds that a page declares, its sitemap and robots.txt; its articles where it declares no feed.

    `suggested` has the addresses where feeds and sitemaps often are, other formats of the same feeds, and the
    sections of the navigation: for `newsbot add`, which tries them. Raises Unusable where the answer is no page.
    """
    document = page(body, headers, url)
    links, suggested = Links(url, 1000), Links(url, 200)
    feeds = declared_feeds(document)
    chosen = _one_format(feeds)
    for feed in chosen:
        links.add(feed.url, Kind.FEED, Via.AUTODISCOVERY, title=feed.title)
    for element in document.tree.iter("link"):
        if "sitemap" in (element.get("rel") or "").lower().split():
            links.add(element.get("href"), Kind.SITEMAP, Via.AUTODISCOVERY, base=base_of(document))
    links.add("/robots.txt", Kind.SITEMAP, Via.ROBOTS)
    if not chosen:
        add_articles(document, links)
    for found in _suggestions(document, feeds):
        if found.url not in links:
            suggested.add(found.url, found.kind, found.via, title=found.title)
    return Listing(
        kind=Kind.HOMEPAGE,
        found=links.found,
        suggested=suggested.found,
        title=_site_name(document),
        language=document.language,
        truncated=links.truncated,
    )


def declared_feeds(document: Document) -> tuple[Found, ...]:
    """Feeds by <link rel="alternate"> (RSS Board autodiscovery), else by links to addresses such as /rss.xml;
    feeds of comments are left out."""
    feeds = Links(document.url, MOST_FEEDS)
    base = base_of(document)
    for element in document.tree.iter("link"):
        media = (element.get("type") or "").split(";")[0].strip().lower()
        if "alternate" in (element.get("rel") or "").lower().split() and media in _FORMATS:
            title = plain(element.get("title"))
            comments = _COMMENTS.search(f"{title or ''} {element.get('href') or ''}")
            api = media == "application/json" and not _FEED_ADDRESS.search(element.get("href") or "")
            if not comments and not api:  # WordPress declares its REST API as application/json
                feeds.add(element.get("href"), Kind.FEED, Via.AUTODISCOVERY, base=base, title=title)
    if not feeds:
        for element in document.tree.iter("a"):
            href = absolute(element.get("href"), base)
            if href and _FEED_ADDRESS.search(urlsplit(href).path) and same_site(href, document.url):
                feeds.add(href, Kind.FEED, Via.AUTODISCOVERY, title=plain("".join(element.itertext())))
    return feeds.found


def _one_format(feeds: tuple[Found, ...]) -> list[Found]:
    """Of feeds in one folder that differ in format only, those in the format that comes first."""
    formats: dict[str, set[int]] = {}
    for feed in feeds:
        formats.setdefault(_folder(feed.url), set()).add(_format(feed.url))
    return [
        feed
        for feed in feeds
        if _format(feed.url) in (-1, min(formats[_folder(feed.url)] - {-1}, default=-1))
    ]


def _folder(url: str) -> str:
    return url.partition("?")[0].rstrip("/").rpartition("/")[0]


def _format(url: str) -> int:
    """0 RSS, 1 Atom, 2 JSON by the last word of the address; -1: it does not say."""
    name = url.partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    return (
        2
        if name.endswith("json")
        else 1
        if "atom" in name
        else 0
        if name.endswith(("rss", "rss.xml"))
        else -1
    )


def _suggestions(document: Document, feeds: tuple[Found, ...]) -> Iterator[Found]:
    """All feeds that are declared, else the common addresses of feeds; those of sitemaps; the sections."""
    yield from feeds
    yield from (found for found in common_addresses(document.url) if found.kind is Kind.SITEMAP or not feeds)
    named = Links(document.url, MOST_SECTIONS)
    for url, name in sections(document):
        named.add(url, Kind.SECTION, Via.SECTION, title=name)
    yield from named.found


def common_addresses(url: str) -> tuple[Found, ...]:
    """Where feeds and sitemaps are on sites that do not say so, the likeliest first."""
    guessed = Links(url, 100)
    for path in _COMMON_FEEDS:
        guessed.add(path, Kind.FEED, Via.AUTODISCOVERY)
    for path in _COMMON_MAPS:
        guessed.add(path, Kind.SITEMAP, Via.AUTODISCOVERY)
    return guessed.found


def sections(document: Document) -> list[tuple[str, str]]:
    """Address and name of the sections that the navigation of a page names (30 at most)."""
    named = [
        (anchor.url, anchor.text)
        for anchor in anchors(document)
        if anchor.place.chrome
        and 0 < len(anchor.text) <= 30
        and _SECTION.fullmatch(anchor.url.partition("://")[2].partition("/")[2])
        and same_site(anchor.url, document.url)
        and not refusal(anchor.url)
    ]
    return named[:MOST_SECTIONS]


def _site_name(document: Document) -> str | None:
    """The name of the paper: og:site_name, else the shortest part of the title."""
    name = document.meta("og:site_name", "application-name")
    if name or not document.title:
        return plain(name)
    parts = [part.strip() for part in re.split(r"\s[|–—-]\s|:\s", document.title) if part.strip()]
    return plain(min(parts, key=len)) if parts else None
