"""Tables that lay out a page become plain blocks, so that the extractor sees paragraphs and not cells."""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

_CELL = 400  # characters of one cell from which it holds prose, not data
_PARTS = frozenset({"thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
_DRESS = ("font", "center", "big", "basefont")  # of pages as old as such tables; they hide paragraphs


def unfold(tree: HtmlElement) -> None:
    """Turn layout tables of the tree into <div>s, in place; tables of data stay.

    A table lays out where it says so (`role="presentation"`), holds another table, or has a cell of
    more than 400 characters.
    """
    tables = [table for table in tree.iter("table") if _lays_out(table)]
    if not tables:
        return
    for table in tables:
        for part in _own_parts(table):
            part.tag = "div"
    etree.strip_tags(tree, *_DRESS)


def _lays_out(table: HtmlElement) -> bool:
    if table.get("role") in ("presentation", "none"):
        return True
    if any(inner is not table for inner in table.iter("table")):
        return True
    return any(_length(cell) > _CELL for cell in table.iter("td", "th"))


def _length(cell: HtmlElement) -> int:
    return sum(len(text) for text in cell.itertext())


def _own_parts(table: HtmlElement) -> list[HtmlElement]:
    """The table and its rows and cells, without those of tables inside it."""
    parts = [table]
    stack = list(table)
    while stack:
        element = stack.pop()
        if element.tag in _PARTS:
            parts.append(element)
        if element.tag in _PARTS or element.tag == "form":  # old pages have forms between table and rows
            stack.extend(element)
    return parts
