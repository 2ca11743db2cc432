"""An archive's frontier becomes a shared one: what is due stays due, and nothing is fetched twice for the move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString

from pipelines.shared import wire
from pipelines.shared.collecting import Outbox
from pipelines.shared.connecting import Pg
from pipelines.store import handing_over
from pipelines.store.handing_over import HandedHost, HandedUrl
from pipelines.store.judgement import Judgement
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import words

_URLS: Final[
    LiteralString
] = """key, url, source, kind, host, state, due_at, first_due_at, visits, failures, quiet, depth,
    named, why, missing_since, etag, last_modified, found, known"""
_HOSTS: Final[LiteralString] = (
    """host, retry_at, failures, crawl_delay, robots, robots_status, robots_at, robots_from"""
)
_SOURCE: Final = """
INSERT INTO newsbot.sources (id, planned, state, first_seen_at, planned_at) VALUES (%s, %s, 'active', %s, %s)
ON CONFLICT (id) DO NOTHING"""
_OTHER_HOSTS: Final = """
INSERT INTO newsbot.hosts (host) SELECT DISTINCT host FROM newsbot.frontier ON CONFLICT (host) DO NOTHING"""
_STEP: Final = 1000  # rows between two words on how far it is


@dataclass(frozen=True, slots=True)
class Filled:
    """What was new to the shared frontier."""

    urls: int
    settled: int  # addresses that need no visit: other addresses of articles, and what was taken down
    hosts: int
    sources: int
    known: int  # articles among the URLs of the archive
    due: int  # URLs that are due now


def fill(
    outbox: Outbox,
    archive: sqlite3.Connection,
    judgement: Judgement,
    now: datetime,
    advanced: Callable[[int], None] = lambda _: None,
) -> Filled:
    """Puts into the shared frontier what the archive knows, in one transaction; what is there already stays as it is.

    `archive` only reads; whoever calls holds its run lock, so that nothing of it is leased. Raises FrontierUnusable.
    """
    with outbox.transaction() as pg:
        known = 0

        def urls() -> Iterable[HandedUrl]:
            nonlocal known
            for number, one in enumerate(handing_over.urls(archive), 1):
                known += one.known is not None
                if number % _STEP == 0:
                    advanced(_STEP)
                yield one

        planned = handing_over.sources(archive)
        for source in planned:
            pg.execute(_SOURCE, (words(source.id), wire.encode_source(source), now, now))
        new = _copy(pg, "frontier", _URLS, map(_url_row, urls()))
        settled = _copy(pg, "frontier", _URLS, map(_url_row, handing_over.settled_urls(archive, judgement)))
        hosts = _copy(pg, "hosts", _HOSTS, map(_host_row, handing_over.hosts(archive)))
        pg.execute(_OTHER_HOSTS)
        due = pg.execute(
            "SELECT count(*) FROM newsbot.frontier WHERE state = 'due' AND due_at <= %s", (now,)
        ).fetchone()
        return Filled(new, settled, hosts, len(planned), known, int(due[0]) if due else 0)


def _copy(pg: Pg, table: LiteralString, columns: LiteralString, rows: Iterable[Sequence[Any]]) -> int:
    """Rows into a table, by COPY and past those that are there; gives the number of new ones."""
    pg.execute(f"CREATE TEMP TABLE filling ON COMMIT DROP AS SELECT {columns} FROM newsbot.{table} LIMIT 0")  # noqa: S608
    with pg.cursor() as cursor:
        with cursor.copy(f"COPY filling ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO newsbot.{table} ({columns}) SELECT {columns} FROM filling ON CONFLICT DO NOTHING"  # noqa: S608
        )
        new = cursor.rowcount
    pg.execute("DROP TABLE filling")
    return new


def _url_row(one: HandedUrl) -> Sequence[Any]:
    return (
        one.key,
        words(one.url),
        words(one.source),
        one.kind.value,
        one.host,
        one.state,
        one.due_at,
        one.first_due_at,
        one.visits,
        one.failures,
        one.quiet,
        one.depth,
        one.named,
        one.why,
        one.missing_since,
        one.etag,
        one.last_modified,
        wire.encode_found(one.found),
        wire.encode_known(one.known) if one.known is not None else None,
    )


def _host_row(one: HandedHost) -> Sequence[Any]:
    return (
        one.host,
        one.retry_at,
        one.failures,
        one.crawl_delay,
        one.robots,
        one.robots_status,
        one.robots_at,
        one.robots_from,
    )
