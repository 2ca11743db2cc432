"""Blocks of an article as plain text and as light Markdown: the same words, the one with marks and the other without.

The Markdown is what CommonMark and GitHub's tables take: `##` and `###` for sub-heads, `-` and `1.` for items, `>`
for quotes, rows between bars. No emphasis, no links, no pictures, no HTML. What would be a mark by accident is
escaped. In plain text an item keeps its `- ` and a row its bars; nothing else of a block is marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.clean.structure import Block, Shape

# What Markdown would take for a mark inside a line: emphasis, code, links, HTML, entities, strike-through.
_INLINE = re.compile(r"[\\`*]|(?<![^\W_])_|_(?![^\W_])|\](?=[(\[:])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|~(?=~)")
# And at its beginning: heading, quote, item, number, rule, fence, table.
_START = re.compile(r"#{1,6}(?:\s|$)|>|[-+](?:\s|$)|-{2,}$|=+$|\|")
_CLOSING = re.compile(r"#+$")  # of a heading: CommonMark leaves them out
_NUMBER = re.compile(r"(\d{1,9})([.)](?:\s|$).*)", re.DOTALL)


def text_of(blocks: Sequence[Block]) -> str:
    """Plain text: the blocks separated by blank lines."""
    return "\n\n".join(_plain(block) for block in blocks)


def markdown_of(blocks: Sequence[Block]) -> str:
    """Light Markdown of the same blocks."""
    parts: list[str] = []
    last: Block | None = None
    for block in blocks:
        together = last is not None and (last.shape, last.group) == (block.shape, block.group)
        parts.append(_between(block, together) if last is not None else "")
        parts.append(_marked(block, begins=not together))
        last = block
    return "".join(parts)


def _plain(block: Block) -> str:
    if block.shape is Shape.ITEM:
        return f"- {block.text}"
    return f"| {block.text} |" if block.shape is Shape.ROW else block.text


def _between(block: Block, together: bool) -> str:
    """What parts a block from the one before."""
    if together and block.shape in (Shape.ITEM, Shape.ROW):
        return "\n"
    return "\n>\n" if together and block.shape is Shape.QUOTE else "\n\n"


def _marked(block: Block, *, begins: bool) -> str:
    if block.shape is Shape.ROW:
        row = f"| {' | '.join(map(_escaped, block.cells))} |"
        return f"{row}\n|{' --- |' * len(block.cells)}" if begins else row
    text = _at_start(_escaped(block.text))
    if block.shape is Shape.HEADING:
        return f"{'#' * block.level} {_CLOSING.sub(_escape_all, text)}"
    if block.shape is Shape.ITEM:
        return f"{block.level}. {text}" if block.level else f"- {text}"
    return f"> {text}" if block.shape is Shape.QUOTE else text


def _escaped(text: str) -> str:
    return _INLINE.sub(r"\\\g<0>", text)


def _escape_all(found: re.Match[str]) -> str:
    return "".join(f"\\{mark}" for mark in found.group())


def _at_start(text: str) -> str:
    if _START.match(text):
        return f"\\{text}"
    number = _NUMBER.fullmatch(text)
    return f"{number[1]}\\{number[2]}" if number else text
