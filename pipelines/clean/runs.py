"""The page as runs of text: what a reader would see as one line, with the blocks it stands in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

# Elements that stand inside a line; every other one begins a line of its own (HTML's phrasing content).
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "picture",
        "q",
        "ruby",
        "s",
        "samp",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
# Elements whose text nobody reads on the page.
SILENT = frozenset(
    [
        "head",
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "select",
        "option",
        "textarea",
        "audio",
        "video",
        "canvas",
        "datalist",
        "map",
        "area",
        "input",
    ]
)
MAX_RUNS = 20_000

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Run:
    """One line of the page as a reader sees it."""

    text: str  # white space folded
    key: str  # folded for comparison
    block: HtmlElement  # the block element it stands in
    linked: int  # characters of `text` inside links
    strong: bool  # wholly inside <b> or <strong>
    position: int  # in the order of the page
    rule: str | None = None  # name of the marking rule, None where nothing speaks against the line
    why: str = ""  # what exactly the rule saw

    @property
    def is_link(self) -> bool:
        """Whether (nearly) all of it is a link."""
        return self.linked >= 0.8 * len(self.text)

    @property
    def is_heading(self) -> bool:
        """Whether it stands in a heading element."""
        return self.block.tag in HEADINGS


HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


def key_of(text: str) -> str:
    """Text folded for comparison: letters and digits alone, case and compatibility forms folded."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


class _Line:
    """The line that is being collected."""

    __slots__ = ("linked", "parts", "strong", "weak")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.linked = 0
        self.strong = False
        self.weak = False

    def add(self, text: str, linked: bool, strong: bool) -> None:
        self.parts.append(text)
        if not text.isspace():
            if linked:
                self.linked += len(" ".join(text.split()))
            if strong:
                self.strong = True
            else:
                self.weak = True


def runs_of(tree: HtmlElement) -> list[Run]:
    """All lines of the page in order. Reads the tree, changes nothing."""
    body = tree.find("body")
    root = tree if body is None else body
    found: list[Run] = []
    line = _Line()
    blocks: list[HtmlElement] = [root]
    anchors = strongs = 0

    def close() -> None:
        nonlocal line
        if line.parts:
            text = " ".join("".join(line.parts).split())
            if text and len(found) < MAX_RUNS:
                strong = line.strong and not line.weak
                found.append(
                    Run(text, key_of(text), blocks[-1], min(line.linked, len(text)), strong, len(found))
                )
            line = _Line()

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in SILENT:
                walker.skip_subtree()
                continue
            if tag == "a":
                anchors += 1
            elif tag in ("b", "strong"):
                strongs += 1
            elif tag not in INLINE:
                close()
                if element is not root:
                    blocks.append(element)
            if element.text:
                line.add(element.text, anchors > 0, strongs > 0)
            continue
        if tag not in SILENT:
            if tag == "a":
                anchors -= 1
            elif tag in ("b", "strong"):
                strongs -= 1
            elif tag not in INLINE:
                close()
                if element is not root:
                    blocks.pop()
        if element is not root and element.tail:
            line.add(element.tail, anchors > 0, strongs > 0)
    close()
    return found
