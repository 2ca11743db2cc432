"""What a host name tells of a country, and a country of its time zone; nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from newsbot.sources.localities import countries

# Country codes that the world uses for something else (startups, television, links, …).
_GENERIC = {"AI", "CC", "CO", "FM", "GG", "IO", "LA", "LY", "ME", "NU", "SH", "TO", "TV", "VC", "WS"}


def country_of_host(host: str) -> str | None:
    """The country of a host by its top-level domain (RFC 1591), where papers use that domain for their country."""
    code = host.rstrip(".").rpartition(".")[2].upper()
    code = "GB" if code == "UK" else code
    return code if code in countries() and code not in _GENERIC else None


def timezone_of_country(country: str | None) -> str | None:
    """The time zone of a country all of whose zones keep the same time (CLDR), else None."""
    zones = _zones().get(country or "", ())
    times = {_time_kept(zone) for zone in zones}
    return min(zones, key=len) if len(times) == 1 and None not in times else None


def _time_kept(zone: str) -> tuple[object, ...] | None:
    """Offsets from UTC in winter and summer; two zones of one country that share them differ in history only."""
    try:
        info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return tuple(datetime(2026, month, 1, tzinfo=UTC).astimezone(info).utcoffset() for month in (1, 4, 7, 10))


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    zones: dict[str, tuple[str, ...]] = {}
    for zone, territory in get_global("zone_territories").items():
        zones[territory] = (*zones.get(territory, ()), zone)
    return zones
