"""Sitemaps (sitemaps.org 0.9) with the news extension, their indexes, plain lists of URLs, and robots.txt."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from newsbot.discovery.judge import refusal
from newsbot.discovery.listing import MOST_TAGS, Links, Listing, plain
from newsbot.discovery.received import Form, Unusable, form_of, xml_text
from pipelines.charset import decode
from pipelines.items import Found, Kind, Via

MOST_BYTES = 50_000_000  # opened; the limit of sitemaps.org
MOST_URLS = 50_000  # likewise
MOST_MAPS = 50  # newest of an index that one visit follows; an archive of twenty years has a thousand

_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]{0,1000}(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_XML_ENTITIES = {"amp;", "lt;", "gt;", "quot;", "apos;"}
_DAY = re.compile(r"(?<!\d)(20\d\d)[-_/.]?(0[1-9]|1[0-2])?[-_/.]?(0[1-9]|[12]\d|3[01])?(?!\d)")
_NO_ARTICLES = re.compile(
    r"(?:^|[-_.])(?:(?:post[-_]?)?tags?|categor(?:y|ies)|authors?|users?|topics?|taxonom\w*|images?|photos?|galler(?:y|ies)"
    r"|videos?|products?|authors?archive|static)(?=[-_.\d]|$)|^pages?[-_]sitemap|^sitemap[-_](?:static[-_]?)?pages?\.",
    re.IGNORECASE,
)
_NEWS = re.compile(r"news|nachrichten|noticias|actualit", re.IGNORECASE)


def read_sitemap(body: bytes, headers: Mapping[str, str], url: str, maps: int = MOST_MAPS) -> Listing:
    """What a sitemap lists: articles of a urlset (50,000 URLs in 50 MB), or the newest `maps` maps of an index.

    Raises Unusable with a sentence where there is neither.
    """
    if form_of(body) is Form.ADDRESSES:
        return _addresses(decode(body, headers.get("content-type")).splitlines(), url)
    text = _without_entities(xml_text(body, headers.get("content-type")))
    links, children = Links(url, MOST_URLS), Links(url, MOST_URLS)
    left_out = 0
    fault: str | None = None
    try:
        for entry in _entries(text.encode("utf-8", "replace")):
            if entry.pop("map"):
                children.add(entry["loc"], Kind.SITEMAP, Via.SITEMAP, lastmod=entry["lastmod"])
            elif entry["loc"] and refusal(entry["loc"]):
                left_out += 1
            else:
                via = Via.NEWS_SITEMAP if entry.pop("news") else Via.SITEMAP
                links.add(entry.pop("loc"), Kind.ARTICLE, via, **entry)
            if links.truncated or children.truncated:
                break
    except etree.XMLSyntaxError as error:
        fault = f"The sitemap is not well-formed ({plain(str(error))}); {len(links) + len(children):,} URLs could be read."
    chosen, notes = newest(children.found, maps)
    if left_out:
        notes += (f"{left_out:,} addresses of fronts, tags, authors or files were left out.",)
    if not links and not children and not left_out and form_of(body) is not Form.SITEMAP:
        raise Unusable(fault or "This is no sitemap: there is neither <urlset> nor <sitemapindex> in it.")
    return Listing(
        kind=Kind.SITEMAP,
        found=links.found + chosen,
        malformed=fault,
        truncated=links.truncated or children.truncated or len(chosen) < len(children),
        notes=notes,
    )


def read_robots(body: bytes, headers: Mapping[str, str], url: str) -> Listing:
    """The Sitemap lines of a robots.txt (RFC 9309 leaves them to sitemaps.org); without any, /sitemap.xml.

    Whether a page may be fetched is not decided here.
    """
    links = Links(url, MOST_MAPS)
    for line in decode(body[:500_000], headers.get("content-type")).splitlines():
        field, colon, value = line.partition(":")
        if colon and field.strip().lower() == "sitemap":
            links.add(value.split("#")[0], Kind.SITEMAP, Via.ROBOTS)
    if not links:
        links.add("/sitemap.xml", Kind.SITEMAP, Via.ROBOTS)
    chosen, notes = newest(links.found, MOST_MAPS)
    return Listing(kind=Kind.SITEMAP, found=chosen, truncated=links.truncated, notes=notes)


def newest(maps: tuple[Found, ...], most: int) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """The maps worth following, newest first, and sentences on the others.

    Maps of tags, authors, images, videos and static pages are left out. Undated news maps come first (they hold
    two days), then the others by lastmod or the date in the name; of the rest, those listed last are as likely
    the newest as those listed first, so both ends are taken.
    """
    wanted = [found for found in maps if not _NO_ARTICLES.search(_name(found.url))]
    notes: tuple[str, ...] = ()
    if len(wanted) < len(maps):
        notes += (
            f"{len(maps) - len(wanted):,} sitemaps of tags, authors, images, videos or static pages were left out.",
        )
    dated = sorted(filter(_day, wanted), key=_day, reverse=True)
    undated = [found for found in wanted if not _day(found)]
    news = [found for found in undated if _NEWS.search(_name(found.url))]
    chosen = (news + dated + _from_both_ends([found for found in undated if found not in news]))[:most]
    if len(chosen) < len(wanted):
        notes += (f"{len(wanted) - len(chosen):,} older sitemaps were left out.",)
    return tuple(chosen), notes


def _from_both_ends(maps: list[Found]) -> list[Found]:
    """First, last, second, last but one, …"""
    backwards = list(reversed(maps))
    pairs = [found for pair in zip(maps, backwards, strict=True) for found in pair]
    return list(dict.fromkeys(pairs))


def _name(url: str) -> str:
    """The last part of a map's address: "post_tag-sitemap2.xml"."""
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]


