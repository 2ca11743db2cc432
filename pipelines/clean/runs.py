"""The page as runs of text: what a reader would see as one line, with the blocks it stands in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lxml import etree
from lxml.html import HtmlElement

from pipelines.clean.hidden import HIDING, is_hidden

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
        "rb",
        "rp",
        "rt",
        "rtc",
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

_PROSE = 80  # characters from which a line counts as prose
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")  # soft hyphens etc.: not part of any word
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
    whole: str = ""  # key of the line with the words in it that the page hides; empty where it hides none

    @property
    def is_link(self) -> bool:
        """Whether (nearly) all of it is a link."""
        return self.linked >= 0.8 * len(self.text)

    @property
    def is_heading(self) -> bool:
        """Whether it stands in a heading element."""
        return self.block.tag in HEADINGS


HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


@lru_cache(maxsize=4096)  # each line is asked for by several rules, menus by page after page
def key_of(text: str) -> str:
    """Text folded for comparison: letters and digits alone, case and compatibility forms folded."""
    if text.isascii():
        folded = text.lower()
    else:
        folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _NOT_WORD.sub(" ", folded).strip()


def runs_of(tree: HtmlElement) -> list[Run]:
    """All lines of the page in order (at most 20,000). Reads the tree, changes nothing."""
    body = tree.find("body")
    root = tree if body is None else body
    page = _Page(root)
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in SILENT:
                walker.skip_subtree()
            else:
                page.enter(element, tag)
                if text := element.text:
                    page.add(text)
        else:
            if tag not in SILENT:
                page.leave(element, tag)
            if element is not root and (text := element.tail):
                page.add(text)
    page.close()
    return page.runs


def shown(lines: Sequence[str], runs: Sequence[Run]) -> list[str]:
    """The extracted lines without the words in them that the page hides."""
    hiding = {run.whole: run.text for run in runs if run.whole}
    return [hiding.get(key_of(line), line) for line in lines] if hiding else list(lines)


def in_order(lines: Sequence[str], runs: Sequence[Run]) -> list[str]:
    """The lines in the order of the page. The extractor takes containers one after the other, the best first.

    A line that stands on the page once knows its place; any other stays behind the line before it.
    """
    places: dict[str, int | None] = {}
    for run in runs:
        places[run.key] = None if run.key in places else run.position
    at = -1
    order = []
    for line in lines:
        place = places.get(key_of(line))
        at = at if place is None else place
        order.append(at)
    if all(one <= other for one, other in pairwise(order)):
        return list(lines)
    return [line for _, line in sorted(zip(order, lines, strict=True), key=lambda pair: pair[0])]


def prose_of(runs: list[Run]) -> int:
    """Characters of the page's lines that are long enough for prose, links left out."""
    return sum(plain for run in runs if (plain := len(run.text) - run.linked) >= _PROSE)


class _Page:
    """The lines so far, and the one that is being collected."""

    def __init__(self, root: HtmlElement) -> None:
        self.runs: list[Run] = []
        self._blocks = [root]
        self._root = root
        self._anchors = 0
        self._strongs = 0
        self._hidden: HtmlElement | None = None  # the outermost hidden element that is open
        self._start_line()

    def _start_line(self) -> None:
        self._parts: list[str] = []
        self._whole: list[str] | None = None  # with what is hidden in it
        self._linked = 0
        self._any_strong = False
        self._any_weak = False

    def enter(self, element: HtmlElement, tag: str) -> None:
        if tag not in INLINE:
            if self._parts:
                self.close()
            if element is not self._root:
                self._blocks.append(element)
        elif tag == "a":
            self._anchors += 1
        elif tag in ("b", "strong"):
            self._strongs += 1
        elif self._hidden is None and tag in HIDING and is_hidden(element):
            self._hidden = element

    def leave(self, element: HtmlElement, tag: str) -> None:
        if tag == "a":
            self._anchors -= 1
        elif tag in ("b", "strong"):
            self._strongs -= 1
        elif tag not in INLINE:
            if self._parts:
                self.close()
            if element is not self._root:
                self._blocks.pop()
        elif element is self._hidden:
            self._hidden = None

    def add(self, text: str) -> None:
        if self._hidden is not None:
            if self._whole is None:
                self._whole = list(self._parts)
            self._whole.append(text)
            return
        if self._whole is not None:
            self._whole.append(text)
        if text.isspace():
            if self._parts:
                self._parts.append(" ")
            return
        self._parts.append(text)
        if self._anchors:
            self._linked += len(" ".join(text.split()))
        if self._strongs:
            self._any_strong = True
        else:
            self._any_weak = True

    def close(self) -> None:
        """End the line: a block begins or ends here."""
        if not self._parts:
            self._whole = None
            return
        text = " ".join("".join(self._parts).split())
        if text and len(self.runs) < MAX_RUNS:
            self.runs.append(
                Run(
                    text=text,
                    key=key_of(text),
                    block=self._blocks[-1],
                    linked=min(self._linked, len(text)),
                    strong=self._any_strong and not self._any_weak,
                    position=len(self.runs),
                    whole=key_of("".join(self._whole)) if self._whole else "",
                )
            )
        self._start_line()
