"""Who wrote it: JSON-LD and metas first, then the byline that the page shows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lxml.html import HtmlElement

from pipelines.clean.labels import labels, starts_with
from pipelines.clean.metadata import Site, article_nodes, plain, values
from pipelines.clean.runs import Run, key_of
from pipelines.document import Document
from pipelines.jsonld import types_of

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
_CALLED_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:(?:post|entry|article|meta|teaser)[-_]*)?(?:author|byline|vcard|authorname|auth)(?:[-_]*(?:name|link|item|vcard|url))?(?:$|\s)"
    r"|(?:author|Author|byline|Byline)(?:Name|__?name|Link)"
)
_ELSEWHERE = re.compile(r"comment|related|sidebar|teaser|widget|(?:^|[\s_-])nav", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w+")
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
_NUMBER = re.compile(r"(?<![^\W_])\d")  # "BR24" is a name, "24 May" is none
_AFTER = re.compile(r"\s*[|•·/]|\s[–—-]\s")
_ARABIC_WORD = "[\u0620-\u065f\u0670-\u06d3]+"
_PLACE_AND_NAME = re.compile(
    rf"{_ARABIC_WORD}(?: {_ARABIC_WORD})?\s?[:\u2013-]\s?({_ARABIC_WORD}(?: {_ARABIC_WORD}){{1,3}})"
)
_LONGEST = 60  # characters of a name
_TOP = 60  # runs after the headline in which a byline is looked for


def authors_of(document: Document, runs: list[Run], site: Site) -> tuple[tuple[str, ...], str | None]:
    """(names, byline): who wrote it; the byline as printed, else the names.

    Witnesses in order: JSON-LD, metas, elements marked as author, the line that begins with "By". The
    site's own name counts only where the page names nobody else (a wire agency's page says "Associated
    Press"), the outlet's name in sources.toml never. Nothing is guessed: `((), None)` where nobody is named.
    """
    shown = _shown_byline(runs)
    told, credits = _told_by_jsonld(document)
    if credits and not told:  # who signs below an agency's credit is the page's editor, not the author
        names = _persons(_names([shown], site)) if shown else ()
        return names, (_printed(shown or "", names) if names else ", ".join(credits))
    metas = [content for name in _METAS for content in document.metas.get(name, ())]
    names = _names(told, site, exact=True) or _names(metas, site, exact=True) or _marked(document, site)
    if not names and shown:
        names = _persons(_names([shown], site))
    if not names and (placed := _behind_place(runs)):
        return placed
    if not names:
        names = tuple(name for name in map(plain, [*told, *metas]) if name and _may_sign(name, site))[:1]
    if not names:
        return (), None
    return names, _printed(shown or "", names) or ", ".join(names)


def _printed(shown: str, names: Sequence[str]) -> str | None:
    """The line as far as it names people: what stands there of dates, places and buttons is no byline.

    An "updated" time in it would make a revision of the article each time it changes.
    """
    folded = shown.casefold()
    places = [(at, at + len(name)) for name in names if (at := folded.find(name.casefold())) >= 0]
    if not places:
        return None
    start, end = min(places)[0], max(places)[1]
    before, rest = shown[:start], shown[end:]
    if _DIGIT.search(before):
        before = ""
    rest = _AFTER.split(rest, maxsplit=1)[0]
    if rest[:1].isalnum() or _DIGIT.search(rest):
        rest = ""
    return f"{before}{shown[start:end]}{rest}".strip(" ,;:|-–—·•")


def _behind_place(runs: list[Run]) -> tuple[tuple[str, ...], str] | None:
    """“القرنة: علي الخفاجي” right behind the headline: place and author, as the Arabic press prints them."""
    start = next((i for i, run in enumerate(runs) if run.is_heading and not run.is_link), None)
    if start is None:
        return None
    for run in runs[start + 1 : start + 3]:
        match = _PLACE_AND_NAME.fullmatch(run.text)
        if match is not None and run.rule is None and not run.linked:
            return (match[1],), run.text
    return None


def _persons(names: tuple[str, ...]) -> tuple[str, ...]:
    """Without wire agencies: a line that names one is a credit."""
    return tuple(name for name in names if key_of(name) not in labels("agencies"))


def _may_sign(name: str, site: Site) -> bool:
    return (
        site.is_named(name) and not site.is_outlet(name) and not _URL.search(name) and len(name) <= _LONGEST
    )


def _told_by_jsonld(document: Document) -> tuple[list[str], list[str]]:
    """(authors, credits): an agency that is marked as an organization is credited; it wrote nothing itself."""
    by_id = {n["@id"]: n for n in document.jsonld if isinstance(n.get("@id"), str) and "name" in n}
    for node in article_nodes(document):
        for key in ("author", "creator"):
            found: list[str] = []
            credits: list[str] = []
            for author in values(node, key):
                names = list(_names_of(author, by_id))
                organization = isinstance(author, dict) and "Organization" in " ".join(types_of(author))
                for name in names:
                    agency = organization and key_of(name) in labels("agencies")
                    (credits if agency else found).append(name)
            if found or credits:
                return found, credits
    return [], []


def _names_of(author: object, by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The names that one author value of JSON-LD gives."""
    if isinstance(author, str):
        yield author
    if not isinstance(author, dict):
        return
    if "name" not in author and isinstance(author.get("@id"), str):
        author = by_id.get(author["@id"], author)
    named = [name for name in values(author, "name") if isinstance(name, str)]
    if not named and isinstance(author.get("familyName"), str):
        given = author.get("givenName")
        named = [f"{given} {author['familyName']}" if isinstance(given, str) else author["familyName"]]
    yield from named


