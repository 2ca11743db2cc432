"""Leases of hosts and of the work at them: who may ask whom, and for how long. Each function in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any, Final, LiteralString

from psycopg.rows import namedtuple_row

from pipelines.items import LISTINGS, Kind, Lease
from pipelines.shared.connecting import Pg
from pipelines.shared.wire import decode_found

# A request may begin until half of a lease is over; after the whole of it and the longest delay others may take the
# host: `owned_until` is never sooner than the last request and its delay.
UNTIL: Final[LiteralString] = """clock_timestamp()
    + make_interval(secs => %(lease)s + greatest(%(delay)s, least(coalesce(crawl_delay, 0), 60)))"""
_READY: Final[
    LiteralString
] = """f.state = 'due' AND f.due_at <= %(now)s AND (f.run IS NULL OR f.run <> %(run)s)
    AND f.source = ANY(%(sources)s) AND (%(keys)s::text[] IS NULL OR f.key = ANY(%(keys)s::text[]))"""
_RESTED: Final[LiteralString] = """(h.retry_at IS NULL OR h.retry_at <= %(now)s)
    AND (h.next_at IS NULL OR h.next_at <= clock_timestamp())"""

_FREE_THE_DEAD: Final[LiteralString] = """
WITH dead AS (
    SELECT host FROM newsbot.hosts WHERE owner IS NOT NULL AND owner <> %(run)s AND owned_until < clock_timestamp()
    FOR UPDATE SKIP LOCKED),
freed AS (
    UPDATE newsbot.hosts h SET owner = NULL, owned_until = NULL FROM dead WHERE h.host = dead.host RETURNING h.host)
UPDATE newsbot.frontier f SET state = 'due', run = NULL FROM freed
WHERE f.host = freed.host AND f.state = 'leased'"""
_CALL_DEAD: Final[LiteralString] = """
UPDATE newsbot.runs SET state = 'killed' WHERE state = 'running' AND id <> %(run)s
AND seen_at < clock_timestamp() - make_interval(secs => 2 * lease + %(delay)s + 60)"""
_FREE_THEIRS: Final[LiteralString] = """
UPDATE newsbot.frontier f SET state = 'due', run = NULL FROM newsbot.runs r
WHERE f.state = 'leased' AND r.id = f.run AND r.state <> 'running'"""
_RENEW = f"UPDATE newsbot.hosts SET owned_until = {UNTIL} WHERE owner = %(run)s RETURNING host"  # noqa: S608
_LIVING: Final[LiteralString] = """
SELECT count(*) FROM newsbot.runs
WHERE state = 'running' AND seen_at > clock_timestamp() - make_interval(secs => lease)"""
_WANTED_HOSTS: Final[LiteralString] = """
SELECT count(*) FROM (SELECT 1 FROM newsbot.hosts h WHERE (h.retry_at IS NULL OR h.retry_at <= %(now)s) AND (
    EXISTS (SELECT 1 FROM newsbot.frontier f WHERE f.host = h.host AND f.state = 'due' AND f.due_at <= %(now)s
            AND f.source = ANY(%(sources)s))
    OR EXISTS (SELECT 1 FROM newsbot.frontier f WHERE f.host = h.host AND f.state = 'leased'))
    LIMIT %(limit)s) wanted"""
_LEASE: Final[LiteralString] = """
UPDATE newsbot.frontier SET state = 'leased', run = %(run)s WHERE key = ANY(%(keys)s) AND state = 'due'
RETURNING key, url, source, kind, host, visits, etag, last_modified, found::text"""
_LET_GO: Final[LiteralString] = """
UPDATE newsbot.hosts h SET owner = NULL, owned_until = NULL,
    next_at = clock_timestamp() + make_interval(secs => gone.wait)
FROM unnest(%(hosts)s::text[], %(waits)s::float8[]) AS gone(host, wait) WHERE h.host = gone.host AND h.owner = %(run)s"""
_OTHERS = f"""
SELECT EXISTS (SELECT 1 FROM newsbot.hosts h WHERE h.owner IS DISTINCT FROM %(run)s
    AND (h.retry_at IS NULL OR h.retry_at <= %(now)s) AND (
    EXISTS (SELECT 1 FROM newsbot.frontier f WHERE f.host = h.host AND {_READY})
    OR h.owner IS NOT NULL AND EXISTS (SELECT 1 FROM newsbot.frontier f WHERE f.host = h.host AND f.state = 'leased'
               AND f.source = ANY(%(sources)s))))"""  # noqa: S608
_CLAIM_ONE = f"""
WITH before AS (SELECT host, owner FROM newsbot.hosts WHERE host = %(host)s
    AND (owner IS NULL OR owner = %(run)s OR owned_until < clock_timestamp()) FOR UPDATE),
