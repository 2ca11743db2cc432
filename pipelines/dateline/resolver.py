"""Chooses among what a page and its listings state of its date, and says why it refused the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipelines.dateline.candidates import MODIFIED, PUBLISHED, Candidate
from pipelines.dateline.instants import Instant
from pipelines.items import DateCandidate, Doubt, Precision, Published

WEAK = 0.6  # below it the dateline's own date may win
_OLDEST = 1850  # scanned archives begin about there; smaller years are faults
_TWIN = timedelta(hours=14)  # no two clocks of the world are further apart
_CONFLICT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate after judging: its instant in UTC where known, its day, why it was refused."""

    stated: Candidate
    at: datetime | None
    day: date | None
    confidence: float
    refused: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The outcome: what was chosen, and every candidate with its note."""

    published: Published
    modified_at: datetime | None
    candidates: tuple[DateCandidate, ...]
    doubts: tuple[Doubt, ...]


def resolve(stated: Iterable[Candidate], fetched_at: datetime, timezone_name: str | None) -> Resolved:
    """The publication date by the order of evidence; `fetched_at` is aware, `timezone_name` the source's (IANA).

    Nothing later than the fetch is taken. One wall clock printed with two offsets: the one that is not UTC
    wins (measured on 3.5 % of pages: the other is a local time labelled Z). A clock without offset takes the
    source's zone, else the offset of a twin on the page, else it tells the day only.
    """
    candidates = list(stated)
    zone = _zone(timezone_name)
    offsets = _offsets(candidates)
    weighed = [_weigh(candidate, candidates, fetched_at, zone, offsets) for candidate in candidates]
    chosen = _choose([one for one in weighed if one.stated.role == PUBLISHED])
    instant = _timed_twin(chosen, weighed) if chosen else None
    modified = _modified(weighed, instant)
    published = _published(chosen, instant, zone, offsets) if chosen and instant else Published()
    return Resolved(published, modified, _told(weighed, chosen, instant), tuple(_doubts(weighed, chosen)))


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _offsets(candidates: Sequence[Candidate]) -> list[timedelta]:
    """Offsets from UTC, other than zero, that the page itself prints, the most trusted first."""
    aware = [one for one in candidates if one.instant and one.instant.timed and one.instant.offset]
    ordered = sorted(aware, key=lambda one: -one.confidence)
    return list(dict.fromkeys(one.instant.offset for one in ordered if one.instant and one.instant.offset))


def _weigh(
    candidate: Candidate,
    others: Sequence[Candidate],
    fetched_at: datetime,
    zone: ZoneInfo | None,
    offsets: Sequence[timedelta],
) -> Weighed:
    instant = candidate.instant
    if instant is None:
        return Weighed(candidate, None, None, 0.0, "tells no day that could be read")
    if instant.day.year < _OLDEST or (instant.day.year, instant.day.month, instant.day.day) == (1970, 1, 1):
        return Weighed(candidate, None, instant.day, 0.0, "a year no news page has")
    at, note = _placed(candidate, instant, others, zone, offsets)
    local_fetch = fetched_at.astimezone(zone or UTC).date()
    late = at > fetched_at if at else instant.day > local_fetch + timedelta(days=0 if zone else 1)
    if late and at and instant.offset == timedelta(0) and (zone or offsets):
        shifted = instant.aware(timezone(offsets[0])) if offsets else _in_zone(instant, zone)
        if shifted and shifted <= fetched_at:
            return Weighed(
                candidate,
                shifted,
                instant.day,
                candidate.confidence * 0.9,
                "",
                "printed as UTC but lies after the fetch so; read as local time",
            )
    if late:
        return Weighed(candidate, at, instant.day, 0.0, "lies after the fetch")
    return Weighed(candidate, at, instant.day, candidate.confidence, "", note)


def _placed(
    candidate: Candidate,
    instant: Instant,
    others: Sequence[Candidate],
    zone: ZoneInfo | None,
    offsets: Sequence[timedelta],
) -> tuple[datetime | None, str]:
    """The instant in UTC and how it was placed."""
    if not instant.timed:
        return None, ""
    if instant.offset is None:
        return _placed_naive(candidate, instant, others, zone, offsets)
    if instant.offset == timedelta(0) and instant.timed:
        twin = _twin_with_offset(candidate, instant, others)
        if twin is not None:
            return instant.aware(
                timezone(twin)
            ), "the page prints this clock with another offset as well, which was taken"
    return instant.at, ""


def _twin_with_offset(
    candidate: Candidate, instant: Instant, others: Sequence[Candidate]
) -> timedelta | None:
    """The offset other than UTC that the same wall clock carries elsewhere on the page."""
    for other in others:
        told = other.instant
        if other is candidate or told is None or not told.timed or not told.offset or other.confidence < 0.5:
            continue
        if _same_minute(told.wall, instant.wall) and other.role == candidate.role:
            return told.offset
    return None


def _placed_naive(
    candidate: Candidate,
    instant: Instant,
    others: Sequence[Candidate],
    zone: ZoneInfo | None,
    offsets: Sequence[timedelta],
) -> tuple[datetime | None, str]:
    for other in others:
        told = other.instant
        if other is candidate or told is None or told.at is None or other.role != candidate.role:
            continue
        if _same_minute(told.wall, instant.wall):
            return told.at.replace(
                second=instant.wall.second
            ), "no offset printed; a twin on the page has one"
        apart = told.at.replace(tzinfo=None) - instant.wall
        quarter = abs(apart.total_seconds()) % 900
        if (
            told.offset == timedelta(0)
            and abs(apart) <= _TWIN
            and min(quarter, 900 - quarter) < 2
            and zone is None
            and apart
        ):
            return told.at, "no offset printed; a twin in UTC tells it"
    if zone is not None:
        return _in_zone(instant, zone), f"no offset printed; read in the source's zone {zone.key}"
    if offsets:
        return instant.aware(timezone(offsets[0])), "no offset printed; the page's other dates have one"
    return None, "no offset printed and no zone known: only the day is taken"


def _in_zone(instant: Instant, zone: ZoneInfo | None) -> datetime | None:
    if zone is None:
        return None
    try:
        return instant.wall.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _same_minute(one: datetime, other: datetime) -> bool:
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def _choose(published: Sequence[Weighed]) -> Weighed | None:
    sound = [one for one in published if not one.refused and one.day]
    return max(sound, key=lambda one: one.confidence, default=None)


def _timed_twin(chosen: Weighed, weighed: Sequence[Weighed]) -> Weighed:
    """The chosen one, or where it tells a day only, the best that tells a time on the same day."""
    if chosen.at or chosen.day is None:
        return chosen
    same_day = [
        one
        for one in weighed
        if one.at
        and not one.refused
        and one.stated.role == PUBLISHED
        and one.day == chosen.day
        and one.confidence >= 0.5
    ]
    return max(same_day, key=lambda one: one.confidence, default=chosen)


def _published(
    chosen: Weighed, instant: Weighed, zone: ZoneInfo | None, offsets: Sequence[timedelta]
) -> Published:
    stated = instant.stated
    precision = stated.instant.precision if stated.instant and instant.at else Precision.DAY
    return Published(
        at=instant.at,
        day=_printed_day(instant, zone, offsets),
        precision=precision,
        origin=f"{stated.origin} {stated.name}",
        confidence=round(chosen.confidence, 2),
    )


def _printed_day(weighed: Weighed, zone: ZoneInfo | None, offsets: Sequence[timedelta]) -> date | None:
    """The day where the paper is: by the printed offset; a UTC clock in the source's zone, else the page's offset."""
    instant = weighed.stated.instant
    if weighed.at is None or instant is None or instant.offset != timedelta(0):
        return weighed.day
    local: tzinfo | None = zone or (timezone(offsets[0]) if offsets else None)
    return weighed.at.astimezone(local).date() if local else weighed.day


def _modified(weighed: Sequence[Weighed], published: Weighed | None) -> datetime | None:
    changed = [
        one
        for one in weighed
        if one.stated.role == MODIFIED and one.at and not one.refused and one.confidence >= 0.5
    ]
    best = max(changed, key=lambda one: one.confidence, default=None)
    if best is None or best.at is None:
        return None
    if published is not None and published.at and best.at < published.at:
        return None
    return best.at


def _told(
    weighed: Sequence[Weighed], chosen: Weighed | None, instant: Weighed | None
) -> tuple[DateCandidate, ...]:
    return tuple(
        DateCandidate(
            origin=one.stated.origin,
            name=one.stated.name,
            role=one.stated.role,
            printed=one.stated.printed,
            at=one.at,
            day=one.day,
            precision=one.stated.instant.precision if one.stated.instant else Precision.MONTH,
            confidence=round(one.confidence, 2),
            chosen=one is chosen or one is instant,
            note=one.refused or one.note or ("gave the day" if one is chosen and one is not instant else ""),
        )
        for one in weighed
    )


def _doubts(weighed: Sequence[Weighed], chosen: Weighed | None) -> Iterable[Doubt]:
    if chosen is None or chosen.day is None:
        return
    for one in weighed:
        strong = (
            one.stated.role == PUBLISHED and one.confidence >= 0.8 and not one.refused and one is not chosen
        )
        if strong and one.day and abs(one.day - chosen.day) > _CONFLICT:
            yield Doubt(
                "date_conflict",
                f"{chosen.stated.origin} {chosen.stated.name} says {chosen.day}, {one.stated.origin} {one.stated.name} says {one.day}.",
            )
            return
    if any(one.note.startswith("the page prints this clock") for one in weighed):
        yield Doubt(
            "zone_conflict", "One clock is printed with two offsets; the one that is not UTC was taken."
        )


def with_candidate(stated: Sequence[Candidate], more: Candidate, least: float) -> list[Candidate]:
    """The statements with one more, which outweighs all that are weaker than `least`."""
    return [
        *(
            replace(one, confidence=min(one.confidence, least - 0.01)) if one.confidence < least else one
            for one in stated
        ),
        more,
    ]
