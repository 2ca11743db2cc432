"""Reaching the PostgreSQL server of a shared frontier: its address without the password, and its faults as sentences."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pipelines.shared.faults import FrontierUnusable

# What an address may say otherwise. A line that went dead (a machine switched off, a cable) is noticed in a minute.
_UNLESS_SAID: Final = {
    "connect_timeout": "10",
    "application_name": "newsbot",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "client_encoding": "UTF8",
}
_LONGEST: Final = 300  # characters of a server's words


def conninfo(dsn: str, **said: str) -> str:
    """An address with what newsbot wants of a connection. Raises FrontierUnusable where it is none."""
    given = _parts(dsn)
    wanted = {**_UNLESS_SAID, **said}
    return make_conninfo(dsn, **{name: value for name, value in wanted.items() if name not in given})


def connect(dsn: str, **said: str) -> Connection[tuple[Any, ...]]:
    """A connection in autocommit: transactions are begun where they are needed. Raises FrontierUnusable."""
    try:
        return psycopg.connect(conninfo(dsn, **said), autocommit=True)
    except psycopg.Error as error:
        raise unreachable(dsn, error) from error


def masked(dsn: str) -> str:
    """The address without password, for people: postgresql://user@machine:5432/database."""
    given = _parts(dsn)
    user = f"{given['user']}@" if given.get("user") else ""
    machine = str(given.get("host") or given.get("hostaddr") or "")
    machine = f"[{machine}]" if machine.startswith("/") else machine
    port = f":{given['port']}" if given.get("port") else ""
    return f"postgresql://{user}{machine}{port}/{given.get('dbname') or ''}"


def unreachable(dsn: str, error: psycopg.Error) -> FrontierUnusable:
    """The sentence for a server that does not let us in."""
    return FrontierUnusable(
        f"The shared frontier {masked(dsn)} cannot be reached ({said_by(error, dsn)}): "
        "check the address, and that the server runs and lets this machine in."
    )


def went_away(dsn: str, error: psycopg.Error) -> FrontierUnusable:
    """The sentence for a server that was there and failed."""
    return FrontierUnusable(
        f"The shared frontier {masked(dsn)} failed ({said_by(error, dsn)}). What was committed is kept: run it again."
    )


def said_by(error: psycopg.Error, dsn: str) -> str:
    """What the server or the library said, in one line, never with the password."""
    told = " ".join((error.diag.message_primary or str(error) or type(error).__name__).split())
    password = str(_parts(dsn).get("password") or "")
    return (told.replace(password, "***") if password else told)[:_LONGEST].rstrip(". ")


def _parts(dsn: str) -> dict[str, Any]:
    try:
        given = conninfo_to_dict(dsn)
    except psycopg.Error:  # whose words would repeat the address, with what may be a password
        given = {}
    if not given or not dsn.startswith(("postgresql://", "postgres://")):
        raise FrontierUnusable(
            "The address of the shared frontier is none that PostgreSQL takes: "
            "write it as postgresql://user:password@machine/database, with % escapes for signs in the password."
        ) from None
    return given
