"""Two spellings of one text: quotes, dashes, spaces and invisible characters folded to one form."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = {
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
# str.translate asks the table for every letter that is not ASCII: three times the work.
_LETTER: Final = re.compile(f"[{re.escape(''.join(_LETTERS))}]")
# Typesetters put thin spaces there, or none: before French punctuation and percent signs, inside brackets and
# guillemets, on both sides of a dash. What is found is the dash with its surroundings, or the space that goes. The
# characters it may begin with stand first, by which the engine passes over all others.
_SET_APART: Final = re.compile(
    r"[ ‐‑‒–—―−-](?:(?<=[‐‑‒–—―−-])[ ‐‑‒–—―−-]*|(?=[,;:!?%)\]»”])|(?<=[(\[«“„] )|[‐‑‒–—―−-][ ‐‑‒–—―−-]*)"
)


def folded(printed: str | None) -> str:
    """A text as it reads, whatever the typesetter did: equal for two spellings, different for other letters,
    digits or punctuation. Case is kept: an outlet that writes a headline in capitals has changed it."""
    if not printed:
        return ""
    composed = " ".join(unicodedata.normalize("NFC", printed).split())  # first: a run of spaces is one
    joined = _SET_APART.sub(lambda found: found[0].lstrip()[:1], composed)
    return " ".join(_LETTER.sub(lambda found: _LETTERS[found[0]], joined).split())
