"""Cuts an opening into words, numbers and marks, the same for every script that writes words apart."""

from __future__ import annotations

import re
from typing import NamedTuple

LOOK = 300  # characters: no dateline is longer


class Token(NamedTuple):
    """One word, number or mark of the opening.

    kind: w word, n number, ( ) brackets, - dash, / slash, : colon, `,` comma, . full stop, | bar,
    newline, ? anything else.
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def number(self) -> int:
        """Digits of any script as a number."""
        return int(self.text)


_LETTER = r"[^\W\d_]"
_MARKED = r"(?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u0655\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0970\u0980-\u0e4e\u0e2f\u1000-\u109f\u1780-\u17d3\u200c\u200d])"
_TOKEN = re.compile(
    rf"""(?P<w>{_LETTER}{_MARKED}*(?:(?:(?:['’ʼ`]|(?<![\u0600-\u06ff])-)(?={_LETTER})|\.(?={_LETTER}))(?:{_MARKED})+)*)
      |(?P<n>\d+)
      |(?P<open>[(\[（［【〔])
      |(?P<close>[)\]）］】〕])
      |(?P<dash>[-‐‑‒–—―−]+)
      |(?P<slash>[/／])
      |(?P<colon>[:：])
      |(?P<comma>[,،，、])
      |(?P<stop>[.۔。։।])
      |(?P<bar>[|•·])
      |(?P<newline>\n\s*)
      |(?P<other>[^\s])""",
    re.VERBOSE,
)
_KINDS = {
    "w": "w",
    "n": "n",
    "open": "(",
    "close": ")",
    "dash": "-",
    "slash": "/",
    "colon": ":",
    "comma": ",",
    "stop": ".",
    "bar": "|",
    "newline": "\n",
    "other": "?",
}


def tokens(text: str) -> list[Token]:
    """The tokens of the first `LOOK` characters; linear in their number."""
    return [
        Token(_KINDS[match.lastgroup or "other"], match[0], match.start(), match.end())
        for match in _TOKEN.finditer(text[:LOOK])
    ]
