"""Every statement of a page and its listings about when it was published, as found, not yet judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.dateline.instants import LONGEST, Instant, read_instant
from pipelines.dateline.prose_dates import read_prose
from pipelines.dateline.url_date import url_date
from pipelines.document import Document
from pipelines.items import Found, Precision, Via
from pipelines.jsonld import types_of

PUBLISHED, MODIFIED = "published", "modified"

# Article types of schema.org. A VideoObject's uploadDate is right on 44 % of pages only: never asked.
_ARTICLES = frozenset((
    "NewsArticle", "Article", "ReportageNewsArticle", "BackgroundNewsArticle", "OpinionNewsArticle",
    "AnalysisNewsArticle", "AskPublicNewsArticle", "ReviewNewsArticle", "AdvertiserContentArticle",
    "SatiricalArticle", "BlogPosting", "LiveBlogPosting", "Report", "TechArticle", "ScholarlyArticle",
    "SocialMediaPosting", "DiscussionForumPosting", "Review", "Recipe",
))  # fmt: skip
# Weaker: a CreativeWork may be what the article is about, and a fact-check stands beside its article.
_PAGES = frozenset(("WebPage", "ItemPage", "AboutPage", "CreativeWork", "ClaimReview"))
# (field, role, confidence): how often such a field names the right day, on 258 news pages.
_JSONLD_FIELDS = (
    ("datePublished", PUBLISHED, 0.97),
    ("dateCreated", PUBLISHED, 0.7),
    ("dateModified", MODIFIED, 0.9),
)
_METAS: tuple[tuple[str, str, float], ...] = (
    ("article:published_time", PUBLISHED, 0.95),
    ("og:article:published_time", PUBLISHED, 0.93),
    ("article:published", PUBLISHED, 0.93),
    ("og:published_time", PUBLISHED, 0.92),
    ("datepublished", PUBLISHED, 0.92),
    ("parsely-pub-date", PUBLISHED, 0.92),
    ("sailthru.date", PUBLISHED, 0.9),
    ("cxenseparse:recs:publishtime", PUBLISHED, 0.9),
    ("cxenseparse:publishtime", PUBLISHED, 0.9),
    ("rnews:datepublished", PUBLISHED, 0.9),
    ("bt:pubdate", PUBLISHED, 0.9),
    ("originalpublicationdate", PUBLISHED, 0.9),
    ("article_date_original", PUBLISHED, 0.9),
    ("iso-8601-publish-date", PUBLISHED, 0.9),
    ("vr:published_time", PUBLISHED, 0.9),
    ("publish-date", PUBLISHED, 0.88),
    ("publish_date", PUBLISHED, 0.88),
    ("publishdate", PUBLISHED, 0.88),
    ("published-date", PUBLISHED, 0.88),
    ("published_date", PUBLISHED, 0.88),
    ("published_time", PUBLISHED, 0.88),
    ("published", PUBLISHED, 0.86),
    ("publication_date", PUBLISHED, 0.88),
    ("publication-date", PUBLISHED, 0.88),
    ("pubdate", PUBLISHED, 0.88),
    ("displaydate", PUBLISHED, 0.86),
    ("dcterms.created", PUBLISHED, 0.85),
    ("dcterms.issued", PUBLISHED, 0.86),
    ("dcterms.date", PUBLISHED, 0.84),
    ("dc.date.issued", PUBLISHED, 0.86),
    ("dc.date.created", PUBLISHED, 0.84),
    ("dc.created", PUBLISHED, 0.84),
    ("dc.issued", PUBLISHED, 0.86),
    ("dc.date", PUBLISHED, 0.82),
    ("dcsext.articlefirstpublished", PUBLISHED, 0.86),
    ("article:created_time", PUBLISHED, 0.8),
    ("article.created", PUBLISHED, 0.8),
    ("article.published", PUBLISHED, 0.9),
    ("citation_publication_date", PUBLISHED, 0.8),
    ("prism.publicationdate", PUBLISHED, 0.85),
    ("date", PUBLISHED, 0.75),
    ("article:modified_time", MODIFIED, 0.85),
    ("og:article:modified_time", MODIFIED, 0.84),
    ("datemodified", MODIFIED, 0.84),
    ("og:updated_time", MODIFIED, 0.75),
    ("article.updated", MODIFIED, 0.8),
    ("dcterms.modified", MODIFIED, 0.8),
    ("dc.date.modified", MODIFIED, 0.8),
    ("last-modified", MODIFIED, 0.6),
)
_LISTINGS = {Via.NEWS_SITEMAP: 0.9, Via.FEED: 0.87, Via.SECTION: 0.45, Via.SITEMAP: 0.45}
_PUBLISHED_WORDS = re.compile(
    r"publi|posted|entry-date|post-date|postdate|pubdate|article-date|dateline|timestamp|byline|veröff|erstellt",
    re.I,
)
MODIFIED_WORDS = re.compile(r"modif|updat|aktualis|geändert|actuali|mis-a-jour|aggiorn", re.I)
OUTSIDE = re.compile(
    r"related|sidebar|widget|recommend|comment|teaser|footer|most-read|popular|promo|more-|copyright|trending|latest",
    re.I,
)
_MOST_TIMES = 12
# One walk; "//" would build a list of every node first.
_DATED = XPath(
    "descendant::*[self::time or (@itemprop and not(self::meta) and"
    " (@itemprop='datePublished' or @itemprop='dateModified' or @itemprop='dateCreated'))]"
)
_MOST_ANCESTORS = 40


@dataclass(frozen=True, slots=True)
class Candidate:
    """One statement, read."""

    origin: str
    name: str
    role: str
    printed: str
    instant: Instant | None  # None: could not be read, or tells less than a day
    confidence: float


def stated(
    document: Document, evidence: Sequence[Found], language: str | None, *, month_first: bool
) -> list[Candidate]:
    """What markup, listings, headers and URL state: cheap, and right on almost every news page."""
    reader = Reader(language, month_first)
    return [
        *_from_jsonld(document.jsonld, reader),
        *_from_metas(document, reader),
        *_from_markup(document.tree, reader),
        *_from_listings(evidence, reader),
        *_from_url(document.url),
        *_from_headers(document, reader),
    ]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads printed dates in the page's language into candidates."""

    language: str | None
    month_first: bool

    def candidate(
        self, origin: str, name: str, role: str, printed: Any, confidence: float
    ) -> Candidate | None:
        """What is printed as a statement; None where nothing is. A text that cannot be read has no instant."""
        if isinstance(printed, int | float) and not isinstance(printed, bool):
            printed = str(int(printed)) if abs(printed) < 1e14 else ""
        if not isinstance(printed, str) or not printed.strip():
            return None
        instant = read_instant(printed, month_first=self.month_first)
        if instant is None:
            instant = read_prose(printed, self.language or "en", month_first=self.month_first)
        return Candidate(origin, name, role, " ".join(printed[:LONGEST].split()), instant, confidence)


