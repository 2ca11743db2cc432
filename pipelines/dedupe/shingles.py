"""Groups of neighbouring words: what two texts have in common, whatever was cut or moved between them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

WORDS: Final = 5  # a group; four meet too often in two reports made from one template
CHARACTERS: Final = 8  # a group, in scripts that put no space between words: about as much as it says
LONGEST: Final = 60_000  # characters of a text that are looked at, some 10,000 words: a story is shorter

_WORD: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|\w+"
)


def shingles(text: str) -> frozenset[str]:
    """The groups of five words (Chinese, Japanese, Thai, Lao, Khmer, Burmese: eight characters), case folded.

    A text shorter than one group has none.
    """
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    words = _WORD.findall(folded)
    unspaced = 0 if folded.isascii() else sum(len(word) == 1 and word >= "\u0e00" for word in words)
    size = CHARACTERS if 2 * unspaced > len(words) else WORDS
    return frozenset(map(" ".join, zip(*(words[at:] for at in range(size)), strict=False)))


def containment(one: frozenset[str], other: frozenset[str]) -> float:
    """Which share of the smaller set is in the larger one, 0 to 1."""
    smaller, larger = sorted((one, other), key=len)
    return len(smaller & larger) / len(smaller) if smaller else 0.0
