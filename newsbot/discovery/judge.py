"""Which links lead to articles: points for what an address, its words and its place on the page say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from newsbot.discovery.vocabulary import (
    ARTICLE_WORDS,
    FILES,
    FRONTS,
    LISTS,
    PAGE_EXTENSIONS,
    QUERIES,
    SERVICES,
)

ENOUGH = 3  # points that make an article

_DATED = re.compile(
    r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2])(?:[/-]?(?:0?[1-9]|[12]\d|3[01]))?(?=[/_-])|/(?:19|20)\d\d(?=/[^/]{6,})"
)
_CALENDAR = re.compile(
    r"(?:/[a-z]{2})?(?:/(?:calend[a-z]{2,5}|kalender|archiv(?:e|es|o|os|io)?|by-date|dates?|events?|termine|agenda))?"
    r"/(?:19|20)\d\d(?:[/-]\d{1,2}){0,2}/?",
    re.IGNORECASE,
)
_PAGING = re.compile(r"/(?:page|seite|pagina|p)/\d+/?$", re.IGNORECASE)
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,5})$")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a page a link stands."""

    headline: bool = False  # in h1 to h4, or in a block that is marked up as a headline
    card: bool = False  # in <article> or a list of stories
    dated: bool = False  # a <time> stands beside it
    aside: bool = False  # in <aside> or a box
    chrome: bool = False  # in nav, header, footer, a menu or breadcrumbs


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge thinks of a link, and why."""

    refused: str | None = None  # a sentence, where no points can help
    signals: tuple[tuple[str, int], ...] = ()  # what was seen, and its points

    @property
    def score(self) -> int:
        return sum(points for _, points in self.signals)

    @property
    def is_article(self) -> bool:
        return self.refused is None and self.score >= ENOUGH

    def explain(self) -> str:
        """One sentence for people: `newsbot explain` and tests say it."""
        if self.refused:
            return f"No article: {self.refused}."
        seen = (
            ", ".join(f"{signal} {points:+d}" for signal, points in self.signals) or "nothing speaks for it"
        )
        return f"{'An article' if self.is_article else 'No article'} with {self.score} of {ENOUGH} points: {seen}."


def judge(url: str, text: str = "", place: Place | None = None) -> Verdict:
    """Whether an absolute URL, linked with `text` at `place`, leads to an article."""
    refused = refusal(url)
    if refused:
        return Verdict(refused)
    signals = (*_of_address(url), *_of_text(text), *_of_place(place or Place()))
    return Verdict(None, tuple((signal, points) for signal, points in signals if points))


def refusal(url: str) -> str | None:
    """Why a URL cannot be an article whatever else speaks for it, or None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the address is malformed"
    path = unquote(parts.path).lower()
    segments = [segment for segment in path.split("/") if segment]
    if not segments and not parts.query:
        return "it is the front page"
    return (
        _refused_segments([_bare(segment) for segment in segments], segments, bool(parts.query))
        or _refused_shape(path)
        or _refused_query(parts)
    )


def _bare(segment: str) -> str:
    """The segment without the extension of a page: "contact" of "contact.html"."""
    stem, dot, extension = segment.rpartition(".")
    return stem if dot and extension in PAGE_EXTENSIONS else segment


def _refused_segments(words: list[str], segments: list[str], queried: bool) -> str | None:
    if not words:
        return None
    for word in words:
        if word in SERVICES:
            return f"/{word}/ holds no articles"
    for word in words[-2:]:
        if word in LISTS and (word == words[-1] or len(words[-1]) < 60):
            return f"/{word}/ is a list of articles or people"
    if words[-1] in FRONTS and len(words) <= 2 and not (words[-1] == "index" and queried):
        return f"/{words[-1]} is a page of the house"
    extension = _EXTENSION.search(segments[-1])
    if extension and extension[1] in FILES:
        return f"it is a .{extension[1]} file"
    return None


def _refused_shape(path: str) -> str | None:
    if _CALENDAR.fullmatch(path):
        return "it is a page of the calendar"
    if _PAGING.search(path):
        return "it is a further page of a list"
    return None


def _refused_query(parts: SplitResult) -> str | None:
    if len(parts.query) > 1000:
        return None
    for name, _value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=1000):
        if name.lower() in QUERIES:
            return f"?{name}= is a search or a form"
    return None


def _of_address(url: str) -> list[tuple[str, int]]:
    parts = urlsplit(url)
    path = unquote(parts.path)
    segments = [segment for segment in path.split("/") if segment]
    last = segments[-1] if segments else ""
    extension = _EXTENSION.search(last)
    page = bool(extension and extension[1].lower() in PAGE_EXTENSIONS)
    slug = last[: extension.start()] if extension and page else last
    if slug.lower() in ("index", "story", "article", "") and len(segments) > 1:
        slug = segments[-2]
    words = max(_slug_words(slug), _slug_words(segments[-2]) if len(segments) > 1 else 0)
    front = len(segments) <= 1 and words <= 2 and not re.search(r"\d", path + parts.query)
    return [
        ("a date in the address", 3 if _DATED.search(path) else 0),
        ("a headline in the address", min(3, words - 1) if words > 1 else 0),
        (
            "a number in the address",
            2
            if re.search(r"(?<!\d)\d{5,}(?!\d)|[?&](?:id|p|artid|nid)=\d+", path + "?" + parts.query)
            else 0,
        ),
        ("a code in the address", 2 if any(_is_code(segment) for segment in segments[-2:]) else 0),
        ("a word such as /article/", 1 if any(s.lower() in ARTICLE_WORDS for s in segments[:-1]) else 0),
        ("the address of a page", 1 if page and len(segments) > 1 else 0),
        ("the address of a section", -2 if front else 0),
    ]


def _slug_words(slug: str) -> int:
    """Words of a slug, capped at 4; scripts without spaces count two characters as a word."""
    if _UNSPACED.search(slug):
        return min(4, len(_UNSPACED.findall(slug)) // 2)
    words = [word for word in re.split(r"[-_+ ,]+", slug) if re.search(r"[^\W\d_]{2,}", word)]
    return min(4, len(words))


def _is_code(segment: str) -> bool:
    """A coded id such as c1fabc90ee2o or OklJOk: letters and digits mixed, or a long hexadecimal number."""
    bare = _bare(segment)
    if not re.fullmatch(r"[A-Za-z]{0,4}-?[A-Za-z0-9]{6,40}", bare):
        return False
    changes = len(re.findall(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", bare))
    return changes >= 2 or (changes == 1 and len(re.findall(r"\d", bare)) >= 4)


def _of_text(text: str) -> list[tuple[str, int]]:
    unspaced = len(_UNSPACED.findall(text))
    words = len(re.findall(r"[^\W_]+", text)) if not unspaced else unspaced // 2
    if not words:
        return []
    points: Literal[-1, 0, 1, 2] = (
        2 if words >= 5 else 1 if words == 4 or len(text) >= 25 else -1 if words <= 2 else 0
    )
    return [("the words of the link", points)]


def _of_place(place: Place) -> list[tuple[str, int]]:
    return [
        ("it stands in a headline", 2 if place.headline else 0),
        ("it stands in a card", 1 if place.card and not place.headline else 0),
        ("a time stands beside it", 1 if place.dated else 0),
        ("it stands in a box", -1 if place.aside else 0),
        ("it stands in the navigation", -3 if place.chrome else 0),
    ]
