"""Which year a dateline without a year belongs to, and how we know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.dateline.calendars import Calendar, to_gregorian
from pipelines.dateline.folding import fold_word
from pipelines.dateline.printed_dates import DateReader, PrintedDate
from pipelines.dateline.tokens import Token, tokens
from pipelines.dateline.url_date import url_date
from pipelines.dateline.words import words

EVIDENCE = 12_000  # characters of the body that may speak for a year
_WEEKDAY_LOOK = 1_200  # characters in which the story's own weekday stands
_FETCHED_WITHIN = timedelta(days=4)
_PUBLISHED_NEAR = timedelta(days=31)
_NAMED_AHEAD = 4  # years: a story names the years before it; see docs/datelines.md
_LEAP_CYCLE = 28  # years after which a calendar repeats
_NOT_THIS_WEEK = words("other_week")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may tell the year; every part may be missing."""

    published: date | None = None
    fetched: date | None = None
    url: str | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """A dateline's day: whole, or without its year, and where the year was found."""

    date: date | None
    month_day: str | None  # "--06-22"
    year_from: str | None  # printed, published, url, text, fetched, weekday


def settle(found: PrintedDate, evidence: Evidence, reader: DateReader) -> Settled:
    """The day meant by what the dateline prints; never later than the fetch, never guessed.

    The order is measured: printed; the publication date (closest year that is not after it); the date in the
    URL; the same day named with a year in the text; the fetch within four days; weekday and years named in the
    text; else the year stays open. When the publication date is far off, and weekday and years of the text
    agree on another year, the text wins.
    """
    if found.full is not None:
        day = _unswapped(found, evidence)
        if evidence.fetched and day > evidence.fetched + timedelta(days=1):
            return Settled(None, f"--{day:%m-%d}", None)
        return Settled(day, f"--{day:%m-%d}", "printed")
    if found.month is None or found.day is None:
        return _partial(found, evidence)
    for year_from, day in _readings(found, evidence, reader):
        if evidence.fetched is None or day <= evidence.fetched + timedelta(days=1):
            return Settled(day, f"--{day:%m-%d}", year_from)
    open_day = f"--{found.month:02d}-{found.day:02d}" if found.calendar is Calendar.GREGORIAN else None
    return Settled(None, open_day, None)


def _unswapped(found: PrintedDate, evidence: Evidence) -> date:
    """ "04/03/2018" read the way that lies closer to the publication date."""
    day = to_gregorian(found.calendar, found.year or 0, found.month or 0, found.day or 0)
    known = evidence.published or evidence.fetched
    if found.swapped and known:
        other = date(day.year, day.day, day.month)
        if abs(other - known) < abs(day - known):
            return other
    return day


def _readings(found: PrintedDate, evidence: Evidence, reader: DateReader) -> Iterator[tuple[str, date]]:
    """Every (evidence, date) in the order of trust."""
    by_text = _from_weekday(found, evidence, reader)
    if evidence.published:
        day = _closest(found, evidence.published)
        if day and (by_text is None or by_text == day or evidence.published - day <= _PUBLISHED_NEAR):
            yield "published", day
        elif by_text:
            yield "weekday", by_text
    told = url_date(evidence.url) if evidence.url else None
    if told:
        day = _closest(found, told.last)
        if day and told.last - day <= timedelta(days=92):
            yield "url", day
    named = _same_day_named(found, evidence, reader)
    if named:
        yield "text", named
    if evidence.fetched:
        day = _closest(found, evidence.fetched, ahead=0)
        if day and timedelta(0) <= evidence.fetched - day <= _FETCHED_WITHIN:
            yield "fetched", day
    if by_text:
        yield "weekday", by_text


def _partial(found: PrintedDate, evidence: Evidence) -> Settled:
    """A weekday alone, or a day without its month: told only by a publication date close by."""
    known = evidence.published
    if known is None:
        return Settled(None, None, None)
    for back in range(-1, 7 if found.weekday is not None else 28):
        day = known - timedelta(days=back)
        if found.day == day.day or (found.day is None and found.weekday == day.weekday() and back >= 0):
            return Settled(day, f"--{day:%m-%d}", "published")
    return Settled(None, None, None)


