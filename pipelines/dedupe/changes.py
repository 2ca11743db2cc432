"""What changed between the article we have and the page we see, and whether it is less."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pipelines.decisions import KnownArticle
from pipelines.dedupe.figures import a_figure_differs, only_figures_differ
from pipelines.dedupe.material import material, paragraphs
from pipelines.dedupe.shingles import containment, shingles
from pipelines.dedupe.spelling import folded
from pipelines.items import Reading

SHRUNK: Final = 0.4  # of the words we have; below it, a short or paywalled page is a teaser or a wall
TEASER: Final = 0.8  # of the words we have, where the page has only now become paywalled
SHORT: Final = 60  # words; retractions and teasers alike are shorter
AGREES: Final = 0.7  # of the smaller text's word groups are in the larger one: one article at two addresses
STRANGE: Final = 0.02  # of them: nothing but a name or a phrase in common
LIKE_LENGTHS: Final = 0.1  # by which two word counts may differ where no text can be compared
LONG_WORD: Final = 4  # letters of a word that two headlines of one story have in common


def changed_fields(known: KnownArticle, reading: Reading) -> tuple[str, ...]:
    """Which of headline, lede, figure, correction_note, byline and text differ for a reader; empty where none does.

    Spelling (quotes, dashes, spaces), counters, clocks, labels of advertisements and pointers to other articles make
    no difference. "figure" is a number in headline, lede or text that is now worth something else; a text in which
    nothing else changed is not told as "text". Where the source's policy keeps no text (`known.text` is None), lede
    and text cannot be compared: what the hash tells beyond headline and byline is taken to be in the text.
    """
    kept = known.text is not None
    differing = {
        "headline": folded(known.headline) != folded(reading.headline),
        "lede": kept and material(known.lede) != material(reading.lede),
        "correction_note": notes_differ(known, reading),
        "byline": folded(known.byline) != folded(reading.byline),
    }
    old, new = paragraphs(known.text), paragraphs(reading.text)
    text_differs = kept and " ".join(old) != " ".join(new)
    figures_alone = text_differs and only_figures_differ(" ".join(old), " ".join(new), reading.language)
    differing["text"] = text_differs and not figures_alone
    differing["figure"] = (
        figures_alone
        or (text_differs and a_figure_differs(old, new, reading.language))
        or (differing["headline"] and _figure_in(known.headline, reading.headline, reading.language))
        or (differing["lede"] and _figure_in(known.lede, reading.lede, reading.language))
    )
    told = tuple(name for name in _ORDER if differing[name])
    if told or kept or known.content_hash == reading.content_hash:
        return told
    return ("text",)


_ORDER: Final = ("headline", "lede", "figure", "correction_note", "byline", "text")


def notes_differ(known: KnownArticle, reading: Reading) -> bool:
    """Whether the outlet printed, changed or took away a correction, a clarification or an editor's note."""
    if known.notes is None:
        return False
    return _told(known.notes) != _told([note.text for note in reading.notes])


def _told(notes: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(material, notes)))


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
    if is_another_story(known, reading):  # a front page or a notice, served in its place with status 200
        return f"The page has another headline and not a passage of the {old} words that the archive has."
    return ""


def agrees(known: KnownArticle, reading: Reading) -> bool:
    """Whether a page shows the article that we have at another address: the same text, or most of the shorter one.

    A headline alone does not say so: columns and reports have one every day. Where the policy keeps no text, equal
    hashes of the text say so, or the same headline over as many words.
    """
    if known.text is None:
        if known.text_hash or reading.text_hash:
            return known.text_hash == reading.text_hash
        alike = abs(known.word_count - reading.word_count) <= LIKE_LENGTHS * max(known.word_count, 1)
        return alike and bool(known.headline) and folded(known.headline) == folded(reading.headline)
    old, new = material(known.text), material(reading.text)
    if not old or not new:
        return False
    return old == new or containment(shingles(old), shingles(new)) >= AGREES


def is_another_story(known: KnownArticle, reading: Reading) -> bool:
    """Whether the page has nothing of the article: no word of its headline, no passage of its text."""
    if not known.text or known.word_count < SHORT:
        return False
    if _long_words(known.headline) & _long_words(reading.headline):
        return False
    return containment(shingles(material(known.text)), shingles(material(reading.text))) < STRANGE


def _long_words(headline: str | None) -> frozenset[str]:
    return frozenset(re.findall(rf"\w{{{LONG_WORD},}}", (headline or "").casefold()))


def _figure_in(old: str | None, new: str | None, language: str | None) -> bool:
    return a_figure_differs([folded(old)], [folded(new)], language)