def _day(found: Found) -> str:
    """The date of a map as sortable text: lastmod in ISO 8601, else what its address says; empty: none."""
    printed = found.lastmod or ""
    if re.match(r"\d{4}-\d\d", printed):
        return printed
    match = _DAY.search(found.url)
    return "-".join(part for part in match.groups() if part) if match else ""


def _addresses(lines: list[str], url: str) -> Listing:
    links = Links(url, MOST_URLS)
    left_out = 0
    for line in map(str.strip, lines):
        if not line.startswith(("http://", "https://")):
            continue
        if refusal(line):
            left_out += 1
        else:
            links.add(line, Kind.ARTICLE, Via.SITEMAP)
    notes = (f"{left_out:,} addresses of fronts, tags, authors or files were left out.",) if left_out else ()
    return Listing(kind=Kind.SITEMAP, found=links.found, truncated=links.truncated, notes=notes)


def _without_entities(text: str) -> str:
    """The text without a document type and with every entity but XML's five written out as text: no bomb, no file."""
    text = _DOCTYPE.sub("", text, count=1)
    return _ENTITY.sub(lambda match: match[0] if match[1] in _XML_ENTITIES else f"&amp;{match[1]}", text)


def _entries(data: bytes) -> Iterator[dict[str, Any]]:
    """One dictionary for each <url> and <sitemap>, in the order of the file; memory stays flat."""
    parser = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    for _event, element in parser:
        name = _local(element.tag)
        if name in ("url", "sitemap"):
            yield _entry(element, name)
            element.clear(keep_tail=False)
            while (previous := element.getprevious()) is not None and (
                parent := element.getparent()
            ) is not None:
                parent.remove(previous)


def _entry(element: etree._Element, name: str) -> dict[str, Any]:
    said: dict[str, str] = {}
    for child in element.iter():
        # The image and video extensions have titles and dates of their own, which are not the article's.
        local, text = _local(child.tag), (child.text or "").strip()
        if text and not _of_media(child):
            said.setdefault(local, text)
    if name == "sitemap":
        return {"map": True, "loc": said.get("loc"), "lastmod": plain(said.get("lastmod"))}
    keywords = (plain(word) for word in said.get("keywords", "").split(","))
    return {
        "map": False,
        "news": "publication_date" in said or "publication" in said or "title" in said,
        "loc": said.get("loc"),
        "title": plain(said.get("title")),
        "date": plain(said.get("publication_date")),
        "lastmod": plain(said.get("lastmod")),
        "language": plain(said.get("language")),
        "tags": tuple(word for word in keywords if word)[:MOST_TAGS],
    }


def _of_media(element: etree._Element) -> bool:
    tag = element.tag if isinstance(element.tag, str) else ""
    return "sitemap-image" in tag or "sitemap-video" in tag or tag.startswith(("image:", "video:"))


def _local(tag: object) -> str:
    """The name of an element without namespace, also where its prefix was never declared."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
