"""A source as the rest of newsbot sees it: frozen, checked, picklable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from newsbot.sources.spelling import meant
from pipelines.errors import ConfigurationError
from pipelines.items import Found, Kind, Rules, Via

Sitemaps = Literal["auto", "off"] | tuple[str, ...]

HOUR = 3600.0
DAY = 24 * HOUR

# Patterns run on every link; nothing that a person would want to read has a longer address (RFC 9110 asks
# servers for 8,000, browsers and caches stop at about 2,000), and a bound on the text bounds every pattern.
LONGEST_URL = 2048


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy source looks like; a run outside of it is reported, never stopped."""

    articles_a_day: tuple[float, float] | None = None  # fewest, most
    with_date: float | None = None  # share of articles, 0..1
    with_byline: float | None = None  # share of articles, 0..1


@dataclass(frozen=True, slots=True)
class Source:
    """One newspaper of sources.toml. `newsbot.sources.keys.KEYS` says what each field means."""

    id: str
    name: str
    homepage: str
    country: str | None = None  # ISO 3166 alpha-2
    language: str | None = None  # BCP 47 primary subtag
    timezone: str | None = None  # IANA name
    feeds: tuple[str, ...] | None = None  # None: found from the homepage
    sitemaps: Sitemaps = "auto"
    sections: tuple[str, ...] = ()
    every: float = 2 * HOUR  # seconds
    revisit: tuple[float, ...] = (HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY)  # seconds after first sight
    delay: float = 2.0  # seconds
    max_requests: int = 500  # a run
    max_bytes: int = 500_000_000  # a run
    max_minutes: float = 60.0  # a run
    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()
    strip: tuple[str, ...] = ()  # XPath
    store: Literal["full", "text", "metadata"] = "full"
    publish: Literal["full", "excerpt", "metadata"] = "full"
    noarchive: Literal["keep", "skip"] = "keep"  # what to do with a page that says noarchive
    retain: float | None = None  # seconds; None: forever
    allow_private: bool = False
    expect: Expect = field(default_factory=Expect)

    def rules(self) -> Rules:
        """What the reader needs to know of this source."""
        return Rules(
            outlet=self.name,
            language=self.language,
            country=self.country,
            timezone=self.timezone,
            strip=self.strip,
        )

    def wants(self, url: str) -> bool:
        """Whether `include` and `exclude` let this article URL in (`exclude` wins)."""
        if len(url) > LONGEST_URL:
            return False
        if self.include and not any(pattern.search(url) for pattern in self.include):
            return False
        return not any(pattern.search(url) for pattern in self.exclude)

    def follows(self, found: Found) -> bool:
        """Whether this source visits a link that was found: articles by `wants`; feeds and sitemaps that the
        homepage or robots.txt name only where they are to be found; further pages of a section always."""
        if found.kind is Kind.ARTICLE:
            return self.wants(found.url)
        if found.kind is Kind.FEED:
            return self.feeds is None
        if found.kind is Kind.SITEMAP:
            return self.sitemaps == "auto" or (self.sitemaps != "off" and found.via is Via.SITEMAP)
        return found.kind is Kind.SECTION

    def listings(self) -> tuple[tuple[str, Kind], ...]:
        """Addresses to visit for links, absolute, each once: feeds, sitemaps, sections, and the homepage
        where feeds or sitemaps are to be found from it."""
        named: list[tuple[str, Kind]] = []
        if self.feeds is None or self.sitemaps == "auto":
            named.append((self.homepage, Kind.HOMEPAGE))
        named += [(url, Kind.FEED) for url in self.feeds or ()]
        if isinstance(self.sitemaps, tuple):
            named += [(url, Kind.SITEMAP) for url in self.sitemaps]
        named += [(url, Kind.SECTION) for url in self.sections]
        return tuple(dict.fromkeys((urljoin(self.homepage, url), kind) for url, kind in named))


@dataclass(frozen=True, slots=True)
class Defaults:
    """The table `[defaults]`: the contact, and values for every source that does not say otherwise."""

    contact: str | None = None  # an address or URL for the user agent
    values: tuple[tuple[str, object], ...] = ()  # checked, in the order of the file


@dataclass(frozen=True, slots=True)
class Alerts:
    """The command that takes alarms and hits, and how they are written to it."""

    command: tuple[str, ...] = ()  # empty: nobody is told
    format: Literal["json", "text"] = "json"
    timeout: float = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Search:
    """A search whose new hits are told."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Sources:
    """A whole sources.toml."""

    path: Path
    defaults: Defaults
    sources: tuple[Source, ...]
    alerts: Alerts = field(default_factory=Alerts)
    searches: tuple[Search, ...] = ()

    def __iter__(self) -> Iterator[Source]:
        return iter(self.sources)

    def __len__(self) -> int:
        return len(self.sources)

    def select(self, ids: Sequence[str] = ()) -> tuple[Source, ...]:
        """The sources with these ids in the order of the file; all where none is named.

        Raises ConfigurationError for an id that the file does not have.
        """
        known = {source.id: source for source in self.sources}
        for wanted in ids:
            if wanted not in known:
                hint = meant(wanted, known) or "; `newsbot sources` lists those it has."
                raise ConfigurationError(f'{self.path}: there is no source "{wanted}"{hint}')
        return tuple(source for source in self.sources if not ids or source.id in ids)
