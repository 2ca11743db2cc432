"""The one door to dateparser and htmldate: dates printed for people, and the last resort."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from pipelines.dateline.folding import fold
from pipelines.dateline.instants import Instant, read_instant, zone_offset
from pipelines.dateline.printed_dates import DateReader
from pipelines.dateline.tokens import tokens
from pipelines.dateline.words import words
from pipelines.items import Precision

_LONGEST = 80  # characters: a longer text is prose, and dateparser is never handed prose
_ZONE = re.compile(r"[\s(](?P<zone>(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d{2})?|(?![AP]M\b)[A-Z]{2,5})\)?\s*$")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}\s?[:.h]\s?[0-5]\d(?!\d)|\b\d{1,2}\s?[ap]\.?m\b", re.IGNORECASE)
# What may stand behind a day: " | 14:07 Uhr", ", 6:30 p.m. EDT", " um 15:44", " kl. 09.15".
_PLAIN_CLOCK = re.compile(
    r"""[\s,.|–—-]*(?:um|at|à|às|a\s+las|alle|ore|kl\.?|om|o|klo)?\s*(?P<hour>[01]?\d|2[0-3])\s?[:.h]\s?(?P<minute>[0-5]\d)
    (?::[0-5]\d)?\s*(?:(?P<half>[AaPp])\.?[Mm]\.?)?\s*(?:Uhr|hrs?|h)?\s*
    \(?(?P<zone>(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d{2})?|[A-Z]{2,5})?\)?\s*""",
    re.VERBOSE,
)
# The same in front of a day: "21:22, 6 OCT 2020", "01:38:07 PM IST Nov 20, 2019".
_CLOCK_FIRST = re.compile(
    r"""(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?\s*(?:(?P<half>[AaPp])\.?[Mm]\.?)?\s*
    (?P<zone>(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d{2})?|[A-Z]{3,5}(?=[\s,]))?[\s,|–—-]+""",
    re.VERBOSE,
)
_COLONED = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"[^\W\d_]{3,}")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20|2[45])\d\d(?!\d)")
_MOST_ELEMENTS = 20_000  # of a page that htmldate may search; real ones have 3,000
_BEFORE_DATE = words("before_date") | {"on"}
_ITS_NAMES = {"no": "nb", "tl": "fil", "iw": "he", "in": "id", "mo": "ro"}  # codes as dateparser has them


@lru_cache(maxsize=64)
def _parser(language: str, *, month_first: bool) -> Any:
    """One reader per language: building one costs seconds, a call 1.7 ms (9-34 ms without languages)."""
    from dateparser.data.languages_info import language_order
    from dateparser.date import DateDataParser

    language = _ITS_NAMES.get(language, language)
    if language not in language_order:
        return None
    settings = {
        "REQUIRE_PARTS": ["day", "month", "year"],  # "PREFER_DATES_FROM" unset puts "Dec. 31" in the future
        "PREFER_DATES_FROM": "past",
        "PARSERS": ["absolute-time", "custom-formats"],
        "DATE_ORDER": "MDY" if month_first else "DMY",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    return DateDataParser(languages=[language], settings=settings)


def read_prose(printed: str, language: str | None, *, month_first: bool = False) -> Instant | None:
    """A date printed for people, in the page's language ("22. Juni 2014, 18:30 Uhr"), or None.

    ISO and its relatives first; then dateparser, with the language, never without one, and only for at most 80
    characters that print a year. Zone abbreviations that mean several offsets (IST) tell no offset.
    """
    text = " ".join(printed[: _LONGEST + 1].split())
    found = read_instant(text, month_first=month_first)
    if found:
        return found
    if (
        not language
        or len(text) > _LONGEST
        or not _YEAR.search(text)
        or not any(char.isdigit() for char in text)
    ):
        return None
    plain = _plain_date(text, language)
    if plain:
        return plain
    if not _may_name_a_day(text):
        return None
    parser = _parser(language.split("-")[0].lower(), month_first=month_first)
    if parser is None:
        return None
    zone = _ZONE.search(text)
    bare = text[: zone.start()] if zone else text
    try:
        moment: datetime | None = parser.get_date_data(bare).date_obj
    except (ValueError, OverflowError):  # "0 0 0000" and its like
        return None
    if moment is None:
        return None
    if 2400 <= moment.year <= 2700:  # the Thai calendar, which dateparser leaves as it is
        moment = moment.replace(year=moment.year - 543)
    timed = _CLOCK.search(text) is not None
    wall = moment.replace(tzinfo=None, second=0, microsecond=0)
    offset = zone_offset(zone["zone"]) if zone and timed else None
    return Instant(wall, offset, Precision.MINUTE if timed else Precision.DAY)


def _plain_date(text: str, language: str) -> Instant | None:
    """ "Montag, 4. März 2019, 09:15 Uhr" by the month names of the dateline grammar: a tenth of dateparser's time,
    and none of the quarter of a second that loading it takes. Nothing but the date and its clock may stand there."""
    ahead = _CLOCK_FIRST.match(text)
    rest = text[ahead.end() :] if ahead else text
    reader, cut = DateReader(language), tokens(rest)
    start = 1 if cut and fold(cut[0].text) in _BEFORE_DATE else 0
    read = reader.read(cut, start)
    if not read or read[0].full is None or not any(reader.month(one.text) for one in cut[: read[1]]):
        return None
    day, end = read[0].full, cut[read[1] - 1].end
    behind = not rest[end:].strip(" .,|")
    if behind and not ahead:
        return Instant(datetime(day.year, day.month, day.day), None, Precision.DAY)  # noqa: DTZ001 - a wall clock
    clock = ahead if behind else None if ahead else _PLAIN_CLOCK.fullmatch(rest, end)
    return _at_clock(day, clock) if clock else None


def _at_clock(day: date, clock: re.Match[str]) -> Instant | None:
    hour = int(clock["hour"])
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"].lower() == "p" else 0)
    if hour > 23:
        return None
    wall = datetime(day.year, day.month, day.day, hour, int(clock["minute"]))  # noqa: DTZ001 - a wall clock
    return Instant(wall, zone_offset(clock["zone"]), Precision.MINUTE)


def _may_name_a_day(text: str) -> bool:
    """Whether day, month and year may stand there besides a clock: three numbers, or two and a name. What cannot
    hold them need not wait for dateparser, which takes a third of a second to load."""
    bare = _COLONED.sub(" ", text)
    numbers = len(_NUMBER.findall(bare))
    return numbers > 2 or (numbers == 2 and _NAME.search(bare) is not None)


def last_resort(tree: HtmlElement, url: str, before: date) -> date | None:
    """htmldate's reading of the page, where nothing else speaks; never 1 January (copyright lines).

    With `original_date=True`, without which it returns the last change (measured: 8 % more wrong days). Its
    extensive search is asked second: it costs ten times as much (measured on 41 pages: 16 days right, with it 22).
    """
    from htmldate import find_date

    if sum(1 for _ in islice(tree.iter(), _MOST_ELEMENTS + 1)) > _MOST_ELEMENTS:
        return None
    ask = partial(find_date, original_date=True, url=url, max_date=before.isoformat())
    try:
        with _without_dateparser():
            printed = next((told for deep in (False, True) if (told := ask(deepcopy(tree), deep))), None)
    except Exception:  # noqa: BLE001 - whatever breaks inside it on a broken page, the page just stays undated
        return None
    found = date.fromisoformat(printed) if printed else None
    return None if found is None or (found.month, found.day) == (1, 1) else found


class _Declines:
    """Stands in for dateparser where nothing tells the language."""

    def get_date_data(self, text: str) -> dict[str, None]:
        """Nothing: what our own readers could not read in the page's language stays unread."""
        return {"date_obj": None}


@contextmanager
def _without_dateparser() -> Iterator[None]:
    """htmldate asks dateparser without a language, and the first such text of a process costs 1.7 seconds while 200
    languages load. Measured on 66 pages: it was asked on 3 and told one day, in a language that the page states."""
    from htmldate import extractors

    kept = extractors.get_external_parser
    extractors.get_external_parser = _Declines  # type: ignore[assignment]  # called there for each text
    try:
        yield
    finally:
        extractors.get_external_parser = kept