freed AS (UPDATE newsbot.frontier f SET state = 'due', run = NULL FROM before
    WHERE f.host = before.host AND f.state = 'leased' AND before.owner <> %(run)s)
UPDATE newsbot.hosts h SET owner = %(run)s, owned_until = {UNTIL} FROM before WHERE h.host = before.host
RETURNING coalesce(extract(epoch FROM h.next_at - clock_timestamp()), 0)::float8"""  # noqa: S608
# Two questions, of listings (True) and of articles: each goes through the index (host, kind, due_at), and no further
# than it must.
_OF_KIND: Final[dict[bool, LiteralString]] = {True: "f.kind <> 'article'", False: "f.kind = 'article'"}
_CLAIM = {
    listings: f"""
WITH free AS (
    SELECT h.host FROM newsbot.hosts h WHERE h.owner IS NULL AND h.host <> ALL(%(busy)s) AND {_RESTED}
    AND EXISTS (SELECT 1 FROM newsbot.frontier f WHERE f.host = h.host AND {kind} AND {_READY})
    LIMIT %(hosts)s FOR UPDATE OF h SKIP LOCKED)
UPDATE newsbot.hosts h SET owner = %(run)s, owned_until = {UNTIL} FROM free WHERE h.host = free.host
RETURNING h.host"""  # noqa: S608
    for listings, kind in _OF_KIND.items()
}
_DUE = {
    listings: f"""
SELECT h.host, f.key FROM newsbot.hosts h CROSS JOIN LATERAL (
    SELECT f.key, f.due_at FROM newsbot.frontier f WHERE f.host = h.host AND {kind} AND {_READY}
    ORDER BY f.due_at LIMIT %(per_host)s) f
WHERE h.host = ANY(%(hosts)s) AND h.owner = %(run)s AND (h.retry_at IS NULL OR h.retry_at <= %(now)s)
ORDER BY f.due_at"""  # noqa: S608
    for listings, kind in _OF_KIND.items()
}
_WITH_WORK = f"""
SELECT h.host FROM newsbot.hosts h WHERE h.host = ANY(%(hosts)s) AND (h.retry_at IS NULL OR h.retry_at <= %(now)s)
AND EXISTS (SELECT 1 FROM newsbot.frontier f WHERE f.host = h.host AND {_READY})"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all leases of one run."""

    run: int
    lease: float  # seconds
    delay: float  # seconds; the longest that a source of the run wants between two requests to a host

    def asked(self, **more: object) -> dict[str, object]:
        """Parameters for a statement."""
        return {"run": self.run, "lease": self.lease, "delay": self.delay, **more}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a lease is to bring."""

    limit: int
    now: datetime  # by the crawler's clock
    per_host: int
    sources: Sequence[str]
    kinds: Collection[Kind]
    keys: Sequence[str] | None = None  # no others

    def asked(self) -> dict[str, object]:
        """Parameters for a statement."""
        keys = list(self.keys) if self.keys is not None else None
        return {"now": self.now, "sources": list(self.sources), "keys": keys}

    @property
    def groups(self) -> list[bool]:
        """True for listings, False for articles; listings come first."""
        return [
            listings
            for listings, group in ((True, LISTINGS), (False, (Kind.ARTICLE,)))
            if any(kind in self.kinds for kind in group)
        ]


def free_the_dead(connection: Pg, terms: Terms) -> int:
    """Frees the hosts and leases of crawlers that have not renewed them; gives the number of leases."""
    freed = connection.execute(_FREE_THE_DEAD, terms.asked()).rowcount
    if connection.execute(_CALL_DEAD, terms.asked()).rowcount:
        freed += connection.execute(_FREE_THEIRS).rowcount
    return freed


def renew(connection: Pg, terms: Terms) -> set[str]:
    """Renews the leases of all hosts of the run, and gives them."""
    return {host for (host,) in connection.execute(_RENEW, terms.asked())}


def share(connection: Pg, now: datetime, sources: Sequence[str], most: int) -> int | None:
    """How many hosts a crawler takes where several live, so that each has as many; None where there are plenty."""
    row = connection.execute(_LIVING).fetchone()
    living = row[0] if row is not None else 1
    if living <= 1:
        return None
    limit = most * living
    row = connection.execute(_WANTED_HOSTS, {"now": now, "sources": list(sources), "limit": limit}).fetchone()
    wanted = row[0] if row is not None else 0
    return None if wanted >= limit else max(1, -(-wanted // living))


def claim(connection: Pg, terms: Terms, wish: Wish, busy: Sequence[str], hosts: int) -> list[str]:
    """Takes up to `hosts` free hosts with due work, and gives them."""
    if hosts < 1:
        return []
    taken: list[str] = []
    for listings in wish.groups:
        asked = terms.asked(**wish.asked(), busy=[*busy, *taken], hosts=hosts - len(taken))
        taken += [host for (host,) in connection.execute(_CLAIM[listings], asked)]
        if len(taken) >= hosts:
            break
    return taken


def claim_one(connection: Pg, terms: Terms, host: str) -> float | None:
    """Takes a host that a redirect or a robots.txt leads to: seconds until it may be asked, None where it is another's."""
    connection.execute("INSERT INTO newsbot.hosts (host) VALUES (%s) ON CONFLICT (host) DO NOTHING", (host,))
    row = connection.execute(_CLAIM_ONE, terms.asked(host=host)).fetchone()
    return max(0.0, row[0]) if row is not None else None


