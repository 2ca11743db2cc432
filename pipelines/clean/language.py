"""The language of the article, as the page states it."""

from __future__ import annotations

import re

from pipelines.clean.metadata import article_nodes, values
from pipelines.document import Document

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?$")
_NAMES = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "italian": "it",
    "italiano": "it",
    "arabic": "ar",
    "russian": "ru",
    "turkish": "tr",
    "portuguese": "pt",
    "dutch": "nl",
    "polish": "pl",
    "chinese": "zh",
    "japanese": "ja",
}
# Scripts that one major news language has for itself; a page in Arabic letters may be Persian or Urdu.
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_LATIN = frozenset(
    [
        "en",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "pl",
        "tr",
        "sv",
        "no",
        "nb",
        "nn",
        "da",
        "fi",
        "cs",
        "sk",
        "hu",
        "ro",
        "vi",
        "id",
        "ms",
        "hr",
        "sl",
        "sq",
        "et",
        "lv",
        "lt",
        "is",
        "ga",
        "ca",
        "eu",
        "gl",
        "af",
        "sw",
    ]
)
_SHARE = 0.4  # of the letters in a script that the stated language is not written in


def language_of(document: Document, text: str, default: str | None) -> str | None:
    """BCP 47 primary subtag: <html lang>, JSON-LD inLanguage, metas, the source's; None where nothing says.

    A theme left at `lang="en"` is common: where the text is written in another script, the script wins.
    """
    stated = [document.language]
    for node in article_nodes(document):
        stated += [v for v in values(node, "inLanguage") if isinstance(v, str)]
    stated += [
        document.meta(name)
        for name in ("content-language", "og:locale", "language", "dc.language", "dcterms.language")
    ]
    stated += [document.headers.get("content-language"), default]
    for value in stated:
        tag = _primary(value)
        if tag is not None:
            return _contradicted(tag, text, default)
    return None


def _primary(value: str | None) -> str | None:
    text = (value or "").split(",")[0].strip()
    if text.casefold() in _NAMES:
        return _NAMES[text.casefold()]
    match = _TAG.match(text)
    if match is None:
        return None
    tag = match[1].lower()
    return {"iw": "he", "in": "id", "nb": "no", "nn": "no", "xx": None, "und": None}.get(tag, tag)


def _contradicted(tag: str, text: str, default: str | None) -> str:
    if tag not in _LATIN:
        return tag
    sample = text[:3000]
    if sample.isascii():
        return tag
    letters = sum(c.isalpha() for c in sample)
    for language, script in _SCRIPTS:
        if letters > 100 and len(script.findall(sample)) > _SHARE * letters:
            return _primary(default) or language
    return tag
