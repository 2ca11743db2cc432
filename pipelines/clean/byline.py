"""Who wrote it: JSON-LD and metas first, then the byline that the page shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.clean.labels import labels, starts
from pipelines.clean.metadata import Site, article_nodes, plain, values
from pipelines.clean.runs import Run, key_of
from pipelines.document import Document

_METAS = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "parsely-author",
    "sailthru.author",
    "byl",
    "og:article:author",
    "article:author_name",
    "citation_author",
)
_NO_PERSON = frozenset(["organization", "newsmediaorganization", "corporation", "website"])
_URL = re.compile(r"^(?:https?:)?//|^www\.|\.(?:com|org|net|html?)\b|^/|@|^\d+$", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:[,;|/•·、，]|\s[–—-]\s|\n)\s*")
_ROLE = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*|\s+(?:for|für|pour|para)\s+(?:the\s+)?[A-Z].*$", re.UNICODE)
_ROLE_WORDS = frozenset(
    [
        "editor",
        "reporter",
        "correspondent",
        "staff",
        "writer",
        "desk",
        "news",
        "redaktion",
        "redaktor",
        "redakcja",
        "redacción",
        "redaccion",
        "rédaction",
        "redazione",
        "redactie",
        "contributor",
        "contributors",
        "columnist",
        "journalist",
        "journalistin",
        "reporterin",
        "korrespondent",
        "korrespondentin",
        "agencies",
        "agency",
        "agenturen",
        "wire",
        "published",
        "updated",
        "min",
        "minutes",
        "am",
        "pm",
        "gmt",
        "ist",
        "uhr",
        "photographer",
        "foto",
        "photo",
        "chief",
        "senior",
        "political",
        "deputy",
        "bureau",
        "admin",
        "administrator",
        "guest",
        "webdesk",
    ]
)
_DIGIT = re.compile(r"\d")
_LONGEST = 60  # characters of a name
_TOP = 60  # runs after the headline in which a byline is looked for


def authors_of(document: Document, runs: list[Run], site: Site) -> tuple[tuple[str, ...], str | None]:
    """(names, byline): names of persons, the outlet never among them; the byline as printed, else the names.

    Nothing is guessed: a page that names nobody gives `((), None)`.
    """
    shown = _shown_byline(runs)
    names = _names(_told_by_jsonld(document), site)
    if not names:
        names = _names((content for name in _METAS for content in document.metas.get(name, ())), site)
    if not names:
        names = _names(_marked(document), site)
    if not names and shown:
        names = _names([shown], site)
    if not names:
        return (), None
    printed = shown if shown and any(key_of(name) in key_of(shown) for name in names) else None
    return names, printed or ", ".join(names)


def _told_by_jsonld(document: Document) -> Iterator[str]:
    by_id = {n["@id"]: n for n in document.jsonld if isinstance(n.get("@id"), str) and "name" in n}
    for node in article_nodes(document):
        found = list(_persons(node, by_id))
        if found:
            yield from found
            return


def _persons(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    for key in ("author", "creator"):
        for author in values(node, key):
            if isinstance(author, str):
                yield author
                continue
            if not isinstance(author, dict):
                continue
            if "name" not in author and isinstance(author.get("@id"), str):
                author = by_id.get(author["@id"], author)
            if str(author.get("@type", "")).casefold() in _NO_PERSON:
                continue
            for name in values(author, "name"):
                if isinstance(name, str):
                    yield name
        if node.get(key):
            return


def _marked(document: Document) -> Iterator[str]:
    """Names that the markup itself calls the author."""
    for element in document.tree.xpath(
        '//*[@rel="author" or @itemprop="author"][not(self::link or self::meta)]'
    )[:8]:
        inner = element.xpath('.//*[@itemprop="name"]')
        yield " ".join((inner[0] if inner else element).text_content().split())


def _shown_byline(runs: list[Run]) -> str | None:
    """The line near the top that begins with a word for "by" or stands in a block named byline."""
    start = next((i for i, run in enumerate(runs) if run.block.tag == "h1"), 0)
    for run in runs[start : start + _TOP]:
        if len(run.text) > 160 or not run.key:
            continue
        if by_word(run.key) and len(run.key.split()) <= 14 and _looks_like_names(run.text):
            return run.text
        if run.rule == "author_block" and "byline" in run.why and _looks_like_names(run.text):
            return run.text
    return None


def by_word(key: str) -> str | None:
    """The word for "by" at the start of a folded line ("by", "von", "بقلم" …)."""
    for word in starts("by"):
        if key.startswith(f"{word} "):
            return word
    return None


def _looks_like_names(text: str) -> bool:
    words = [w for w in re.split(r"[\s,]+", text) if w]
    return (
        2 <= len(words) <= 24
        and not text.endswith((".", "!", "?", ":"))
        and sum(w[0].isupper() or not w[0].isascii() for w in words) >= 0.5 * len(words)
    )


def _names(raw: Iterable[str], site: Site) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in raw:
        folded = plain(text)
        if folded is None or _URL.search(folded) or site.is_named(folded):
            continue
        for name in split(folded):
            key = key_of(name)
            if key and key not in found and not site.is_named(name):
                found[key] = name
    return tuple(found.values())


def split(text: str) -> list[str]:
    """The single names of a byline: "By A and B", "A og B", "A, B, Staff Writer"; roles and places left out."""
    text = _without_by(text)
    text = _ROLE.sub(" ", text).strip()
    names: list[str] = []
    for part in _PARTS.split(text):
        for name in _split_and(_without_by(part)):
            name = name.strip(" .,:;|-–—*•")
            if _is_name(name):
                names.append(_cased(name))
    return names


def _without_by(text: str) -> str:
    for _ in range(2):
        key = key_of(text)
        word = by_word(key)
        if word is None:
            return text
        match = re.match(
            r"[\W_]*" + r"[\W_]+".join(map(re.escape, word.split())) + r"[\W_]+", text, re.IGNORECASE
        )
        if match is None:
            return text
        text = text[match.end() :]
    return text


def _split_and(text: str) -> list[str]:
    words = text.split()
    names: list[list[str]] = [[]]
    joins = labels("and")
    for i, word in enumerate(words):
        # "y" and "e" also stand inside Iberian surnames: a name on either side has two words at least
        if (
            (word == "&" or word.casefold() in joins)
            and names[-1]
            and i + 1 < len(words)
            and (
                (len(names[-1]) > 1 and len(words) - i > 2)
                or word == "&"
                or word.casefold() in ("and", "und")
            )
        ):
            names.append([])
        else:
            names[-1].append(word)
    return [" ".join(name) for name in names]


def _is_name(name: str) -> bool:
    words = name.split()
    if not name or len(name) > _LONGEST or len(words) > 6 or _DIGIT.search(name) or _URL.search(name):
        return False
    return not any(word.casefold().strip(".") in _ROLE_WORDS for word in words)


def _cased(name: str) -> str:
    """Names shouted in capitals get the case of names; short ones may be initials."""
    if name.isupper() and len(name) > 5:
        return name.title()
    return name
