"""What the word after the comma means: "Texas", "Ont.", "Republic of Georgia", "Russland"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from babel import Locale, UnknownLocaleError

from pipelines.dateline.folding import fold, fold_word
from pipelines.dateline.gazetteer import Region

_FILE = Path(__file__).with_name("regions.tsv")


@lru_cache(maxsize=1)
def _printed() -> Mapping[str, tuple[Region, ...]]:
    found: dict[str, tuple[Region, ...]] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, code, names = line.split("\t")
            for name in names.split("|"):
                for key in {fold(name), fold_word(name)}:
                    found[key] = (*found.get(key, ()), Region(country, code))
    return MappingProxyType(found)


@lru_cache(maxsize=64)
def _countries(language: str) -> Mapping[str, str]:
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return MappingProxyType({})
    return MappingProxyType(
        {
            fold(name): code
            for code, name in territories.items()
            if code.isalpha() and code not in ("EU", "EZ", "UN", "QO")
        }
    )


def regions(printed: str, language: str | None) -> tuple[Region, ...]:
    """Every region or country that the words may mean, in the page's language, English, or as agencies abbreviate."""
    key = fold(printed)
    found = list(_printed().get(key, ()) or _printed().get(fold_word(printed), ()))
    for spoken in dict.fromkeys(((language or "en").split("-")[0], "en", "es", "fr", "de")):
        if code := _countries(spoken).get(key):
            found.append(Region(code))
    return tuple(dict.fromkeys(found))


def is_country(printed: str, language: str | None) -> bool:
    """Whether the words name a whole country in the page's language or English."""
    return any(fold(printed) in _countries(spoken) for spoken in ((language or "en").split("-")[0], "en"))
