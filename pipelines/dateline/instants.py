"""Reads a printed date as markup carries it: ISO 8601, RFC 2822, epoch seconds, and the usual numeric forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from pipelines.items import Precision

LONGEST = 200  # characters of a printed date

# Abbreviations that mean one offset only. IST, CST, BST, AST and the like mean several and tell nothing.
_ZONES = {
    "z": 0.0, "ut": 0.0, "utc": 0.0, "gmt": 0.0, "wet": 0.0, "cet": 1.0, "mez": 1.0, "cest": 2.0, "mesz": 2.0, "eet": 2.0,
    "eest": 3.0, "msk": 3.0, "edt": -4.0, "est": -5.0, "cdt": -5.0, "mdt": -6.0, "mst": -7.0, "pdt": -7.0, "pst": -8.0,
    "wib": 7.0, "wita": 8.0, "wit": 9.0, "jst": 9.0, "kst": 9.0, "sgt": 8.0, "hkt": 8.0, "pkt": 5.0, "nzdt": 13.0, "nzst": 12.0,
    "aest": 10.0, "aedt": 11.0, "eat": 3.0, "wat": 1.0, "cat": 2.0, "sast": 2.0,
}  # fmt: skip
_ISO = re.compile(
    r"""(?P<year>\d{4})(?P<sep>[-/.]?)(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})
    (?:[\sT,@]+(?:at\s+)?(?P<hour>\d{1,2})[:.]?(?P<minute>\d{2})(?:[:.]?(?P<second>\d{2})(?:[.,:]\d{1,9})?)?
       \s*(?P<half>[AaPp]\.?[Mm]\.?)?)?
    \s*(?P<zone>(?:UTC|GMT)?\s?[+-−]\d{1,2}:?(?:\d{2})?|[A-Za-z]{1,5})?\s*(?:\[[\w/+-]+\]|\([^)]{0,40}\))?""",
    re.VERBOSE,
)
_DAY_FIRST = re.compile(
    r"""(?:[A-Z]\w{1,9}[.,]?\s+)?(?P<day>\d{1,2})(?P<mark>[./-])\s?(?P<month>\d{1,2})(?P=mark)\s?(?P<year>\d{4}|(?<=\.)\d\d)
    (?:[\s,T|–-]+(?:um\s+|at\s+)?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?
    \s*(?:Uhr)?\s*(?P<zone>(?:UTC|GMT)?\s?[+-]\d{1,2}:?(?:\d{2})?|[A-Za-z]{1,5})?""",
    re.VERBOSE,
)
_JAVASCRIPT = re.compile(
    r"[A-Z][a-z]{2} (?P<name>[A-Z][a-z]{2}) (?P<day>\d{1,2}) (?P<time>\d\d:\d\d:\d\d) (?:GMT)?(?P<zone>[+-]\d{4})?\s*(?:[A-Z]{3,4} )?(?P<year>\d{4})?.*"
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Instant:
    """A printed date, read: the wall clock, and its offset where one is printed."""

    wall: datetime  # naive: as printed
    offset: timedelta | None  # from UTC; None where none is printed
    precision: Precision

    @property
    def day(self) -> date:
        """The calendar day as printed."""
        return self.wall.date()

    @property
    def timed(self) -> bool:
        """Whether a time of day is printed."""
        return self.precision in (Precision.SECOND, Precision.MINUTE)

    @property
    def at(self) -> datetime | None:
        """The instant in UTC, where time and offset are printed."""
        if self.offset is None or not self.timed:
            return None
        return self.aware(timezone(self.offset))

    def aware(self, zone: timezone) -> datetime | None:
        """The wall clock in a zone, as UTC; None at the ends of the calendar."""
        try:
            return self.wall.replace(tzinfo=zone).astimezone(UTC)
        except (OverflowError, ValueError):
            return None


def read_instant(printed: str, *, month_first: bool = False) -> Instant | None:
    """A date in one of the forms of markup, or None. Never guesses: prose is left to `prose_dates`.

    A clock at exactly 00:00:00 without offset or in UTC is a day, not an instant (measured: such values come
    from date-only fields). `month_first` reads "04/03/2018" as 3 April (pages from the United States).
    """
    text = " ".join(printed[:LONGEST].split()).strip("\"' ")
    if not text or not any(char.isdigit() for char in text):
        return None
    if _EPOCH.fullmatch(text):
        return _epoch(text)
    for form in (_ISO, _DAY_FIRST):
        match = form.fullmatch(text)
        if match:
            return _numeric(match, month_first=month_first and form is _DAY_FIRST and "/" in text)
    return _javascript(text) or _mail(text)


def _epoch(text: str) -> Instant | None:
    seconds = float(text) / (1000 if len(text.split(".")[0]) == 13 else 1)
    if seconds < 315_532_800:  # 1980: smaller ones are identifiers or zero
        return None
    wall = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None, microsecond=0)
    return Instant(wall, timedelta(0), Precision.SECOND)


def _numeric(match: re.Match[str], *, month_first: bool) -> Instant | None:
    parts = match.groupdict()
    if parts.get("sep") == "" and len(parts["month"] + parts["day"]) != 4:
        return None
    month, day = int(parts["month"]), int(parts["day"])
    if (month_first and day <= 12) or month > 12:
        month, day = day, month
    hour = int(parts["hour"] or 0)
    half = (parts["half"] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        clock = (hour, int(parts["minute"] or 0), int(parts["second"] or 0))
        year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
        wall = datetime(year, month, day, *clock)  # noqa: DTZ001 - the offset is kept apart
    except ValueError:
        return None
    offset = zone_offset(parts["zone"])
    return Instant(wall, offset, _precision(parts, wall, offset))


def _precision(parts: dict[str, str | None], wall: datetime, offset: timedelta | None) -> Precision:
    if not parts["hour"]:
        return Precision.DAY
    midnight = wall.hour == wall.minute == wall.second == 0
    if midnight and not offset:
        return Precision.DAY
    return Precision.SECOND if parts["second"] else Precision.MINUTE


def zone_offset(zone: str | None) -> timedelta | None:
    """ "+02:00", "-0500", "UTC+3", "CEST" -> offset; None where it is absent, ambiguous or impossible."""
    if not zone or not zone.strip():
        return None
    text = zone.strip().lower().replace("−", "-")
    if text in _ZONES:
        return timedelta(hours=_ZONES[text])
    match = re.fullmatch(r"(?:utc|gmt)?\s?([+-])(\d{1,2}):?(\d{2})?", text)
    if not match:
        return None
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if match[1] == "-" else offset


def _javascript(text: str) -> Instant | None:
    match = _JAVASCRIPT.fullmatch(text)
    if not match or not match["year"]:
        match = re.fullmatch(
            r"[A-Z][a-z]{2} (?P<name>[A-Z][a-z]{2}) (?P<day>\d{1,2}) (?P<year>\d{4}) (?P<time>\d\d:\d\d:\d\d)\s*(?:GMT)?(?P<zone>[+-]\d{4})?.*",
            text,
        )
    if not match:
        return None
    try:
        clock = f"{match['day']} {match['name']} {match['year']} {match['time']}"
        wall = datetime.strptime(clock, "%d %b %Y %H:%M:%S")  # noqa: DTZ007 - the offset is kept apart
    except ValueError:
        return None
    return Instant(wall, zone_offset(match["zone"]), Precision.SECOND)


def _mail(text: str) -> Instant | None:
    """RFC 2822, as feeds and headers print it: "Sun, 22 Jun 2014 10:00:00 +0300"."""
    if not re.match(r"(?:[A-Za-z]{3},?\s+)?\d{1,2}\s+[A-Za-z]{3}[a-z]*\s+\d{4}\s+\d{1,2}:\d{2}", text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    zone = re.search(r"([+-]\d{4}|[A-Za-z]{1,5})\s*(?:\(.*\))?$", text)
    offset = zone_offset(zone[1]) if zone else None
    wall = moment.replace(tzinfo=None)
    return Instant(wall, offset, Precision.SECOND if re.search(r"\d:\d\d:\d\d", text) else Precision.MINUTE)
