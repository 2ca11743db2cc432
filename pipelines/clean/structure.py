"""The kept lines of an article as blocks: paragraphs, sub-heads, list items, quotes, rows of tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from lxml.html import HtmlElement

from pipelines.clean.runs import HEADINGS, Run, key_of

_ABOVE = 4  # elements between a line and the list, quote or heading that it stands in
_BOLD_HEAD = 80  # characters of the longest sub-head that is a paragraph in bold
_STORY = 80  # characters of the paragraph that follows such a sub-head
_BOLD = 7  # its level, below h6
_MOSTLY = 0.5  # of the lines: a page that stands in a quote or list for more than this is laid out by it
_SENTENCE_ENDS = (".", ",", ";", ":", "…", "”", "»", '"', "。", "،", "।")
_MARKS = ("- ", "– ", "— ", "• ", "* ")


class Shape(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the text with what it is."""

    shape: Shape
    text: str  # without any mark; of a row, its cells as `cells`
    level: int = 0  # of a heading: 2 or 3; of an item: its number in an ordered list, else 0
    group: int = 0  # the list, quote or table that it stands in: neighbours of one group belong together
    cells: tuple[str, ...] = ()  # of a row


def blocks_of(lines: Sequence[str], runs: Mapping[str, Sequence[Run]], heads: Collection[str]) -> list[Block]:
    """What each line is, by the element that it stands in; a line that the page has not is a paragraph.

    `runs`: the page's lines by key; `heads`: lines that are sub-heads though no element says so.
    """
    places = _placed(lines, runs)
    layout = _layout(places)
    groups: dict[HtmlElement, int] = {}
    blocks = [
        _block(line, run, layout, groups, bold=line in heads or _is_bold_head(number, lines, places))
        for number, (line, run) in enumerate(zip(lines, places, strict=True))
    ]
    return _levelled(list(_tabled(blocks)))


def _placed(lines: Sequence[str], runs: Mapping[str, Sequence[Run]]) -> list[Run | None]:
    """Where each line stands on the page: of several places the next one, and none that a rule marks."""
    at = -1
    placed: list[Run | None] = []
    for line in lines:
        found = runs.get(key_of(line), ())
        run = next((r for r in found if r.position > at and r.rule is None), found[0] if found else None)
        if run is not None:
            at = max(at, run.position)
        placed.append(run)
    return placed


def _layout(places: Sequence[Run | None]) -> frozenset[str]:
    """Tags that hold most of the lines: they lay out the page and say nothing of a line."""
    tags = [{str(e.tag) for e in _around(run)} for run in places if run is not None]
    return frozenset(
        tag for tag in ("blockquote", "li") if sum(tag in around for around in tags) > _MOSTLY * len(tags)
    )


def _around(run: Run) -> list[HtmlElement]:
    """The element of a line and those right around it."""
    found: list[HtmlElement] = []
    element: HtmlElement | None = run.block
    while element is not None and len(found) <= _ABOVE:
        found.append(element)
        element = element.getparent()
    return found


def _block(
    line: str, run: Run | None, layout: frozenset[str], groups: dict[HtmlElement, int], *, bold: bool
) -> Block:
    if line.startswith("| ") and line.endswith("|"):
        return Block(Shape.ROW, line, cells=tuple(cell.strip() for cell in line[1:-1].split("|")))
    around = _around(run) if run is not None else []
    heading = next((e for e in around if e.tag in HEADINGS), None)
    if heading is not None or bold:
        return Block(Shape.HEADING, line, _BOLD if heading is None else int(str(heading.tag)[1]))
    quote = next((e for e in around if e.tag == "blockquote"), None)
    if quote is not None and "blockquote" not in layout:
        return Block(Shape.QUOTE, _unmarked(line, run), group=groups.setdefault(quote, len(groups) + 1))
    if line.startswith("- ") and not (run is not None and run.text.startswith(_MARKS)):
        return _item(line[2:], next((e for e in around if e.tag == "li"), None), groups)
    if run is not None and run.block.tag == "li" and "li" not in layout:
        return _item(line, run.block, groups)
    return Block(Shape.PARAGRAPH, line)


def _unmarked(line: str, run: Run | None) -> str:
    """The line without the mark of a list that the extractor set before it."""
    marked = line.startswith("- ") and not (run is not None and run.text.startswith(_MARKS))
    return line[2:] if marked else line


def _item(text: str, element: HtmlElement | None, groups: dict[HtmlElement, int]) -> Block:
    parent = None if element is None else element.getparent()
    if element is None or parent is None:
        return Block(Shape.ITEM, text)
    number = 0
    if parent.tag == "ol":
        start = parent.get("start") or "1"
        first = int(start) if start.isdecimal() and len(start) < 6 else 1
        number = first + sum(1 for _ in element.itersiblings("li", preceding=True))
    return Block(Shape.ITEM, text, number, groups.setdefault(parent, len(groups) + 1))


def _is_bold_head(number: int, lines: Sequence[str], places: Sequence[Run | None]) -> bool:
    """A short paragraph in bold that is no sentence, with a paragraph of the story behind it."""
    run, line = places[number], lines[number]
    if run is None or not run.strong or len(line) > _BOLD_HEAD or line.endswith(_SENTENCE_ENDS):
        return False
    if number + 1 >= len(lines) or len(lines[number + 1]) < _STORY or run.block.tag in ("li", "td", "th"):
        return False
    following = places[number + 1]
    return following is None or not following.strong


def _tabled(blocks: Iterable[Block]) -> Iterable[Block]:
    """Rows that follow each other as one table, all as wide as the widest, without empty columns."""
    table: list[Block] = []
    number = 0
    for block in blocks:
        if block.shape is Shape.ROW:
            table.append(block)
            continue
        yield from _table(table, number)
        table, number = [], number + 1
        yield block
    yield from _table(table, number)


def _table(rows: Sequence[Block], number: int) -> Iterable[Block]:
    width = max((len(row.cells) for row in rows), default=0)
    padded = [row.cells + ("",) * (width - len(row.cells)) for row in rows]
    held = [column for column in range(width) if any(cells[column] for cells in padded)]
    for cells in padded:
        kept = tuple(cells[column] for column in held)
        if len(kept) == 1:
            if kept[0]:
                yield Block(Shape.PARAGRAPH, kept[0])
        elif any(kept):
            yield Block(Shape.ROW, " | ".join(kept), group=number, cells=kept)


def _levelled(blocks: list[Block]) -> list[Block]:
    """Headings on two levels: the highest that the text has, and whatever is below it."""
    levels = [block.level for block in blocks if block.shape is Shape.HEADING]
    if not levels:
        return blocks
    highest = min(levels)
    return [
        replace(block, level=2 if block.level == highest else 3) if block.shape is Shape.HEADING else block
        for block in blocks
    ]
