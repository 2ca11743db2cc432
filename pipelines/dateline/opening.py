"""Reads the elements of an opening in whatever order an agency sets them: place, region, date, credit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.dateline import agencies
from pipelines.dateline.folding import fold
from pipelines.dateline.gazetteer import gazetteer
from pipelines.dateline.printed_dates import DateReader, PrintedDate
from pipelines.dateline.regions import regions
from pipelines.dateline.tokens import LOOK, Token, tokens

_MOST_ELEMENTS = 10
_PLACE_WORDS = 6
_INSIDE = 60  # characters between brackets
_SHORT = frozenset(["st", "ste", "mt", "ft", "pt", "sto", "sta", "d.c", "dr", "n", "s"])  # "ST. PETERSBURG"
_JOINERS = frozenset(
    fold(word) for word in ["and", "und", "et", "y", "e", "en", "og", "och", "och", "i", "и", "та", "و", "&"]
)
_BEFORE_DATE = frozenset(fold(word) for word in ["في", "ngày", "am", "am.", "den", "vom", "kl", "ता", "pada"])
_EMPTY_DATES = frozenset(fold(word) for word in ["الموافق", "corresponding", "to"])
_NAME_PARTICLES = frozenset(
    ["de", "da", "do", "dos", "das", "del", "la", "las", "le", "les", "el", "of", "der"]
)
_NOWHERE = frozenset(
    fold(word) for word in ["عواصم", "العواصم", "capitals"]
)  # "(from) the capitals": no one place
# Words that introduce a dateline without being part of it.
NOISE = (
    "special to the new york times",
    "special to the washington post",
    "special to",
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
# Openings with these words name no place, whatever the map says.
LABELS = frozenset(
    fold(word)
    for word in [
        "watch",
        "mira",
        "video",
        "opinion",
        "exclusive",
        "exklusiv",
        "exclusif",
        "exclusiva",
        "analysis",
        "analyse",
        "análisis",
        "análise",
        "analisi",
        "update",
        "updated",
        "breaking",
        "live",
        "liveblog",
        "review",
        "interview",
        "entrevista",
        "editorial",
        "comment",
        "kommentar",
        "explainer",
        "factbox",
        "note",
        "editor's",
        "notes",
        "file",
        "photo",
        "fotos",
        "photos",
        "related",
        "read",
        "more",
        "share",
        "published",
        "quiz",
        "podcast",
        "gallery",
        "summary",
        "march",
        "may",
        "june",
        "august",
        "watch:",
        "ver",
        "vea",
        "lea",
        "sondage",
        "migration",
        "sport",
        "news",
        "actualidad",
        "politik",
        "wirtschaft",
        "kultur",
        "hinweis",
        "achtung",
        "tipp",
        "info",
        "fakt",
        "fazit",
        "frage",
        "antwort",
        "who",
        "what",
        "why",
        "how",
    ]
) | frozenset(
    fold(word) for word in ["ビデオ", "写真", "速報", "动画", "عاجل", "فيديو", "بالفيديو", "صور", "शहर"]
)
_FUNCTION_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "for",
        "you",
        "your",
        "on",
        "in",
        "at",
        "to",
        "with",
        "by",
        "and",
        "or",
        "is",
        "are",
        "was",
        "it",
        "this",
        "that",
        "le",
        "les",
        "un",
        "une",
        "sur",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "und",
        "des",
        "el",
        "los",
        "las",
        "una",
        "por",
        "para",
        "con",
        "il",
        "lo",
        "gli",
        "un",
        "uno",
        "per",
        "di",
        "da",
    ]
)
# What a venue or a county is called: "FLUSHING MEADOWS", "NAPA COUNTY".
_LANDMARKS = frozenset(
    [
        "meadows",
        "county",
        "beach",
        "hills",
        "park",
        "island",
        "islands",
        "airport",
        "valley",
        "heights",
        "springs",
        "lake",
        "river",
        "bay",
        "port",
        "harbor",
        "harbour",
        "falls",
        "creek",
        "city",
        "town",
        "village",
        "township",
        "camp",
        "base",
        "fort",
        "mount",
        "cape",
        "gardens",
        "grove",
        "ridge",
        "district",
        "province",
    ]
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place as printed."""

    printed: str
    on_map: bool
    capitals: bool
    landmark: bool = False


