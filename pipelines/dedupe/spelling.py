"""Two spellings of one text: quotes, dashes, spaces and invisible characters folded to one form."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛‹›′`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
        **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
        "…": "...",
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
    }
)
# Typesetters put thin spaces there, or none: before French punctuation and percent signs, inside brackets and
# guillemets, on both sides of a dash.
_SET_APART: Final = re.compile(r" (?=[,;:!?%)\]»”])|(?<=[(\[«“„]) | ?([‐‑‒–—―−-])[ ‐‑‒–—―−-]*")
_SPACE: Final = re.compile(r"\s+")


def folded(printed: str | None) -> str:
    """A text as it reads, whatever the typesetter did: equal for two spellings, different for other letters,
    digits or punctuation. Case is kept: an outlet that writes a headline in capitals has changed it."""
    if not printed:
        return ""
    composed = _SPACE.sub(" ", unicodedata.normalize("NFC", printed))  # first: a run of spaces is one
    joined = _SET_APART.sub(lambda found: found[1] or "", composed)
    return _SPACE.sub(" ", joined.translate(_LETTERS)).strip()
