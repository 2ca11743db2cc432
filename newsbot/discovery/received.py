"""Bodies as received, made fit for a parser: gzip opened within limits, XML mended, what it is recognised."""

from __future__ import annotations

import re
import zlib
from enum import StrEnum

from pipelines.charset import decode

# Highest share of opened to packed size. Sitemaps, which repeat themselves most, reach 50; a bomb reaches 1,030.
HIGHEST_RATIO = 200
SMALL = 1_000_000  # bytes, whatever the ratio
# feedparser is quadratic in attributes (30,000 take 10 s) and in nested xml:base (20,000 take longer than 15 s).
MOST_ATTRIBUTES = 200  # of one element
MOST_DEPTH = 4_000  # open elements; a feed that closes no tag has two or three an entry

_CDATA_OR_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:#(?P<decimal>\d{1,7});|#[xX](?P<hex>[0-9a-fA-F]{1,6});|[A-Za-z][A-Za-z0-9]{1,31};)?",
    re.DOTALL,
)
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,500}\?>", re.IGNORECASE)
_ROOT = re.compile(
    r"<(?:[a-z]{1,20}:)?(rss|feed|rdf|urlset|sitemapindex|html|!doctype html|opml)\b", re.IGNORECASE
)
_STEP = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?P<end>/?)[A-Za-z][^<>]*+(?P<empty>(?<=/)>)?", re.DOTALL
)
_ROBOTS = re.compile(
    r"^\s*(?:user-agent|sitemap|disallow|allow|crawl-delay)\s*:", re.IGNORECASE | re.MULTILINE
)


class Unusable(ValueError):
    """The body cannot be read as a listing; the text is a sentence. Raised here, told by `discover`."""


class Form(StrEnum):
    """What a body looks like, whatever its address and content type say."""

    FEED = "feed"
    JSON = "json"
    SITEMAP = "sitemap"
    HTML = "html"
    ROBOTS = "robots"
    ADDRESSES = "addresses"  # a text file with one URL a line
    UNKNOWN = "unknown"


def opened(body: bytes, most: int) -> tuple[bytes, bool]:
    """The body without gzip (recognised by its first bytes, RFC 1952), and whether it was cut at `most` bytes.

    A torn gzip gives what can be had of it. Raises Unusable for one that opens to more than 200 times its size.
    """
    if body[:2] != b"\x1f\x8b":
        return body[:most], len(body) > most
    packer = zlib.decompressobj(31)
    try:
        plain = packer.decompress(body, most + 1)
    except zlib.error as error:
        raise Unusable(f"The answer looks like gzip but cannot be opened ({error}).") from None
    if len(plain) > max(SMALL, HIGHEST_RATIO * len(body)):
        raise Unusable("The answer is a gzip bomb: it opens to more than 200 times its size.")
    return plain[:most], len(plain) > most or not packer.eof


def form_of(body: bytes) -> Form:
    """What the body looks like, from its first 4,096 bytes."""
    start = body[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").decode("latin-1")
    if start[:1] in ("{", "["):
        return Form.JSON
    if root := _ROOT.search(start):
        name = root[1].lower()
        if name in ("urlset", "sitemapindex"):
            return Form.SITEMAP
        return Form.FEED if name in ("rss", "feed", "rdf") else Form.HTML if "html" in name else Form.UNKNOWN
    if "<" not in start:
        if _ROBOTS.search(start):
            return Form.ROBOTS
        if re.match(r"https?://\S+\s*($|\n)", start):
            return Form.ADDRESSES
    return Form.UNKNOWN


def xml_text(body: bytes, content_type: str | None) -> str:
    """The XML of a body in its true charset, from its first tag on, without declaration. Bare ampersands are written
    as `&amp;` (`?id=1&lang=en` would else lose a parameter, or gain a ⟨), and characters by number that XML does not
    have are dropped (lxml fails over half a surrogate)."""
    text = decode(body, content_type)
    declaration = _DECLARATION.search(text, 0, 4096)
    text = text[declaration.end() :] if declaration else text
    return _CDATA_OR_AMPERSAND.sub(_mended, text).lstrip()


def _mended(match: re.Match[str]) -> str:
    if match[0] == "&":
        return "&amp;"
    number = match["decimal"] or match["hex"]
    if number and not _in_xml(int(number, 10 if match["decimal"] else 16)):
        return ""
    return match[0]


def _in_xml(point: int) -> bool:
    """Char of XML 1.0."""
    return (
        point in (9, 10, 13)
        or 0x20 <= point < 0xD800
        or 0xE000 <= point < 0xFFFE
        or 0x10000 <= point < 0x110000
    )


def refuse_slow(text: str) -> None:
    """Raises Unusable for markup that is nested or attributed so that a parser would take minutes."""
    depth = 0
    for step in _STEP.finditer(text):
        if step["end"] is None:  # CDATA or a comment
            continue
        if step.end() - step.start() > 4 * MOST_ATTRIBUTES and step[0].count("=") > MOST_ATTRIBUTES:
            raise Unusable(f"An element in it has more than {MOST_ATTRIBUTES} attributes; it was not read.")
        if step["end"]:
            depth = max(0, depth - 1)
        elif not step["empty"]:
            depth += 1
            if depth > MOST_DEPTH:
                raise Unusable(
                    f"More than {MOST_DEPTH:,} elements stand open in each other; it was not read."
                )