def _from_jsonld(nodes: Sequence[dict[str, Any]], reader: Reader) -> Iterator[Candidate]:
    articles = 0
    for node in nodes:
        types = types_of(node)
        factor = 1.0 if types & _ARTICLES else 0.85 if types & _PAGES else 0.0
        if not factor:
            continue
        articles += factor == 1.0
        if articles > 1:
            factor = 0.8  # the first article node is the page's own
        kind = min(types & (_ARTICLES | _PAGES))
        for field, role, confidence in _JSONLD_FIELDS:
            for printed in _values(node.get(field)):
                found = reader.candidate("jsonld", f"{kind}.{field}", role, printed, confidence * factor)
                if found:
                    yield found


def _values(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value[:3]
    if isinstance(value, dict):
        return [value.get("@value")]
    return [value]


def _from_metas(document: Document, reader: Reader) -> Iterator[Candidate]:
    for name, role, confidence in _METAS:
        for printed in document.metas.get(name, ())[:2]:
            found = reader.candidate("meta", name, role, printed, confidence)
            if found:
                yield found


def _from_markup(tree: HtmlElement, reader: Reader) -> Iterator[Candidate]:
    """itemprop outside of metas, and <time>."""
    seen = 0
    dated: list[HtmlElement] = _DATED(tree)  # type: ignore[assignment]  # the expression gives elements
    for element in dated:
        if seen >= _MOST_TIMES:
            break
        if _inside_video(element) or outside(element):
            continue
        seen += 1
        field = element.get("itemprop") or ""
        printed = element.get("datetime") or element.get("content") or "".join(element.itertext())[:LONGEST]
        if field.startswith("date"):
            role = MODIFIED if field == "dateModified" else PUBLISHED
            found = reader.candidate("itemprop", field, role, printed, 0.88)
        else:
            found = _from_time(element, printed, seen, reader)
        if found and found.instant:
            yield found


def _from_time(element: HtmlElement, printed: str, number: int, reader: Reader) -> Candidate | None:
    parent = element.getparent()
    label = label_of(element) + " " + (label_of(parent) if parent is not None else "")
    if MODIFIED_WORDS.search(label):
        return reader.candidate("time", "modified", MODIFIED, printed, 0.7)
    if element.get("pubdate") is not None or _PUBLISHED_WORDS.search(label):
        return reader.candidate("time", "published", PUBLISHED, printed, 0.84 if number == 1 else 0.7)
    return reader.candidate("time", "time", PUBLISHED, printed, 0.66 if number == 1 else 0.35)


def _from_listings(evidence: Sequence[Found], reader: Reader) -> Iterator[Candidate]:
    for found in evidence:
        origin = found.via.value if found.via in _LISTINGS else "section"
        if found.date:
            told = reader.candidate(origin, "date", PUBLISHED, found.date, _LISTINGS.get(found.via, 0.4))
            if told:
                yield told
        if found.lastmod:
            told = reader.candidate(origin, "lastmod", MODIFIED, found.lastmod, 0.5)
            if told:
                yield told


def _from_url(url: str) -> Iterator[Candidate]:
    told = url_date(url)
    if told and told.day:
        instant = read_instant(f"{told.year:04d}-{told.month:02d}-{told.day:02d}")
        yield Candidate("url", "path", PUBLISHED, told.printed, instant, 0.8)
    elif told:
        yield Candidate("url", "path", PUBLISHED, told.printed, None, 0.3)


def _from_headers(document: Document, reader: Reader) -> Iterator[Candidate]:
    printed = document.headers.get("last-modified")
    if printed:
        found = reader.candidate("header", "last-modified", MODIFIED, printed, 0.3)
        if found:
            yield found


def label_of(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()


def outside(element: HtmlElement) -> bool:
    """Inside a footer, a sidebar, a list of other stories, comments."""
    for ancestor in islice(element.iterancestors(), _MOST_ANCESTORS):
        if ancestor.tag in ("footer", "aside", "nav") or (
            ancestor.tag != "body" and OUTSIDE.search(label_of(ancestor))
        ):
            return True
    return False


def _inside_video(element: HtmlElement) -> bool:
    return any(
        "VideoObject" in (ancestor.get("itemtype") or "")
        for ancestor in islice(element.iterancestors(), _MOST_ANCESTORS)
    )


def day_candidate(origin: str, name: str, printed: str, day: date, confidence: float) -> Candidate:
    """A day that some other reader found, as a statement."""
    wall = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock: it has no zone
    return Candidate(
        origin, name, PUBLISHED, printed[:LONGEST], Instant(wall, None, Precision.DAY), confidence
    )
