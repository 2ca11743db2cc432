"""Reads places: names on the map, villages and venues by their shape, the region behind the comma."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.dateline import agencies
from pipelines.dateline.cursor import Cursor
from pipelines.dateline.elements import Opening, Place
from pipelines.dateline.folding import fold, is_small
from pipelines.dateline.gazetteer import gazetteer
from pipelines.dateline.printed_dates import DateReader
from pipelines.dateline.regions import regions
from pipelines.dateline.tokens import Token
from pipelines.dateline.words import words

_PLACE_WORDS = 6
_SHORT = words("abbreviation")
_JOINERS = words("joiner")
_BEFORE_DATE = words("before_date")
_NAME_PARTICLES = words("particle")
_NOWHERE = words("nowhere")
_LABELS = words("label")
_LANDMARKS = words("landmark")


class PlaceReader:
    """Reads places into an opening; every method takes a token and gives the one behind, or None."""

    def __init__(self, cursor: Cursor, found: Opening, dates: DateReader, language: str | None) -> None:
        self._at = cursor
        self._found = found
        self._dates = dates
        self._language = language
        self._boundaries: dict[int, bool] = {}

    def read(self, at: int) -> int | None:
        """A place, several joined by a slash or "and", or behind a place its region."""
        found = self._found
        if found.places and (self._found.late or found.dates or not self._may_be_region(at)):
            return None
        if found.places:
            further = found.regions and found.terminator == "/"  # "Steinheim, Westfalen/Stuttgart."
            return (self._one_place(at) if further else None) or self._region(at)
        after = self._one_place(at)
        while after is not None and self._joins(after):
            more = self._one_place(after + 1)
            if more is None:
                break
            after = more
        return after

    def _joins(self, at: int) -> bool:
        if self._at.kind(at) == "/":
            return self._at.kind(at + 1) == "w"
        return self._at.word(at) in _JOINERS and self._at.kind(at + 1) == "w"

    def _one_place(self, at: int) -> int | None:
        """The longest name on the map, else a whole run of words that looks like one."""
        run = self._name_words(at)
        for count in range(len(run), 0, -1):
            printed, after = self._name(at, run, count)
            if not self._is_no_name(printed) and self._boundary(after):
                place = self._mapped(printed, run[:count])
                if place:
                    self._found.places.append(place)
                    return after
        months = (number for number, (token, _) in enumerate(run) if number and self._dates.month(token.text))
        run = run[: next(months, len(run))]
        printed, after = self._name(at, run, len(run)) if run else ("", at)
        if fold(printed) in _NOWHERE and self._boundary(after):
            return after
        if run and not self._is_no_name(printed) and self._looks_like_name(printed, after):
            self._found.places.append(Place(printed, False, agencies.is_capitals(printed)))
            return after
        return None

    def _name(self, at: int, run: Sequence[tuple[Token, int]], count: int) -> tuple[str, int]:
        last, after = run[count - 1]
        return self._at.text[self._at.tokens[at].start : last.end], after

    def _mapped(self, printed: str, run: Sequence[tuple[Token, int]]) -> Place | None:
        capitals = agencies.is_capitals(printed)
        if is_small(printed):
            return None
        if gazetteer().knows(printed):
            return Place(printed, True, capitals)
        landmark = len(run) > 1 and fold(run[-1][0].text) in _LANDMARKS
        if landmark and gazetteer().knows(" ".join(token.text for token, _ in run[:-1])):
            return Place(printed, False, capitals, landmark=True)
        return None

    def _looks_like_name(self, printed: str, after: int) -> bool:
        """Villages and venues that no map has: capitals, or names of at most three words before a comma or bracket."""
        if not self._boundary(after) or not any(char.isalpha() for char in printed):
            return False
        run = printed.split()
        if agencies.is_capitals(printed):
            return not self._found.late or self._at.kind(after) == ","
        glued = self._found.bracketed_credit and not self._found.terminator  # "(CNN)President Jane Roe, who"
        if self._found.late or glued or len(run) > 3:
            return False
        cased = printed[0].isupper() or is_small(printed)
        if not cased:
            return len(run) <= 2 and self._at.kind(after) not in (".", "\n")
        named = all(word[0].isupper() or fold(word) in _NAME_PARTICLES for word in run)
        return named and self._at.kind(after) in (",", "(")

    def _is_no_name(self, printed: str) -> bool:
        folded = fold(printed)
        return (
            folded in _LABELS
            or folded.split(" ")[0] in _LABELS
            or self._dates.month(printed) is not None
            or self._dates.weekday(printed) is not None
        )

    def _name_words(self, at: int) -> list[tuple[Token, int]]:
        """The words from a token on that could be one name, each with the token behind it (past its dot)."""
        run: list[tuple[Token, int]] = []
        place = at
        while len(run) < _PLACE_WORDS and place < len(self._at.tokens) and self._at.tokens[place].kind == "w":
            token = self._at.tokens[place]
            if run and self._parts_two_places(place, run):
                break
            place += 1
            if self._at.kind(place) == "." and fold(token.text) in _SHORT and self._at.kind(place + 1) == "w":
                place += 1
            run.append((token, place))
        return run

    def _parts_two_places(self, at: int, run: Sequence[tuple[Token, int]]) -> bool:
        """ "Boston and London": the joiner ends the first name."""
        return self._at.word(at) in _JOINERS and self._joins(at) and gazetteer().knows(run[0][0].text)

    def _boundary(self, after: int) -> bool:
        """Whether what stands behind a name can stand between a place and what follows it."""
        known = self._boundaries.get(after)
        if known is None:
            known = self._boundaries[after] = self._is_boundary(after)
        return known

    def _is_boundary(self, after: int) -> bool:
        kind = self._at.kind(after)
        if kind == "w":
            return (
                self._dates.read(self._at.tokens, after) is not None
                or agencies.bare_agency([token.text for token in self._at.words(after, 5)]) is not None
                or self._at.word(after) in _BEFORE_DATE
                or self._joins(after)
            )
        if kind == "n":
            return self._dates.read(self._at.tokens, after) is not None
        return kind in ("-", ",", "(", ":", "/", "|", ".", "\n")

    def _may_be_region(self, at: int) -> bool:
        return (
            not self._found.agencies
            and self._found.terminator.strip() in (",", "/")
            and len(self._found.regions) < 2
        )

    def _region(self, at: int) -> int | None:
        """Words after the comma: a region we know, or one by its shape (capital first, at most three words)."""
        run = self._at.words(at, 5)
        for count in range(len(run), 0, -1):
            printed = self._at.text[run[0].start : run[count - 1].end]
            after = at + count
            dotted = self._at.kind(after) == "." and self._at.kind(after + 1) in ("(", "-", ",", "w", "n")
            if regions(printed, self._language) and (dotted or self._boundary(after)):
                self._found.regions.append(printed + "." if dotted else printed)
                return after + 1 if dotted and self._at.kind(after + 1) != "w" else after
        printed = self._at.text[run[0].start : run[-1].end] if run else ""
        after = at + len(run)
        by_shape = 0 < len(run) <= 3 and all(token.text[0].isupper() for token in run)
        if by_shape and not self._is_no_name(printed) and self._at.kind(after) in ("(", "-", ",", ":", "n"):
            # An unknown code ("DHNS") is as likely a credit as a region: neither is told.
            if not (printed.isupper() and len(printed) <= 5):
                self._found.regions.append(printed)
            return after
        return None
