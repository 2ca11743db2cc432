"""What a feed, sitemap or page was found to list, and the collector that fills it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from pipelines.dedupe import url_key
from pipelines.items import Found, Kind, Via

LONGEST_TEXT = 500  # characters kept of a title, an author, a date
MOST_TAGS = 50

# Written by a person or a theme, never by a paper that wants to be read: longer ones are data: URLs and traps.
LONGEST_URL = 2048

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,1000}>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Listing:
    """What `discover` makes of one answer. Plain values: it crosses processes."""

    kind: Kind  # what the answer really was, whatever it was asked for as
    found: tuple[Found, ...] = ()  # in the order of the listing, each key once
    suggested: tuple[
        Found, ...
    ] = ()  # addresses it does not declare but that are worth a try when adding a source
    title: str | None = None
    language: str | None = None
    malformed: str | None = None  # a sentence; links may have been found all the same
    truncated: bool = False  # a limit was reached: there is more than `found`
    notes: tuple[str, ...] = ()  # sentences on what was left out and why
    fresh_for: float | None = None  # seconds for which a feed says that it stays as it is


def plain(printed: object) -> str | None:
    """Text as a person reads it: one line, no control or direction characters, no empty string."""
    if not isinstance(printed, str):
        return None
    text = " ".join(_CONTROL.sub(" ", printed[: 4 * LONGEST_TEXT]).split())
    return text[:LONGEST_TEXT] or None


def untagged(printed: object) -> str | None:
    """`plain` without markup. "Rain < 3 mm" stays as it is."""
    return plain(_TAG.sub(" " if "<br" in printed else "", printed)) if isinstance(printed, str) else None


def absolute(href: object, base: str) -> str | None:
    """An http(s) URL without fragment from a link as printed, or None where it leads nowhere we can go."""
    known = _resolved(href, base)
    return known[0] if known else None


def _resolved(href: object, base: str) -> tuple[str, str] | None:
    """URL and key of a link as printed."""
    if not isinstance(href, str) or not href.strip() or len(href) > 2 * LONGEST_URL:
        return None
    printed = re.sub(r"[\t\r\n]", "", href.strip()).replace(" ", "%20").partition("#")[0]
    try:
        # Most links are absolute, and urljoin costs as much as all else for each of the 50,000 of a sitemap.
        url = printed if printed.startswith(("https://", "http://")) else urljoin(base, printed)
        key = url_key(url)
    except ValueError:
        return None
    return (url, key) if len(url) <= LONGEST_URL else None


class Links:
    """Collects what one listing speaks of: each key once, what a later mention adds is kept, up to a limit."""

    def __init__(self, seen_in: str, limit: int) -> None:
        self.seen_in = seen_in
        self.limit = limit
        self.truncated = False
        self._by_key: dict[str, Found] = {}

    def add(self, href: object, kind: Kind, via: Via, *, base: str | None = None, **said: Any) -> None:
        """Take one link; `said` are fields of Found (title, date, …). Links that lead nowhere are passed over."""
        resolved = _resolved(href, base or self.seen_in)
        if resolved is None:
            return
        url, key = resolved
        known = self._by_key.get(key)
        if known is not None:
            news = {name: value for name, value in said.items() if value and not getattr(known, name)}
            self._by_key[key] = replace(known, **news)
        elif len(self._by_key) >= self.limit:
            self.truncated = True
        else:
            self._by_key[key] = Found(url, key, kind, via, self.seen_in, **said)

    def __contains__(self, url: str) -> bool:
        return url_key(url) in self._by_key

    def __len__(self) -> int:
        return len(self._by_key)

    @property
    def found(self) -> tuple[Found, ...]:
        return tuple(self._by_key.values())
