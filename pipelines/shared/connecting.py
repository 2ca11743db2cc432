"""Connections to the shared frontier, and what their faults mean in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pipelines.errors import ConfigurationError, NewsbotError, NoRoom
from pipelines.shared.faults import FrontierUnusable
from pipelines.shared.secrecy import masked, without

Pg = Connection[tuple[Any, ...]]

_CONNECT_SECONDS: Final = 5
_SILENCE: Final = (
    15.0  # seconds without a sign of the server's machine after which the connection counts as lost
)
_FATAL: Final = re.compile(r"FATAL:\s+(.+)")
_PORTS: Final = re.compile(r"\d*(,\d*)*")  # of each host
_CONFLICTS: Final = frozenset(("40001", "40P01", "55P03"))  # the other transaction won: once more
_STARTING: Final = re.compile(
    r"the database system is (?:starting up|shutting down|in recovery|not yet accepting)"
)


class Address:
    """Where the frontier is, as `--frontier` or NEWSBOT_FRONTIER says it."""

    def __init__(self, dsn: str) -> None:
        """Raises ConfigurationError where `dsn` is no address of a PostgreSQL database; it is not repeated then."""
        try:
            parts = conninfo_to_dict(dsn)
        except psycopg.Error:  # its text would repeat parts of the address, passwords among them
            parts = {"port": "none"}
        if not _PORTS.fullmatch(str(parts.get("port", ""))):
            raise ConfigurationError(
                "The address of the shared frontier cannot be read: write it as postgresql://user@host:5432/database "
                "(letters like @ : / ? in a password as %40 %3A %2F %3F)."
            )
        if any("@" in str(parts.get(name, "")) for name in ("host", "hostaddr")):
            raise ConfigurationError(
                "The address of the shared frontier has more than one @: write that of the password as %40."
            )
        self._dsn = dsn
        self._secrets = [str(parts[name]) for name in ("password", "sslpassword") if parts.get(name)]
        self.where = _where(parts)

    def __repr__(self) -> str:
        return f"Address({self.where})"

    def connect(self, lease: float, name: str) -> Pg:
        """A connection with autocommit. Raises FrontierUnusable with a sentence; `is_passing` tells whether to try again."""
        try:
            connection = psycopg.connect(
                make_conninfo(
                    self._dsn,
                    application_name=name[:63],
                    connect_timeout=_CONNECT_SECONDS,
                    keepalives_idle=5,
                    keepalives_interval=3,
                    keepalives_count=3,
                    tcp_user_timeout=round(1000 * min(_SILENCE, max(1.0, lease / 2))),
                ),
                autocommit=True,
            )
        except psycopg.Error as error:
            raise Unreachable(self._unreachable(error), passing=_may_pass(str(error))) from error
        try:
            # A crawler that was stopped in the middle of a transaction must not hold others up for ever.
            idle = sql.Literal(f"{max(5.0, 2 * lease):.0f}s")
            connection.execute("SET TIME ZONE 'UTC'")
            connection.execute(sql.SQL("SET idle_in_transaction_session_timeout = {}").format(idle))
        except psycopg.Error as error:
            connection.close()
            raise Unreachable(self._unreachable(error), passing=True) from error
        return connection

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """What goes wrong in it is told as a NewsbotError."""
        try:
            yield
        except psycopg.Error as error:
            raise self.sentence(error) from error

    def sentence(self, error: psycopg.Error) -> NewsbotError:
        """What a fault of the server says to people."""
        told = without(masked(_first_line(error)), self._secrets)
        state = error.sqlstate or ""
        if state == "53100":
            return NoRoom(
                f"The disk of the shared frontier ({self.where}) is full: make room there and run again."
            )
        if state == "42501":
            return FrontierUnusable(
                f"The user of the shared frontier ({self.where}) lacks a right there ({told}): let the owner of the schema "
                "newsbot GRANT it."
            )
        if state == "25006":
            return FrontierUnusable(
                f"The shared frontier ({self.where}) only lets itself be read: is it a standby? Name the primary."
            )
        if state in ("42P01", "42703", "3F000"):
            return FrontierUnusable(
                f"The tables of the shared frontier ({self.where}) are not as newsbot made them ({told})."
            )
        return FrontierUnusable(f"The shared frontier ({self.where}) failed: {told}.")

    def lost(self, error: psycopg.Error, seconds: float) -> NewsbotError:
        """What is said when the server stayed away for longer than the leases last."""
        told = without(masked(_first_line(error)), self._secrets)
        return FrontierUnusable(
            f"The shared frontier ({self.where}) has not answered for {seconds:.0f} seconds ({told}); other crawlers may take "
            "over the hosts of this one, so it ends. What was not committed is visited again; run it again."
        )

    def _unreachable(self, error: psycopg.Error) -> str:
        text = str(error)
        fatal = _FATAL.search(text)
        told = without(masked(fatal.group(1) if fatal else _first_line(error)), self._secrets)
        if "password" in text or "authentication failed" in text:
            advice = "check user name and password (PGPASSWORD and ~/.pgpass are read too)"
        elif "does not exist" in told and "database" in told:
            advice = "make it with createdb, or check the name"
        else:
            advice = "check the address, and whether the server runs and lets this machine in"
        return f"The shared frontier ({self.where}) cannot be reached: {told}; {advice}."


class Unreachable(FrontierUnusable):
    """No connection could be made; `passing` where it may come to be one soon."""

    def __init__(self, text: str, *, passing: bool) -> None:
        super().__init__(text)
        self.passing = passing


def is_conflict(error: psycopg.Error) -> bool:
    """Whether two transactions stood in each other's way, so that this one is simply made once more."""
    return (error.sqlstate or "") in _CONFLICTS


def is_lost(error: psycopg.Error, connection: Pg) -> bool:
    """Whether the connection is gone: another one may do."""
    state = error.sqlstate or ""
    return (
        connection.closed
        or connection.broken
        or state.startswith("08")
        or state in ("57P01", "57P02", "57P03")
    )


def _may_pass(text: str) -> bool:
    """Whether a connection that failed so may succeed later: not where the server said no."""
    fatal = _FATAL.search(text)
    if fatal is None:
        return "password" not in text
    return bool(
        _STARTING.search(fatal.group(1)) or "too many" in text or "remaining connection slots" in text
    )


def _first_line(error: psycopg.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__


def _where(parts: dict[str, Any]) -> str:
    host = parts.get("host") or parts.get("hostaddr") or "this machine"
    port = f":{parts['port']}" if parts.get("port") else ""
    database = f", database {parts['dbname']}" if parts.get("dbname") else ""
    return f"{host}{port}{database}"
