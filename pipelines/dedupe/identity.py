"""Short names and fingerprints: of an article, of what a reader sees, of a story in two outlets."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from typing import Final

from pipelines.dedupe.material import material
from pipelines.dedupe.spelling import folded

STORY_WORDS: Final = 60  # a shorter text may be a service line that two outlets share without sharing a story

_BEGINNING: Final = (
    1_500  # characters: nearly every text has its 60 words there, and a part has no more than the whole
)
_MARKS: Final = bytes(code for code in range(128) if not chr(code).isalnum())
_NO_LETTER: Final = re.compile(r"[\W_]+")
_WORD: Final = re.compile(r"\w+")
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)


def public_id(key: str) -> str:
    """The public id of the article first seen under `key`: 12 letters and digits, the same in every archive.

    60 bits: in an archive of ten million articles two of them meet with a chance of 1 in 23,000.
    """
    return base64.b32encode(hashlib.sha256(_bytes(key)).digest()).decode("ascii")[:12].lower()


def content_hash(headline: str | None, lede: str | None, byline: str | None, text: str) -> str:
    """Hash of what a reader would notice: equal where the words are, whatever their typesetting, and whatever
    counters, clocks and pointers to other articles stand between them (see `material`)."""
    seen = "\x1f".join((folded(headline), material(lede), folded(byline), material(text)))
    return hashlib.sha256(_bytes(seen)).hexdigest()[:32]


def text_hash(text: str) -> str:
    """Hash of the letters and digits of a text, folded: equal in two outlets when both ran one story.

    Empty where the text has fewer than 60 words. Scripts that put no space between words
    count two characters as a word.
    """
    if _words(text[:_BEGINNING]) < STORY_WORDS and _words(text) < STORY_WORDS:
        return ""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    letters = _bytes(folded).translate(None, _MARKS)  # most of what goes, in one step
    if not letters.isascii():
        letters = _bytes(_NO_LETTER.sub("", letters.decode("utf-8", "surrogatepass")))
    return hashlib.sha256(letters).hexdigest()[:32]


def _words(text: str) -> int:
    return len(_WORD.findall(_UNSPACED.sub(" ", text))) + len(_UNSPACED.findall(text)) // 2


def _bytes(printed: str) -> bytes:
    return printed.encode("utf-8", "surrogatepass")
