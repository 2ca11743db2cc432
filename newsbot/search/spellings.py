"""Other ways in which a text may write a word that was searched for."""

from __future__ import annotations

import re

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_UMLAUT = re.compile("[äöüÄÖÜ]")

# Not in "neue", "Bauer", "Quelle", "Koeffizient": there the two letters are two sounds. Not at the end of a word.
_WRITTEN_OUT = re.compile(r"(?<![aeqAEQ])(?:ae|oe|ue)(?=\w)", re.I)
_SHORTEST = 4  # letters; what is guessed wrongly in short words ("Poet") is little beside "fuer" and "Tuer"

# What is written as one word with an Arabic noun: the article, and with it or without it "and", "so", "in", "for",
# "as" (Lucene's ArabicStemmer takes the same ones off; taking them off in the index would end exact phrases).
_ARABIC = re.compile("[\u0620-\u064a]+")
_COMPOUNDS = ("وال", "بال", "كال", "فال", "لل", "ال")
_BEFORE = ("", "ال", "و", "وال", "ب", "بال", "ل", "لل", "ف", "فال", "ك", "كال")
_STEM = 3  # letters that must be left


def spellings(word: str, *, german: bool = False) -> tuple[str, ...]:
    """The word itself, then the ways that mean the same; a word of the index's own spelling (`folding.spelled`).

    Müller is also Mueller. `german` says that the archive has German texts: then Mueller is also Müller. An Arabic
    noun is found with and without its article and the particles that are written as one with it.
    """
    if _ARABIC.fullmatch(word):
        return _arabic(word)
    ways = {word: None}
    if _UMLAUT.search(word):
        ways[word.translate(_UMLAUTS)] = None
    elif german and word.isascii() and word.isalpha() and len(word) >= _SHORTEST:
        # FTS5 drops the dots, so that Müller stands in the index as muller.
        ways[_WRITTEN_OUT.sub(lambda pair: pair[0][0], word)] = None
    return tuple(ways)


def _arabic(word: str) -> tuple[str, ...]:
    stem = next(
        (
            word[len(before) :]
            for before in _COMPOUNDS
            if word.startswith(before) and len(word) - len(before) >= _STEM
        ),
        word,
    )
    if len(stem) < _STEM:
        return (word,)
    return tuple(dict.fromkeys((word, *(before + stem for before in _BEFORE))))
