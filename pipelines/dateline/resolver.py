"""Chooses among what a page and its listings state of its date, and says why it refused the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from pipelines.dateline.candidates import MODIFIED, PUBLISHED, Candidate
from pipelines.dateline.instants import Instant
from pipelines.dateline.zones import ADDRESS, BY_ADDRESS, TWO_OFFSETS, Clocks, Placed
from pipelines.items import DateCandidate, Doubt, Precision, Published

WEAK = 0.6  # below it the dateline's own date may win
_OLDEST = 1850  # scanned archives begin about there; smaller years are faults
_CONFLICT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate after judging: its instant in UTC where known, its day, why it was refused."""

    stated: Candidate
    at: datetime | None
    day: date | None  # where the paper is
    confidence: float
    refused: str = ""
    note: str = ""
    local: datetime | None = None  # naive: the clock where the paper is
    offset_from: str | None = None

    @property
    def timed(self) -> bool:
        """Whether a clock is told, in a known zone or not."""
        return self.at is not None or self.local is not None

    @property
    def believed(self) -> float:
        """The confidence in the instant: less where its offset is assumed, which is no reason to prefer another."""
        return self.confidence * (BY_ADDRESS if self.offset_from == ADDRESS else 1.0)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The outcome: what was chosen, and every candidate with its note."""

    published: Published
    modified_at: datetime | None
    candidates: tuple[DateCandidate, ...]
    doubts: tuple[Doubt, ...]


def resolve(
    stated: Iterable[Candidate],
    fetched_at: datetime,
    timezone_name: str | None,
    *,
    country: str | None = None,
    domain: str | None = None,
) -> Resolved:
    """The publication date by the order of evidence; `fetched_at` is aware, `timezone_name` (IANA) and `country`
    (ISO 3166 alpha-2) are the source's, `domain` is the country of the page's address.

    Nothing later than the fetch is taken. What the zones of a page mean is decided by `Clocks`.
    """
    candidates = list(stated)
    clocks = Clocks(candidates, timezone_name, country, domain)
    weighed = [_weigh(candidate, clocks, fetched_at) for candidate in candidates]
    chosen = _choose([one for one in weighed if one.stated.role == PUBLISHED])
    instant = _timed_twin(chosen, weighed) if chosen else None
    modified = _modified(weighed, instant)
    published = _published(chosen, instant) if chosen and instant else Published()
    return Resolved(published, modified, _told(weighed, chosen, instant), tuple(_doubts(weighed, chosen)))


def _weigh(candidate: Candidate, clocks: Clocks, fetched_at: datetime) -> Weighed:
    instant = candidate.instant
    if instant is None:
        return Weighed(candidate, None, None, 0.0, "tells no day that could be read")
    if instant.day.year < _OLDEST or (instant.day.year, instant.day.month, instant.day.day) == (1970, 1, 1):
        return Weighed(candidate, None, instant.day, 0.0, "a year no news page has")
    placed = clocks.place(candidate, instant)
    if placed.offset_from == ADDRESS and placed.at and placed.at > fetched_at:
        placed = Placed(
            None, placed.local, "no offset printed, and the address's country would put it after the fetch"
        )
    if _late(placed.at, instant, clocks, fetched_at):
        shifted = clocks.as_local_time(instant) if placed.at and instant.offset == timedelta(0) else None
        if shifted and shifted <= fetched_at:
            return Weighed(
                candidate,
                shifted,
                instant.day,
                candidate.confidence * 0.9,
                note="printed as UTC but lies after the fetch so; read as local time",
                local=instant.wall,
                offset_from="twin",
            )
        return Weighed(candidate, placed.at, instant.day, 0.0, "lies after the fetch")
    return Weighed(
        candidate,
        placed.at,
        placed.local.date() if placed.at and placed.local else instant.day,
        candidate.confidence * placed.trust,
        note=placed.note,
        local=placed.local,
        offset_from=placed.offset_from,
    )


def _late(at: datetime | None, instant: Instant, clocks: Clocks, fetched_at: datetime) -> bool:
    """Later than the fetch; a day without zone may be the next one already, somewhere."""
    if at is not None:
        return at > fetched_at
    local_fetch = fetched_at.astimezone(clocks.zone or UTC).date()
    return instant.day > local_fetch + timedelta(days=0 if clocks.zone else 1)


def _choose(published: Sequence[Weighed]) -> Weighed | None:
    sound = [one for one in published if not one.refused and one.day]
    return max(sound, key=lambda one: one.confidence, default=None)


def _timed_twin(chosen: Weighed, weighed: Sequence[Weighed]) -> Weighed:
    """The chosen one, or where it tells no instant, the best that does on the same day, else the best clock."""
    if chosen.at or chosen.day is None:
        return chosen
    same_day = [
        one
        for one in weighed
        if one.timed
        and not one.refused
        and one.stated.role == PUBLISHED
        and one.day == chosen.day
        and one.confidence >= 0.5
    ]
    return max(same_day, key=lambda one: (one.at is not None, one.confidence), default=chosen)


def _published(chosen: Weighed, instant: Weighed) -> Published:
    stated = instant.stated
    precision = stated.instant.precision if stated.instant and instant.at else Precision.DAY
    return Published(
        at=instant.at,
        day=instant.day,
        precision=precision,
        origin=f"{stated.origin} {stated.name}",
        confidence=round(chosen.believed, 2),
        local=instant.local,
        offset_from=instant.offset_from if instant.at else None,
    )


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
            confidence=round(one.believed, 2),
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
    conflict = next((one for one in weighed if one.note.startswith(TWO_OFFSETS)), None)
    if conflict is not None:
        taken = "UTC" if "confirms" in conflict.note else "the one that is not UTC"
        yield Doubt("zone_conflict", f"One clock is printed with two offsets; {taken} was taken.")


def with_candidate(stated: Sequence[Candidate], more: Candidate, least: float) -> list[Candidate]:
    """The statements with one more, which outweighs all that are weaker than `least`."""
    return [
        *(
            replace(one, confidence=min(one.confidence, least - 0.01)) if one.confidence < least else one
            for one in stated
        ),
        more,
    ]
