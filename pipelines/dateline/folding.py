"""One way to compare words of any script: without case, accents, or punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_ASCII_WORD = re.compile(r"[a-z0-9]+")
# Letters that Unicode does not decompose but editors exchange freely.
_SAME = str.maketrans(
    {
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ۀ": "ه",
        "ة": "ه",
        "ـ": None,
        "\u200c": None,
        "\u200d": None,
        "\u2019": "'",
    }
)


def _is_accent(char: str) -> bool:
    """Latin, Greek, Cyrillic accents and Arabic vowel signs; not the vowels of Indic scripts or Thai."""
    return "\u0300" <= char <= "\u036f" or "\u064b" <= char <= "\u0655"


def _is_letter(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def is_small(text: str) -> bool:
    """Whether a text begins with a small letter that has a capital; Georgian sets none."""
    return text[:1].islower() and not "\u10d0" <= text[:1] <= "\u10ff"


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Words without case, accents and punctuation, one space between them: "São  Paulo," -> "sao paulo"."""
    if text.isascii():  # no accents to take off: three times as fast
        lower = text.lower()
        return lower if lower.isalnum() else " ".join(_ASCII_WORD.findall(lower))
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not _is_accent(char))
    plain = unicodedata.normalize("NFC", plain).translate(_SAME)
    plain = plain.replace("եվ", "եւ")  # Armenian capitals spell the ligature of Yerevan out
    return " ".join("".join(char if _is_letter(char) else " " for char in plain).split())


def fold_word(text: str) -> str:
    """As `fold`, with abbreviation dots closed up: "มิ.ย." and "S.D." are one word each."""
    return fold(text.replace(".", "") if "." in text else text)


def first_words(names: Iterable[str]) -> frozenset[str]:
    """The first word of each folded name: what a longer name must begin with to be looked up at all."""
    return frozenset(name.partition(" ")[0] for name in names)
