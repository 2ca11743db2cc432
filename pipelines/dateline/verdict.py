"""Whether what was read is a dateline: one table of forms with their confidence, one list of refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipelines.dateline.elements import Opening
from pipelines.dateline.folding import fold, is_small
from pipelines.dateline.gazetteer import Spot
from pipelines.dateline.regions import regions
from pipelines.dateline.words import words

# Newspapers of these languages set "Berlin. Die ..." before local news; elsewhere "Rome. Even the name" is prose.
_FULL_STOP_LANGUAGES = frozenset(
    ("de", "sv", "da", "no", "nb", "fi", "hr", "sl", "sr", "cs", "pl", "hi", "mr", "ne")
)
# Interviews print the speaker before a colon, and labels are words: these places are also names or words.
_ALSO_WORDS = words("also_word")
_LOCATIVES = words("locative")
_SCENE = 2  # years; nobody publishes a report that late
_LARGE = 9.5  # twice the logarithm of the population: some 60,000 people


@dataclass(frozen=True, slots=True)
class Case:
    """An opening with what the map and the language say of it."""

    opening: Opening
    spot: Spot | None
    language: str
    story: str  # what follows the opening
    elsewhere: str = ""  # address and text of the article
    published: date | None = None

    @property
    def strong(self) -> bool:
        """A dash, colon or bar ends the opening."""
        return any(mark in "-:|" for mark in self.opening.terminator)

    @property
    def dashed(self) -> bool:
        """A dash ends the opening."""
        return "-" in self.opening.terminator

    @property
    def place(self) -> bool:
        """A place was read."""
        return bool(self.opening.places)

    @property
    def mapped(self) -> bool:
        """The place stands on the map, or is a landmark of one that does."""
        return any(place.on_map or place.landmark for place in self.opening.places)

    @property
    def capitals(self) -> bool:
        """The place is printed in capitals."""
        return any(place.capitals for place in self.opening.places)

    @property
    def region(self) -> bool:
        """A region or country that we know follows the place."""
        return any(regions(region, self.language) for region in self.opening.regions)

    @property
    def dated(self) -> bool:
        """A day is printed."""
        return any(found.day is not None or found.weekday is not None for found in self.opening.dates)

    @property
    def full_date(self) -> bool:
        """A day with its year is printed."""
        return any(found.full for found in self.opening.dates)

    @property
    def known(self) -> bool:
        """An agency we know signs."""
        return self.opening.known_credit

    @property
    def signed(self) -> bool:
        """Some agency signs."""
        return bool(self.opening.agencies)

    @property
    def ended(self) -> bool:
        """The opening ends with any mark or a closing bracket."""
        return self.strong or self.opening.bracketed_credit or bool(self.opening.terminator)

    @property
    def full_stop(self) -> bool:
        """A full stop ends the opening, and the page's language sets datelines so."""
        return self.opening.terminator == "." and self.language in _FULL_STOP_LANGUAGES

    @property
    def named_again(self) -> bool:
        """One word that address or text name as a place: "ERDEN. Wie …" with "in Erden" in its address."""
        name = fold(self.opening.places[0].printed) if len(self.opening.places) == 1 else ""
        if not name.isalpha():
            return False
        at = f"(?:{'|'.join(sorted(_LOCATIVES))}) {re.escape(name)}"
        return re.search(rf"(?:^| ){at}(?: |$)", fold(self.elsewhere)) is not None

    @property
    def large(self) -> bool:
        """A town of some size whose name is neither a given name nor a word."""
        names = {fold(place.printed) for place in self.opening.places}
        return self.spot is not None and self.spot.size >= _LARGE and not names & _ALSO_WORDS


