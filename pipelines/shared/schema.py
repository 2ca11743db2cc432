"""The tables of the shared frontier, in the schema `newsbot` of a PostgreSQL database; made once, checked each time."""

from __future__ import annotations

from typing import Final, LiteralString
from uuid import uuid4

import psycopg
from psycopg import Connection

from pipelines.shared.faults import FrontierUnusable

VERSION: Final = 1  # of the tables; a crawler that knows another one keeps away
LEAST_SERVER: Final = 130_000  # PostgreSQL 13, the oldest that is still in Debian's care
_MAKING: Final = 0x6E657773626F74  # "newsbot": the advisory lock of whoever makes the tables

# Columns that end in _at hold instants. Those of leases (owned_until, next_at, seen_at) are by the server's clock, as
# the machines' own may differ; what is due and when (due_at, first_due_at, retry_at) is by the crawler's, as in archive.db.
TABLES: Final[tuple[LiteralString, ...]] = (
    "CREATE SCHEMA IF NOT EXISTS newsbot",
    # id (of this frontier, a UUID), version (of the tables); archive and archive_at (id and path of the one that collects)
    "CREATE TABLE IF NOT EXISTS newsbot.about (name text PRIMARY KEY, value text NOT NULL)",
    """CREATE TABLE IF NOT EXISTS newsbot.runs (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        crawler text NOT NULL, -- name of the crawler, the same in its next run
        machine text NOT NULL,
        started_at timestamptz NOT NULL, -- by the crawler's clock
        seen_at timestamptz NOT NULL, -- last sign of life, by the server's clock
        lease double precision NOT NULL, -- seconds that its leases outlive its last sign of life
        ended_at timestamptz,
        state text NOT NULL, -- running, finished, stopped or killed
        exit_code integer,
        ended_by text, -- what ended it before its work was done
        version text NOT NULL, -- of newsbot
        reading text NOT NULL, -- version of the reading
        command text NOT NULL, -- without passwords
        place text, -- URL of the folder of its captures
        requests integer NOT NULL DEFAULT 0,
        received_bytes bigint NOT NULL DEFAULT 0,
        counts jsonb NOT NULL DEFAULT '{}' -- by source and outcome, as the crawler saw them
    )""",
    """CREATE TABLE IF NOT EXISTS newsbot.sources (
        id text PRIMARY KEY,
        planned jsonb NOT NULL, -- the source as sources.toml says (PlannedSource)
        state text NOT NULL, -- active or retired
        first_seen_at timestamptz NOT NULL,
        planned_at timestamptz NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS newsbot.frontier (
        key text COLLATE "C" PRIMARY KEY,
        url text NOT NULL,
        source text NOT NULL,
        kind text NOT NULL, -- homepage, feed, sitemap, section or article
        host text COLLATE "C" NOT NULL,
        state text NOT NULL DEFAULT 'due', -- due, leased or parked
        due_at timestamptz NOT NULL,
        run bigint, -- that leased or visited it last
        visits integer NOT NULL DEFAULT 0,
        failures integer NOT NULL DEFAULT 0, -- in a row
        quiet integer NOT NULL DEFAULT 0, -- of a listing: visits in a row that brought nothing new
        depth integer NOT NULL DEFAULT 0, -- of a listing: listings between sources.toml and this one
        named boolean NOT NULL DEFAULT false, -- of a listing: sources.toml names it
        why text, -- it is due then, in words
        first_due_at timestamptz NOT NULL, -- revisits count from here
        missing_since timestamptz, -- first of the 404s since the page was last there
        etag text, -- of an article: of the answer that the archive has
        last_modified text,
        found jsonb NOT NULL DEFAULT '[]', -- what listings said of it (Found), at most 20
        known jsonb -- the article as the archive had it last (KnownArticle, without texts); null: it has none
    )""",
    "CREATE INDEX IF NOT EXISTS frontier_due ON newsbot.frontier (host, kind, due_at) WHERE state = 'due'",
    "CREATE INDEX IF NOT EXISTS frontier_soon ON newsbot.frontier (due_at) WHERE state = 'due'",
    "CREATE INDEX IF NOT EXISTS frontier_leased ON newsbot.frontier (host) WHERE state = 'leased'",
    "CREATE INDEX IF NOT EXISTS frontier_listings ON newsbot.frontier (source, kind) WHERE kind <> 'article'",
    """CREATE TABLE IF NOT EXISTS newsbot.hosts (
        host text COLLATE "C" PRIMARY KEY,
        owner bigint, -- run that may ask it; null: none
        owned_until timestamptz, -- after it another run may take the host
        next_at timestamptz, -- not to be asked before, whoever owns it
        retry_at timestamptz, -- the host wants no request before
        failures integer NOT NULL DEFAULT 0, -- in a row
        crawl_delay double precision, -- seconds
        robots text,
        robots_status integer,
        robots_at timestamptz,
        robots_from text -- address at which it was asked for
    )""",
    "CREATE INDEX IF NOT EXISTS hosts_owner ON newsbot.hosts (owner) WHERE owner IS NOT NULL",
    """CREATE TABLE IF NOT EXISTS newsbot.outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        run bigint NOT NULL,
        key text COLLATE "C" NOT NULL,
        visits integer NOT NULL, -- of the frontier's row, with this one
        visit bytea NOT NULL, -- wire.encode_visit
        made_at timestamptz NOT NULL, -- by the server's clock
        aside text, -- why it cannot be collected, in words; null: it waits for its turn
        holds boolean NOT NULL DEFAULT false -- a newer newsbot can collect it: later visits of its key wait for that
    )""",
    "CREATE INDEX IF NOT EXISTS outbox_aside ON newsbot.outbox (key) WHERE aside IS NOT NULL",
    # WARC files that went from the machine that made them to where all can read them.
    """CREATE TABLE IF NOT EXISTS newsbot.moved (
        file text NOT NULL, -- name of the file
        before text NOT NULL, -- place that its captures had when they were made
        place text NOT NULL, -- where it lies now, as a URL that ends in a folder
        bytes bigint NOT NULL, -- its size
        moved_at timestamptz NOT NULL, -- by the server's clock
        collected_at timestamptz, -- since when the archive knows; null: it does not yet
        PRIMARY KEY (file, before)
    )""",
)


