"""Words inside a line that the page does not show: for screen readers, in boxes that open when one points at them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from pipelines.clean.names import words_of

HIDING: Final = frozenset({"span", "small", "sup", "rt", "rp", "rtc"})
"""Inline elements that are asked; of blocks, what is hidden may be the article behind a paywall."""

_READINGS = frozenset({"rt", "rp", "rtc"})  # how the characters beneath are read: the base is the text
_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CLASS = re.compile(
    r"-(?:visually-?hidden|sr-only|screen-?reader(?:-(?:text|only))?|assistive-text|off-?screen|a11y-hidden|u-hidden-visually"
    r"|tool-?tip(?:-?(?:text|content|box))?|rollover(?:-[a-z]+)*|pop-?over(?:-?(?:content|body))?|hover-?card)-"
)


def is_hidden(element: HtmlElement) -> bool:
    """Whether an inline element holds words that nobody sees in the line it stands in.

    Where a big first letter is shown instead of the word that is read out, the word stays: see `_reads_out`.
    """
    if element.tag in _READINGS:
        return True
    if not element.attrib:
        return False
    if element.get("hidden") is not None or _STYLE.search(element.get("style") or ""):
        return True
    name = element.get("class")
    if name and _is_named(name):
        return not _reads_out(element)
    return element.get("aria-hidden") == "true" and _is_read_out(element)


@lru_cache(maxsize=4096)
def _is_named(name: str) -> bool:
    return _CLASS.search(words_of(name)) is not None


def _reads_out(element: HtmlElement) -> bool:
    """Whether it says in words what its neighbour, shown to eyes alone, says in letters."""
    neighbours = (element.getprevious(), element.getnext())
    return any(
        n is not None and n.get("aria-hidden") == "true" and (n.text or "").strip() for n in neighbours
    )


def _is_read_out(element: HtmlElement) -> bool:
    neighbours = (element.getprevious(), element.getnext())
    return any(n is not None and _is_named(n.get("class") or "") for n in neighbours)
