"""Names of months and weekdays in every language, and days of other calendars as our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from babel import Locale, UnknownLocaleError

from pipelines.dateline.folding import fold_word

_HERE = Path(__file__).parent
# Languages whose months are read when a page does not say its own.
_WIDELY_READ = ("en", "es", "fr", "de", "it", "pt", "ru", "ar", "id", "tr")
# Regional names of months ("حزيران" in the Levant, "جوان" in the Maghreb) and second scripts.
_VARIANTS = {
    "ar": ("ar", "ar_SY", "ar_DZ"),
    "sr": ("sr", "sr_Latn"),
    "bs": ("bs", "bs_Cyrl"),
    "uz": ("uz", "uz_Cyrl"),
    "az": ("az", "az_Cyrl"),
    "de": ("de", "de_AT"),
    "no": ("nb",),
    "tl": ("fil",),
    "mo": ("ro",),
}
_BUDDHIST_AHEAD = 543  # years: Thai 2557 is 2014


class Calendar(StrEnum):
    """Whose months these are."""

    GREGORIAN = "gregorian"
    PERSIAN = "persian"
    HIJRI = "hijri"


@dataclass(frozen=True, slots=True)
class Month:
    """A month of some calendar."""

    calendar: Calendar
    number: int  # 1..12


def _table(name: str) -> Iterator[tuple[str, int, str]]:
    for line in (_HERE / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, number, words = line.split("\t")
            for word in words.split():
                yield kind, int(number), word.replace("_", " ")


def _locales(language: str | None) -> Iterator[Locale]:
    first = (language or "").replace("-", "_").split("_")[0].lower()
    for name in (*_VARIANTS.get(first, (first,)), *(() if first else _WIDELY_READ), "en"):
        try:
            yield Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue


@lru_cache(maxsize=64)
def months(language: str | None) -> Mapping[str, Month]:
    """Folded month name -> month, in that language and in English; widely read ones where it is None."""
    first = (language or "").split("-")[0].lower()
    found: dict[str, Month] = {}
    for calendar, number, word in _table("calendars.tsv"):
        found[fold_word(word)] = Month(Calendar(calendar), number)
    for locale in _locales(language):
        for width in ("abbreviated", "wide"):
            for use in ("format", "stand-alone"):
                for number, name in locale.months[use][width].items():
                    if not any(char.isdigit() for char in name) and not _is_cjk(name):
                        found.setdefault(fold_word(name), Month(Calendar.GREGORIAN, number))
    for spoken, number, word in _table("months.tsv"):
        if spoken in (first, "en") or (not first and spoken in _WIDELY_READ):
            found[fold_word(word)] = Month(Calendar.GREGORIAN, number)
    return MappingProxyType(found)


@lru_cache(maxsize=64)
def weekdays(language: str | None) -> Mapping[str, int]:
    """Folded full weekday name -> 0 (Monday) .. 6, in that language and in English."""
    found: dict[str, int] = {}
    for locale in _locales(language):
        for use in ("format", "stand-alone"):
            for number, name in locale.days[use]["wide"].items():
                found.setdefault(fold_word(name), number)
    if (language or "").startswith("ru"):  # "в пятницу": the accusative, which CLDR leaves out
        found |= {"среду": 2, "пятницу": 4, "субботу": 5}
    if (language or "").startswith("uk"):
        found |= {"середу": 2, "пятницю": 4, "суботу": 5, "неділю": 6}
    if (language or "").startswith("pt"):
        found |= {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4}
    return MappingProxyType(found)


def _is_cjk(name: str) -> bool:
    return any("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af" for char in name)


def gregorian_year(year: int, calendar: Calendar, language: str | None) -> int:
    """A printed Gregorian-month year as ours: Thai pages count 543 years ahead."""
    if calendar is Calendar.GREGORIAN and 2400 <= year <= 2700:
        return year - _BUDDHIST_AHEAD
    return year


def to_gregorian(calendar: Calendar, year: int, month: int, day: int) -> date:
    """A day of any calendar as a Gregorian date.

    Hijri by the tabular calendar (type II, the one of most software), which may be a day off the sighting of
    the moon; Persian by the 33-year rule, exact from 1925 to 2087.

    Raises ValueError for days that do not exist.
    """
    if calendar is Calendar.GREGORIAN:
        return date(year, month, day)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError(f"no day {day}.{month} in the {calendar} calendar")
    if calendar is Calendar.PERSIAN:
        before = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
        return _persian_new_year(year) + timedelta(days=before + day - 1)
    if day > 30:
        raise ValueError(f"no day {day} in a Hijri month")
    days = day + (59 * (month - 1) + 1) // 2 + (year - 1) * 354 + (3 + 11 * year) // 30
    return date.fromordinal(days + 227_014)  # 1 Muharram 1 is 16 July 622 (Julian)


def _persian_new_year(year: int) -> date:
    """1 Farvardin: 20 or 21 March (22 in some early years)."""
    if not 1300 <= year <= 1500:
        raise ValueError(f"Persian year {year} is out of reach")
    # 33-year cycle: leap years are those with remainder 1, 5, 9, 13, 17, 22, 26, 30.
    leaps = (1, 5, 9, 13, 17, 22, 26, 30)
    full, rest = divmod(year - 1, 33)
    passed = full * 8 + sum(1 for leap in leaps if leap <= rest)
    known_full, known_rest = divmod(1392, 33)
    known = known_full * 8 + sum(1 for leap in leaps if leap <= known_rest)
    return date(2014, 3, 21) + timedelta(days=(year - 1393) * 365 + passed - known)
