"""Where the words of a search stand in a text: the passage to show, with its hits.

FTS5's own snippet() would show the text as the index has it, folded and cut into pairs. So the words are looked for
once more, in the text as it is printed, by one regular expression that reads every letter as the index does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from newsbot.search.language import Term
from pipelines.store.folding import RUN, spelled

Piece = tuple[str, bool]
"""Text, and whether it is a hit."""

LENGTH = 240  # characters of a passage, about three lines
_HITS = 400  # that are looked at in one text
_LONGEST = 200_000  # characters of a text in which words are looked for

_MARKS = "\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b\u200d"
_SIGNS = (
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0d83\u0dca-\u0ddf"
)
_BEGIN, _END = rf"(?<![\w{_SIGNS}])", rf"(?![\w{_SIGNS}])"
_TWO = {"ss": "ßẞ", "ae": "æÆ", "oe": "œŒ", "th": "þÞ"}  # one letter that the index writes as two
_BETWEEN = r"[^\w]{1,12}"  # what may stand between two words of a phrase


def passage(text: str, pattern: re.Pattern[str], length: int = LENGTH) -> list[Piece]:
    """The passage of a text that holds the most different hits, the first of equals; nothing where there is none."""
    text = text[:_LONGEST]
    spans = [match.span() for match, _ in zip(pattern.finditer(text), range(_HITS), strict=False)]
    if not spans:
        return []
    if RUN.match(text, spans[0][0]):
        length //= 2  # letters as wide as two
    best, most = 0, 0
    for at, (start, _) in enumerate(spans):
        inside = {text[a:b].casefold() for a, b in spans[at : at + 12] if b <= start + length}
        if len(inside) > most:
            best, most = at, len(inside)
    start, end = _window(text, spans[best], length)
    shown = [span for span in spans if start <= span[0] and span[1] <= end]
    pieces = list(_cut(text, start, end, shown))
    if start > 0:
        pieces.insert(0, ("… ", False))
    if end < len(text):
        pieces.append((" …", False))
    return pieces


def marked(text: str, pattern: re.Pattern[str]) -> list[Piece]:
    """A whole text with its hits."""
    spans = [match.span() for match, _ in zip(pattern.finditer(text), range(_HITS), strict=False)]
    return list(_cut(text, 0, len(text), spans))


def _cut(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    at = start
    for first, last in spans:
        if first > at:
            yield " ".join(text[at:first].split("\n\n")), False
        yield text[first:last], True
        at = last
    if at < end:
        yield " ".join(text[at:end].split("\n\n")), False


def _window(text: str, hit: tuple[int, int], length: int) -> tuple[int, int]:
    """From where to where: a quarter before the hit, from a sentence's beginning or a word's where one is near."""
    start = max(0, hit[0] - length // 4)
    if start:
        before = text[max(0, start - 40) : hit[0]]
        begins = [match.end() for match in re.finditer(r"[.!?。！？؟]\s*|\n+", before)]
        spaces = [match.end() for match in re.finditer(r"\s+", before)]
        offset = max(0, start - 40)
        if begins:
            start = offset + begins[0]
        elif spaces:
            start = offset + min(spaces, key=lambda at: abs(offset + at - start))
    end = min(len(text), max(hit[1], start + length))
    if end < len(text):
        space = re.search(r"\s", text[end : end + 20])
        end += space.start() if space else 0
    return start, end


def pattern_of(terms: Sequence[Term], column: str) -> re.Pattern[str] | None:
    """One expression for all hits of a search in one column (headline or text); None where there are none."""
    written = [_term(term) for term in terms if term.column in (None, column)]
    if not written:
        return None
    written.sort(key=len, reverse=True)  # the longest way of several
    return re.compile("|".join(dict.fromkeys(written)), re.IGNORECASE)


def _term(term: Term) -> str:
    words = [_letters(word) for word in term.words]
    without_spaces = [bool(RUN.fullmatch(word)) for word in term.words]
    found = "" if without_spaces[0] else _BEGIN
    for at, word in enumerate(words):
        found += word
        if at < len(words) - 1:
            found += r"\W{0,6}" if without_spaces[at] or without_spaces[at + 1] else _BETWEEN
    if term.prefix and not without_spaces[-1]:
        found += rf"[\w{_MARKS}{_SIGNS}]*"
    return found if without_spaces[-1] else found + ("" if term.prefix else _END)


def _letters(word: str) -> str:
    """A word, each letter in every way that the index takes for the same."""
    word = unicodedata.normalize("NFC", spelled(word))
    pieces, at = [], 0
    while at < len(word):
        pair = word[at : at + 2].lower()
        if pair in _TWO:
            first, second = map(_letter, pair)
            pieces.append(f"(?:{first}[{_MARKS}]*{second}|[{_TWO[pair]}])")
            at += 2
        else:
            pieces.append(_letter(word[at]))
            at += 1
    found = f"[{_MARKS}]*".join(pieces)
    return found if RUN.fullmatch(word) else found + f"[{_MARKS}]*"


def _letter(letter: str) -> str:
    if not letter.isalnum() and unicodedata.category(letter)[0] != "M":
        return _BETWEEN
    plain = _plain(letter)
    ways = "".join(dict.fromkeys((letter, plain, *_same().get(plain, ""))))
    return f"[{re.escape(ways)}]" if len(ways) > 1 else re.escape(letter)


def _plain(letter: str) -> str:
    """A letter as the index has it, where that is one letter too."""
    apart = unicodedata.normalize("NFD", spelled(letter).lower())
    return apart[:1] if apart else letter


@lru_cache(1)
def _same() -> dict[str, str]:
    """For a letter of the index all letters that stand for it."""
    found: dict[str, str] = {}
    ranges = ((0xC0, 0x250), (0x370, 0x530), (0x620, 0x6D4), (0x1E00, 0x2000))
    for first, last in ranges:
        for letter in map(chr, range(first, last)):
            if letter.isalpha() and (plain := _plain(letter)) != letter:
                found[plain] = found.get(plain, "") + letter
    return found
