"""Feeds as bytes: Atom (RFC 4287) and JSON Feed 1.1, from entries that know nothing of either."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

_ATOM = "http://www.w3.org/2005/Atom"
_EMPTY = "1970-01-01T00:00:00Z"  # `updated` of a feed that has no entry yet: Atom wants one
TITLE = 300  # characters of a title

# What XML 1.0 cannot carry, and signs that turn the direction of everything behind them.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True)
class Entry:
    """One thing in a feed. Times are UTC instants as the archive writes them, addresses absolute."""

    id: str
    title: str
    address: str
    updated: str
    published: str | None = None
    original: str | None = None  # the page of the publisher; None where its address is no web address
    summary: str | None = None
    text: str | None = None
    author: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    """One feed: where it is, where its page is, what is in it (latest first)."""

    id: str
    title: str
    address: str
    page: str
    entries: Sequence[Entry]

    @property
    def updated(self) -> str:
        """When anything in it last changed."""
        return max((entry.updated for entry in self.entries), default=_EMPTY)


def tag_uri(*parts: str) -> str:
    """A name that stays (RFC 4151), wherever the archive is published: it holds no address of it."""
    return "tag:newsbot,2026:" + "/".join(quote(part, safe=":?=&+-._~") for part in parts)


_LANGUAGE = 35  # characters; the longest code that BCP 47 (4.4.1) wants to be carried


def clean(text: str | None, most: int | None = None) -> str:
    """Text that any feed can carry, in one line where `most` says how long it may be."""
    found = _UNFIT.sub("", text or "")
    if most is None:
        return found
    found = " ".join(found.split())
    return found if len(found) <= most else found[: most - 1].rstrip() + "…"


def atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    root = ET.Element("feed", {"xmlns": _ATOM})
    _add(root, "id", feed.id)
    _add(root, "title", clean(feed.title, TITLE))
    _add(root, "updated", feed.updated)
    ET.SubElement(root, "link", rel="self", type=TYPES["atom"], href=feed.address)
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=feed.page)
    _add(root, "generator", "newsbot")
    for entry in feed.entries:
        _atom_entry(root, entry)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _atom_entry(root: ET.Element, entry: Entry) -> None:
    element = ET.SubElement(root, "entry")
    if language := clean(entry.language, _LANGUAGE):
        element.set("xml:lang", language)
    _add(element, "id", entry.id)
    _add(element, "title", clean(entry.title, TITLE))
    _add(element, "updated", entry.updated)
    if entry.published:
        _add(element, "published", entry.published)
    _add(ET.SubElement(element, "author"), "name", clean(entry.author, TITLE) or "unknown")
    ET.SubElement(element, "link", rel="alternate", type="text/html", href=entry.address)
    if entry.original:
        ET.SubElement(element, "link", rel="via", href=clean(entry.original))
    for tag in entry.tags:
        ET.SubElement(element, "category", term=clean(tag, TITLE))
    if entry.summary:
        _add(element, "summary", clean(entry.summary))
    if entry.text:
        _add(element, "content", clean(entry.text), type="text")


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1."""
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(feed.title, TITLE),
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "items": [_json_item(entry) for entry in feed.entries],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _json_item(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": entry.id,
        "url": entry.address,
        "external_url": clean(entry.original) or None,
        "title": clean(entry.title, TITLE),
        "content_text": clean(
            entry.text or entry.summary or entry.title
        ),  # one of content_text and content_html has to be there
        "summary": clean(entry.summary) or None,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": clean(entry.author, TITLE)}] if entry.author else None,
        "tags": [clean(tag, TITLE) for tag in entry.tags] or None,
        "language": clean(entry.language, _LANGUAGE) or None,
    }
    return {name: value for name, value in found.items() if value is not None}


TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}
WRITERS: dict[str, Callable[[Feed], bytes]] = {"atom": atom, "json": json_feed}


def validators(body: bytes, feed: Feed) -> dict[str, str]:
    """ETag and Last-Modified. The tag is weak, because the body may go out compressed."""
    found = {"etag": f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'}
    if feed.entries:
        found["last-modified"] = format_datetime(datetime.fromisoformat(feed.updated), usegmt=True)
    return found


def unchanged(asked: Callable[[str], str], current: dict[str, str]) -> bool:
    """Whether a reader has the feed already (RFC 9110, 13.2.2: If-None-Match decides where it is sent)."""
    tags = asked("if-none-match")
    if tags:
        bare = current["etag"].removeprefix("W/")
        return any(tag.strip().removeprefix("W/") in (bare, "*") for tag in tags.split(","))
    return "last-modified" in current and asked("if-modified-since") == current["last-modified"]
