"""Puts the clocks of one page on the time line: offsets printed, twins, the source's zone, the publisher's country."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from pipelines.dateline.candidates import Candidate
from pipelines.dateline.instants import Instant

_TWIN = timedelta(hours=14)  # no two clocks of the world are further apart
_NO_ZONE = "no offset printed and no zone known: only the day and the clock are taken"
TWO_OFFSETS = "the page prints this clock with another offset as well"
_BY_COUNTRY = 0.85  # of the confidence: a clock in the one zone of the publisher's country
BY_ADDRESS = 0.9  # the same for the country of the page's address, where the page prints no offset at all
ADDRESS = "address"  # how an offset is known that is assumed
_PRINTED = frozenset(("jsonld", "meta", "itemprop", "time", "script", "text"))  # origins on the page itself
# Top domains that are sold all over the world: no statement about a place.
_SOLD = frozenset(
    [
        "AC",
        "AG",
        "AM",
        "AS",
        "BZ",
        "CF",
        "CX",
        "GA",
        "GG",
        "GL",
        "GQ",
        "IM",
        "LA",
        "MF",
        "ML",
        "MN",
        "MS",
        "NU",
        "PM",
        "PW",
        "SC",
        "SH",
        "SO",
        "ST",
        "TF",
        "TK",
        "TL",
        "VC",
        "VG",
        "VU",
        "WF",
        "WS",
    ]
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A clock on the time line."""

    at: datetime | None  # UTC; None where no zone is known
    local: datetime | None  # naive: the clock where the paper is; None where no time is told
    note: str = ""
    trust: float = 1.0  # factor of the confidence
    offset_from: str | None = None  # how the offset is known


