"""A walk through the sitemaps of a source, the oldest first, those that crawls lay to rest included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from urllib.parse import urljoin

from newsbot.discovery import Listing
from newsbot.discovery.periods import Period, day_of, lies_in, overlaps, period_of, speaks_of
from newsbot.sources import Source
from newsbot.spiders.visit import judged
from pipelines.items import Found, Kind, Visit
from pipelines.reasons import Reason

MOST_MAPS: Final = 20_000  # of a source: twenty-five years of a map a day are 9,000
MOST_DEPTH: Final = 5  # indexes between robots.txt and a map
EVERY_MAP: Final = 50_000  # of one index; the limit of sitemaps.org

_ALWAYS: Final = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class MapPage:
    """A sitemap to be visited."""

    url: str
    depth: int = 0

    @property
    def period(self) -> Period | None:
        """The time that its address names."""
        return period_of(self.url)

    @property
    def order(self) -> tuple[date, str]:
        """What names no time comes first: it may be an index. Then the oldest."""
        return (self.period.first if self.period else _ALWAYS, self.url)


@dataclass(slots=True)
class MapYield:
    """What a visit to a sitemap brought."""

    visit: Visit
    articles: list[Found] = field(
        default_factory=list
    )  # of the days asked for; with `refused`: only to be noted
    days: dict[str, date | None] = field(default_factory=dict)  # of these, by key
    maps: list[MapPage] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)  # by reason, or "other_days"


Fetch = Callable[[MapPage], Awaitable[tuple[Visit, Listing | None]]]
"""Visits a map; without a listing where it brought none, which the visit tells."""


class SitemapWalk:
    """Holds the maps that are open, and takes what a visited one names."""

    def __init__(self, source: Source, first: date | None, last: date | None) -> None:
        self.source = source
        self.first = first
        self.last = last
        self.open: list[MapPage] = []
        self._known: set[str] = set()

    def begin(self, waiting: Iterable[MapPage], done: Iterable[str] = ()) -> None:
        """Opens maps; `done` are addresses that need no visit."""
        self._known.update(done)
        self._add(waiting)

    def next(self) -> MapPage | None:
        """The map that is visited next; None where all are visited."""
        return min(self.open, key=lambda page: page.order) if self.open else None

    def take(self, page: MapPage, visit: Visit, listing: Listing | None) -> MapYield:
        """What a visited map names: articles of the days that are asked for, and further maps."""
        self.open.remove(page)
        brought = MapYield(visit)
        if listing is None:
            return brought
        visit = judged(visit, listing, self.source)
        for link in visit.found:
            if link.kind is Kind.SITEMAP:
                self._map(page, link, brought)
            elif link.kind is Kind.ARTICLE:
                self._article(page, link, brought)
        brought.visit = replace(visit, found=())
        brought.maps = self._add(brought.maps)
        return brought

    def _map(self, page: MapPage, link: Found, brought: MapYield) -> None:
        if (
            link.refused is not None and link.refused is not Reason.EXCLUDED
        ):  # a source that names its maps wants these too
            brought.left_out[link.refused] += 1
        elif not speaks_of(link, self.first, self.last):
            brought.left_out["other_days"] += 1
        elif page.depth >= MOST_DEPTH:
            brought.left_out[Reason.TRAP] += 1
        else:
            brought.maps.append(MapPage(link.url, page.depth + 1))

    def _article(self, page: MapPage, link: Found, brought: MapYield) -> None:
        if link.refused is not None:
            brought.left_out[link.refused] += 1
            brought.articles.append(link)
            return
        day = day_of(link) or (page.period.first if page.period else None)
        if lies_in(day, self.first, self.last):
            brought.articles.append(link)
            brought.days[link.key] = day
        else:
            brought.left_out["other_days"] += 1

    def _add(self, pages: Iterable[MapPage]) -> list[MapPage]:
        new: list[MapPage] = []
        for page in pages:
            if page.url not in self._known and len(self._known) < MOST_MAPS:
                self._known.add(page.url)
                new.append(page)
        self.open += new
        return new


def seeds_of(
    source: Source,
    given: Iterable[str],
    known: Iterable[str],
    first: date | None = None,
    last: date | None = None,
) -> list[MapPage]:
    """Where the walk begins: maps that a person gave, else those of sources.toml or robots.txt, and those that crawls met
    and whose addresses name no other time than the one asked for."""
    if wanted := list(given):
        return [MapPage(urljoin(source.homepage, url)) for url in dict.fromkeys(wanted)]
    if source.sitemaps == "off":
        return []
    named = source.sitemaps if isinstance(source.sitemaps, tuple) else ("/robots.txt",)
    met = [url for url in known if (of := period_of(url)) is None or overlaps(of, first, last)]
    return [MapPage(url) for url in dict.fromkeys([*(urljoin(source.homepage, url) for url in named), *met])]
