"""How a text is written for the full-text index: marks dropped, spellings made one, scripts without spaces cut up.

FTS5's own `unicode61` finds words by their spaces and drops Latin accents. What it cannot do is done here, before
the text reaches it: see docs/decisions/full-text-tokenizer.md. The same function writes the index and reads the
query, so both sides always agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

# Characters that are left out: soft hyphen, zero-width space and joiner; Hebrew points; Arabic vowel marks,
# Quranic signs and the stretching tatweel (Lucene's ArabicNormalizer drops the same).
_DROPPED: Final = (
    "\u00ad\u200b\u200d\u2060\ufeff\u0640\u0670"
    + "".join(map(chr, range(0x0591, 0x05BE)))
    + "\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    + "".join(map(chr, range(0x0610, 0x061B)))
    + "".join(map(chr, range(0x064B, 0x0660)))
    + "".join(
        map(chr, (*range(0x06D6, 0x06DD), *range(0x06DF, 0x06E5), 0x06E7, 0x06E8, *range(0x06EA, 0x06EE)))
    )
)

# Spellings of one letter. Arabic as Lucene's ArabicNormalizer and PersianNormalizer have it; Latin letters that
# Unicode does not take apart into a letter and an accent, and that people type without.
_SPELLINGS: Final[dict[str, str]] = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ے": "ي", "ة": "ه", "ۀ": "ه", "ک": "ك",
    "ß": "ss", "ẞ": "ss", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d",
    "þ": "th", "Þ": "th", "ı": "i", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ё": "е", "Ё": "е",
    **{chr(0x0660 + digit): str(digit) for digit in range(10)},
    **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
}  # fmt: skip

_TABLE: Final = str.maketrans({**dict.fromkeys(_DROPPED), **_SPELLINGS})

# Scripts that put no spaces between words: Han, kana, Hangul (which glues particles to words); Thai, Lao,
# Myanmar and Khmer, whose vowel signs belong to the letter before them.
_HAN: Final = "々〇\u3041-\u3096\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_SOUTHEAST: Final = "\u0e01-\u0e4e\u0e80-\u0ece\u1000-\u103f\u1050-\u108f\u1780-\u17d3"
_SIGNS: Final = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f\u17b4-\u17d3"

RUN: Final = re.compile(f"[{_HAN}{_SOUTHEAST}]+")
"""Characters that stand without spaces: they are indexed two by two."""

_CLUSTER: Final = re.compile(f"[^{_SIGNS}][{_SIGNS}]*|[{_SIGNS}]+")
_COMBINING: Final = re.compile("[\u0300-\u036f\u1100-\u11ff\u3099\u309a]")
_WIDE: Final = re.compile("[\uff01-\uffef]+")
_SPECIAL: Final = re.compile(
    "[" + re.escape(_DROPPED) + re.escape("".join(_SPELLINGS)) + "\u0300-\u036f\u1100-\u11ff\u3099\u309a\uff01-\uffef"
    f"{_HAN}{_SOUTHEAST}]"
)  # fmt: skip


def fold(text: str | None) -> str | None:
    """A text as the index has it; None stays None. A text without anything special comes back as it is.

    北京大学 becomes `北京 京大 大学 学`: any two characters of a run, and its last one alone, so that a search for
    one character (as a beginning) finds it at the end of a run too.
    """
    if text is None or text.isascii() or not _SPECIAL.search(text):
        return text
    return RUN.sub(lambda run: f" {' '.join(pairs(run[0], last=True))} ", spelled(text))


def spelled(text: str) -> str:
    """A text with one spelling for each letter; its words and runs stay whole."""
    if text.isascii():
        return text
    if _COMBINING.search(text):
        text = unicodedata.normalize("NFC", text)
    text = _WIDE.sub(lambda wide: unicodedata.normalize("NFKC", wide[0]), text)
    return text.translate(_TABLE)


def pairs(run: str, *, last: bool) -> Iterator[str]:
    """The characters of a run two by two; `last` adds the last one alone. A run of one character is that."""
    letters = _CLUSTER.findall(run)
    for first, second in pairwise(letters):
        yield first + second
    if last or len(letters) == 1:
        yield letters[-1]
