"""The language of the article: as the page states it, held against its script and its function words."""

from __future__ import annotations

import pkgutil
import re
from collections import Counter
from functools import cache
from itertools import islice

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
_OTHER_TAGS = {"iw": "he", "in": "id", "nb": "no", "nn": "no", "xx": None, "und": None, "mul": None}

# A script that one news language has for itself -> that language; None where its words must tell.
_SCRIPTS: tuple[tuple[str | None, str, re.Pattern[str]], ...] = (
    (None, "Latin", re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")),
    (None, "Arabic", re.compile("[\u0600-\u06ff\u0750-\u077f]")),
    (None, "Cyrillic", re.compile("[\u0400-\u04ff]")),
    (None, "Devanagari", re.compile("[\u0900-\u097f]")),
    ("ja", "Kana", re.compile("[\u3041-\u30ff]")),
    ("ko", "Hangul", re.compile("[\uac00-\ud7af]")),
    ("zh", "Han", re.compile("[\u4e00-\u9fff]")),
    ("he", "Hebrew", re.compile("[\u0590-\u05ff]")),
    ("el", "Greek", re.compile("[\u0370-\u03ff]")),
    ("th", "Thai", re.compile("[\u0e00-\u0e7f]")),
    ("bn", "Bengali", re.compile("[\u0980-\u09ff]")),
    ("pa", "Gurmukhi", re.compile("[\u0a00-\u0a7f]")),
    ("gu", "Gujarati", re.compile("[\u0a80-\u0aff]")),
    ("ta", "Tamil", re.compile("[\u0b80-\u0bff]")),
    ("te", "Telugu", re.compile("[\u0c00-\u0c7f]")),
    ("kn", "Kannada", re.compile("[\u0c80-\u0cff]")),
    ("ml", "Malayalam", re.compile("[\u0d00-\u0d7f]")),
    ("si", "Sinhala", re.compile("[\u0d80-\u0dff]")),
    ("my", "Burmese", re.compile("[\u1000-\u109f]")),
    ("ka", "Georgian", re.compile("[\u10a0-\u10ff]")),
    ("hy", "Armenian", re.compile("[\u0530-\u058f]")),
    ("am", "Ethiopic", re.compile("[\u1200-\u137f]")),
    ("km", "Khmer", re.compile("[\u1780-\u17ff]")),
    ("lo", "Lao", re.compile("[\u0e80-\u0eff]")),
)
_LATIN = next(pattern for _, name, pattern in _SCRIPTS if name == "Latin")
_KANA = 0.05  # of the letters, from which text in Han characters is Japanese

# Tag -> jusText's list of the most frequent words, by script.
_LISTS: dict[str, dict[str, str]] = {
    "Latin": {
        "en": "English",
        "de": "German",
        "fr": "French",
        "es": "Spanish",
        "it": "Italian",
        "pt": "Portuguese",
        "nl": "Dutch",
        "pl": "Polish",
        "sv": "Swedish",
        "no": "Norwegian_Bokmal",
        "da": "Danish",
        "fi": "Finnish",
        "cs": "Czech",
        "sk": "Slovak",
        "hu": "Hungarian",
        "ro": "Romanian",
        "tr": "Turkish",
        "hr": "Croatian",
        "sl": "Slovenian",
        "lt": "Lithuanian",
        "lv": "Latvian",
        "et": "Estonian",
        "is": "Icelandic",
        "ca": "Catalan",
        "gl": "Galician",
        "eu": "Basque",
        "sq": "Albanian",
        "vi": "Vietnamese",
        "id": "Indonesian",
        "ms": "Malay",
        "tl": "Tagalog",
        "sw": "Swahili",
        "af": "Afrikaans",
        "ga": "Irish",
        "cy": "Welsh",
        "lb": "Luxembourgish",
        "mt": "Maltese",
        "az": "Azerbaijani",
        "uz": "Uzbek",
    },
    "Cyrillic": {
        "ru": "Russian",
        "uk": "Ukrainian",
        "be": "Belarusian",
        "bg": "Bulgarian",
        "mk": "Macedonian",
        "sr": "Serbian",
        "kk": "Kazakh",
        "ky": "Kyrgyz",
    },
    "Arabic": {"ar": "Arabic", "fa": "Persian", "ur": "Urdu", "ku": "Kurdish"},
    "Devanagari": {"hi": "Hindi", "mr": "Marathi", "ne": "Nepali"},
}
_OTHER_SCRIPTS = {"sr": ("Cyrillic", "Latin"), "az": ("Latin", "Cyrillic"), "uz": ("Latin", "Cyrillic")}
_FREQUENT = 60  # words of each list
_SAMPLE = 1500  # characters of the text
_LETTERS = 60  # from which a script can be told
_HITS = 5  # frequent words at least
_SHARE = 0.05  # of all words; in running text 15 to 45 % are frequent ones
_MARGIN = 1.15  # times the second-best language
_OVERRULES = 2.0  # times the stated language, from which the words overrule what the page states
_WORD = re.compile("[^\\W\\d_](?:[^\\W\\d_]|[\u0900-\u0903\u093a-\u094f\u064b-\u0652])*")


def language_of(document: Document, text: str, default: str | None) -> str | None:
    """BCP 47 primary subtag; None where nothing tells.

    The page's own statement (<html lang>, JSON-LD inLanguage, metas, header) stands unless the text is
    in a script that language is not written in, or its most frequent words are clearly another's: themes
    left at `lang="en"` are common. Without a statement the text tells (script first, then words). The
    source's language, `default`, is the last resort and never against the script.
    """
    stated = _stated(document)
    script, told, scores = _by_text(text)
    if stated is not None:
        if not _fits(stated, script):
            return told or _fitting(default, script)
        overruled = told and told != stated and stated in scores
        if overruled and told and scores[told] >= max(4 * _HITS, _OVERRULES * scores[stated]):
            return told
        return stated
    return told or _fitting(default, script)


def _stated(document: Document) -> str | None:
    said = [document.language]
    for node in article_nodes(document):
        said += [v for v in values(node, "inLanguage") if isinstance(v, str)]
    said += [
        document.meta(name)
        for name in ("content-language", "og:locale", "language", "dc.language", "dcterms.language")
    ]
    said.append(document.headers.get("content-language"))
    return next((tag for value in said if (tag := _primary(value)) is not None), None)


def _primary(value: str | None) -> str | None:
    text = (value or "").split(",")[0].strip()
    if text.casefold() in _NAMES:
        return _NAMES[text.casefold()]
    match = _TAG.match(text)
    if match is None:
        return None
    tag = match[1].lower()
    return _OTHER_TAGS.get(tag, tag)


def _fitting(default: str | None, script: str | None) -> str | None:
    tag = _primary(default)
    return tag if tag is not None and _fits(tag, script) else None


def _fits(tag: str, script: str | None) -> bool:
    """Whether the language is written in the script; True where either is not known here."""
    if script is None:
        return True
    if tag in _OTHER_SCRIPTS:
        return script in _OTHER_SCRIPTS[tag]
    if tag == "ja":
        return script in ("Kana", "Han")
    homes = {name for name, lists in _LISTS.items() if tag in lists}
    homes |= {name for language, name, _ in _SCRIPTS if language == tag}
    if homes:
        return script in homes
    return all(language is None for language, name, _ in _SCRIPTS if name == script)


def _by_text(text: str) -> tuple[str | None, str | None, dict[str, float]]:
    """(script, language, scores): what most letters are, whose words they make, and how clearly."""
    sample = text[:_SAMPLE]
    script, language = _script(sample)
    if script is None or language is not None:
        return script, language, {}
    votes = _votes(script)
    scores = dict.fromkeys(_LISTS[script], 0.0)
    hits: Counter[str] = Counter()
    words = _WORD.findall(sample.lower())
    for word in words:
        tags = votes.get(word, ())
        hits.update(tags)
        for tag in tags:
            scores[tag] += 1 / len(tags)
    best, second = sorted(scores, key=lambda tag: -scores[tag])[:2]
    sure = hits[best] >= max(_HITS, _SHARE * len(words)) and scores[best] >= _MARGIN * scores[second]
    return script, best if sure else None, scores


def _script(sample: str) -> tuple[str | None, str | None]:
    """(script, language): the script of most letters; its language where it has one to itself."""
    if sample.isascii():
        return ("Latin", None) if sum(map(str.isalpha, sample)) >= _LETTERS else (None, None)
    alphabetic = sum(map(str.isalpha, sample))
    if len(_LATIN.findall(sample)) > max(
        _LETTERS, alphabetic / 2
    ):  # most of the world's pages: spare the rest
        return "Latin", None
    letters = {name: len(pattern.findall(sample)) for _, name, pattern in _SCRIPTS}
    total = sum(letters.values())
    if total < _LETTERS:
        return None, None
    if letters["Han"] + letters["Kana"] > total / 2:
        return ("Kana", "ja") if letters["Kana"] > _KANA * total else ("Han", "zh")
    name = max(letters, key=lambda script: letters[script])
    return name, next(language for language, script, _ in _SCRIPTS if script == name)


@cache
def _votes(script: str) -> dict[str, tuple[str, ...]]:
    """Each frequent word of the script's languages with the languages that have it."""
    found: dict[str, list[str]] = {}
    for tag, name in _LISTS[script].items():
        data = pkgutil.get_data("justext", f"stoplists/{name}.txt") or b""
        words = (word for word in data.decode("utf-8").lower().split() if _WORD.fullmatch(word))
        for word in dict.fromkeys(islice(words, _FREQUENT)):
            found.setdefault(word, []).append(tag)
    return {word: tuple(tags) for word, tags in found.items()}
