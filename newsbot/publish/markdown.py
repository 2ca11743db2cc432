"""Light Markdown of an article as HTML: known tags only, everything else of it escaped.

The text is a stranger's. It is cut into blocks by its first characters, escaped, and only then are the few tags put
around it. What `pipelines.clean.markdown` writes is read: sub-heads, lists, quotes, tables and backslashes before
characters that are no marks. Emphasis, links, pictures and HTML are none of it and stay text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby

from markupsafe import Markup, escape

from newsbot.publish import labels

MAX_CHARACTERS = 1_000_000
MAX_BLOCKS = 5_000
_MAX_CELLS = 40  # columns of a table

_HEADING = re.compile(r"(#{2,6})[ \t]+(.+?)")
_BULLET = re.compile(r"-[ \t]+(?P<text>.*)")
_NUMBER = re.compile(r"(?P<number>\d{1,9})[.)][ \t]+(?P<text>.*)")
_SEPARATOR = re.compile(r"\|?(?:[ \t]*:?-{3,}:?[ \t]*\|){1,60}(?:[ \t]*:?-{3,}:?[ \t]*)?")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")  # any ASCII punctuation (CommonMark 2.4)


def render(text: str) -> Markup:
    """A text as HTML blocks (p, h2, h3, ul, ol, blockquote, table), each with dir="auto"."""
    kept = _blocks(text)
    parts: list[Markup] = []
    for shape, group in groupby(kept, key=_shape):
        if shape in ("ul", "ol"):  # items that blank lines part are one list
            parts.append(_list("\n".join(group), shape))
        else:
            parts.extend(_SHAPES[shape](block) for block in group)
    return Markup("\n").join(parts)


def plain(text: str) -> Markup:
    """A text without marks: its paragraphs."""
    return Markup("\n").join(
        Markup('<p dir="auto">{}</p>').format(_clean(block.strip())) for block in _blocks(text)
    )


def _blocks(text: str) -> list[str]:
    blocks = (block.strip("\n") for block in re.split(r"\n[ \t]*\n", text[:MAX_CHARACTERS]))
    return [block for block in blocks if block.strip()][:MAX_BLOCKS]


def _shape(block: str) -> str:
    lines = block.split("\n")
    first = lines[0].strip()
    if len(lines) == 1 and _HEADING.fullmatch(first):
        return "heading"
    if all(line.startswith(">") for line in lines):
        return "quote"
    if len(lines) > 1 and first.startswith("|") and _SEPARATOR.fullmatch(lines[1].strip()):
        return "table"
    if _BULLET.fullmatch(first):
        return "ul"
    return "ol" if _NUMBER.fullmatch(first) else "p"


def _paragraph(block: str) -> Markup:
    return Markup('<p dir="auto">{}</p>').format(_lines(block.split("\n")))


def _heading(block: str) -> Markup:
    match = _HEADING.fullmatch(block.strip())
    level = Markup("h2" if match is None or len(match[1]) == 2 else "h3")  # h1 is the headline
    return Markup('<{0} dir="auto">{1}</{0}>').format(level, _inline(match[2] if match else block))


def _quote(block: str) -> Markup:
    text = "\n".join(line.removeprefix(">").removeprefix(" ") for line in block.split("\n"))
    inner = Markup("").join(_paragraph(part) for part in re.split(r"\n[ \t]*\n", text) if part.strip())
    return Markup('<blockquote dir="auto">{}</blockquote>').format(inner)


def _list(block: str, shape: str) -> Markup:
    pattern = _BULLET if shape == "ul" else _NUMBER
    items: list[list[str]] = []
    start = 1
    for line in block.split("\n"):
        match = pattern.fullmatch(line.strip())
        if match:
            if shape == "ol" and not items:
                start = int(match["number"])
            items.append([match["text"]])
        elif items and line.strip():
            items[-1].append(line)
    inner = Markup("").join(Markup('<li dir="auto">{}</li>').format(_lines(item)) for item in items)
    begin = Markup(' start="{}"').format(start) if start != 1 else Markup("")
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(shape), begin, inner)


def _table(block: str) -> Markup:
    lines = [line for line in block.split("\n") if line.strip()]
    head, rows = _cells(lines[0]), [_cells(line) for line in lines[2:]]
    top = Markup("").join(Markup('<th scope="col" dir="auto">{}</th>').format(_inline(cell)) for cell in head)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup('<td dir="auto">{}</td>').format(_inline(cell)) for cell in row)
        )
        for row in rows
    )
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(top, body)


def _cells(line: str) -> list[str]:
    inner = re.sub(r"(?<!\\)\|$", "", line.strip().removeprefix("|"))
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", inner)[:_MAX_CELLS]]


def _lines(lines: list[str]) -> Markup:
    return Markup("<br>").join(_inline(line.strip()) for line in lines if line.strip())


def _inline(text: str) -> Markup:
    return escape(_ESCAPED.sub(r"\1", _clean(text)))


def _clean(text: str) -> str:
    return labels.cut(text, MAX_CHARACTERS)


_SHAPES: dict[str, Callable[[str], Markup]] = {
    "p": _paragraph,
    "heading": _heading,
    "quote": _quote,
    "table": _table,
}
