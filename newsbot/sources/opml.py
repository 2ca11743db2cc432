"""OPML, the subscription list of feed readers: in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree

from newsbot.sources.load import LARGEST
from newsbot.sources.naming import new_id
from newsbot.sources.source import Source
from newsbot.sources.values import address
from pipelines.errors import ConfigurationError

MOST = 50_000  # outlines


def entries_from_opml(data: bytes, path: Path) -> list[dict[str, object]]:
    """A `[[source]]` entry for each paper of an OPML file (1.0 and 2.0, folders or not).

    Feeds of one homepage become one source; an outline without a usable feed address is passed over. Ids come from
    the titles. Entities are not expanded and nothing is fetched. Raises ConfigurationError.
    """
    if len(data) > LARGEST:
        raise ConfigurationError(f"{path}: it is larger than {LARGEST // 10**6} MB.")
    entries: dict[str, dict[str, object]] = {}
    ids: set[str] = set()
    for outline in _outlines(data, path):
        feed = _address(outline.get("xmlurl", ""))
        if feed is None:
            continue
        homepage = _address(outline.get("htmlurl", "")) or urljoin(feed, "/")
        if homepage in entries:
            feeds = entries[homepage]["feeds"]
            if isinstance(feeds, list) and feed not in feeds:
                feeds.append(feed)
            continue
        name = " ".join((outline.get("title") or outline.get("text") or "").split())[:200]
        name = "".join(char for char in name if char.isprintable()) or homepage
        source_id = new_id(name, homepage, ids)
        ids.add(source_id)
        entries[homepage] = {"id": source_id, "name": name, "homepage": homepage, "feeds": [feed]}
    if not entries:
        raise ConfigurationError(
            f"{path}: there is no feed in it; an OPML file has <outline xmlUrl=…> elements."
        )
    return list(entries.values())


def _outlines(data: bytes, path: Path) -> Iterator[Mapping[str, str]]:
    """The attributes of every outline, their names in lower case (files write xmlUrl, xmlURL and xmlurl)."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ConfigurationError(f"{path}: this is no OPML ({error}).") from None
    if root is None:
        raise ConfigurationError(f"{path}: this is no OPML; there is no XML in it.")
    for number, outline in enumerate(root.iter("outline", "Outline", "OUTLINE")):
        if number >= MOST:
            return
        yield {str(name).lower(): str(value) for name, value in outline.attrib.items()}


def _address(printed: str) -> str | None:
    try:
        return address(printed.strip().replace("feed://", "http://", 1))
    except ValueError:
        return None


def opml_from_sources(sources: Iterable[Source], title: str = "newsbot sources") -> str:
    """An OPML 2.0 file with one outline for each feed; a source without listed feeds has its homepage alone."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        for feed in source.feeds or (None,):
            outline = etree.SubElement(
                body, "outline", text=source.name, title=source.name, htmlUrl=source.homepage
            )
            if source.language:
                outline.set("language", source.language)
            if feed:
                outline.set("type", "rss")
                outline.set("xmlUrl", urljoin(source.homepage, feed))
            else:
                outline.set("type", "link")
                outline.set("url", source.homepage)
    return etree.tostring(
        root, encoding="unicode", pretty_print=True, doctype='<?xml version="1.0" encoding="UTF-8"?>'
    )
