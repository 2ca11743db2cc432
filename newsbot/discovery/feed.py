"""RSS 2.0 and 1.0 and Atom: feedparser behind limits of ours (why feedparser: docs/decisions/feed-parser.md)."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

import feedparser

from newsbot.discovery.listing import MOST_TAGS, Links, Listing, plain, untagged
from newsbot.discovery.received import Unusable, refuse_slow, xml_text
from pipelines.items import Kind, Via

MOST_BYTES = 8_000_000  # opened
MOST_ENTRIES = 2_000

_END_OF_ENTRY = re.compile(r"</(?:\w{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_CLOSED = {"rss": "</channel></rss>", "feed": "</feed>", "rdf": "</rdf:RDF>"}


def read_feed(body: bytes, headers: Mapping[str, str], url: str) -> Listing:
    """What an RSS or Atom feed lists (8 MB and 2,000 entries at most).

    Raises Unusable with a sentence where feedparser cannot make anything of it.
    """
    text, truncated = _within_limits(xml_text(body[:MOST_BYTES], headers.get("content-type")))
    parsed = _parse(text, url)
    links = Links(url, MOST_ENTRIES)
    for entry in parsed.entries:
        href = dict.get(entry, "feedburner_origlink") or entry.get("link") or _permalink(entry)
        links.add(href, Kind.ARTICLE, Via.FEED, **_said(entry))
    return Listing(
        kind=Kind.FEED,
        found=links.found,
        title=untagged(parsed.feed.get("title")),
        language=plain(parsed.feed.get("language")),
        malformed=_malformed(parsed, len(links)),
        fresh_for=_fresh_for(parsed.feed),
        truncated=truncated or links.truncated or len(body) > MOST_BYTES,
    )


def _parse(text: str, url: str) -> Any:
    # As a stream: feedparser takes a string or bytes for a URL or a file name first, and would open it.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        return feedparser.parse(
            stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        # What fuzzing has made it raise: lone surrogates by number, odd dates, odd markup declarations.
        raise Unusable(f"The feed cannot be read ({type(error).__name__}).") from None


def _within_limits(text: str) -> tuple[str, bool]:
    """The feed up to its 2,000th entry, closed again; whether that cut anything off. Raises Unusable."""
    refuse_slow(text)
    last = next(islice(_END_OF_ENTRY.finditer(text), MOST_ENTRIES - 1, None), None)
    if last is None or not _END_OF_ENTRY.search(text, last.end()):
        return text, False
    root = re.search(r"<(?:\w{1,20}:)?(rss|feed|rdf)\b", text[:4096], re.IGNORECASE)
    return text[: last.end()] + (_CLOSED[root[1].lower()] if root else ""), True


def _permalink(entry: Any) -> str | None:
    """The id of an entry without a link, where it is an address itself."""
    guid = entry.get("id")
    return guid if isinstance(guid, str) and guid.startswith(("http://", "https://")) else None


def _said(entry: Any) -> dict[str, Any]:
    """What the entry says of its article, as printed. dict.get, as feedparser's own answers other names too."""
    published = dict.get(entry, "published") or dict.get(entry, "created")
    updated = dict.get(entry, "updated")
    authors = [
        untagged(person.get("name")) for person in entry.get("authors", []) if isinstance(person, Mapping)
    ]
    terms = (untagged(tag.get("label") or tag.get("term")) for tag in entry.get("tags", ()))
    tags = tuple(dict.fromkeys(term for term in terms if term))[:MOST_TAGS]
    return {
        "title": _title(entry),
        "date": plain(published or updated),
        "lastmod": plain(updated) if published else None,
        "author": ", ".join(dict.fromkeys(name for name in authors if name)) or untagged(entry.get("author")),
        "language": plain(dict.get(entry, "language")),
        "tags": tags,
    }


def _fresh_for(channel: Any) -> float | None:
    """Seconds until the feed is worth another look, by its own word: <ttl> in minutes (RSS 2.0), or the period and
    frequency of the syndication module. The longer one where it says both; None where it says neither."""
    said = [_number(channel.get("ttl")) * 60]
    period = _PERIODS.get(str(channel.get("sy_updateperiod") or "").strip().lower())
    if period is not None:
        said.append(period / max(1.0, _number(channel.get("sy_updatefrequency")) or 1.0))
    return max(said) or None


def _number(printed: object) -> float:
    text = str(printed or "").strip()
    return float(text) if text.isdecimal() and len(text) < 10 else 0.0


def _title(entry: Any) -> str | None:
    """The title without markup; unescaped once more where it was escaped twice, as many feeds do."""
    title = entry.get("title")
    if isinstance(title, str) and re.search(r"&(?:amp|quot|lt|gt|nbsp|#\d{2,5}|#x[0-9a-fA-F]{2,4});", title):
        title = feedparser.html.html.unescape(title)
    return untagged(title)


def _malformed(parsed: Any, entries: int) -> str | None:
    """A sentence for a feed that is not well-formed, or is no feed at all."""
    if not parsed.get("version") and not entries:
        return "This is no feed: there is neither RSS nor Atom in it."
    if not parsed.bozo:
        return None
    fault = parsed.get("bozo_exception")
    if isinstance(fault, feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType):
        return None
    said = getattr(fault, "getMessage", lambda: type(fault).__name__)()
    return f"The feed is not well-formed ({plain(said)}); {entries:,} entries could be read."
