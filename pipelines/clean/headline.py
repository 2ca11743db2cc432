"""The headline as the reader sees it: the h1 that the metadata vouches for."""

from __future__ import annotations

import re

from pipelines.clean.metadata import Site, article_nodes, plain
from pipelines.clean.runs import Run, key_of
from pipelines.document import Document

_SEPARATOR = re.compile(r"\s+(?:[|–—·•»«›‹:/]|-{1,2}|::|\|\|)\s+|\s*[|»]\s*")
_METAS = ("og:title", "twitter:title", "headline", "dc.title", "parsely-title")
_QUOTES = re.compile("[\"'‘’‚‛“”„‟«»‹›]")
_SHORT = 12  # characters up to which a title may be a sub-head of the text as well
_LONGEST = 400  # characters; longer ones are no headline


def headline_of(document: Document, runs: list[Run], site: Site) -> str | None:
    """The headline, or None.

    Search engines and social cards get headlines of their own, so an h1 that any of them repeats wins;
    then the h1 that shares most words with them, without the kicker that it may have in front; then
    JSON-LD, Open Graph, the title. Site names at the end are cut, and an h1 that is the site's name is none.
    """
    shown = [text for text in _shown(runs) if not site.is_named(text)]
    told = _told(document, site, {key_of(text) for text in shown})
    by_key = {key_of(text): text for text in reversed(told)}
    for text in shown:
        vouched = by_key.get(key_of(text))
        if vouched is not None:
            # parts of an h1 often lack the colon between them that the metadata has
            return text if _folded(text) == _folded(vouched) else vouched
    if not told:
        return shown[0] if shown else None
    shared, text = max(
        ((_shared(text, told[0]), text) for text in shown), default=(0.0, ""), key=lambda pair: pair[0]
    )
    if shared < 0.5 or _is_tail(text, told):
        return told[0]
    return told[0] if key_of(told[0]) in key_of(text) else text


def titles_of(document: Document, site: Site) -> frozenset[str]:
    """What the metadata calls the article, folded: lines of the text that say so repeat the headline."""
    return frozenset(key_of(text) for text in _told(document, site, set()) if len(text) > _SHORT)


def _is_tail(text: str, told: list[str]) -> bool:
    """Whether the h1 is what titles end with: the name of the site that nothing else gave."""
    for other in told:
        for piece in _SEPARATOR.finditer(other):
            if key_of(other[piece.end() :]) == key_of(text) and len(text) <= piece.start():
                return True
    return False


def _folded(text: str) -> str:
    return re.sub(r"[\W_]", "", _QUOTES.sub("", text)) + "".join(c for c in text if c in ":!?").replace(
        " ", ""
    )


def _shown(runs: list[Run]) -> list[str]:
    """The h1 lines of the page, their parts put together."""
    found: list[str] = []
    block = None
    for run in runs:
        if not run.key:
            continue
        element = (
            run.block if run.block.tag == "h1" else next((a for a in run.block.iterancestors("h1")), None)
        )
        if element is None:
            block = None
        elif element is block:
            found[-1] = f"{found[-1]} {run.text}"
        else:
            block = element
            found.append(run.text)
    return [text.replace("\u00ad", "") for text in found if len(text) <= _LONGEST]


def _told(document: Document, site: Site, shown: set[str]) -> list[str]:
    """What the metadata calls the headline, the best witness first."""
    witnesses = [plain(node.get("headline")) for node in article_nodes(document)]
    witnesses += [plain(document.meta(name)) for name in _METAS]
    witnesses.append(plain(document.title))
    cut = (without_site(text, site, shown) for text in witnesses if text)
    return [text for text in cut if text and len(text) <= _LONGEST and not site.is_named(text)]


def without_site(text: str, site: Site, shown: set[str]) -> str:
    """The text without names of the site (and sections before them) at its end or start.

    `shown`: keys of the h1 lines; a text that is one of them plus anything is cut to it.
    """
    for _ in range(3):
        pieces = list(_SEPARATOR.finditer(text))
        if not pieces:
            break
        for piece in pieces:
            if key_of(text[: piece.start()]) in shown:
                return text[: piece.start()]
        last, first = pieces[-1], pieces[0]
        if site.is_named(text[last.end() :]) or not text[last.end() :].strip():
            text = text[: last.start()]
        elif site.is_named(text[: first.start()]):
            text = text[first.end() :]
        else:
            break
    return text.strip()


def _shared(one: str, other: str) -> float:
    """The share of the shorter text's words that stand in the other."""
    a, b = set(key_of(one).split()), set(key_of(other).split())
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0