@dataclass(slots=True)
class Opening:
    """Everything read before the story begins."""

    places: list[Place] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    dates: list[PrintedDate] = field(default_factory=list)
    bracketed_date: bool = False
    agencies: list[str] = field(default_factory=list)
    known_credit: bool = False  # at least one agency of our table, or a site's address
    bracketed_credit: bool = False
    role: bool = False  # "(Staff Reporter)"
    noise: bool = False
    date_first: bool = False  # a day stands before the place, or there is no place
    refused: bool = False  # holds what no dateline holds
    start: int = 0  # offset of the first element
    end: int = 0  # offset of the story
    marks: str = ""  # all separators in order
    terminator: str = ""  # separators between the last element and the story

    @property
    def empty(self) -> bool:
        """Nothing was read."""
        return not (self.places or self.dates or self.agencies)


class OpeningReader:
    """Reads one opening; `site` is the folded host, which may sign by its own name."""

    def __init__(self, text: str, dates: DateReader, language: str | None, site: str = "") -> None:
        self._text = text[:LOOK]
        self._tokens = tokens(text)
        self._dates = dates
        self._language = language
        self._site = site
        self._found = Opening()

    def read(self) -> Opening:
        """The elements from the start on, up to the first thing that is none."""
        at = self._skip_noise(0)
        found = self._found
        found.start = self._tokens[at].start if at < len(self._tokens) else 0
        for _ in range(_MOST_ELEMENTS):
            after = self._element(at)
            if after is None:
                break
            at, found.terminator = self._separators(after)
            found.marks += found.terminator
            if "\n" in found.terminator and not found.empty:
                break
        found.end = self._tokens[at].start if at < len(self._tokens) else len(self._text)
        return found

    # -- elements -------------------------------------------------------------------------------

    def _element(self, at: int) -> int | None:
        """Reads the element at a token into the opening; the token behind it, or None."""
        if at >= len(self._tokens):
            return None
        for read in (self._bracket, self._slashed_credit, self._date, self._bare_credit, self._place):
            after = read(at)
            if after is not None:
                return after
        return None

    def _late(self) -> bool:
        """Whether the opening could already be over: a dash, colon or bar was read after place or credit."""
        return not self._found.empty and any(mark in "-:|" for mark in self._found.terminator)

    def _date(self, at: int) -> int | None:
        first = at
        if self._word(at) in _EMPTY_DATES:
            first = at + 1
        if (
            self._word(first) in _BEFORE_DATE
            and self._word(first + 1) is not None
            and self._kind(first + 1) == "n"
        ):
            first += 1
        read = (
            self._dates.read(self._tokens, first)
            or (first != at and self._dates.read(self._tokens, at))
            or None
        )
        if not read:
            return None
        printed, after = read
        if printed.month is None and printed.day is None and not self._weekday_stands_alone(after):
            return None
        if printed.day is not None and printed.month is None and not self._found.places:
            return None
        if self._late() and self._kind(after) == "w":
            return None
        self._found.date_first |= not self._found.places
        self._found.dates.append(printed)
        return after

    def _weekday_stands_alone(self, after: int) -> bool:
        return bool(self._found.places) and self._kind(after) in ("-", "(", ":")

    def _bare_credit(self, at: int) -> int | None:
        words = self._words(at, 5, joined=True)
        if not words:
            return None
        name, count = self._signature([token.text for token in words])
        if not name:
            return None
        after = at + count
        boundary = self._kind(after)
        if self._late() and boundary not in ("-", ":", "|", "/", "."):
            return None
        if boundary == "w" and self._word(after) == "via":
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
        if len(words) > 2 and words[1].lower() == "via":
            behind = agencies.bare_agency(words[2:])
            if behind:
                return behind[1], 2 + behind[0]
        return None, 0

    def _is_site(self, word: str) -> bool:
        name = fold(word).replace(" ", "")
        return len(name) >= 3 and not gazetteer().knows(word) and self._site.split(".")[0].endswith(name)

    def _place_follows(self, at: int) -> bool:
        words = self._words(at, _PLACE_WORDS)
        return any(
            gazetteer().knows(" ".join(token.text for token in words[:count]))
            for count in range(len(words), 0, -1)
        ) and self._kind(at + len(words)) in ("-", ",", ":", "(")

    def _slashed_credit(self, at: int) -> int | None:
        """ "/TASS/", "/ بنا /", "/Корр. ТАСС Анна Петрова/" """
        if self._kind(at) != "/":
            return None
        close = next(
            (place for place in range(at + 1, min(at + 8, len(self._tokens))) if self._kind(place) == "/"),
            None,
        )
        if close is None:
            return None
        return self._credit_inside(self._between(at, close), close, bracket=False)

    def _bracket(self, at: int) -> int | None:
        if self._kind(at) != "(":
            return None
        close = next(
            (place for place in range(at + 1, min(at + 16, len(self._tokens))) if self._kind(place) == ")"),
            None,
        )
        if close is None:
            return None
        inside = self._between(at, close)
        if not inside or len(inside) > _INSIDE or "\n" in inside:
            return None
        if agencies.is_picture(inside):
            self._found.refused = True
            return None
        return (
            self._credit_inside(inside, close, bracket=True)
            or self._date_inside(at, close)
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
        read = self._dates.read(self._tokens, at + 1)
        if not read or (read[0].full is None and not self._found.places):
            return None
        printed, after = read
        rest = self._tokens[after:close]
        if any(token.kind not in "n:.," for token in rest) or (printed.month is None):
            return None
        self._found.dates.append(printed)
        self._found.bracketed_date = True
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

    # -- places ---------------------------------------------------------------------------------

    def _place(self, at: int) -> int | None:
        found = self._found
        if found.places and (self._late() or found.dates or not self._may_be_region(at)):
            return None
        if found.places:
            return self._region(at)
        after = self._one_place(at)
        while after is not None and self._joins(after):
            more = self._one_place(after + 1)
            if more is None:
                break
            after = more
        return after

    def _joins(self, at: int) -> bool:
        if self._kind(at) == "/":
            return self._kind(at + 1) == "w"
        return self._word(at) in _JOINERS and self._kind(at + 1) == "w"

    def _one_place(self, at: int) -> int | None:
        """The longest name on the map, else a whole run of words that looks like one."""
        words = self._name_words(at)
        for count in range(len(words), 0, -1):
            printed, after = self._name(at, words, count)
            if not self._is_no_name(printed) and self._boundary(after):
                place = self._mapped(printed, words[:count])
                if place:
                    self._found.places.append(place)
                    return after
        months = (
            number for number, (token, _) in enumerate(words) if number and self._dates.month(token.text)
        )
        words = words[: next(months, len(words))]
        printed, after = self._name(at, words, len(words)) if words else ("", at)
        if fold(printed) in _NOWHERE and self._boundary(after):
            return after
        if words and not self._is_no_name(printed) and self._looks_like_name(printed, after):
            self._found.places.append(Place(printed, False, agencies.is_capitals(printed)))
            return after
        return None

    def _name(self, at: int, words: Sequence[tuple[Token, int]], count: int) -> tuple[str, int]:
        last, after = words[count - 1]
        return self._text[self._tokens[at].start : last.end], after

    def _mapped(self, printed: str, words: Sequence[tuple[Token, int]]) -> Place | None:
        capitals = agencies.is_capitals(printed)
        if (
            self._late()
            and not capitals
            and not printed[0].isupper()
            and printed[0].lower() != printed[0].upper()
        ):
            return None
        if gazetteer().knows(printed):
            return Place(printed, True, capitals)
        landmark = len(words) > 1 and fold(words[-1][0].text) in _LANDMARKS
        if landmark and gazetteer().knows(" ".join(token.text for token, _ in words[:-1])):
            return Place(printed, False, capitals, landmark=True)
        return None

    def _looks_like_name(self, printed: str, after: int) -> bool:
        """Villages and venues that no map has: capitals, or names of at most three words before a comma or bracket."""
        if not self._boundary(after) or not any(char.isalpha() for char in printed):
            return False
        words = printed.split()
        if agencies.is_capitals(printed):
            return not self._late() or self._kind(after) == ","
        if self._late() or len(words) > 3:
            return False
        cased = printed[0].lower() != printed[0].upper()
        if not cased:
            return len(words) <= 2 and self._kind(after) not in (".", "\n")
        named = all(word[0].isupper() or fold(word) in _NAME_PARTICLES for word in words)
        return named and self._kind(after) in (",", "(")

    def _is_no_name(self, printed: str) -> bool:
        folded = fold(printed)
        return (
            folded in LABELS
            or folded.split(" ")[0] in LABELS
            or self._dates.month(printed) is not None
            or self._dates.weekday(printed) is not None
        )

    def _name_words(self, at: int) -> list[tuple[Token, int]]:
        """The words from a token on that could be one name, each with the token behind it (past its dot)."""
        words: list[tuple[Token, int]] = []
        place = at
        while len(words) < _PLACE_WORDS and place < len(self._tokens) and self._tokens[place].kind == "w":
            token = self._tokens[place]
            if words and self._parts_two_places(place, words):
                break
            place += 1
            if (
                self._kind(place) == "."
                and fold(token.text).replace(" ", ".") in _SHORT
                and self._kind(place + 1) == "w"
            ):
                place += 1
            words.append((token, place))
        return words

    def _parts_two_places(self, at: int, words: Sequence[tuple[Token, int]]) -> bool:
        """ "Boston and London": the joiner ends the first name."""
        return self._word(at) in _JOINERS and self._joins(at) and gazetteer().knows(words[0][0].text)

    def _boundary(self, after: int) -> bool:
        """Whether what stands behind a name can stand between a place and what follows it."""
        kind = self._kind(after)
        if kind == "w":
            return (
                self._dates.read(self._tokens, after) is not None
                or agencies.bare_agency([token.text for token in self._words(after, 5)]) is not None
                or self._word(after) in _BEFORE_DATE
                or self._joins(after)
            )
        if kind == "n":
            return self._dates.read(self._tokens, after) is not None
        return kind in ("-", ",", "(", ":", "/", "|", ".", "\n")

    def _may_be_region(self, at: int) -> bool:
        return (
            not self._found.agencies
            and self._found.terminator.strip() in (",", "/")
            and len(self._found.regions) < 2
        )

    def _region(self, at: int) -> int | None:
        """Words after the comma: a region we know, or one by its shape (capital first, at most three words)."""
        words = self._words(at, 5)
        for count in range(len(words), 0, -1):
            printed = self._text[words[0].start : words[count - 1].end]
            after = at + count
            dotted = self._kind(after) == "." and self._kind(after + 1) in ("(", "-", ",", "w", "n")
            if regions(printed, self._language) and (dotted or self._boundary(after)):
                self._found.regions.append(printed + "." if dotted else printed)
                return after + 1 if dotted and self._kind(after + 1) != "w" else after
        printed = self._text[words[0].start : words[-1].end] if words else ""
        after = at + len(words)
        by_shape = 0 < len(words) <= 3 and all(token.text[0].isupper() for token in words)
        if by_shape and not self._is_no_name(printed) and self._kind(after) in ("(", "-", ",", ":", "n"):
            if not (
                printed.isupper() and len(printed) <= 5
            ):  # an unknown code is as likely a credit: neither is told
                self._found.regions.append(printed)
            return after
        return None

    # -- tokens ---------------------------------------------------------------------------------

    def _kind(self, at: int) -> str | None:
        return self._tokens[at].kind if 0 <= at < len(self._tokens) else None

    def _word(self, at: int) -> str | None:
        return fold(self._tokens[at].text) if self._kind(at) == "w" else None

    def _words(self, at: int, most: int, *, joined: bool = False) -> list[Token]:
        found: list[Token] = []
        while len(found) < most and self._kind(at) in (("w", "n") if joined and not found else ("w",)):
            found.append(self._tokens[at])
            at += 1
        return found

    def _between(self, opening: int, closing: int) -> str:
        return self._text[self._tokens[opening].end : self._tokens[closing].start].strip()

    def _separators(self, at: int) -> tuple[int, str]:
        marks = ""
        while self._kind(at) in ("-", ",", ".", ":", "|", "\n", "/"):
            if self._kind(at) == "/" and self._slash_opens(at):
                break
            marks += self._tokens[at].kind
            at += 1
        return at, marks

    def _slash_opens(self, at: int) -> bool:
        return any(self._kind(place) == "/" for place in range(at + 1, at + 8)) and bool(
            agencies.combination(
                self._between(at, next(p for p in range(at + 1, at + 8) if self._kind(p) == "/"))
            )
        )

    def _skip_noise(self, at: int) -> int:
        """Past "(Adds quotes)", "Special to The New York Times", "Pressemitteilung vom", a byline of its own line."""
        rest = self._text[: self._tokens[-1].end] if self._tokens else ""
        line, _, more = rest.partition("\n")
        if (
            more
            and len(line) <= 80
            and fold(line).split(" ")[0] in ("by", "von", "por", "par", "di", "de", "oleh")
        ):
            self._found.noise = True
            return next((place for place, token in enumerate(self._tokens) if token.start > len(line)), at)
        folded = fold(rest[:80])
        for noise in NOISE:
            if folded.startswith(noise + " ") and self._kind(0) == "w":
                count = len(noise.split())
                if noise in ("special to",):
                    continue
                self._found.noise = True
                self._found.role = "correspondent" in noise or "reporter" in noise
                after, _ = self._separators(at + count)
                return after
        return at
