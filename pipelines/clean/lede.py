"""The lede: the stand-first where the page marks one, else the first paragraph of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from pipelines.clean.metadata import article_nodes, plain
from pipelines.clean.runs import Run, key_of
from pipelines.document import Document

_STANDFIRST = re.compile(
    r"stand-?first|sub-?head(?:line|ing)?|sub-?title|(?:^|[^a-z])(?:lede|dek|deck|lead(?:-?text)?|intro|abstract|teaser-?text|kicker-text|ingress|chapo|entradilla|bajada|sommario|summary|excerpt|vorspann|anrisser?)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_SHORTEST, _LONGEST = 40, 700  # characters of a stand-first
_PARAGRAPH = 40  # characters from which a line of the text may be its first paragraph


def lede_of(document: Document, runs: Sequence[Run], text: Sequence[str]) -> str | None:
    """The stand-first or the first paragraph, whole; None where there is neither.

    A line near the top whose block is named as a stand-first counts if the page's own description begins
    alike, or if it stands between the headline and the text.
    """
    marked = _marked(document, runs, text)
    if marked:
        return marked
    for line in text:
        if len(line) >= _PARAGRAPH:
            return line
    return text[0] if text else None


def _marked(document: Document, runs: Sequence[Run], text: Sequence[str]) -> str | None:
    described = {key_of(d)[:60] for d in _descriptions(document)} - {""}
    after_headline = False
    first = key_of(text[0]) if text else ""
    first_long = key_of(next((line for line in text if len(line) >= 120), ""))
    for run in runs:
        if run.block.tag == "h1":
            after_headline = True
            continue
        fits = _SHORTEST <= len(run.text) <= _LONGEST and run.rule is None and not run.is_link
        if fits and (after_headline or run.key[:60] in described) and _is_named(run.block):
            return run.text
        if run.key and run.key in (first, first_long):
            break
    return None


def _descriptions(document: Document) -> list[str]:
    found = [plain(document.meta(name)) for name in ("og:description", "description", "twitter:description")]
    found += [plain(node.get("description")) for node in article_nodes(document)[:1]]
    return [text for text in found if text]


def _is_named(block: HtmlElement) -> bool:
    element: HtmlElement | None = block
    for _ in range(2):
        if element is None or element.tag in ("body", "main", "article"):
            return False
        name = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        if _STANDFIRST.search(name) or element.get("itemprop") in (
            "description",
            "alternativeHeadline",
            "abstract",
        ):
            return True
        element = element.getparent()
    return False
