"""One parse of a page, shared by every stage: tree, JSON-LD, metas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from pipelines import jsonld
from pipelines.charset import decode
from pipelines.reasons import Reason

MAX_BYTES = 8_000_000  # of a page; real ones stay below 2 M
MAX_TAGS = 200_000  # a tree costs about 25 times the size of a tag-dense page (measured); real pages: 20,000
MAX_ATTRIBUTES = 1_000  # of one element: libxml2 is quadratic in them (20,000 take seconds)
MAX_METAS = 1_000
MAX_META = 20_000  # characters of one meta's content

# A start tag as the HTML tokeniser sees it; comments and the text of scripts and styles are passed over.
# Possessive throughout, and the end of the page closes everything: linear, whatever the bytes.
_TAG = re.compile(
    rb"""<(?:!--(?:[^-]++|-(?!->))*+
    | (?P<tag>(?:(?P<raw>[sS][cC][rR][iI][pP][tT]\b|[sS][tT][yY][lL][eE]\b)|[a-zA-Z])
        [^>=]*+(?:=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+[^>=]*+)*+(?:>|\Z))
      (?(raw)(?:[^<]++|<(?!/[sS](?:[cC][rR][iI][pP][tT]|[tT][yY][lL][eE])))*+))""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(rb"""[^\s=>"'/]++(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"']*+))?+""")
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|title|meta|div|p|article|section|table|a|h[1-6]|br|span|script)\b", re.I
)
_XML = re.compile(
    rb"\A\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:rss|feed|urlset|sitemapindex|rdf:rdf|opml|svg)\b",
    re.I | re.S,
)
_MEDIA = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "application/pdf",
    "application/zip",
)
_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00\x20ftyp",
)
_CONTAINER = re.compile(
    r"</?(?!(?:html|head|body|title|meta|link|script|style|p|h[1-6]|a|br|img|article)\b)[a-zA-Z][^<>]*>"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)
_META_NAMES = ("name", "property", "itemprop", "http-equiv")


class Unreadable(Exception):
    """The answer is no page that can be read.

    Raised by `parse`. `reason` is one of EMPTY, NOT_HTML, TOO_LARGE; `detail` is a sentence.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)  # both, so that it crosses processes whole
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return self.detail


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page. All stages share `tree`: nobody changes it (copy first)."""

    tree: HtmlElement  # root <html>; comments and processing instructions left out
    url: str
    headers: Mapping[str, str]  # lower-case name -> value
    jsonld: tuple[dict[str, Any], ...]  # flattened nodes, outermost first
    metas: Mapping[
        str, tuple[str, ...]
    ]  # lower-case name, property, itemprop or http-equiv -> contents in order
    language: str | None = None  # the lang attribute of <html>, as written
    title: str | None = None  # <title>, white space folded

    def meta(self, *names: str) -> str | None:
        """The first content that is not blank among metas of these names, in the order of the names."""
        for name in names:
            for content in self.metas.get(name, ()):
                if content.strip():
                    return " ".join(content.split())
        return None


