"""JSON Feed 1.0 and 1.1 (jsonfeed.org), also cut in the middle."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from newsbot.discovery.feed import MOST_BYTES, MOST_ENTRIES
from newsbot.discovery.listing import MOST_TAGS, Links, Listing, plain, untagged
from newsbot.discovery.received import Unusable
from pipelines.charset import decode
from pipelines.items import Kind, Via


def read_json_feed(body: bytes, headers: Mapping[str, str], url: str) -> Listing:
    """What a JSON Feed lists (8 MB and 2,000 items at most). Raises Unusable where there are no items."""
    text = decode(body[:MOST_BYTES], headers.get("content-type"))
    malformed = None
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        fault = plain(str(error)) if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        feed = {"items": list(islice(_items(text), MOST_ENTRIES + 1))}
        malformed = f"The feed is not valid JSON ({fault}); {len(feed['items']):,} items could be read."
    items = feed.get("items") if isinstance(feed, Mapping) else None
    if not isinstance(items, list):
        raise Unusable(malformed or "This is JSON, but no JSON Feed: there is no list of items in it.")
    links = Links(url, MOST_ENTRIES)
    for item in items:
        if isinstance(item, Mapping):
            links.add(_address(item), Kind.ARTICLE, Via.FEED, **_said(item))
    return Listing(
        kind=Kind.FEED,
        found=links.found,
        title=untagged(feed.get("title")),
        language=plain(feed.get("language")),
        malformed=malformed,
        truncated=links.truncated or len(body) > MOST_BYTES,
    )


def _items(text: str) -> Iterator[object]:
    """The whole objects of the list "items" in broken JSON, up to where it breaks."""
    start = re.search(r'"items"\s*:\s*\[', text)
    decoder, at = json.JSONDecoder(), start.end() if start else len(text)
    while match := re.compile(r"[\s,]*(?=\{)").match(text, at):
        try:
            item, at = decoder.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            return
        yield item


def _address(item: Mapping[str, Any]) -> object:
    """`url`; a link blog's `external_url`; an id that is an address."""
    guid = item.get("id")
    permalink = guid if isinstance(guid, str) and guid.startswith(("http://", "https://")) else None
    return item.get("url") or item.get("external_url") or permalink


def _said(item: Mapping[str, Any]) -> dict[str, Any]:
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]  # `author` is JSON Feed 1.0
    names = [untagged(person.get("name")) for person in people if isinstance(person, Mapping)]
    tags = item.get("tags")
    words = [plain(tag) for tag in tags] if isinstance(tags, list) else []
    return {
        "title": untagged(item.get("title")),
        "date": plain(item.get("date_published")),
        "lastmod": plain(item.get("date_modified")),
        "author": ", ".join(name for name in names if name) or None,
        "language": plain(item.get("language")),
        "tags": tuple(word for word in words if word)[:MOST_TAGS],
    }
