"""FIELD=VALUE of `newsbot correct`, checked: dates that exist, countries and languages that are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from newsbot.cli.options import moment
from pipelines.errors import ConfigurationError
from pipelines.items import Corrected

OLDEST = 1600  # the first newspapers (Relation, Strasbourg) are of 1605
MAY_BE_EMPTY = ("lede", "byline", "section", "dateline", "dateline_date", "place", "country")
LONGEST = 2000  # characters


def parsed(values: Sequence[str], zone: str | None, now: datetime) -> dict[str, Corrected]:
    """Fields and their values; `zone` (IANA) is that of the source, for a wall clock without an offset.

    Raises ConfigurationError with a sentence that names the argument.
    """
    from newsbot.sources.spelling import meant
    from pipelines.store.corrections import FOLLOWING

    named: dict[str, Corrected] = {}
    for argument in values:
        field, equals, value = argument.partition("=")
        field, value = field.strip(), value.strip()
        if not equals:
            raise ConfigurationError(f"{argument}: write it as FIELD=VALUE, for example country=IQ.")
        if field not in FOLLOWING:
            hint = meant(field, FOLLOWING) or f"; these are: {', '.join(FOLLOWING)}."
            raise ConfigurationError(f"{argument}: {field} cannot be corrected{hint}")
        if field in named:
            raise ConfigurationError(f"{argument}: {field} is given twice.")
        try:
            named[field] = _value(field, value, zone, now)
        except ValueError as error:
            raise ConfigurationError(f"{argument}: {field} {error}.") from None
    if {"published_at", "published_day"} <= set(named):
        raise ConfigurationError("published_at has its day in it: leave published_day out.")
    return named


def _value(field: str, value: str, zone: str | None, now: datetime) -> Corrected:
    from newsbot.sources import localities

    if not value:
        if field in MAY_BE_EMPTY:
            return None
        raise ValueError("cannot be empty")
    if len(value) > LONGEST:
        raise ValueError(f"is longer than {LONGEST:,} characters")
    if field == "country":
        return localities.country(value)
    if field == "language":
        return localities.language(value)
    if field == "published_at":
        return _instant(value, zone, now)
    if field in ("published_day", "dateline_date"):
        return _day(value, now)
    return " ".join(value.split())


def _instant(value: str, zone: str | None, now: datetime) -> datetime:
    at = moment(value)
    if not isinstance(at, datetime):
        try:
            clock = datetime.fromisoformat(value)
        except ValueError:
            clock = None
        if clock is None or (len(value) <= len("2014-06-22")):
            raise ValueError("needs a time of day; where only the day is known, correct published_day")
        if zone is None:
            raise ValueError(
                f"has no offset and its source no time zone: write it as {value}+03:00, or as it is there"
            )
        at = clock.replace(tzinfo=ZoneInfo(zone))
    _check_range(at.date(), at > now + timedelta(minutes=1))
    return at


def _day(value: str, now: datetime) -> date:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("is no day; write it as 2014-06-22") from None
    _check_range(day, day > (now + timedelta(hours=14)).date())  # it is tomorrow already in Kiribati
    return day


def _check_range(day: date, ahead: bool) -> None:
    if ahead:
        raise ValueError("lies in the future")
    if day.year < OLDEST:
        raise ValueError(f"lies before {OLDEST}, when there was no newspaper")