def _marked(document: Document, site: Site) -> tuple[str, ...]:
    """Names in elements that the markup calls the author; the first that gives one, and its siblings."""
    found: tuple[str, ...] = ()
    home: HtmlElement | None = None
    for element in list(
        document.tree.iter("a", "span", "p", "div", "address", "li", "strong", "cite", "i", "em", "h3", "h4")
    ):
        name = f"{element.get('class') or ''} {element.get('rel') or ''} {element.get('itemprop') or ''}"
        if len(name) < 3 or not _CALLED_AUTHOR.search(name) or (found and element.getparent() is not home):
            continue
        text = " ".join(element.itertext())
        text = " ".join(_HANDLE.sub(" ", text).split())
        if not text or len(text) > 2 * _LONGEST or _stands_elsewhere(element):
            continue
        if names := _persons(_names([text], site)):
            found = tuple(dict.fromkeys((*found, *names)))
            home = element.getparent()
    return found


def _stands_elsewhere(element: HtmlElement) -> bool:
    """Whether it is the author of a comment or of another article."""
    near = itertools.islice(element.iterancestors(), 5)
    return any(
        a.tag not in ("body", "main", "article") and _ELSEWHERE.search(_called(a)) for a in (element, *near)
    )


def _called(element: HtmlElement) -> str:
    return f"{element.tag} {element.get('class') or ''} {element.get('id') or ''}"


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
    for word in starts_with("by", key.split(maxsplit=1)[0] if key else ""):
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


def _names(raw: Iterable[str], site: Site, *, exact: bool = False) -> tuple[str, ...]:
    """Each name once. `exact`: the witness names authors and nothing else, so "Redaktion" may be one."""
    found: dict[str, str] = {}
    loose: dict[str, str] = {}
    for text in raw:
        folded = plain(text)
        if folded is None or _URL.search(folded) or site.is_named(folded) or site.is_outlet(folded):
            continue
        names = [name for name in split(folded) if key_of(name) and not _is_of_site(name, site)]
        for name in names:
            found.setdefault(key_of(name), name)
        if not names and len(folded) <= _LONGEST and not _NUMBER.search(folded):
            loose.setdefault(key_of(folded), folded)
    return tuple(found.values()) or (tuple(loose.values()) if exact else ())


def _is_of_site(name: str, site: Site) -> bool:
    """Whether it is the site or a part of it ("MDR THÜRINGEN", "CNN Editor-at-large")."""
    return site.is_named(name) or site.is_named(name.split()[0])


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
