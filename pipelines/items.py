"""The typed things that travel along the way of an article."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pipelines.reasons import Outcome, Reason

Corrected = str | date | datetime | None
"""A value that a person set in the place of what was read; an instant is aware, None says that there is none."""


class Kind(StrEnum):
    """What a URL is to us (`frontier.kind`, `fetches.kind`)."""

    HOMEPAGE = "homepage"  # visited only to find feeds and sitemaps
    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    ARTICLE = "article"


LISTINGS = tuple(kind for kind in Kind if kind is not Kind.ARTICLE)
"""What is visited for its links."""


class Via(StrEnum):
    """What kind of listing spoke of a URL (`evidence.origin` of found links)."""

    FEED = "feed"
    NEWS_SITEMAP = "news_sitemap"
    SITEMAP = "sitemap"
    SECTION = "section"
    AUTODISCOVERY = "autodiscovery"
    ROBOTS = "robots"
    LIST = "list"  # given by a person
    SOURCES = "sources"  # written in sources.toml
    WEB_ARCHIVE = "web_archive"  # the index of a web archive, which has a capture of it


class Precision(StrEnum):
    """How exactly a date is known."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Found:
    """A link that a listing spoke of, with what the listing said of it."""

    url: str
    key: str  # dedupe.url_key(url)
    kind: Kind
    via: Via
    seen_in: str  # URL of the listing
    title: str | None = None
    date: str | None = None  # as printed
    author: str | None = None
    lastmod: str | None = None  # as printed
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    seen_at: datetime | None = None  # set when read back from the archive
    refused: Reason | None = (
        None  # known before any visit (excluded, off_site): noted in urls, never in the frontier
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """What a source tells the reader (plain values: they cross processes)."""

    outlet: str = ""  # the outlet's name, never an author
    language: str | None = None
    country: str | None = None  # ISO 3166 alpha-2, the prior for places
    timezone: str | None = None  # IANA name, for dates without a zone
    strip: tuple[str, ...] = ()  # XPath of blocks to leave out


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where the page as received lies: a WARC record."""

    file: str  # relative to captures/
    offset: int  # bytes
    length: int  # bytes
    digest: str  # sha1:BASE32 of the payload as received, as in WARC-Payload-Digest
    captured_at: datetime
    status: int
    media_type: str | None
    payload_bytes: int
    place: str | None = None  # URL of the folder of the file; None: captures/ beside the archive


@dataclass(frozen=True, slots=True)
class RemovedBlock:
    """Text that cleaning took out of an article."""

    rule: str  # name of the rule, stable
    reason: str  # a sentence
    text: str
    position: int  # 0-based, in the order of the page


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about one article that a person may want to look at."""

    doubt: str  # a stable word, e.g. "zone_conflict"
    detail: str


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """One statement about when an article was published or modified, chosen or not."""

    origin: str  # jsonld, meta, itemprop, time, script, url, feed, news_sitemap, sitemap, header, dateline, text, htmldate
    name: str  # which field of it, e.g. "NewsArticle.datePublished", "article:published_time"
    role: str  # published | modified
    printed: str  # as it stood there, cut to 200 characters
    at: datetime | None  # aware; the instant, where one is told
    day: date | None  # the calendar day as printed
    precision: Precision
    confidence: float  # 0..1
    chosen: bool = False
    note: str = ""  # why it was refused or mended


@dataclass(frozen=True, slots=True)
class Published:
    """When the article was published, as far as it is known."""

    at: datetime | None = None  # aware UTC; None unless the time of day is known
    day: date | None = None  # the day as printed where the winning evidence stood
    precision: Precision | None = None
    origin: str | None = None  # "jsonld NewsArticle.datePublished"
    confidence: float | None = None
    local: datetime | None = (
        None  # naive: the clock where the paper is; where no zone is known, as printed (`at` is None)
    )
    # How the offset is known: printed, twin (another date of the page), source (its timezone), country (the source's),
    # address (assumed from its top domain: of 134 such offsets 133 were right); None where `at` is None.
    offset_from: str | None = None


@dataclass(frozen=True, slots=True)
class Dateline:
    """The opening of an article that names place, date and wire agency."""

    printed: str
    place: str | None = None  # as printed, in title case
    region: str | None = None
    country: str | None = None  # ISO 3166 alpha-2
    latitude: float | None = None
    longitude: float | None = None
    agencies: tuple[str, ...] = ()
    date: date | None = None
    month_day: str | None = None  # "--06-22", where the day is printed
    year_from: str | None = None  # printed, published, url, text, fetched, weekday
    confidence: float = 0.0
    end: int = 0  # offset in the text where the story itself begins


@dataclass(frozen=True, slots=True)
class Rights:
    """What the page itself says may be done with it."""

    robots: str | None = None  # directives of meta robots and X-Robots-Tag, lower case, comma-separated
    noarchive: bool = False
    nosnippet: bool = False
    noai: bool = False
    tdm_reservation: bool | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article, as the page shows it."""

    url: str  # absolute, http or https
    caption: str | None = None  # without the credit where the page tells them apart
    credit: str | None = None  # e.g. "Maria Lopez/Reuters"
    alt: str | None = None  # what the page says for those who do not see it


@dataclass(frozen=True, slots=True)
class Note:
    """What the newsroom says about its own article: that something was wrong, added or changed."""

    kind: str  # correction | clarification | editors_note | update
    text: str
    printed: str | None = None  # its date as printed, where one is told


@dataclass(frozen=True, slots=True)
class LiveEntry:
    """One entry of a live blog."""

    at: datetime | None  # aware UTC, where the page tells the instant
    printed: str  # its time as printed; empty where none is
    headline: str | None
    byline: str | None
    text: str  # paragraphs separated by one blank line


@dataclass(frozen=True, slots=True)
class Signature:
    """A MinHash signature of a text: two of one algorithm tell how much of the texts is the same."""

    algorithm: str
    shingles: int  # different word groups in the text
    numbers: bytes  # unsigned 32-bit, little-endian
    bands: tuple[int, ...]  # hashes of groups of the numbers: texts that share one are worth comparing


@dataclass(frozen=True, slots=True)
class Reading:
    """What `read()` makes of one page; same input and version, same reading."""

    version: str
    url: str
    is_article: bool
    reason: Reason | None = None  # why it is no article
    detail: str = ""
    canonical_url: str | None = None
    headline: str | None = None
    lede: str | None = None  # the stand-first where the page marks one, else the first paragraph
    text: str = ""  # paragraphs separated by one blank line, sub-heads as their own paragraph
    byline: str | None = None  # as printed
    authors: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None  # BCP 47 primary subtag
    image: str | None = None
    paywalled: bool | None = None  # None: unknown
    word_count: int = 0
    agencies: tuple[str, ...] = ()
    dateline: Dateline | None = None
    published: Published = field(default_factory=Published)
    modified_at: datetime | None = None
    candidates: tuple[DateCandidate, ...] = ()
    removed: tuple[RemovedBlock, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    rights: Rights = field(default_factory=Rights)
    content_hash: str = ""  # of headline, lede, byline and text: differs when a reader would see a difference
    text_hash: str = (
        ""  # of the text alone, folded, without the dateline: equal in two outlets when both ran one story
    )
    form: str = "article"  # article | live_blog
    markdown: str = (
        ""  # light Markdown of `text`: the same words, with sub-heads, lists, quotes and tables marked
    )
    images: tuple[Image, ...] = ()  # in the order of the page
    notes: tuple[Note, ...] = ()  # corrections and the like, in the order of the page
    entries: tuple[LiveEntry, ...] = ()  # of a live blog, in the order of the page (newest first, mostly)
    signature: Signature | None = (
        None  # of the story, by which nearly equal texts are found; None for short ones
    )


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The capture that an article was read from, and by which rules."""

    file: str  # relative to captures/
    offset: int  # bytes
    length: int  # bytes
    url: str  # that answered
    captured_at: datetime
    read_by: str  # version of the reading that made the article's row
    place: str | None = None  # as in CaptureRef


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to one URL and all that is known of it: what the archive commits."""

    url: str  # as asked
    key: str
    source: str
    kind: Kind
    visited_at: datetime  # aware UTC, when the answer was complete
    final_url: str | None = None
    status: int | None = None
    reason: Reason | None = None  # set where the visit failed or was refused before reading
    detail: str = ""
    ms: int | None = None
    received_bytes: int = 0
    etag: str | None = None
    last_modified: str | None = None
    retry_at: datetime | None = None  # the server's Retry-After, as an instant
    capture: CaptureRef | None = None
    found: tuple[Found, ...] = ()  # of a listing
    reading: Reading | None = None  # of an article page
    reread: Reading | None = (
        None  # today's reading of the capture that the archive has, where older rules had read it
    )
    revisit: tuple[float, ...] = ()  # seconds after first sight at which to look again (of the source)
    every: float | None = None  # seconds between visits of a listing (of the source)
    keep_noarchive: bool = True  # whether the source's policy keeps pages that say noarchive
    fresh_for: float | None = None  # seconds that the server or the feed itself calls a listing fresh
    memento: str | None = (
        None  # address of the memento, where a web archive was asked and not the site itself
    )
    past: bool = False  # out of a file: somebody else asked the site, at `visited_at`

    @property
    def is_past(self) -> bool:
        """Whether `visited_at` is when somebody else captured the page: the site was not asked now, so that neither it
        nor its frontier is told anything by the visit."""
        return self.past or self.memento is not None


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched article page on its way to a reader: the visit so far, and what arrived."""

    visit: Visit
    body: bytes  # content-encoding undone
    headers: dict[str, str]  # lower-case name -> value
    rules: Rules
    evidence: tuple[Found, ...] = ()
    kept: KeptPage | None = None  # the capture that the archive's article was read from; None for a new page


@dataclass(frozen=True, slots=True)
class Lease:
    """Work taken from the frontier by one run."""

    key: str
    url: str
    source: str
    kind: Kind
    host: str
    visits: int
    etag: str | None = None
    last_modified: str | None = None
    found: tuple[Found, ...] = ()  # what listings said of it
    kept: KeptPage | None = None  # of an article that the archive has


@dataclass(frozen=True, slots=True)
class Committed:
    """What the archive did with a visit."""

    outcome: Outcome
    reason: Reason | None = None
    article: int | None = None
    public_id: str | None = None
    new_links: int = 0  # of a listing: articles never seen before


@dataclass(slots=True)
class Article:
    """The Scrapy item: flat, so that `scrapy crawl news -o items.csv` is useful as it is."""

    url: str
    source: str
    headline: str | None = None
    byline: str | None = None
    published_at: str | None = None
    published_day: str | None = None
    dateline: str | None = None
    place: str | None = None
    country: str | None = None
    agencies: str | None = None
    section: str | None = None
    language: str | None = None
    lede: str | None = None
    text: str | None = None
    outcome: str | None = None
    reason: str | None = None
    public_id: str | None = None