class Clocks:
    """All clocks of one page. `zone_name` is the source's (IANA), `country` the source's (ISO 3166 alpha-2),
    `domain` the country of the page's address: weaker, it decides an instant only where the page prints no offset."""

    def __init__(
        self,
        stated: Sequence[Candidate],
        zone_name: str | None = None,
        country: str | None = None,
        domain: str | None = None,
    ) -> None:
        self._stated = stated
        self.zone = _zone(zone_name)
        self._country = country
        self._domain = country or domain
        self._offsets = _offsets(stated)

    def place(self, candidate: Candidate, instant: Instant) -> Placed:
        """Where a candidate's clock belongs, by the first of these that is known: the offset printed, a twin's,
        the source's zone, another offset of the page, the offset that all zones of the source's country share, the one
        that those of the address's country share."""
        if not instant.timed:
            return Placed(None, None)
        if instant.offset is None:
            return self._naive(candidate, instant)
        other = self._with_two_offsets(candidate, instant)
        if other is not None and other != instant.offset:
            return self._offset_corrected(instant, other)
        return Placed(instant.at, self._local(instant), offset_from="printed")

    def as_local_time(self, instant: Instant) -> datetime | None:
        """The instant of a clock labelled UTC that is really local time, where the page's zone is known."""
        if self._offsets:
            return instant.aware(timezone(self._offsets[0]))
        return _in_zone(instant.wall, self.zone) if self.zone else None

    def _offset_corrected(self, instant: Instant, offset: timedelta) -> Placed:
        at = instant.aware(timezone(offset))
        if offset:
            return Placed(at, instant.wall, f"{TWO_OFFSETS}, which was taken", offset_from="twin")
        note = f"{TWO_OFFSETS}: UTC, which another date of the page confirms"
        return Placed(at, at and self._wall(at, instant.offset), note, offset_from="twin")

    def _with_two_offsets(self, candidate: Candidate, instant: Instant) -> timedelta | None:
        """The offset to believe where one wall clock carries UTC here and another offset elsewhere, or the reverse.

        Measured on 14 such pages of 690: UTC is right on 3, and there a third date of the page, printed by
        another clock, names the same instant; elsewhere the UTC one is local time with a Z behind it.
        """
        for other in self._others(candidate):
            told = other.instant
            if told is None or told.offset is None or not _same_minute(told.wall, instant.wall):
                continue
            offset = told.offset or instant.offset
            if bool(told.offset) == bool(instant.offset) or not offset or other.confidence < 0.5:
                continue
            in_utc, in_zone = instant.aware(UTC), instant.aware(timezone(offset))
            if self._confirmed(in_utc, instant.wall) and not self._confirmed(in_zone, instant.wall):
                return timedelta(0)
            return offset
        return None

    def _confirmed(self, at: datetime | None, wall: datetime) -> bool:
        """Whether a date that the page prints by another clock names this instant, to the minute."""
        for other in self._stated:
            told = other.instant
            if at is None or told is None or not told.timed or _same_minute(told.wall, wall):
                continue
            zones = self._offsets if told.offset is None else (told.offset,)
            for offset in zones:
                instant = told.aware(timezone(offset))
                if instant and _same_minute(instant, at):
                    return True
        return False

    def _naive(self, candidate: Candidate, instant: Instant) -> Placed:
        twin = self._twin(candidate, instant)
        if twin is not None:
            return twin
        if self.zone is not None:
            at = _in_zone(instant.wall, self.zone)
            return Placed(
                at,
                instant.wall,
                f"no offset printed; read in the source's zone {self.zone.key}" if at else "",
                offset_from="source" if at else None,
            )
        if self._offsets:
            at = instant.aware(timezone(self._offsets[0]))
            note = "no offset printed; the page's other dates have one"
            return Placed(at, instant.wall, note, offset_from="twin")
        shared = shared_offset(self._country, instant.wall)
        if shared is not None:
            at = instant.aware(timezone(shared))
            note = f"no offset printed; all clocks of the source's country {self._country} show the same time"
            return Placed(at, instant.wall, note, _BY_COUNTRY, "country")
        return self._assumed(instant) or Placed(None, instant.wall, _NO_ZONE)

    def _assumed(self, instant: Instant) -> Placed | None:
        """The clock in the time of the country whose top domain the address has, if all its clocks show the same.

        Not where the page prints another date in UTC: then its clocks without an offset may be UTC as well.
        """
        if self._country or self._domain in _SOLD or any(_in_utc(one) for one in self._stated):
            return None
        shared = shared_offset(self._domain, instant.wall)
        if shared is None:
            return None
        hours = shared / timedelta(hours=1)
        note = (
            f"no offset printed; assumed UTC{hours:+g}, the time of all clocks of {self._domain}, "
            "the country of the page's address"
        )
        return Placed(instant.aware(timezone(shared)), instant.wall, note, offset_from=ADDRESS)

    def _twin(self, candidate: Candidate, instant: Instant) -> Placed | None:
        for other in self._others(candidate):
            told = other.instant
            if told is None or told.at is None:
                continue
            if _same_minute(told.wall, instant.wall):
                at = told.at.replace(second=instant.wall.second)
                note = "no offset printed; a twin on the page has one"
                return Placed(at, instant.wall, note, offset_from="twin")
            apart = told.at.replace(tzinfo=None) - instant.wall
            quarter = abs(apart.total_seconds()) % 900
            known = self.zone is not None or told.offset != timedelta(0)
            if not known and apart and abs(apart) <= _TWIN and min(quarter, 900 - quarter) < 2:
                note = "no offset printed; a twin in UTC tells it"
                return Placed(told.at, instant.wall, note, offset_from="twin")
        return None

    def _others(self, candidate: Candidate) -> Iterator[Candidate]:
        return (other for other in self._stated if other is not candidate and other.role == candidate.role)

    def _local(self, instant: Instant) -> datetime | None:
        """The clock where the paper is: as printed with its offset; a clock in UTC is turned."""
        if instant.offset or instant.at is None:
            return instant.wall
        return self._wall(instant.at, None)

    def _wall(self, at: datetime, printed: timedelta | None) -> datetime:
        """An instant by the source's zone, else by an offset of the page, else by the only one of its country."""
        if self.zone is not None:
            return at.astimezone(self.zone).replace(tzinfo=None)
        offset = (
            printed
            or next(iter(self._offsets), None)
            or shared_offset(self._domain, at.replace(tzinfo=None))
            or timedelta(0)
        )
        try:
            return at.replace(tzinfo=None) + offset
        except OverflowError:
            return at.replace(tzinfo=None)


def shared_offset(country: str | None, wall: datetime) -> timedelta | None:
    """The offset from UTC at which all clocks of a country stand at a local time; None where they differ.

    Measured: of 134 offsets printed on pages under the top domain of such a country 133 are its own.
    """
    try:
        offsets = {wall.replace(tzinfo=ZoneInfo(name)).utcoffset() for name in _zones_of(country)}
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        return None
    return offsets.pop() if len(offsets) == 1 else None


@lru_cache(maxsize=300)
def _zones_of(country: str | None) -> tuple[str, ...]:
    return tuple(get_global("territory_zones").get(country or "", ()))


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


def _in_utc(candidate: Candidate) -> bool:
    """Whether the page itself prints this clock as UTC; headers and listings always do."""
    told = candidate.instant
    return candidate.origin in _PRINTED and told is not None and told.timed and told.offset == timedelta(0)


def _in_zone(wall: datetime, zone: ZoneInfo) -> datetime | None:
    try:
        return wall.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _same_minute(one: datetime, other: datetime) -> bool:
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)
