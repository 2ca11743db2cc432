"""Light Markdown of an article as HTML: known tags only, everything else of it escaped.

The text is a stranger's. It is cut into blocks by its first characters, escaped, and only then are the few tags
put around it; no HTML of the text, and no address but http(s), comes through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from markupsafe import Markup, escape

from newsbot.publish import labels

MAX_CHARACTERS = 1_000_000
MAX_BLOCKS = 5_000
_MAX_CELLS = 40  # columns of a table

_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t#]*")
_BULLET = re.compile(r"[-*+•][ \t]+(?P<text>.*)")
_NUMBER = re.compile(r"(?P<number>\d{1,9})[.)][ \t]+(?P<text>.*)")
_RULE = re.compile(r"(?:[-*_][ \t]*){3,}")
_SEPARATOR = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?")
_INLINE = re.compile(
    r"\\(?P<plain>[\\`*_{}\[\]()#+.!>|~-])"
    r"|\[(?P<label>[^\[\]\n]{1,500})\]\((?P<address>[^()\s]{1,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,500})?)\)"
    r"|\*\*(?=\S)(?P<strong>[^*\n]{1,2000})(?<=\S)\*\*"
    r"|(?<![\w*])\*(?=[^\s*])(?P<em>[^*\n]{1,2000})(?<=[^\s*])\*(?![\w*])"
)


def render(text: str) -> Markup:
    """A text as HTML blocks (p, h2, h3, ul, ol, blockquote, table, hr), each with dir="auto"."""
    blocks = (block.strip("\n") for block in re.split(r"\n[ \t]*\n", text[:MAX_CHARACTERS]))
    kept = [block for block in blocks if block.strip()][:MAX_BLOCKS]
    parts = []
    for shape, group in groupby(kept, key=_shape):
        if shape in ("ul", "ol"):  # items that blank lines part are one list
            parts.append(_list("\n".join(group), shape))
        else:
            parts.extend(_BLOCKS[shape](block) for block in group)
    return Markup("\n").join(parts)


def plain(text: str) -> Markup:
    """A text without marks: its paragraphs."""
    paragraphs = [part.strip() for part in text[:MAX_CHARACTERS].split("\n\n")]
    return Markup("\n").join(
        Markup('<p dir="auto">{}</p>').format(_clean(part)) for part in paragraphs[:MAX_BLOCKS] if part
    )


def _shape(block: str) -> str:
    lines = block.split("\n")
    first = lines[0].strip()
    if _RULE.fullmatch(first) and len(lines) == 1:
        return "hr"
    if len(lines) == 1 and _HEADING.fullmatch(first):
        return "heading"
    if all(line.lstrip().startswith(">") for line in lines):
        return "quote"
    if len(lines) > 1 and "|" in first and _SEPARATOR.fullmatch(lines[1].strip()):
        return "table"
    for shape, pattern in (("ul", _BULLET), ("ol", _NUMBER)):
        if pattern.fullmatch(first) and (len(lines) > 1 or shape == "ul" or first.startswith(("1.", "1)"))):
            return shape
    return "p"


def _paragraph(block: str) -> Markup:
    return Markup('<p dir="auto">{}</p>').format(_lines(block.split("\n")))


def _heading(block: str) -> Markup:
    match = _HEADING.fullmatch(block.strip())
    assert match is not None
    level = "h2" if len(match[1]) <= 2 else "h3"  # h1 is the headline
    return Markup("<{0} dir={2}auto{2}>{1}</{0}>").format(Markup(level), _inline(match[2]), Markup('"'))


def _rule(block: str) -> Markup:
    return Markup("<hr>")


def _quote(block: str) -> Markup:
    lines = [line.lstrip().removeprefix(">").removeprefix(" ") for line in block.split("\n")]
    parts = [part for part in re.split(r"\n[ \t]*\n", "\n".join(lines)) if part.strip()]
    inner = Markup("").join(_paragraph(part) for part in parts)
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
    begin = Markup(' start="{}"').format(start) if shape == "ol" and start != 1 else Markup("")
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
    header = Markup("<thead><tr>{}</tr></thead>").format(top) if any(head) else Markup("")
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>{}<tbody>{}</tbody></table></div>'
    ).format(header, body)


def _cells(line: str) -> list[str]:
    inner = re.sub(r"^\|", "", re.sub(r"(?<!\\)\|$", "", line.strip()))
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", inner)[:_MAX_CELLS]]


def _lines(lines: list[str]) -> Markup:
    return Markup("<br>").join(_inline(line.strip()) for line in lines if line.strip())


def _inline(text: str) -> Markup:
    """One line with strong, em and links; marks do not nest, whatever is left of them stays text."""
    return Markup("").join(_runs(_clean(text)))


def _runs(text: str) -> Iterator[Markup]:
    end = 0
    for match in _INLINE.finditer(text):
        yield escape(text[end : match.start()])
        end = match.end()
        if match["plain"]:
            yield escape(match["plain"])
        elif match["label"]:
            yield _link(match["label"], match["address"])
        elif match["strong"]:
            yield Markup("<strong>{}</strong>").format(match["strong"])
        else:
            yield Markup("<em>{}</em>").format(match["em"])
    yield escape(text[end:])


def _link(label: str, address: str) -> Markup:
    safe = labels.web_address(address)
    if not safe:
        return escape(label)
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(safe, label)


def _clean(text: str) -> str:
    return labels.cut(text, MAX_CHARACTERS)


_BLOCKS: dict[str, Callable[[str], Markup]] = {
    "p": _paragraph,
    "heading": _heading,
    "hr": _rule,
    "quote": _quote,
    "table": _table,
}
