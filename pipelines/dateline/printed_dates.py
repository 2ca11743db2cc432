"""Reads a day out of the tokens of a dateline: "June 22", "22. června 2014", "22 GIU", "۱۵ دی ۱۳۹۷", "10/31/2018"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pipelines.dateline.calendars import Calendar, Month, gregorian_year, months, to_gregorian, weekdays
from pipelines.dateline.folding import first_words, fold_word
from pipelines.dateline.tokens import Token
from pipelines.dateline.words import words


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A day as a dateline prints it; what is not printed is None."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    calendar: Calendar = Calendar.GREGORIAN
    weekday: int | None = None  # 0 Monday .. 6
    swapped: bool = False  # "04/03": month and day could be exchanged

    @property
    def full(self) -> date | None:
        """The Gregorian date where day, month and year are printed and exist."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return to_gregorian(self.calendar, self.year, self.month, self.day)
        except (ValueError, OverflowError):
            return None


_FILLERS = words("filler")
_ORDINALS = words("ordinal")

# Every form a day is printed in, tried in this order. One letter a token:
# d number of one or two digits, m month name, y year, w weekday, x number of three digits (a year gone wrong),
# f filler, o ordinal ending, and the marks themselves.
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"f*(?P<day>d)[.o]?f*(?P<month>m)\.?[,/f]*(?P<year>y)f?",
        r"(?P<month>m)\.?f*(?P<day>d)o?[,/]?(?P<year>y)",
        r"(?P<day>d)\.(?P<number>d)\.(?P<year>y)",
        r"(?P<one>d)[/-](?P<two>d)[/-](?P<year>y)",
        r"(?P<year>y)[-/.](?P<number>d)[-/.](?P<day>d)",
        r"(?P<year>y)\.?f?(?P<month>m)\.?(?P<day>d)[.o]?",
        r"(?P<day>d)\.(?P<number>d)\.x?",
        r"f*(?P<one>d)/(?P<two>d)(?![/d])",
        r"f*(?P<day>d)[.o]?f*(?P<month>m)\.?",
        r"(?P<month>m)\.?(?P<day>d)(?:o|f(?=\.))?",
        r"f+\.?(?P<day>d)(?![dm/])",
        r"(?P<month>m)\.?(?P<year>y)",
    )
)
_WIDEST = 9  # tokens


