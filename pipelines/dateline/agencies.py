"""News agencies and how they sign: names, aliases in many scripts, combinations, roles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from pipelines.dateline.folding import first_words, fold, is_small
from pipelines.dateline.words import words

_FILE = Path(__file__).with_name("agencies.tsv")
_LONGEST = 5  # words
_HOST_LIKE = re.compile(
    r"[^\W_][\w-]*(?:\.[\w-]+)?\.(?:com|net|org|info|news|tv|co|de|it|ru|id|in|br|az|am|my|ph|vn|ng|ke|za|uk|fr|es|pl|cz|gr|tr|ua|is|at|ch|se|no|fi|dk|nl|pt|ro|hu|bg|rs|hr|si|sk|lt|lv|ee|ge|mx)",
    re.IGNORECASE,
)

# Who writes, not for whom: "(Staff Reporter)".
ROLES = words("role")
_SERVICES = (
    "news",
    "press",
    "presse",
    "prensa",
    "times",
    "post",
    "wire",
    "media",
    "radio",
    "tv",
    "agency",
    "agencia",
    "today",
)
# Parentheses that label a picture, not a story: "(AP Photo)".
PICTURES = words("picture")


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, others = line.split("\t")
            for printed in (name, *filter(None, others.split("|"))):
                names.setdefault(fold(printed), name)
    return MappingProxyType(names)


@lru_cache(maxsize=1)
def _openings() -> frozenset[str]:
    """Words that the name of an agency may begin with: nearly every word of a text is spared the rest."""
    return first_words(_names()) | {"корр"}


@lru_cache(maxsize=1)
def _homes() -> Mapping[str, str]:
    rows = (line.split("\t") for line in _FILE.read_text("utf-8").splitlines() if line and line[0] != "#")
    return MappingProxyType({name: home for name, home, _ in rows if home})


def home_of(names: Sequence[str]) -> str | None:
    """The country a national agency reports from first: a hint which St. Petersburg TASS means."""
    return next((_homes()[name] for name in names if name in _homes()), None)


def agency(printed: str) -> str | None:
    """The name we store for an agency as printed, or None: "Agence France-Presse" -> "AFP"."""
    name = _names().get(fold(printed))
    if name is None:
        name = _names().get(fold(re.sub(r"^(?:Корр|корр)\.?\s+(\S+).*$", r"\1", printed.strip())))
    return name


def combination(printed: str) -> tuple[str, ...]:
    """Every agency of "AP/AFP", "efe-epa", "Reuters, dpa", or () where one part is none we know."""
    whole = agency(printed)
    if whole:
        return (whole,)
    for divider in (r"\s*[/,;+&|·、]\s*|\s+(?:and|und|et|y|e|و)\s+", r"\s*-\s*"):
        parts = [part for part in re.split(divider, printed) if part.strip()]
        found = [agency(part) for part in parts]
        if len(parts) > 1 and found[0] and all(found[1:]):
            return tuple(dict.fromkeys(name for name in found if name))
        if len(parts) == 2 and found[0] and divider.startswith(r"\s*[/") and len(parts[1]) <= 4:
            return (found[0],)  # "dpa/lhe": a regional service of the agency
    return ()


def bare_agency(words: list[str]) -> tuple[int, str] | None:
    """How many leading words sign without parentheses, and as whom: ["CNN", "Indonesia"] -> (2, ...).

    A short name must stand in capitals or exactly as the agency writes itself: "spa" is no signature.
    """
    if not words or fold(words[0]).partition(" ")[0] not in _openings():
        return None
    for count in range(min(_LONGEST, len(words)), 0, -1):
        printed = " ".join(words[:count])
        name = agency(printed)
        if name and (printed == name or len(printed) > 5 or is_capitals(printed) or not _has_case(printed)):
            return count, name
    return None


def host_like(word: str) -> bool:
    """Whether a word is a site that signs by its address: "KOMPAS.com"."""
    return _HOST_LIKE.fullmatch(word) is not None


def signature_by_shape(inside: str) -> tuple[str, ...]:
    """Agencies we do not know, by the shape of what stands in the parentheses: "(KGO)", "(dpo)", "(WBN/SITA)".

    Capitals with digits, or one lower-case word of at most five letters; each part of a combination.
    """
    parts = [part.strip() for part in inside.split("/")]
    if not 1 <= len(parts) <= 3:
        return ()
    names = [agency(part) or (part if _signature_word(part) else None) for part in parts]
    return tuple(name for name in names if name) if all(names) else ()


def _signature_word(part: str) -> bool:
    if not part or not part[0].isalpha() or not all(char.isalnum() or char in ".-& " for char in part):
        return False
    if len(part.split()) > 2 or len(part) > 20 or is_role(part):
        return False
    small = part.islower() and (len(part) <= 5 or part.rpartition("-")[2] in _SERVICES)
    return is_capitals(part) or small or host_like(part) or _camel(part)


def _camel(part: str) -> bool:
    """A name that says it is a service: "Pacnews", "Taiwan News", "FotoNet"."""
    last = fold(part).split(" ")[-1]
    inner_capital = " " not in part and any(char.isupper() for char in part[1:])
    return part[0].isupper() and (inner_capital or last.endswith(_SERVICES))


def is_role(printed: str) -> bool:
    """Whether the words say who writes, not for whom."""
    words = fold(printed).split()
    return bool(words) and any(word in ROLES for word in words)


def is_picture(printed: str) -> bool:
    """Whether the words credit a picture."""
    return any(word in PICTURES for word in fold(printed).split())


def is_capitals(text: str) -> bool:
    """At least two letters, all of them capitals."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 1 and all(unicodedata.category(char) == "Lu" for char in letters)


def _has_case(text: str) -> bool:
    return any(char.isupper() or is_small(char) for char in text)