def parse(body: bytes, headers: Mapping[str, str], url: str) -> Document:
    """Parse a page once: bytes (decompressed), response headers (any case), URL.

    Limits come before the parser: size, number of tags, attributes of one element. Nesting deeper than
    the parser follows (2,047 levels) keeps its text. Raises Unreadable.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    content_type = lowered.get("content-type")
    _refuse(body, content_type)
    text = decode(body, content_type)
    tree = _tree(text)
    return Document(
        tree=tree,
        url=url,
        headers=lowered,
        jsonld=jsonld.nodes(_jsonld_blocks(tree)),
        metas=_metas(tree),
        language=_language(tree),
        title=_title(tree),
    )


def _refuse(body: bytes, content_type: str | None) -> None:
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise Unreadable(Reason.EMPTY, "The answer has no content.")
    if len(body) > MAX_BYTES:
        raise Unreadable(
            Reason.TOO_LARGE, f"The page has {len(body):,} bytes; newsbot reads up to {MAX_BYTES:,}."
        )
    _refuse_other_media(body, content_type)
    tags = body.count(b"<")
    if tags > MAX_TAGS:
        raise Unreadable(
            Reason.TOO_LARGE, f"The page has about {tags:,} tags; newsbot reads up to {MAX_TAGS:,}."
        )
    _refuse_attributes(body)


def _refuse_attributes(body: bytes) -> None:
    for match in _TAG.finditer(body):
        start, end = match.span("tag")
        if end - start > 2 * MAX_ATTRIBUTES:
            attributes = sum(1 for _ in _ATTRIBUTE.finditer(body, start, end)) - 1
            if attributes > MAX_ATTRIBUTES:
                raise Unreadable(
                    Reason.TOO_LARGE,
                    f"An element of the page has {attributes:,} attributes; newsbot reads up to {MAX_ATTRIBUTES:,}.",
                )


def is_other_media(media: str) -> bool:
    """Whether a media type (lower case, without parameters) says that the answer is no page, whatever it holds."""
    return media.startswith(_MEDIA)


def _refuse_other_media(body: bytes, content_type: str | None) -> None:
    media = (content_type or "").split(";", 1)[0].strip().lower()
    start = body[:2048].replace(b"\x00", b"")  # UTF-16 markup reads as ASCII without its NULs
    if body.startswith(_MAGIC):
        raise Unreadable(
            Reason.NOT_HTML, f"The answer is a binary file ({media or 'no content type'}), not a page."
        )
    if _XML.match(start):
        raise Unreadable(Reason.NOT_HTML, "The answer is a feed, a sitemap or another XML file, not a page.")
    if is_other_media(media):
        raise Unreadable(Reason.NOT_HTML, f"The answer is {media}, not a page.")
    if not (_MARKUP.search(start) or _MARKUP.search(body.replace(b"\x00", b""))):
        raise Unreadable(Reason.NOT_HTML, f"The answer has no HTML in it ({media or 'no content type'}).")


def _tree(text: str) -> HtmlElement:
    tree, whole = _parsed(text)
    if not whole:  # deeper than 2,047 levels: libxml2 stops there; without mere containers nothing is so deep
        tree, _ = _parsed(_CONTAINER.sub(" ", text))
    if not isinstance(tree, HtmlElement):
        raise Unreadable(Reason.EMPTY, "The page has no element in it.")
    return tree


def _parsed(text: str) -> tuple[object, bool]:
    """The tree, and whether the parser came to the end of the page."""
    # A parser of its own each time: its error log is this page's, and threads share nothing.
    parser = HTMLParser(
        encoding="utf-8",
        huge_tree=True,  # else text below 256 levels is lost
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    # One class for all: lxml's own choice by tag is a call of Python for each element that is touched.
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(Reason.NOT_HTML, f"The page could not be parsed: {str(error)[:200]}") from error
    return tree, not any("xcessive depth" in entry.message for entry in parser.error_log)


def _jsonld_blocks(tree: HtmlElement) -> list[str]:
    return [
        script.text
        for script in tree.iter("script")
        if script.text and "ld+json" in (script.get("type") or "").lower()
    ]


def _metas(tree: HtmlElement) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for number, meta in enumerate(tree.iter("meta")):
        if number >= MAX_METAS:
            break
        content = meta.get("content")
        if content is None:
            continue
        names = {value.strip().lower() for name in _META_NAMES if (value := meta.get(name))}
        for name in sorted(names):
            found.setdefault(name, []).append(content[:MAX_META])
    return {name: tuple(contents) for name, contents in found.items()}


def _language(tree: HtmlElement) -> str | None:
    value = (
        tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or tree.get("xml:lang")
        or ""
    ).strip()
    return value if _LANGUAGE.fullmatch(value) else None


def _title(tree: HtmlElement) -> str | None:
    for path in ("head/title", ".//title"):  # an inline drawing has titles too
        element = tree.find(path)
        if element is not None:
            title = " ".join("".join(element.itertext()).split())
            if title:
                return title
    return None
