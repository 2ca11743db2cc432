"""What is printed beneath a picture: its caption, and apart from that whom it is credited to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from lxml.html import HtmlElement

from pipelines.clean.hidden import HIDING, is_hidden
from pipelines.clean.labels import by_language
from pipelines.clean.names import words_of
from pipelines.clean.runs import SILENT

MAX_CAPTION = 2_000  # characters
MAX_CREDIT = 200

_CREDIT_WORD = re.compile(
    r"[a-z]*credits?|copyrights?|source|photographer|attribution|rights|[a-z]*quelle|agency"
)
_CREDIT_ITEM = frozenset({"copyrightHolder", "creditText", "author", "creator", "copyrightNotice"})
_AGENCY = (
    r"(?:AP Photo|AP|AFP|Reuters|REUTERS|Getty(?: Images)?|dpa|EPA|EFE|ANSA|APA|Keystone|PA(?: Wire| Images)?|TASS|Xinhua"
    r"|Shutterstock|iStock|Alamy|Unsplash|Pixabay|imago|IMAGO|picture alliance|NTB|TT|Ritzau|Scanpix|Bloomberg|Anadolu)"
)


def caption_and_credit(element: HtmlElement) -> tuple[str | None, str | None]:
    """(caption, credit) of a <figcaption> or what stands for one, each None where it is empty."""
    words: list[str] = []
    credits: list[str] = []
    _collect(element, words, credits, 0)
    caption, credit = " ".join("".join(words).split()), " ".join("".join(credits).split())
    told, named = split(caption)
    return told, named if named and _unlabelled(credit) in named else credit_of(credit) or named


def split(printed: str) -> tuple[str | None, str | None]:
    """(caption, credit) of a caption as printed: the credit is what a label, a © or an agency marks at its end."""
    printed = " ".join(printed[: 2 * MAX_CAPTION].split())
    marks = (mark for mark in _marks(printed) if mark.start() >= len(printed) - MAX_CREDIT)
    found = min(marks, key=lambda mark: mark.start(), default=None)
    if found is None:
        return _whole(printed), None
    caption = printed[: found.start()].rstrip(" (|/–—-•·[（【")
    return _whole(caption), credit_of(found.group())


def credit_of(printed: str) -> str | None:
    """Whom a credit names: without its label, © and brackets; None where that leaves nothing."""
    credit = _unlabelled(printed)
    return credit[:MAX_CREDIT].rstrip() if any(c.isalnum() for c in credit) else None


def _marks(printed: str) -> Iterator[re.Match[str]]:
    for pattern in (_labelled(), _copyright(), _signed()):
        found = pattern.search(printed)
        if found:
            yield found


def _collect(element: HtmlElement, words: list[str], credits: list[str], depth: int) -> None:
    """The words of an element; those in parts that are named as a credit, apart. Deeper than 40 levels it is text."""
    if element.text:
        words.append(element.text)
    for child in element:
        if child.tag in SILENT or (child.tag in HIDING and is_hidden(child)):
            pass
        elif _is_credit(child):
            credits.append(f" {' '.join(child.itertext())}")
        elif depth < 40:
            words.append(" ")
            _collect(child, words, credits, depth + 1)
        else:
            words.append(f" {child.text_content()}")
        if child.tail:
            words.append(child.tail)


def _is_credit(element: HtmlElement) -> bool:
    if element.tag == "cite" or element.get("itemprop") in _CREDIT_ITEM:
        return True
    name = element.get("class")
    return bool(name) and _named_credit(name)


@lru_cache(maxsize=2048)
def _named_credit(name: str) -> bool:
    """Whether one of the words of the class is one for credits: `figure__copyright`."""
    return any(_CREDIT_WORD.fullmatch(word) for word in words_of(name).split("-"))


def _whole(text: str) -> str | None:
    text = text.strip(" |/–—-•·")
    return text[:MAX_CAPTION].rstrip() if any(c.isalnum() for c in text) else None


def _unlabelled(credit: str) -> str:
    """The credit without its label, © and brackets: "(Photo: Jo Marsh/AP)" is "Jo Marsh/AP"."""
    text = credit.strip().strip("()[]{}（）【】|•· ").strip()
    for _ in range(2):
        found = _label().match(text)
        if found and found.end() < len(text):
            text = text[found.end() :].strip(" ()[]:/|")
    return text.rstrip(".") if not re.search(r"\b\w\.$", text) else text


@cache
def _words() -> str:
    labels = {word for words in by_language("picture_credits").values() for word in words}
    return "|".join(sorted(map(re.escape, labels), key=lambda word: (-len(word), word)))


@cache
def _label() -> re.Pattern[str]:
    """A label at the beginning of a credit."""
    return re.compile(
        rf"(?:{_words()})(?:\.?\s*[:：=/|]|\.(?=\s)|\s+(?:by|von|de|di|por|par|av|af)(?=\s))\s*"
        r"|(?:Photo(?:graph)?s?|Image|Illustration)\s+(?:by|courtesy of)\s+|(?:©|\(c\)|copyright)\s*(?:©\s*)?",
        re.IGNORECASE,
    )


@cache
def _labelled() -> re.Pattern[str]:
    """ "… Photo: Jo Marsh/Reuters" at the end; in scripts without spaces the label may follow on the words."""
    return re.compile(
        rf"(?:(?<=^)|(?<=[\s(\[/|.•·（「【]))(?:{_words()})\.?\s*[:：=/|]\s*\S.{{0,{MAX_CREDIT}}}$"
        r"|(?<=\s)(?:Fot|Zdj)\.\s+\S.{0,80}$"
        r"|(?:(?<=^)|(?<=[\s(\[]))(?:Photo(?:graph)?s?|Image|Picture|Illustration)\s+(?:by|courtesy of)\s+\S.{0,180}$"
        rf"|[（(【](?:{_words()})\s*[:：=/|]?\s*\S.{{0,80}}[）)】]$",
        re.IGNORECASE,
    )


@cache
def _copyright() -> re.Pattern[str]:
    return re.compile(r"(?:©|\((?:c|C)\)\s|℗)\s*\S.{0,180}$")


@cache
def _signed() -> re.Pattern[str]:
    """An agency in brackets at the end, or behind a bar: "(AP Photo/Jo Marsh)", "| Getty Images"."""
    return re.compile(
        rf"\((?:[^()]{{0,80}}[/,]\s*)?{_AGENCY}\b[^()]{{0,100}}\)\s*\.?$|\|\s*{_AGENCY}(?:\s*/[^|]{{0,60}})?$"
    )