def _years_of(found: PrintedDate, first: int, last: int) -> Iterator[date]:
    """The printed day in each Gregorian year from first to last where it exists."""
    if found.month is None or found.day is None:
        return
    offset = {Calendar.GREGORIAN: 0, Calendar.PERSIAN: -622, Calendar.HIJRI: 0}[found.calendar]
    if found.calendar is Calendar.HIJRI:
        first, last = round((first - 622) * 1.0307), round((last - 622) * 1.0307) + 1
    for year in range(first + offset, last + offset + (found.calendar is not Calendar.GREGORIAN) + 1):
        try:
            yield to_gregorian(found.calendar, year, found.month, found.day)
        except (ValueError, OverflowError):
            continue


def _closest(found: PrintedDate, known: date, ahead: int = 1) -> date | None:
    """The last such day that is at most one day after the known one (a newsroom east of its server)."""
    days = [
        day for day in _years_of(found, known.year - 8, known.year + 1) if day <= known + timedelta(days=1)
    ]
    day = max(days, default=None)
    return (
        day if (day and known - day <= timedelta(days=366)) or (found.day, found.month) == (29, 2) else None
    )


def _same_day_named(found: PrintedDate, evidence: Evidence, reader: DateReader) -> date | None:
    """The same day and month printed with its year anywhere in the body ("Aug. 15, 2021")."""
    for window in _windows(evidence.body):
        for start, token in enumerate(window):
            if token.kind not in ("n", "w") or (token.kind == "w" and reader.month(token.text) is None):
                continue
            read = reader.read(window, start)
            if read and read[0].full and (read[0].month, read[0].day) == (found.month, found.day):
                return read[0].full
    return None


def _windows(body: str) -> Iterator[list[Token]]:
    """Tokens around each four-digit number of the body."""
    for match in re.finditer(r"(?<!\d)\d{4}(?!\d)", body[:EVIDENCE]):
        yield tokens(body[max(0, match.start() - 24) : match.end() + 12])


def _from_weekday(found: PrintedDate, evidence: Evidence, reader: DateReader) -> date | None:
    """The one year in which the day falls on the story's weekday, close to the years the text names.

    A story names years before its own ("elected in 2012"): the year lies at most four ahead of the last one
    named, and the same day falls on the same weekday only every five, six or eleven years. Years after the
    fetch are plans: then the year lies before the first of them. Without named years only a 29 February can
    be told (its weekday repeats every 28 years).
    """
    weekday = found.weekday if found.weekday is not None else _weekday(evidence.body, reader)
    if weekday is None:
        return None
    today = evidence.fetched or evidence.published
    if today is None:
        return None
    named = sorted(
        {
            int(year)
            for year in re.findall(r"(?<![\d.,])(?:1[89]|20)\d\d(?![\d%]|[.,]\d)", evidence.body[:EVIDENCE])
        }
    )
    past = [year for year in named if year <= today.year]
    ahead = [year for year in named if year > today.year]
    if past:
        span = (past[-1], past[-1] + _NAMED_AHEAD)
    elif ahead:
        span = (ahead[0] - _NAMED_AHEAD, ahead[0])
    else:
        span = (today.year - _LEAP_CYCLE + 1, today.year)
    days = [day for day in _years_of(found, *span) if day.weekday() == weekday and day <= today]
    return days[0] if len(days) == 1 else None


def _weekday(body: str, reader: DateReader) -> int | None:
    """The first weekday the story names for itself ("on Sunday"), not "last Sunday"."""
    before = ""
    for match in re.finditer(r"[^\s,.;:!?()\"“”„«»،。]+", body[:_WEEKDAY_LOOK]):
        weekday = reader.weekday(match[0])
        if weekday is not None and fold_word(before) not in _NOT_THIS_WEEK:
            return weekday
        before = match[0]
    return None