# Each form of a dateline and how sure it is; the first that fits decides.
FORMS: tuple[tuple[str, float, Callable[[Case], bool]], ...] = (
    ("BAGHDAD, June 22 (Reuters) -", 0.97, lambda case: case.place and case.dated and case.known and case.ended),
    ("BAGHDAD (AP) -", 0.95, lambda case: case.mapped and case.known and case.ended),
    ("VILLAGE (AP) -", 0.85, lambda case: case.place and case.known and case.ended),
    ("NAPA COUNTY, Calif. (KGO) -", 0.85, lambda case: (case.mapped or case.region) and case.signed and case.strong),
    ("Suva, 22 June (Pacnews)", 0.85, lambda case: case.place and case.dated and case.signed),
    ("BAGHDAD, June 22 -", 0.92, lambda case: case.mapped and case.dated and (case.strong or case.opening.bracketed_date)),
    ("VILLAGE, June 22 -", 0.75, lambda case: case.place and case.dated and case.strong),
    ("Berlin, 22. Juni 2014. Die", 0.7, lambda case: case.mapped and case.full_date and case.ended),
    ("PORTLAND, Maine -", 0.88, lambda case: case.mapped and case.region and case.strong),
    ("VILLAGE, Jamaica -", 0.75, lambda case: case.capitals and case.region and case.strong),
    ("TEGUCIGALPA, HONDURAS.-", 0.8, lambda case: case.mapped and bool(case.opening.regions) and case.dashed),
    ("LAHORE (Staff Reporter):", 0.8, lambda case: case.mapped and case.opening.role and case.ended),
    ("BAGHDAD -", 0.8, lambda case: case.mapped and case.capitals and case.strong),
    ("Berlin -", 0.7, lambda case: case.mapped and case.dashed and (case.large or case.language != "en")),
    ("Dubai:", 0.65, lambda case: case.mapped and case.strong and case.large),
    ("Berlin | ", 0.6, lambda case: case.mapped and case.opening.noise and case.strong),
    ("MALMÖ. Tre", 0.65, lambda case: case.mapped and case.capitals and case.full_stop),
    ("Berlin. Die", 0.6, lambda case: case.mapped and case.full_stop),
    ("ERDEN. Wie", 0.55, lambda case: case.capitals and case.full_stop and case.named_again),
    ("بغداد/", 0.6, lambda case: case.mapped and case.opening.terminator == "/"),
    ("(Reuters) -", 0.8, lambda case: case.known and case.opening.bracketed_credit and case.strong),
    ("(Belga) La", 0.7, lambda case: case.known and case.opening.bracketed_credit),
    ("AGI -", 0.65, lambda case: case.known and case.strong and "-" in case.opening.marks),
    ("(21. November 2022)", 0.6, lambda case: case.full_date and case.opening.bracketed_date),
    ("27.1.2022 -", 0.6, lambda case: case.full_date and case.strong),
)  # fmt: skip


def confidence(case: Case) -> float:
    """0 where the opening is no dateline, else how sure its form is."""
    if case.opening.empty or case.opening.refused or _refused(case):
        return 0.0
    return next((sure for _, sure, fits in FORMS if fits(case)), 0.0)


def _refused(case: Case) -> bool:
    return (
        (_goes_on(case.story) and not (case.place and case.known and case.strong))
        or _repeats(case.opening)
        or (not case.signed and not case.dated and (_fixture(case) or _enumeration(case)))
        or (not case.place and not case.opening.bracketed_credit and _line_of_its_own(case))
        or (case.opening.date_first and not case.signed and _line_of_its_own(case))
        or _prose_in_capitals(case)
        or (not case.story and not case.known)
        or (not case.signed and (_title(case) or _long_ago(case)))
    )


def _goes_on(story: str) -> bool:
    """The next letter is small: the sentence runs on, so what stood before was no opening."""
    return is_small(story.lstrip("\"'“„«‘(¿¡[ \n"))


def _repeats(opening: Opening) -> bool:
    """ "BERLIN, BERLIN: Der Schlachtruf" """
    places = {fold(place.printed) for place in opening.places}
    return any(fold(region) in places for region in opening.regions)


def _fixture(case: Case) -> bool:
    """ "Dortmund – Bayern: So sehen Sie das Spiel" """
    return case.dashed and re.match(r"\W*\w+(?:\s\w+)?\s*:", case.story) is not None


def _line_of_its_own(case: Case) -> bool:
    """ "20. März 2021 - 15:00 Uhr", "11.12.2019 - Jane Roe": the page's own line about itself."""
    line, _, more = case.story.partition("\n")
    unfinished = (
        bool(more) and len(line) <= 120 and not line.rstrip().endswith((".", "!", "?", "”", "“", '"', "»"))
    )
    return unfinished or "\n" in case.opening.terminator


def _title(case: Case) -> bool:
    """ "Casablanca – Michael Curtiz, 1942", "4 March 2019 – 12 minutes to read": a few words and no sentence."""
    bare = not case.dated or not case.place
    return bare and len(case.story) < 60 and re.search(r"[.!?…。．।؟።։]", case.story) is None


def _long_ago(case: Case) -> bool:
    """ "Berlin, 9. November 1989. Ein Sprecher liest": the scene of a story told today."""
    years = [found.year for found in case.opening.dates if found.year and found.calendar == "gregorian"]
    return (
        case.published is not None
        and not case.dashed
        and any(case.published.year - year >= _SCENE for year in years)
    )


def _enumeration(case: Case) -> bool:
    """ "Essen. Trinken. Schlafen.": the next sentence is one or two words."""
    return case.opening.terminator == "." and re.match(r"\W*\w+(?:\s\w+)?\s*[.!?]", case.story) is not None


def _prose_in_capitals(case: Case) -> bool:
    """A place we cannot find on the map, of more words than a name has, without agency: an all-caps lede."""
    return not case.known and any(
        not place.on_map and not place.landmark and len(place.printed.split()) > 3
        for place in case.opening.places
    )
