"""What changed between the article we have and the page we see, and whether it is less."""

from __future__ import annotations

import unicodedata
from typing import Final

from pipelines.decisions import KnownArticle
from pipelines.items import Reading

SHRUNK: Final = 0.4  # of the words we have; below it, a short or paywalled page is a teaser or a wall
TEASER: Final = 0.8  # of the words we have, where the page has only now become paywalled
SHORT: Final = 60  # words; retractions and teasers alike are shorter


def changed_fields(known: KnownArticle, reading: Reading) -> tuple[str, ...]:
    """Which of headline, lede, byline and text differ for a reader; never empty.

    Where the source's policy keeps no text (`known.text` is None), lede and text cannot be compared: what is
    not in headline or byline is taken to be in the text.
    """
    pairs = [("headline", known.headline, reading.headline), ("byline", known.byline, reading.byline)]
    if known.text is not None:
        pairs.insert(1, ("lede", known.lede, reading.lede))
        pairs.append(("text", known.text, reading.text))
    return tuple(name for name, old, new in pairs if _seen(old) != _seen(new)) or ("text",)


def less_than_before(known: KnownArticle, reading: Reading) -> str:
    """Why the page shows less than we have, as a sentence; empty where it does not.

    Text that is merely cut stays the publisher's right and becomes a revision: only what has the marks of a
    teaser, a wall or an empty shell is refused.
    """
    old, new = known.word_count, reading.word_count
    if old == 0 or new >= old:
        return ""
    if new == 0 or not reading.text.strip():
        return f"The page has no text now; the archive has {old} words."
    share = new / old
    if reading.paywalled and share < (SHRUNK if known.paywalled else TEASER):
        return f"The page shows {new} of {old} words behind a paywall."
    if share < SHRUNK and new < SHORT:
        return f"The page shows {new} of {old} words."
    return ""


def _seen(printed: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", printed or "").split())
