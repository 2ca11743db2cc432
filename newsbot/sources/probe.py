"""`newsbot add URL` without its network: from a homepage to a proposed entry and a score card."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newsbot.discovery import Listing, discover
from newsbot.discovery.homepage import common_addresses
from newsbot.sources.country import country_of_host, timezone_of_country
from newsbot.sources.naming import new_id
from newsbot.sources.obstacles import obstacle
from newsbot.sources.scorecard import FieldScore, Sample, score_card
from newsbot.sources.values import address
from pipelines.dedupe import same_site
from pipelines.items import Found, Kind, Reading, Rules
from pipelines.reasons import SENTENCES, Reason

ARTICLES = 5  # that a probe reads
MOST_FEEDS = 6  # that it tries
MOST_MAPS = 4
MOST_SECTIONS = 8


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, or why there is none."""

    url: str  # as asked
    final_url: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    body: bytes = b""  # without Content-Encoding
    reason: Reason | None = None  # set where the request failed or was refused (robots, address, …)
    detail: str = ""

    @property
    def ok(self) -> bool:
        return self.reason is None and self.status == 200


Fetch = Callable[[str], Awaitable[Fetched]]
Read = Callable[[Fetched, Sequence[Found], Rules], Awaitable[Reading | None]]  # None: could not be read


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a probe found: an entry to write, and what speaks for and against it."""

    entry: dict[str, object]  # TOML values of a [[source]]
    card: tuple[FieldScore, ...]
    notes: tuple[str, ...]  # sentences
    articles: tuple[Sample, ...]
    listings: tuple[tuple[str, Kind, int], ...]  # address, kind, articles listed: what was tried and works

    @property
    def readable(self) -> bool:
        """Whether a crawl with this entry would bring articles."""
        return any(sample.reading is not None and sample.reading.is_article for sample in self.articles)


class Probe:
    """Finds out how a paper can be read. `fetch` and `read` do what touches the world."""

    def __init__(self, fetch: Fetch, read: Read, taken: Container[str] = ()) -> None:
        self._fetch = fetch
        self._read = read
        self._taken = taken  # ids that are in use
        self._notes: list[str] = []
        self._works: list[tuple[str, Kind, Listing]] = []

    async def run(self, url: str) -> Proposal:
        """Probe one homepage with some twenty requests. Raises ValueError with the end of a sentence where `url`
        is no address."""
        homepage = await self._fetch(address(url))
        front = self._front(homepage)
        await self._feeds(front)
        await self._sitemaps(front)
        if not self._works:
            await self._sections(front)
        base = self._entry(homepage, front)
        samples = await self._samples(self._articles(homepage, front), _rules(base))
        entry = self._with_language(base, front, samples)
        self._judge(samples)
        return Proposal(
            entry=entry,
            card=score_card(samples),
            notes=tuple(dict.fromkeys(self._notes)),
            articles=tuple(samples),
            listings=tuple((url, kind, len(_articles_in(listing))) for url, kind, listing in self._works),
        )

    def _front(self, homepage: Fetched) -> Listing:
        """What the homepage says; a note where it says nothing."""
        barrier = _obstacle(homepage)
        if barrier:
            self._notes.append(barrier)
        if not homepage.ok:
            # The feeds of a walled homepage are often open: guess their addresses all the same.
            return Listing(Kind.HOMEPAGE, suggested=common_addresses(homepage.final_url))
        listing = discover(Kind.HOMEPAGE, homepage.body, homepage.headers, homepage.final_url)
        if listing.kind is not Kind.HOMEPAGE:
            self._notes.append(
                "This address is no homepage but a feed or sitemap; homepage should be the site itself."
            )
            self._works.append((homepage.final_url, listing.kind, listing))
        return listing

    async def _feeds(self, front: Listing) -> None:
        declared = [found for found in front.found if found.kind is Kind.FEED]
        guessed = [found for found in front.suggested if found.kind is Kind.FEED]
        for found in declared[:MOST_FEEDS] or guessed:
            works = await self._try(found.url, Kind.FEED)
            if works and not declared:
                return  # one guess that is right is enough

    async def _sitemaps(self, front: Listing) -> None:
        queue = [found.url for found in front.found if found.kind is Kind.SITEMAP]
        queue += [found.url for found in front.suggested if found.kind is Kind.SITEMAP]
        tried: set[str] = set()
        while queue and len(tried) < MOST_MAPS:
            url = queue.pop(0)
            if url in tried:
                continue
            tried.add(url)
            listing = await self._try(url, Kind.SITEMAP)
            if listing and _articles_in(listing):
                return
            queue[:0] = [
                found.url for found in (listing.found if listing else ()) if found.kind is Kind.SITEMAP
            ][:2]

    async def _sections(self, front: Listing) -> None:
        for found in [found for found in front.suggested if found.kind is Kind.SECTION][:MOST_SECTIONS]:
            await self._try(found.url, Kind.SECTION)

    async def _try(self, url: str, kind: Kind) -> Listing | None:
        """Fetch one listing; remembered where it lists articles. None where it cannot be had."""
        answer = await self._fetch(url)
        if not answer.ok:
            return None
        listing = discover(kind, answer.body, answer.headers, answer.final_url)
        if listing.kind is kind and _articles_in(listing):
            self._works.append((url, kind, listing))
        elif listing.kind is not kind:
            return None
        return listing

    def _articles(self, homepage: Fetched, front: Listing) -> list[Found]:
        """Five articles of the site, from as many listings as there are, the first of each first."""
        listings = [_articles_in(listing) for _, _, listing in self._works] or [_articles_in(front)]
        chosen: dict[str, Found] = {}
        for rank in range(ARTICLES):
            for found in listings:
                if rank < len(found) and same_site(found[rank].url, homepage.final_url):
                    chosen.setdefault(found[rank].key, found[rank])
        if not chosen:
            self._notes.append(
                "No article was found: neither a feed, a sitemap nor the pages of the navigation list any."
            )
        return list(chosen.values())[:ARTICLES]

    async def _samples(self, found: list[Found], rules: Rules) -> list[Sample]:
        samples = []
        for link in found:
            answer = await self._fetch(link.url)
            barrier = _obstacle(answer)
            reading = await self._read(answer, (link,), rules) if answer.ok else None
            samples.append(Sample(link.url, reading, barrier))
        return samples

    def _entry(self, homepage: Fetched, front: Listing) -> dict[str, object]:
        host = urlsplit(homepage.final_url).hostname or ""
        name = front.title or host.removeprefix("www.")
        front_page = homepage.final_url if homepage.ok else homepage.url
        entry: dict[str, object] = {
            "id": new_id(name, front_page, self._taken),
            "name": name,
            "homepage": front_page,
        }
        country = country_of_host(host)
        if country:
            entry["country"] = country
        zone = timezone_of_country(country)
        if zone:
            entry["timezone"] = zone
        feeds = [url for url, kind, _ in self._works if kind is Kind.FEED]
        if feeds:
            entry["feeds"] = feeds
        if not any(kind is Kind.SITEMAP for _, kind, _ in self._works):
            entry["sitemaps"] = "off"
        sections = [url for url, kind, _ in self._works if kind is Kind.SECTION]
        if sections:
            entry["sections"] = sections
        return entry

    def _with_language(
        self, entry: dict[str, object], front: Listing, samples: Sequence[Sample]
    ) -> dict[str, object]:
        read = [sample.reading.language for sample in samples if sample.reading and sample.reading.language]
        said = [listing.language for _, _, listing in self._works if listing.language]
        votes = Counter(read) or Counter([*said, front.language or ""])
        language = next((word for word, _ in votes.most_common(1)), "")
        primary = re.split("[-_]", language)[0].lower()
        return {**entry, "language": primary} if re.fullmatch("[a-z]{2,3}", primary) else entry

    def _judge(self, samples: Sequence[Sample]) -> None:
        """Sentences on the articles."""
        if not any(kind is Kind.FEED for _, kind, _ in self._works):
            self._notes.append(
                "No feed was found; new articles are noticed by sitemap and section pages alone."
            )
        self._notes += [sample.obstacle for sample in samples if sample.obstacle]
        readings = [sample.reading for sample in samples if sample.reading is not None]
        refused = Counter(reading.reason for reading in readings if not reading.is_article and reading.reason)
        self._notes += [
            f"{count} of {len(samples)} pages: {SENTENCES[reason]}" for reason, count in refused.items()
        ]
        for count, sentence in (
            (
                sum(bool(reading.paywalled) for reading in readings),
                "are behind a paywall: the archive has what is shown",
            ),
            (sum(reading.rights.noarchive for reading in readings), "ask not to be archived (noarchive)"),
            (sum(reading.rights.noai for reading in readings), "ask not to be used for training (noai)"),
        ):
            if count:
                self._notes.append(f"{count} of {len(readings)} articles {sentence}.")


def _articles_in(listing: Listing) -> list[Found]:
    return [found for found in listing.found if found.kind is Kind.ARTICLE]


def _obstacle(answer: Fetched) -> str | None:
    return obstacle(
        answer.status, answer.headers, answer.body, answer.final_url, answer.reason, answer.detail
    )


def _rules(entry: Mapping[str, object]) -> Rules:
    """The rules under which the sample is read: those of the proposed entry."""
    words = {key: str(entry[key]) for key in ("country", "timezone") if key in entry}
    return Rules(outlet=str(entry["name"]), country=words.get("country"), timezone=words.get("timezone"))
