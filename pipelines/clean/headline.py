"""The headline as the reader sees it: the h1 that the metadata vouches for."""

from __future__ import annotations

import re

from pipelines.clean.metadata import Site, article_nodes, plain
from pipelines.clean.runs import Run, key_of
from pipelines.document import Document

_SEPARATOR = re.compile(r"\s+(?:[|–—·•»«:/]|-{1,2}|::|\|\|)\s+|\s*[|»]\s*")
_LONGEST = 400  # characters; longer ones are no headline


def headline_of(document: Document, runs: list[Run], site: Site) -> str | None:
    """The headline, or None.

    Search engines and social cards get headlines of their own, so an h1 that any of them repeats wins;
    then what JSON-LD and Open Graph agree on; then an h1 that shares half its words with them (unless it
    only adds a kicker); then JSON-LD, Open Graph, the title. Site names at the end are cut.
    """
    shown = _shown(runs)
    told = _told(document, site, shown)
    by_key = {key_of(text): text for text in reversed(told)}
    for text in shown:
        if key_of(text) in by_key:
            return text
    agreed = [text for text in told if sum(key_of(text) == key_of(other) for other in told) > 1]
    if agreed:
        return agreed[0]
    if not told:
        return shown[0] if shown else None
    for text in shown:
        if _shares_half(text, told[0]):
            kicker = key_of(told[0]) in key_of(text)
            return told[0] if kicker else text
    return told[0]


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


def _told(document: Document, site: Site, shown: list[str]) -> list[str]:
    """What the metadata calls the headline, the best witness first."""
    witnesses = [plain(node.get("headline")) for node in article_nodes(document)]
    witnesses += [
        plain(document.meta(name))
        for name in ("og:title", "twitter:title", "headline", "dc.title", "parsely-title")
    ]
    witnesses.append(plain(document.title))
    keys = {key_of(text) for text in shown}
    cut = (without_site(text, site, keys) for text in witnesses if text)
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


def _shares_half(one: str, other: str) -> bool:
    a, b = set(key_of(one).split()), set(key_of(other).split())
    return bool(a and b) and len(a & b) >= 0.5 * min(len(a), len(b))
