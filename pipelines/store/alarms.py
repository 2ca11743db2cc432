"""Rows of alarms: raised once, seen again while they last, cleared when they are over, told to whoever is to know."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, bound, insert, instant

_COLUMNS = "a.id, a.source, coalesce(s.name, a.source), a.alarm, a.field, a.sentence, a.raised_at, a.seen_at, a.cleared_at, a.told_at"
_FROM = f"SELECT {_COLUMNS} FROM alarms a LEFT JOIN sources s ON s.id = a.source"  # noqa: S608  our own words


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is or was wrong with a source. Instants are as the archive writes them."""

    id: int
    source: str
    name: str  # of the source
    alarm: str  # silence, drop, layout, feed, robots, certificate or expect
    field: str
    sentence: str
    raised_at: str
    seen_at: str
    cleared_at: str | None
    told_at: str | None


@dataclass(frozen=True, slots=True)
class Raised:
    """What a judgement found: source, kind of alarm, field, sentence."""

    source: str
    alarm: str
    field: str
    sentence: str


def keep(
    connection: sqlite3.Connection,
    found: Iterable[Raised],
    judged: Collection[tuple[str, str]],
    now: datetime,
) -> None:
    """Raises what is new and clears what is over, in the caller's transaction.

    `judged` are the pairs of source and alarm on which there was a judgement at all: an alarm without one lasts. Those
    of sources that are not active any more are over.
    """
    at = instant(now)
    seen = set()
    for one in found:
        row = connection.execute(
            "SELECT id FROM alarms WHERE source = ? AND alarm = ? AND field = ? AND cleared_at IS NULL",
            (one.source, one.alarm, one.field),
        ).fetchone()
        if row is None:
            new: dict[str, Value] = {
                "source": one.source,
                "alarm": one.alarm,
                "field": one.field,
                "sentence": one.sentence,
                "raised_at": now,
                "seen_at": now,
            }
            seen.add(insert(connection, "alarms", new))
        else:
            connection.execute(
                "UPDATE alarms SET seen_at = ?, sentence = ? WHERE id = ?", (at, bound(one.sentence), row[0])
            )
            seen.add(row[0])
    retired = {s for (s,) in connection.execute("SELECT id FROM sources WHERE state != 'active'")}
    for number, source, alarm in connection.execute(
        "SELECT id, source, alarm FROM alarms WHERE cleared_at IS NULL"
    ).fetchall():
        if number not in seen and ((source, alarm) in judged or source in retired):
            connection.execute("UPDATE alarms SET cleared_at = ? WHERE id = ?", (at, number))


def standing(connection: sqlite3.Connection) -> list[Alarm]:
    """Alarms that last, oldest first."""
    return _alarms(connection, "WHERE a.cleared_at IS NULL ORDER BY a.raised_at, a.id")


def history(connection: sqlite3.Connection, source: str | None, most: int) -> list[Alarm]:
    """The last so many alarms, of one source or of all, newest first."""
    return _alarms(
        connection,
        "WHERE ?1 IS NULL OR a.source = ?1 ORDER BY a.raised_at DESC, a.id DESC LIMIT ?2",
        source,
        most,
    )


def untold(connection: sqlite3.Connection) -> tuple[list[Alarm], list[Alarm]]:
    """Alarms that nobody was told of, and those that were told and are over since then."""
    return (
        _alarms(connection, "WHERE a.cleared_at IS NULL AND a.told_at IS NULL ORDER BY a.raised_at, a.id"),
        _alarms(connection, "WHERE a.cleared_at > a.told_at ORDER BY a.cleared_at, a.id"),
    )


def told(connection: sqlite3.Connection, alarms: Iterable[Alarm], now: datetime) -> None:
    """Notes that somebody was told of these, and for those that are over that this was told too."""
    for alarm in alarms:
        connection.execute("UPDATE alarms SET told_at = ? WHERE id = ?", (instant(now), alarm.id))


def _alarms(connection: sqlite3.Connection, where: str, *values: str | int | None) -> list[Alarm]:
    return [Alarm(*row) for row in connection.execute(f"{_FROM} {where}", values)]