def due_at(connection: Pg, terms: Terms, wish: Wish, hosts: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Hosts of ours with due work, and its keys: what is overdue longest first, listings before articles."""
    if not hosts:
        return []
    queues: dict[str, list[str]] = {}
    for listings in wish.groups:
        asked = terms.asked(**wish.asked(), hosts=list(hosts), per_host=wish.per_host)
        for host, key in connection.execute(_DUE[listings], asked):
            queues.setdefault(host, []).append(key)
    return [(host, keys[: wish.per_host]) for host, keys in queues.items()]


def lease(connection: Pg, terms: Terms, queues: Sequence[Sequence[str]], limit: int) -> list[Lease]:
    """Takes work in turns over the hosts: one of each, then the second of each, and so on."""
    keys = [key for key in chain.from_iterable(zip_longest(*queues)) if key is not None][:limit]
    if not keys:
        return []
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        leased: Iterable[Any] = cursor.execute(_LEASE, terms.asked(keys=keys))
        rows = {row.key: row for row in leased}
    return [_lease_of(rows[key]) for key in keys if key in rows]


def _lease_of(row: Any) -> Lease:
    return Lease(
        key=row.key,
        url=row.url,
        source=row.source,
        kind=Kind(row.kind),
        host=row.host,
        visits=row.visits,
        etag=row.etag,
        last_modified=row.last_modified,
        found=decode_found(row.found, row.key, row.url),
    )


def with_work(connection: Pg, terms: Terms, wish: Wish, hosts: Sequence[str]) -> set[str]:
    """Those of `hosts` at which work of ours is due now, of any kind."""
    asked = terms.asked(**wish.asked(), hosts=list(hosts))
    return {host for (host,) in connection.execute(_WITH_WORK, asked)}


def let_go(connection: Pg, terms: Terms, hosts: Sequence[tuple[str, float]]) -> None:
    """Gives hosts back; nobody asks them for as many seconds as are named with them."""
    if hosts:
        waits = {"hosts": [host for host, _ in hosts], "waits": [wait for _, wait in hosts]}
        connection.execute(_LET_GO, terms.asked(**waits))


def others_work(connection: Pg, terms: Terms, now: datetime, sources: Sequence[str]) -> bool:
    """Whether work of these sources is due at hosts that are not ours now: it may come to be."""
    row = connection.execute(_OTHERS, terms.asked(now=now, sources=list(sources), keys=None)).fetchone()
    return bool(row and row[0])


def release(connection: Pg, terms: Terms, keys: Sequence[str], until: datetime | None = None) -> int:
    """Gives leases back unvisited: due as they were, or not before `until`. Gives their number."""
    return connection.execute(
        """UPDATE newsbot.frontier SET state = 'due', run = NULL, due_at = greatest(due_at, coalesce(%(until)s, due_at))
        WHERE state = 'leased' AND run = %(run)s AND key = ANY(%(keys)s)""",
        terms.asked(keys=list(keys), until=until),
    ).rowcount


def release_all(connection: Pg, terms: Terms, but: Sequence[str] = ()) -> int:
    """Gives back all leases of the run but those named. Gives their number."""
    return connection.execute(
        """UPDATE newsbot.frontier SET state = 'due', run = NULL
        WHERE state = 'leased' AND run = %(run)s AND key <> ALL(%(but)s)""",
        terms.asked(but=list(but)),
    ).rowcount