class DateReader:
    """Reads dates in one language."""

    def __init__(self, language: str | None) -> None:
        self._language = language
        self._months = months(language)
        self._month_openings = _openings(language)
        self._weekdays = weekdays(language)

    def month(self, word: str) -> Month | None:
        """The month a word names."""
        return self._months.get(fold_word(word))

    def weekday(self, word: str) -> int | None:
        """The weekday a word names, 0 is Monday."""
        return self._weekdays.get(fold_word(word))

    def read(self, tokens: Sequence[Token], start: int) -> tuple[PrintedDate, int] | None:
        """The date that begins at token `start` and the token behind it, or None."""
        weekday, first = self._leading_weekday(tokens, start)
        view = tokens[first : first + _WIDEST]
        if not self._may_open(view):
            return (PrintedDate(weekday=weekday), first) if weekday is not None else None
        months_seen = [self._month_at(view, place) for place in range(len(view))]
        letters, spans = self._letters(view, months_seen)
        for form in _FORMS:
            match = form.match(letters)
            if match:
                found = self._date(match, view, spans, months_seen, weekday)
                if found:
                    return found, first + spans[match.end() - 1][1]
        if weekday is not None:
            return PrintedDate(weekday=weekday), first
        return None

    def _may_open(self, view: Sequence[Token]) -> bool:
        """Whether the first token can begin a date at all: spares nearly every word of a text the forms."""
        if not view or view[0].kind not in "wn":
            return False
        return (
            view[0].kind == "n" or fold_word(view[0].text) in _FILLERS or self._month_at(view, 0) is not None
        )

    def _leading_weekday(self, tokens: Sequence[Token], start: int) -> tuple[int | None, int]:
        if start < len(tokens) and tokens[start].kind == "w":
            weekday = self.weekday(tokens[start].text)
            if weekday is not None:
                after = start + 1
                if (
                    after + 1 < len(tokens)
                    and tokens[after].kind == ","
                    and self._opens_date(tokens[after + 1])
                ):
                    after += 1
                return weekday, after
        return None, start

    def _opens_date(self, token: Token) -> bool:
        return token.kind == "n" or (token.kind == "w" and self.month(token.text) is not None)

    def _month_at(self, view: Sequence[Token], place: int) -> tuple[Month, int] | None:
        """The month named by one, two or three words from `place`: "كانون الأول", "Jumada al-Thani"."""
        if fold_word(view[place].text).partition(" ")[0] not in self._month_openings:
            return None
        for count in (3, 2, 1):
            words = view[place : place + count]
            if len(words) == count and all(token.kind == "w" for token in words):
                month = self.month(" ".join(token.text for token in words))
                if month:
                    return month, count
        return None

    def _letters(
        self, view: Sequence[Token], months_seen: Sequence[tuple[Month, int] | None]
    ) -> tuple[str, list[tuple[int, int]]]:
        """One letter a token or month, and for each letter the span of tokens it stands for."""
        letters, spans, place = "", [], 0
        while place < len(view):
            named = months_seen[place]
            width = named[1] if named else 1
            letters += "m" if named else self._letter(view[place])
            spans.append((place, place + width))
            place += width
        return letters, spans

    def _letter(self, token: Token) -> str:
        if token.kind == "n":
            if len(token.text) == 4 and _plausible_year(token.number):
                return "y"
            return {1: "d", 2: "d", 3: "x"}.get(len(token.text), "?")
        if token.kind == "w":
            word = fold_word(token.text)
            if word in _FILLERS:
                return "f"
            return "o" if word in _ORDINALS else "?"
        return token.kind if token.kind in "./,-" else "?"

    def _date(
        self,
        match: re.Match[str],
        view: Sequence[Token],
        spans: Sequence[tuple[int, int]],
        months_seen: Sequence[tuple[Month, int] | None],
        weekday: int | None,
    ) -> PrintedDate | None:
        at = {name: spans[match.start(name)][0] for name, value in match.groupdict().items() if value}
        calendar, month, day, swapped = Calendar.GREGORIAN, None, None, False
        if "month" in at:
            named = months_seen[at["month"]]
            if named is None:
                return None
            calendar, month = named[0].calendar, named[0].number
        if "number" in at:
            month = view[at["number"]].number
        if "day" in at:
            day = view[at["day"]].number
        if "one" in at:
            day, month, swapped = _slashed(view[at["one"]].number, view[at["two"]].number)
        year = view[at["year"]].number if "year" in at else None
        if year is not None:
            year = gregorian_year(year, calendar, self._language)
        found = PrintedDate(day, month, year, calendar, weekday, swapped)
        return found if _exists(found) else None


@lru_cache(maxsize=64)
def _openings(language: str | None) -> frozenset[str]:
    return first_words(months(language))


def _plausible_year(year: int) -> bool:
    return 1300 <= year <= 1500 or 1800 <= year <= 2100 or 2400 <= year <= 2700


def _slashed(one: int, two: int) -> tuple[int, int, bool]:
    """Day first, as most of the world writes; month first where the day says so; whether both are possible."""
    if two > 12:
        return two, one, False
    return one, two, one <= 12 and one != two


def _exists(found: PrintedDate) -> bool:
    if found.day is not None and not 1 <= found.day <= 31:
        return False
    if found.month is not None and not 1 <= found.month <= 12:
        return False
    if found.year is None and found.calendar is Calendar.GREGORIAN and found.month and found.day:
        return found.day <= (29 if found.month == 2 else 30 if found.month in (4, 6, 9, 11) else 31)
    if found.year is not None and found.day is not None:
        return found.full is not None
    return True
