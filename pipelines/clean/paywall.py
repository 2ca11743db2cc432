"""Whether the page shows the article only in part to those who do not pay."""

from __future__ import annotations

import re

from pipelines.clean.metadata import article_nodes, values
from pipelines.document import Document

_TRUE = frozenset({"true", "1", "yes", "http://schema.org/true", "https://schema.org/true"})
_FALSE = frozenset({"false", "0", "no", "http://schema.org/false", "https://schema.org/false"})
_TIERS_PAID = frozenset({"locked", "metered", "premium", "paid", "subscriber", "subscribers", "plus"})
_WALL = re.compile(
    r"(?:^|[\s_-])(?:paywall(?:-?(?:active|overlay|container|box|message|offer|teaser))?|piano-?(?:offer|inline)|tp-container-inner|subscriber-only|regwall|meteredcontent|paid-?content-?offer)(?:$|[\s_-])",
    re.IGNORECASE,
)


def paywalled(document: Document, text: str) -> bool | None:
    """True, False, or None where nothing is said.

    By schema.org `isAccessibleForFree` (of the article or its parts), `article:content_tier`; else a
    block named as a wall together with a text under 1,500 characters. The mere word in a class is not
    enough: many sites name the free body so.
    """
    for node in article_nodes(document):
        parts = [node, *(part for part in values(node, "hasPart") if isinstance(part, dict))]
        told = [free for part in parts if (free := _free(part.get("isAccessibleForFree"))) is not None]
        if told:
            return not all(told)
    tier = (document.meta("article:content_tier", "content_tier", "og:article:content_tier") or "").casefold()
    if tier in _TIERS_PAID:
        return True
    if tier == "free":
        return False
    if len(text) < 1500 and _wall(document):
        return True
    return None


def _free(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    return True if word in _TRUE else False if word in _FALSE else None


def _wall(document: Document) -> bool:
    return any(
        _WALL.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        for element in document.tree.iter("div", "section", "aside")
    )
