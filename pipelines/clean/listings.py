"""Pages that list other pages: results of a search, tags, topics, authors; and galleries, which list pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from urllib.parse import parse_qs

from pipelines.clean.address import absolute, parts_of
from pipelines.clean.blocks import rule_of
from pipelines.clean.metadata import article_nodes, values
from pipelines.clean.runs import Run, key_of
from pipelines.document import Document
from pipelines.jsonld import types_of

_SOME = 5  # teasers, or pictures
_NEARLY_ALL = 0.8  # of the prose
_PROSE = 80  # characters
_TITLE = 4  # words of the link of a teaser
_LINKED = 0.6  # of a teaser's title: a date may stand behind it
_LISTING_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList"})
_GALLERY_TYPES = frozenset({"ImageGallery", "MediaGallery", "VideoGallery"})
_LISTING_PATH = re.compile(
    r"/(?:search|suche|recherche|busca(?:r|dor)?|busqueda|cerca|ricerca|zoeken|szukaj|sok|sog|haku|arama|tags?|topics?|themen?|thema|themes?|schlagwort(?:e)?|stichwort"
    r"|etiquetas?|tema|temas|mots?-cles?|argomenti|onderwerp|temat|amne|emne|avainsana|etiket|konu|authors?|autor(?:en|es)?|auteurs?|autore|profile|category|categor[iy]a|kategorie|kategori|archive|archives)"
    r"(?:/[^/]+)?(?:/page/\d+)?/?$",
    re.IGNORECASE,
)
_SEARCH_KEYS = frozenset({"s", "q", "query", "search", "suche", "keyword", "keywords"})


def is_listing(document: Document, runs: Sequence[Run], lines: Sequence[str]) -> bool:
    """Whether nearly all prose stands under links to other pages, on a page whose address or JSON-LD says that it lists.

    Articles named in JSON-LD speak against it only where one is this page: fronts name each of their teasers.
    """
    if not _says_so(document) or _is_this_article(document):
        return False
    prose = _prose(runs, lines)
    teasers = sum(_is_under_link(runs, place, document.url) for place in prose)
    return teasers >= _SOME and teasers >= _NEARLY_ALL * len(prose)


def is_gallery(document: Document, runs: Sequence[Run], lines: Sequence[str]) -> bool:
    """Whether nearly all prose is captions: by name on any page, by place on one whose JSON-LD says gallery."""
    if sum(1 for _ in islice(document.tree.iter("img"), _SOME)) < _SOME:
        return False
    prose = _prose(runs, lines)
    captions = sum(_is_caption(runs[place]) for place in prose)
    if captions >= _SOME and captions >= _NEARLY_ALL * len(prose):
        return True
    says = any(types_of(node) & _GALLERY_TYPES for node in document.jsonld)
    return says and captions >= len(prose) / 2


def _says_so(document: Document) -> bool:
    parts = parts_of(document.url)
    if _LISTING_PATH.search(parts.path) or _SEARCH_KEYS & parse_qs(parts.query).keys():
        return True
    return any(types_of(node) & _LISTING_TYPES for node in document.jsonld)


def _is_this_article(document: Document) -> bool:
    """Whether a JSON-LD article is about this page, or does not say what it is about."""
    here = parts_of(document.url).path.rstrip("/")
    for node in article_nodes(document):
        named = [
            absolute(document.url, str(value.get("@id") if isinstance(value, dict) else value)) or ""
            for key in ("url", "@id", "mainEntityOfPage")
            for value in values(node, key)
        ]
        if not named or any(parts_of(url).path.rstrip("/") == here for url in named):
            return True
    return False


def _prose(runs: Sequence[Run], lines: Sequence[str]) -> list[int]:
    keys = {key_of(line) for line in lines if len(line) >= _PROSE}
    return [run.position for run in runs if run.key in keys and len(run.text) >= _PROSE]


def _is_under_link(runs: Sequence[Run], place: int, page: str) -> bool:
    """Whether one of the two lines above is, for the most part, a link of some words to another page."""
    here = parts_of(page).path
    for run in runs[max(0, place - 2) : place]:
        if run.linked < _LINKED * len(run.text) or len(run.key.split()) < _TITLE:
            continue
        links = (*run.block.iter("a"), *run.block.iterancestors("a"))
        if any(
            parts_of(absolute(page, a.get("href") or "") or "").path not in ("", "/", here) for a in links
        ):
            return True
    return False


def _is_caption(run: Run) -> bool:
    for step in (run.block, *run.block.iterancestors())[:3]:
        rule = rule_of(step)
        if rule is not None and rule[0] == "caption_block":
            return True
    return False
