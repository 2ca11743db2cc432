"""Reads who signs: "(Reuters)", "/TASS/", "KOMPAS.com", and what else stands in brackets."""

from __future__ import annotations

from pipelines.dateline import agencies
from pipelines.dateline.cursor import Cursor
from pipelines.dateline.elements import Opening, Place
from pipelines.dateline.folding import fold
from pipelines.dateline.gazetteer import gazetteer
from pipelines.dateline.printed_dates import DateReader
from pipelines.dateline.regions import regions
from pipelines.dateline.tokens import tokens

_INSIDE = 60  # characters between brackets
_PLACE_WORDS = 6
# Words that introduce a dateline without being part of it.
NOISE = (
    "special to the new york times",
    "special to the washington post",
    "dal nostro inviato",
    "dal nostro corrispondente",
    "pressemitteilung vom",
    "pressemitteilung",
    "medienmitteilung",
    "press release",
    "comunicado de prensa",
    "communique de presse",
    "comunicato stampa",
    "our correspondent",
    "from our correspondent",
    "our special correspondent",
    "staff correspondent",
    "staff reporter",
    "news desk",
    "adds",
    "updates",
    "updated",
    "repeats",
    "corrects",
    "recasts",
    "releads",
)


class CreditReader:
    """Reads credits into an opening; every method takes a token and gives the one behind, or None."""

    def __init__(
        self, cursor: Cursor, found: Opening, dates: DateReader, language: str | None, site: str
    ) -> None:
        self._at = cursor
        self._found = found
        self._dates = dates
        self._language = language
        self._site = site

    def bare(self, at: int) -> int | None:
        """A signature without brackets: "SYDNEY, AAP", "KOMPAS.com", "VEGA via JTA"."""
        words = self._at.words(at, 5, joined=True)
        if not words:
            return None
        name, count = self._signature([token.text for token in words])
        if not name:
            return None
        after = at + count
        boundary = self._at.kind(after)
        if self._found.late and boundary not in ("-", ":", "|", "/", "."):
            return None
        if boundary == "w" and self._at.word(after) == "via":
            return None
        if boundary in ("w", "n", None, "?") and not (boundary == "w" and self._place_follows(after)):
            return None
        self._found.agencies.append(name)
        self._found.known_credit = True
        return after

    def _signature(self, words: list[str]) -> tuple[str | None, int]:
        known = agencies.bare_agency(words)
        if known:
            return known[1], known[0]
        if agencies.host_like(words[0]) or (len(words) == 1 and self._is_site(words[0])):
            return words[0], 1
        if 2 <= len(words) <= 4 and self._signs_for_the_site(words):
            return " ".join(words), len(words)
        if len(words) > 2 and words[1].lower() == "via":
            behind = agencies.bare_agency(words[2:])
            if behind:
                return behind[1], 2 + behind[0]
        return None, 0

    def _is_site(self, word: str) -> bool:
        name = fold(word).replace(" ", "")
        return len(name) >= 3 and not gazetteer().knows(word) and self._site.split(".")[0].endswith(name)

    def _signs_for_the_site(self, words: list[str]) -> bool:
        """ "Kaieteur News –" on kaieteurnewsonline.com: the name is the beginning of the address."""
        name = fold(" ".join(words)).replace(" ", "")
        return len(name) >= 8 and self._site.startswith(name) and not gazetteer().knows(" ".join(words))

    def _place_follows(self, at: int) -> bool:
        words = self._at.words(at, _PLACE_WORDS)
        return any(
            gazetteer().knows(" ".join(token.text for token in words[:count]))
            for count in range(len(words), 0, -1)
        ) and self._at.kind(at + len(words)) in ("-", ",", ":", "(")

    def slashed(self, at: int) -> int | None:
        """ "/TASS/", "/ بنا /", "/Корр. ТАСС Анна Петрова/" """
        if self._at.kind(at) != "/":
            return None
        close = self._at.closing(at, "/", 8)
        if close is None:
            return None
        return self._credit_inside(self._at.between(at, close), close, bracket=False)

    def bracket(self, at: int) -> int | None:
        """Brackets: a credit, a date, a region, a role, or noise."""
        if self._at.kind(at) != "(":
            return None
        close = self._at.closing(at, ")", 16)
        if close is None:
            return None
        inside = self._at.between(at, close)
        if not inside or len(inside) > _INSIDE or "\n" in inside:
            return None
        if agencies.is_picture(inside):
            self._found.refused = True
            return None
        return (
            self._credit_inside(inside, close, bracket=True)
            or self._date_inside(at, close)
            or self._place_inside(inside, close)
            or self._region_inside(inside, close)
            or self._noise_inside(inside, close)
            or self._unknown_credit(inside, close)
            or self._unknown_region(inside, close)
        )

    def _credit_inside(self, inside: str, close: int, *, bracket: bool) -> int | None:
        names = agencies.combination(inside)
        if not names and agencies.host_like(inside):
            names = (inside,)
        if not names:
            return self._credit_and_date(inside, close)
        self._found.agencies.extend(name for name in names if name not in self._found.agencies)
        self._found.known_credit = True
        self._found.bracketed_credit = bracket or self._found.bracketed_credit
        return close + 1

    def _credit_and_date(self, inside: str, close: int) -> int | None:
        """ "(Newsfile Corp. - August 15, 2021)" """
        for divider in (" - ", " – ", ", ", ": "):
            credit, mark, rest = inside.partition(divider)
            names = agencies.combination(credit) if mark else ()
            if names:
                cut = tokens(rest)
                read = self._dates.read(cut, 0)
                if read and read[1] == len(cut):
                    self._found.dates.append(read[0])
                    self._found.agencies.extend(names)
                    self._found.known_credit = self._found.bracketed_credit = True
                    return close + 1
        return None

    def _date_inside(self, at: int, close: int) -> int | None:
        read = self._dates.read(self._at.tokens, at + 1)
        if not read or (read[0].full is None and not self._found.places):
            return None
        printed, after = read
        rest = self._at.tokens[after:close]
        if any(token.kind not in "n:.," for token in rest) or (printed.month is None):
            return None
        self._found.dates.append(printed)
        self._found.bracketed_date = True
        return close + 1

    def _place_inside(self, inside: str, close: int) -> int | None:
        """ "(Leipzig) - Von": the whole place in brackets, as press offices set it."""
        if not self._found.empty or self._at.kind(close + 1) != "-" or not gazetteer().knows(inside):
            return None
        self._found.places.append(Place(inside, True, agencies.is_capitals(inside)))
        return close + 1

    def _region_inside(self, inside: str, close: int) -> int | None:
        if not self._found.places or not regions(inside, self._language):
            return None
        self._found.regions.append(inside)
        return close + 1

    def _noise_inside(self, inside: str, close: int) -> int | None:
        first = fold(inside)
        if agencies.is_role(inside) and self._found.places:
            self._found.role = True
            return close + 1
        if any(first.startswith(noise) for noise in NOISE) and self._found.empty:
            self._found.noise = True
            return close + 1
        return None

    def _unknown_credit(self, inside: str, close: int) -> int | None:
        if not (self._found.places or self._found.dates) or self._found.agencies:
            return None
        names = agencies.signature_by_shape(inside)
        if not names or inside[0].isdigit():
            return None
        self._found.agencies.extend(names)
        self._found.bracketed_credit = True
        return close + 1

    def _unknown_region(self, inside: str, close: int) -> int | None:
        """ "Halle (Saale)": one or two capitalised words right behind the place."""
        words = inside.split()
        if not self._found.places or self._found.dates or self._found.agencies or not 1 <= len(words) <= 2:
            return None
        if not all(word.isalpha() and word[0].isupper() and not word.isupper() for word in words):
            return None
        self._found.regions.append(inside)
        return close + 1
