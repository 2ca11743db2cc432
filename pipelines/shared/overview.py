"""How a shared frontier stands: who crawls, what waits, and what went wrong; and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pipelines.errors import ConfigurationError
from pipelines.shared.connecting import Address, Pg
from pipelines.shared.faults import FrontierUnusable
from pipelines.shared.schema import prepare

_PATIENCE: Final = 30.0  # seconds
_CRAWLERS: Final = """
SELECT r.id, r.crawler, r.machine, r.started_at, extract(epoch FROM clock_timestamp() - r.seen_at)::float8,
    r.seen_at < clock_timestamp() - make_interval(secs => 2 * r.lease), r.version,
    (SELECT count(*) FROM newsbot.hosts h WHERE h.owner = r.id),
    (SELECT count(*) FROM newsbot.frontier f WHERE f.state = 'leased' AND f.run = r.id),
    ARRAY(SELECT h.host FROM newsbot.hosts h WHERE h.owner = r.id ORDER BY h.host LIMIT 100)
FROM newsbot.runs r WHERE r.state = 'running' ORDER BY r.id"""
_URLS: Final = """
SELECT count(*) FILTER (WHERE state = 'due' AND due_at <= %(now)s), count(*) FILTER (WHERE state = 'due' AND due_at > %(now)s),
    count(*) FILTER (WHERE state = 'leased'), count(*) FILTER (WHERE state = 'parked'),
    count(*) FILTER (WHERE known IS NOT NULL), min(due_at) FILTER (WHERE state = 'due' AND due_at > %(now)s)
FROM newsbot.frontier"""
_HOSTS: Final = """
SELECT count(*), count(owner), count(*) FILTER (WHERE retry_at > %(now)s), count(*) FILTER (WHERE owned_until < clock_timestamp())
FROM newsbot.hosts"""
_OUTBOX: Final = """
SELECT count(*) FILTER (WHERE aside IS NULL), coalesce(sum(octet_length(visit)), 0)::bigint,
    extract(epoch FROM clock_timestamp() - min(made_at) FILTER (WHERE aside IS NULL))::float8
FROM newsbot.outbox"""
_ASIDE: Final = (
    "SELECT aside, count(*) FROM newsbot.outbox WHERE aside IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
)


@dataclass(frozen=True, slots=True)
class Crawler:
    """A run that has not ended."""

    run: int
    name: str
    machine: str
    started_at: datetime
    silent_for: float  # seconds since its last sign of life
    dead: bool  # for so long that its hosts may go to others
    version: str
    hosts: int  # that it owns
    leased: int  # URLs that it has taken
    owns: Sequence[str]  # the first hundred of its hosts, by name


@dataclass(frozen=True, slots=True)
class Overview:
    """How a shared frontier stands."""

    frontier: str  # its id
    where: str
    archive: str | None  # path of the archive that collects it; None: none did yet
    sources: int
    crawlers: tuple[Crawler, ...]
    due: int  # URLs that may be visited now
    later: int  # URLs whose time is still to come
    next_due_at: datetime | None  # of those that are not due yet
    leased: int
    parked: int
    known: int  # articles
    hosts: int
    owned: int  # hosts that a crawler has
    paused: int  # hosts that want no request yet
    expired: int  # hosts whose owner did not renew its lease
    waiting: int  # visits in the outbox
    waiting_bytes: int
    waiting_for: float | None  # seconds that the oldest of them waits
    aside: dict[str, int]  # rows of the outbox that cannot be collected, by why


def initialise(address: Address) -> str:
    """Makes the tables where there are none, and gives the frontier's id. Raises FrontierUnusable."""
    connection = address.connect(_PATIENCE, "newsbot frontier")
    try:
        with address.sentences():
            return prepare(connection)
    finally:
        connection.close()


def overview(address: Address, now: datetime) -> Overview:
    """How it stands now. Raises FrontierUnusable, also where the database has no frontier."""
    connection = address.connect(_PATIENCE, "newsbot frontier")
    try:
        with address.sentences():
            if not _there(connection):
                raise _none(address)
            frontier = prepare(connection)
            return _looked(connection, address, frontier, now)
    finally:
        connection.close()


def drop(address: Address, *, with_outbox: bool) -> None:
    """Takes the schema newsbot out of the database.

    Raises ConfigurationError where a crawler is at work, or where visits wait to be collected and `with_outbox` does not
    say that they may go.
    """
    connection = address.connect(_PATIENCE, "newsbot frontier")
    try:
        with address.sentences():
            if not _there(connection):
                raise _none(address)
            with connection.transaction():
                _refuse_to_drop(connection, address, with_outbox)
                connection.execute("DROP SCHEMA newsbot CASCADE")
    finally:
        connection.close()


def _refuse_to_drop(connection: Pg, address: Address, with_outbox: bool) -> None:
    living = [one for one in _crawlers(connection) if not one.dead]
    if living:
        raise ConfigurationError(
            f"{len(living)} crawlers are at work on the shared frontier ({address.where}), "
            f"{living[0].name} on {living[0].machine} among them: stop them first."
        )
    connection.execute("LOCK TABLE newsbot.outbox IN ACCESS EXCLUSIVE MODE")
    row = connection.execute("SELECT count(*) FROM newsbot.outbox").fetchone()
    if row is not None and row[0] and not with_outbox:
        raise ConfigurationError(
            f"{row[0]:,} visits wait in the outbox of the shared frontier ({address.where}) and would be lost: "
            "run `newsbot collect` first; --with-outbox drops them too."
        )


def _there(connection: Pg) -> bool:
    row = connection.execute("SELECT to_regclass('newsbot.about') IS NOT NULL").fetchone()
    return row is not None and bool(row[0])


def _none(address: Address) -> FrontierUnusable:
    return FrontierUnusable(
        f"There is no shared frontier in that database ({address.where}): `newsbot frontier init` makes one, "
        "and `newsbot frontier fill` makes one of an archive."
    )


def _crawlers(connection: Pg) -> list[Crawler]:
    return [Crawler(*row) for row in connection.execute(_CRAWLERS)]


def _looked(connection: Pg, address: Address, frontier: str, now: datetime) -> Overview:
    asked = {"now": now}
    due, later, leased, parked, known, next_due_at = _row(connection, _URLS, asked)
    hosts, owned, paused, expired = _row(connection, _HOSTS, asked)
    waiting, waiting_bytes, waiting_for = _row(connection, _OUTBOX)
    (sources,) = _row(connection, "SELECT count(*) FROM newsbot.sources WHERE state = 'active'")
    archive = connection.execute("SELECT value FROM newsbot.about WHERE name = 'archive_at'").fetchone()
    return Overview(
        frontier=frontier,
        where=address.where,
        archive=archive[0] if archive is not None else None,
        sources=sources,
        crawlers=tuple(_crawlers(connection)),
        due=due,
        later=later,
        next_due_at=next_due_at,
        leased=leased,
        parked=parked,
        known=known,
        hosts=hosts,
        owned=owned,
        paused=paused,
        expired=expired,
        waiting=waiting,
        waiting_bytes=waiting_bytes,
        waiting_for=waiting_for,
        aside={str(why): int(number) for why, number in connection.execute(_ASIDE)},
    )


def _row(connection: Pg, sql: Any, asked: Any = None) -> Any:
    row = connection.execute(sql, asked).fetchone()
    assert row is not None  # an aggregate has always one
    return row