def prepare(connection: Connection[tuple[object, ...]]) -> str:
    """Makes the tables where they are not there yet, and gives the id of the frontier.

    A user without the right to create anything may use tables that another one made. Raises FrontierUnusable where
    the server or its tables cannot be used, psycopg.Error where the server fails.
    """
    if connection.info.server_version < LEAST_SERVER:
        raise FrontierUnusable(
            f"The shared frontier needs PostgreSQL {LEAST_SERVER // 10_000} or newer; "
            f"this server is {_spoken(connection.info.server_version)}."
        )
    encoding = connection.info.parameter_status("server_encoding") or "UTF8"
    if encoding != "UTF8":
        raise FrontierUnusable(
            f"The database {connection.info.dbname} keeps its texts in {encoding}, in which not every headline can be "
            "written: make one with ENCODING 'UTF8' (and TEMPLATE template0)."
        )
    with connection.transaction():
        about = _about(connection)
    if not about:
        about = _make(connection)
    return _checked(about)


def _spoken(number: int) -> str:
    """130012 as 13.12, 90624 as 9.6.24."""
    if number >= 100_000:
        return f"{number // 10_000}.{number % 10_000}"
    return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"


def _about(connection: Connection[tuple[object, ...]]) -> dict[str, str]:
    # Not to_regclass(): after a wait for an advisory lock it still says what it knew before (measured).
    there = "SELECT 1 FROM pg_tables WHERE schemaname = 'newsbot' AND tablename = 'about'"
    if connection.execute(there).fetchone() is None:
        return {}
    return {
        str(name): str(value) for name, value in connection.execute("SELECT name, value FROM newsbot.about")
    }


def _make(connection: Connection[tuple[object, ...]]) -> dict[str, str]:
    try:
        with connection.transaction():
            connection.execute(
                "SELECT pg_advisory_xact_lock(%s)", (_MAKING,)
            )  # two that begin at once make one
            about = _about(connection)
            if about:
                return about
            for statement in TABLES:
                connection.execute(statement)
            connection.execute(
                "INSERT INTO newsbot.about (name, value) VALUES ('id', %s), ('version', %s)",
                (str(uuid4()), str(VERSION)),
            )
            return _about(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        raise FrontierUnusable(
            f"The user {connection.info.user} may not make the schema newsbot in the database {connection.info.dbname}: "
            f'let its owner say GRANT CREATE ON DATABASE "{connection.info.dbname}" TO "{connection.info.user}".'
        ) from error


def _checked(about: dict[str, str]) -> str:
    version = about.get("version", "")
    if not version.isdigit() or "id" not in about:
        raise FrontierUnusable(
            "The schema newsbot of this database is no frontier of newsbot's: take another database."
        )
    if int(version) > VERSION:
        raise FrontierUnusable(
            f"The shared frontier was made by a newer newsbot (its tables are version {version}, this newsbot knows "
            f"{VERSION}): bring newsbot up to date on this machine."
        )
    return about["id"]
