"""Reads the elements of an opening in whatever order an agency sets them: place, region, date, credit."""

from __future__ import annotations

from pipelines.dateline import agencies
from pipelines.dateline.credits import NOISE, CreditReader
from pipelines.dateline.cursor import Cursor
from pipelines.dateline.elements import Opening
from pipelines.dateline.folding import fold
from pipelines.dateline.places import PlaceReader
from pipelines.dateline.printed_dates import DateReader, PrintedDate
from pipelines.dateline.words import words

_MOST_ELEMENTS = 10
_BEFORE_DATE = words("before_date")
_EMPTY_DATES = words("between_dates")
_BYLINE = words("byline")


class OpeningReader:
    """Reads one opening; `site` is the host, which may sign by its own name."""

    def __init__(self, text: str, dates: DateReader, language: str | None, site: str = "") -> None:
        self._at = Cursor(text)
        self._dates = dates
        self._found = Opening()
        self._credits = CreditReader(self._at, self._found, dates, language, site)
        self._places = PlaceReader(self._at, self._found, dates, language)

    def read(self) -> Opening:
        """The elements from the start on, up to the first thing that is none."""
        at = self._skip_noise(0)
        found = self._found
        found.start = self._at.tokens[at].start if at < len(self._at.tokens) else 0
        for _ in range(_MOST_ELEMENTS):
            after = self._element(at)
            if after is None:
                break
            at, found.terminator = self._separators(after)
            found.marks += found.terminator
            if "\n" in found.terminator and not found.empty:
                break
        found.end = self._at.tokens[at].start if at < len(self._at.tokens) else len(self._at.text)
        return found

    def _element(self, at: int) -> int | None:
        """Reads the element at a token into the opening; the token behind it, or None."""
        if at >= len(self._at.tokens):
            return None
        for read in (
            self._credits.bracket,
            self._credits.slashed,
            self._date,
            self._credits.bare,
            self._places.read,
        ):
            after = read(at)
            if after is not None:
                return after
        return None

    def _date(self, at: int) -> int | None:
        first = at
        if self._at.word(at) in _EMPTY_DATES:
            first = at + 1
        if self._at.word(first) in _BEFORE_DATE and self._at.kind(first + 1) == "n":
            first += 1
        read = (
            self._dates.read(self._at.tokens, first)
            or (first != at and self._dates.read(self._at.tokens, at))
            or None
        )
        if not read:
            return self._bare_day(at)
        printed, after = read
        if printed.month is None and printed.day is None and not self._weekday_stands_alone(after):
            return None
        if printed.day is not None and printed.month is None and not self._found.places:
            return None
        if self._found.late and self._at.kind(after) == "w":
            return None
        self._found.date_first |= not self._found.places
        self._found.dates.append(printed)
        return after

    def _bare_day(self, at: int) -> int | None:
        """ "MADRID, 4 (EUROPA PRESS)": a day without its month, before an agency we know."""
        found, token = self._found, self._at.tokens[at]
        close = self._at.closing(at + 1, ")", 8) if self._at.kind(at + 1) == "(" else None
        known = close is not None and agencies.combination(self._at.between(at + 1, close))
        if token.kind != "n" or not found.places or found.dates or not known:
            return None
        if len(token.text) > 2 or not 1 <= token.number <= 31:
            return None
        found.dates.append(PrintedDate(day=token.number))
        return at + 1

    def _weekday_stands_alone(self, after: int) -> bool:
        return bool(self._found.places) and self._at.kind(after) in ("-", "(", ":")

    def _skip_noise(self, at: int) -> int:
        """Past "(Adds quotes)", "Special to The New York Times", "Pressemitteilung vom", a byline of its own line."""
        rest = self._at.text[: self._at.tokens[-1].end] if self._at.tokens else ""
        line, _, more = rest.partition("\n")
        if more and len(line) <= 80 and fold(line).split(" ")[0] in _BYLINE:
            self._found.noise = True
            return next((place for place, token in enumerate(self._at.tokens) if token.start > len(line)), at)
        folded = fold(rest[:80])
        for noise in NOISE:
            if folded.startswith(noise + " ") and self._at.kind(0) == "w":
                count = len(noise.split())
                self._found.noise = True
                self._found.role = "correspondent" in noise or "reporter" in noise
                after, _ = self._separators(at + count)
                return after
        return at

    def _slash_opens(self, at: int) -> bool:
        close = self._at.closing(at, "/", 8)
        return close is not None and bool(agencies.combination(self._at.between(at, close)))

    def _separators(self, at: int) -> tuple[int, str]:
        marks = ""
        while self._at.kind(at) in ("-", ",", ".", ":", "|", "\n", "/"):
            if self._at.kind(at) == "/" and self._slash_opens(at):
                break
            marks += self._at.tokens[at].kind
            at += 1
        return at, marks
