"""Checks of country, language and time zone in sources.toml, by the tables of CLDR and IANA."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale

from newsbot.sources.spelling import meant
from newsbot.sources.values import shown, text

# Codes that CLDR names but that are no countries, and languages that are no languages.
_NO_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_NO_LANGUAGE = {"mul", "root", "und", "zxx"}


def timezone(value: object) -> str:
    """An IANA time zone name."""
    word = text(value)
    try:
        ZoneInfo(word)
    except (
        OSError,
        ValueError,
    ):  # ZoneInfoNotFoundError is a KeyError on some systems, a file error on others
        known = False
    except KeyError:
        known = False
    else:
        known = "/" in word or word == "UTC"
    if not known:
        by_city = {zone.rpartition("/")[2]: zone for zone in sorted(available_timezones())}
        city = by_city.get(word.rpartition("/")[2].replace(" ", "_"))
        hint = f'; did you mean "{city}"?' if city else meant(word, available_timezones())
        raise ValueError(f'must be a time zone such as "Asia/Kuwait", not {shown(value)}{hint}')
    return word


@cache
def countries() -> dict[str, str]:
    """English country names by ISO 3166 alpha-2 code (CLDR)."""
    territories = Locale("en").territories
    return {
        code: name
        for code, name in territories.items()
        if re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRY
    }


@cache
def languages() -> dict[str, str]:
    """English language names by BCP 47 primary subtag (CLDR)."""
    named = Locale("en").languages
    return {
        code: name
        for code, name in named.items()
        if re.fullmatch("[a-z]{2,3}", code) and code not in _NO_LANGUAGE
    }


def _code(value: object, codes: Mapping[str, str], code: str, what: str) -> str:
    """A code that is known, or a ValueError that offers the code of a name given in its place."""
    if code in codes:
        return code
    named = {name.casefold(): key for key, name in codes.items()}
    key = named.get(str(value).strip().casefold())
    raise ValueError(f"must be {what}, not {shown(value)}" + (f'; did you mean "{key}"?' if key else ""))


def country(value: object) -> str:
    """An ISO 3166 alpha-2 code, in capitals."""
    word = text(value)
    if word.upper() == "UK":
        raise ValueError('must be a country code such as "KW", not "UK"; did you mean "GB"?')
    return _code(value, countries(), word.upper(), 'a country code of two letters such as "KW"')


def language(value: object) -> str:
    """The primary subtag of a BCP 47 tag: "en" of "en-GB"."""
    primary = re.split("[-_]", text(value))[0].lower()
    return _code(value, languages(), primary, 'a language code such as "en" or "ar"')
