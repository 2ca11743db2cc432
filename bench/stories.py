"""Articles of a made-up press: sources, days, places, authors, tags and words as unevenly spread as real ones."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

import numpy as np

from bench.vocabulary import SHARES, vocabulary
from pipelines import dedupe
from pipelines.items import (
    CaptureRef,
    DateCandidate,
    Dateline,
    Kind,
    Precision,
    Published,
    Reading,
    RemovedBlock,
    Visit,
)

FIRST, LAST = datetime(2016, 1, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
"""The years that an archive covers: it grows threefold in them."""

AGENCIES: Final = (
    "Reuters", "AFP", "AP", "dpa", "EFE", "Xinhua", "Anadolu", "ANSA", "PA", "TASS", "KUNA", "MENA", "Lusa", "KNA",
)  # fmt: skip
_SECTIONS: Final = 60
_SECONDS: Final = int((LAST - FIRST).total_seconds())
_BATCH: Final = 2000


@dataclass(frozen=True)
class Outlet:
    """One source: what it writes in, and whom it employs."""

    id: str
    name: str
    country: str
    language: str
    sections: tuple[str, ...]
    paywalled: bool | None


@dataclass(frozen=True)
class Story:
    """One article with what happened to it later."""

    visit: Visit
    reading: Reading
    cluster: int | None  # number of the wire story that it is a copy of
    revised_at: datetime | None
    state: str


class Press:
    """All stories of one seed, in the order in which an archive meets them; `total` sets how many there will be.

    `narrow` leaves texts, captures, evidence and removed blocks out: for archives of ten million.
    """

    def __init__(self, seed: int, total: int, narrow: bool = False, words: int = 180) -> None:
        self.seed, self.total, self.narrow, self.words = seed, total, narrow, words
        random = np.random.default_rng([seed, 1])
        self.languages = list(SHARES)
        self.outlets = tuple(self._outlet(random, number) for number in range(min(300, 20 + total // 400)))
        self.authors = self._names(random, max(200, int(30 * total**0.6)))
        self.tags = self._tags(random, max(300, int(12 * total**0.62)))
        self.places = self._places(random, min(4000, 100 + total // 100))

    def stories(self) -> Iterator[list[Story]]:
        """All of them, in batches."""
        for begin in range(0, self.total, _BATCH):
            yield self.batch(begin, min(_BATCH, self.total - begin))

    def batch(self, begin: int, count: int) -> list[Story]:
        """Stories `begin` to `begin + count`; the same whoever asks, in whatever order."""
        random = np.random.default_rng([self.seed, 2, begin])
        share = (np.arange(begin, begin + count) + random.random(count)) / self.total
        # The press of the last year writes three times as much as that of the first.
        seconds = ((np.sqrt(1 + 8 * share.clip(0, 1)) - 1) / 2 * _SECONDS).astype(np.int64)
        draws = {
            "second": seconds,
            "outlet": self._zipf(random, len(self.outlets), count, 0.9),
            "section": self._zipf(random, 12, count, 0.8),
            "authors": random.choice([0, 1, 2, 3], size=count, p=[0.28, 0.55, 0.13, 0.04]),
            "author": self._zipf(random, len(self.authors), 3 * count, 0.85).reshape(count, 3),
            "tags": random.choice(8, size=count, p=[0.15, 0.12, 0.18, 0.2, 0.15, 0.1, 0.06, 0.04]),
            "tag": self._zipf(random, len(self.tags), 8 * count, 0.95).reshape(count, 8),
            "place": self._zipf(random, len(self.places), count, 1.0),
            "agency": self._zipf(random, len(AGENCIES), count, 1.0),
            "length": np.exp(random.normal(math.log(self.words) - 0.18, 0.6, count))
            .clip(30, 4000)
            .astype(int),
            "headline": random.integers(5, 13, count),
            "chance": random.random((count, 12)),
        }
        return [
            self._story(begin + at, {name: drawn[at] for name, drawn in draws.items()}, random)
            for at in range(count)
        ]

    def _story(self, number: int, drawn: dict[str, np.ndarray], random: np.random.Generator) -> Story:
        chance = drawn["chance"].tolist()
        outlet = self.outlets[drawn["outlet"]]
        words = vocabulary(outlet.language, min(40_000, 2_000 + self.total))
        published_at = FIRST + timedelta(seconds=int(drawn["second"]))
        first_seen_at = published_at + timedelta(minutes=3 + 600 * chance[0] ** 4)
        if chance[1] < 0.04:  # found in a sitemap years later
            published_at -= timedelta(days=1500 * chance[2])
        published = _published(published_at, chance[3])
        agencies = self._agencies(drawn, chance)
        place, country = self.places[drawn["place"]]
        dateline = (
            Dateline(f"{place.upper()} ({agencies[0]}) –" if agencies else f"{place.upper()} –", place, None, country, 30.0, 40.0, agencies)
            if chance[4] < 0.4
            else None
        )  # fmt: skip
        authors = tuple(
            dict.fromkeys(self.authors[at] for at in drawn["author"][: drawn["authors"]].tolist())
        )
        tags = tuple(dict.fromkeys(self.tags[at] for at in drawn["tag"][: drawn["tags"]].tolist()))
        headline = words.phrase(words.draw(random, int(drawn["headline"])))
        text = "" if self.narrow else words.prose(words.draw(random, int(drawn["length"])))
        lede = None if self.narrow else text.partition(".")[0][:300]
        copied = bool(agencies) and chance[6] < 0.3
        wire = int(number // 6 * 6) if copied else None  # neighbours in time share a wire story
        digest = hashlib.sha256(f"{self.seed} {number}".encode()).hexdigest()
        reading = Reading(
            version="bench",
            url="",
            is_article=True,
            headline=headline,
            lede=lede,
            text=text,
            byline=", ".join(authors) or None,
            authors=authors,
            section=outlet.sections[drawn["section"] % len(outlet.sections)],
            tags=tags,
            language=outlet.language,
            paywalled=outlet.paywalled and chance[7] < 0.6,
            word_count=int(drawn["length"]),
            agencies=agencies,
            dateline=dateline,
            published=published,
            content_hash=digest[:32],
            text_hash=digest[32:] if wire is None else f"{wire:032x}",
            form="live_blog" if chance[8] < 0.006 else "article",
            candidates=() if self.narrow else _candidates(published),
            removed=()
            if self.narrow
            else (RemovedBlock("related", "Links to other articles.", headline, 0),),
        )
        url = f"https://{outlet.id}.example/{published_at:%Y/%m/%d}/{number}"
        visit = Visit(
            url=url, key=url, source=outlet.id, kind=Kind.ARTICLE, visited_at=first_seen_at, status=200, reading=reading,
            capture=None if self.narrow else CaptureRef(f"{first_seen_at:%Y-%m}.warc.gz", number * 35_000, 34_000, f"sha1:{digest[:32].upper()}", first_seen_at, 200, "text/html", 120_000),
        )  # fmt: skip
        revised_at = first_seen_at + timedelta(hours=30 * chance[9]) if chance[10] < 0.05 else None
        state = "withheld" if chance[11] < 0.001 else "gone" if chance[11] < 0.006 else "published"
        return Story(visit, reading, wire, revised_at, state)

    def _agencies(self, drawn: dict[str, np.ndarray], chance: list[float]) -> tuple[str, ...]:
        if chance[5] >= 0.35:
            return ()
        first = AGENCIES[drawn["agency"]]
        second = AGENCIES[int(chance[6] * len(AGENCIES))]
        return (first, second) if chance[5] < 0.03 and second != first else (first,)

    @staticmethod
    def _zipf(random: np.random.Generator, size: int, count: int, exponent: float) -> np.ndarray:
        return np.searchsorted(_chances(size, exponent), random.random(count)).clip(0, size - 1)

    def _outlet(self, random: np.random.Generator, number: int) -> Outlet:
        language = str(random.choice(self.languages, p=list(SHARES.values())))
        words = vocabulary(language, 2000).words
        first, second = (words[at] for at in random.integers(100, 2000, 2))
        sections = random.choice(_SECTIONS, size=int(random.integers(6, 13)), replace=False)
        names = vocabulary(language, 2000).words[200 : 200 + _SECTIONS]
        return Outlet(
            id=f"s{number:03d}",
            name=f"{first.capitalize()} {second.capitalize()}",
            country=str(random.choice(_COUNTRIES)),
            language=language,
            sections=tuple(names[at].capitalize() for at in sections.tolist()),
            paywalled=(None, False, True)[int(random.choice(3, p=[0.3, 0.4, 0.3]))],
        )

    def _names(self, random: np.random.Generator, count: int) -> tuple[str, ...]:
        """Distinct names of people."""
        words = [
            word.capitalize()
            for language in self.languages
            for word in vocabulary(language, 3000).words[150:1500]
        ]
        pairs = random.integers(0, len(words), size=(count * 2, 2)).tolist()
        names = dict.fromkeys(f"{words[first]} {words[second]}" for first, second in pairs)
        return tuple(names)[:count]

    def _tags(self, random: np.random.Generator, count: int) -> tuple[str, ...]:
        """Distinct tags: single words, then pairs of them."""
        words = [word for language in self.languages for word in vocabulary(language, 4000).words[100:3000]]
        random.shuffle(words)
        singles = dict.fromkeys(words[: count // 2])
        pairs = random.integers(0, len(words), size=(count * 2, 2)).tolist()
        singles.update(dict.fromkeys(f"{words[first]} {words[second]}" for first, second in pairs))
        return tuple(singles)[:count]

    def _places(self, random: np.random.Generator, count: int) -> tuple[tuple[str, str], ...]:
        words = [
            word.capitalize()
            for language in self.languages
            for word in vocabulary(language, 3000).words[300:1300]
        ]
        random.shuffle(words)
        countries = self._zipf(random, len(_COUNTRIES), count, 0.7)
        return tuple(
            (name, _COUNTRIES[at]) for name, at in zip(words[:count], countries.tolist(), strict=True)
        )


_COUNTRIES: Final = (
    "US", "IQ", "GB", "DE", "KW", "FR", "SY", "TR", "ES", "EG", "CN", "RU", "IR", "SA", "IN", "MX", "IT", "UA", "AE",
    "LB", "JO", "IL", "PS", "QA", "AR", "BR", "PL", "AT", "CH", "NL", "BE", "SE", "NO", "DK", "FI", "PT", "GR", "RO",
    "JP", "KR", "AU", "CA", "ZA", "NG", "KE", "MA", "DZ", "TN", "LY", "SD", "YE", "OM", "BH", "PK", "AF", "CO", "CL",
)  # fmt: skip


@cache
def _chances(size: int, exponent: float) -> np.ndarray:
    """Cumulative chances of ranks under Zipf's law."""
    weights = 1.0 / (np.arange(size) + 1.5) ** exponent
    return np.cumsum(weights) / weights.sum()


def published_now(story: Story, at: datetime) -> Visit:
    """A story under another URL, published just now: what a crawl commits while readers read."""
    when = Published(at, at.date(), Precision.SECOND, "jsonld NewsArticle.datePublished", 0.95)
    url = f"{story.visit.url}-fresh"
    reading = replace(story.reading, published=when)
    return replace(
        story.visit, url=url, key=dedupe.url_key(url), visited_at=at, capture=None, reading=reading
    )


def _published(at: datetime, chance: float) -> Published:
    """Most dates are known to the minute, some to the day, a few not at all."""
    if chance < 0.02:
        return Published()
    if chance < 0.10:
        return Published(None, at.date(), Precision.DAY, "url", 0.6)
    return Published(at, at.date(), Precision.MINUTE, "jsonld NewsArticle.datePublished", 0.95)


def _candidates(published: Published) -> tuple[DateCandidate, ...]:
    day: date | None = published.day
    if day is None:
        return ()
    return (
        DateCandidate("jsonld", "NewsArticle.datePublished", "published", day.isoformat(), published.at, day, Precision.MINUTE, 0.95, True),
        DateCandidate("url", "path", "published", f"{day:%Y/%m/%d}", None, day, Precision.DAY, 0.6),
    )  # fmt: skip
