"""What an archive hands over to a frontier that several crawlers share: URLs with all that is known of them, and hosts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pipelines.decisions import KnownArticle
from pipelines.items import Found, Kind, Via
from pipelines.store.evidence import found_of
from pipelines.store.judgement import Judgement
from pipelines.store.known import known_article, missing_since
from pipelines.store.planning import PlannedSource
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import moment

_AT_ONCE: Final = 1000  # rows
_FRONTIER: Final = """
SELECT f.key, f.url, f.source, f.kind, f.host, CASE f.state WHEN 'parked' THEN 'parked' ELSE 'due' END, f.due_at,
    f.visits, f.failures, f.quiet, f.depth, f.why, f.first_due_at, f.etag, f.last_modified, u.article IS NOT NULL
FROM frontier f LEFT JOIN urls u ON u.key = f.key WHERE f.key > ? ORDER BY f.key LIMIT ?"""
# They need no visit: other addresses of articles, articles that came by a merge or a backfill, what was taken down.
_SETTLED: Final = """
SELECT key, url, source, first_seen_at FROM urls u WHERE key > :after AND article IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM frontier f WHERE f.key = u.key)
UNION
SELECT t.key, coalesce(u.url, t.key), coalesce(u.source, ''), coalesce(u.first_seen_at, t.made_at)
    FROM tombstones t LEFT JOIN urls u ON u.key = t.key
    WHERE t.key > :after AND NOT EXISTS (SELECT 1 FROM frontier f WHERE f.key = t.key)
ORDER BY 1 LIMIT :limit"""
_SOURCES: Final = """
SELECT id, name, homepage, country, language, timezone, store, publish, every, noarchive, retain_days FROM sources
WHERE state = 'active' ORDER BY id"""
_LISTINGS: Final = """
SELECT f.url, f.kind FROM frontier f WHERE f.source = ? AND f.kind != 'article' AND f.state != 'parked'
AND EXISTS (SELECT 1 FROM evidence WHERE key = f.key AND kind = 'found' AND origin = 'sources') ORDER BY f.url"""
_HOSTS: Final = """
SELECT host, retry_at, failures, crawl_delay, robots, robots_status, robots_at, robots_from FROM hosts ORDER BY host"""


@dataclass(frozen=True, slots=True)
class HandedUrl:
    """A row of the frontier with all that is known of its URL."""

    key: str
    url: str
    source: str
    kind: Kind
    host: str
    state: str  # due or parked: whoever hands over holds the run lock, so nothing is leased
    due_at: datetime
    first_due_at: datetime
    visits: int = 0
    failures: int = 0
    quiet: int = 0
    depth: int = 0
    named: bool = False  # of a listing: sources.toml names it
    why: str | None = None
    missing_since: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    found: tuple[Found, ...] = ()
    known: KnownArticle | None = None


@dataclass(frozen=True, slots=True)
class HandedHost:
    """What a host asked of us."""

    host: str
    retry_at: datetime | None
    failures: int
    crawl_delay: float | None
    robots: str | None
    robots_status: int | None
    robots_at: datetime | None
    robots_from: str | None


def urls(connection: sqlite3.Connection) -> Iterator[HandedUrl]:
    """Every URL of the frontier, by key; memory stays flat."""
    after = ""
    while rows := connection.execute(_FRONTIER, (after, _AT_ONCE)).fetchall():
        after = rows[-1][0]
        found = found_of(connection, [row[0] for row in rows])
        for row in rows:
            yield _handed(connection, row, found.get(row[0], ()))


def settled_urls(connection: sqlite3.Connection, judgement: Judgement) -> Iterator[HandedUrl]:
    """URLs that the archive has never to visit, though a listing may name them again; by key."""
    after = ""
    while rows := connection.execute(_SETTLED, {"after": after, "limit": _AT_ONCE}).fetchall():
        after = rows[-1][0]
        for key, url, source, first_seen_at in rows:
            at = _at(first_seen_at)
            yield HandedUrl(key, url, source, Kind.ARTICLE, judgement.host_of(url), "parked", at, at)


def sources(connection: sqlite3.Connection) -> list[PlannedSource]:
    """The active sources as the archive has them; what only sources.toml knows comes with the first crawl."""
    rows = connection.execute(_SOURCES).fetchall()
    return [
        PlannedSource(
            id=name,
            name=told,
            homepage=homepage,
            country=country,
            language=language,
            timezone=timezone,
            store=store,
            publish=publish,
            every=every,
            noarchive=noarchive,
            retain=days * 86_400 if days is not None else None,
            listings=tuple((url, Kind(kind)) for url, kind in connection.execute(_LISTINGS, (name,))),
        )
        for name, told, homepage, country, language, timezone, store, publish, every, noarchive, days in rows
    ]


def hosts(connection: sqlite3.Connection) -> Iterator[HandedHost]:
    """Every host with a history, by name."""
    for host, retry_at, failures, crawl_delay, robots, status, robots_at, asked in connection.execute(_HOSTS):
        yield HandedHost(
            host, moment(retry_at), failures, crawl_delay, robots, status, moment(robots_at), asked
        )


def _handed(connection: sqlite3.Connection, row: Sequence[object], found: tuple[Found, ...]) -> HandedUrl:
    (
        key,
        url,
        source,
        kind,
        host,
        state,
        due_at,
        visits,
        failures,
        quiet,
        depth,
        why,
        first,
        etag,
        modified,
        had,
    ) = row
    article = kind == Kind.ARTICLE.value
    return HandedUrl(
        key=str(key),
        url=str(url),
        source=str(source),
        kind=Kind(str(kind)),
        host=str(host),
        state=str(state),
        due_at=_at(due_at),
        first_due_at=_at(first),
        visits=_number(visits),
        failures=_number(failures),
        quiet=_number(quiet),
        depth=_number(depth),
        named=not article and any(link.via is Via.SOURCES for link in found),
        why=_word(why),
        missing_since=missing_since(connection, str(key)) if article and failures else None,
        etag=_word(etag),
        last_modified=_word(modified),
        found=found,
        known=known_article(connection, str(key)) if article and had else None,
    )


def _at(stored: object) -> datetime:
    return moment(str(stored)) or datetime(1970, 1, 1, tzinfo=UTC)


def _number(stored: object) -> int:
    return stored if isinstance(stored, int) else 0


def _word(stored: object) -> str | None:
    return None if stored is None else str(stored)
