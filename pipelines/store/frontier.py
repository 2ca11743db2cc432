"""Rows of the frontier: what is to be visited and when, taken by lease, given back by ack."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import zip_longest

from pipelines.decisions import Decision, Validators
from pipelines.items import LISTINGS, KeptPage, Kind, Lease, Visit
from pipelines.store.evidence import found_of
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import bound, instant, moment

# One step a host through the index (state, host, kind, due_at), however many rows wait.
_HOSTS = """
WITH RECURSIVE waiting(host) AS (
    SELECT min(host) FROM frontier WHERE state = 'due'
    UNION ALL
    SELECT (SELECT min(host) FROM frontier WHERE state = 'due' AND host > waiting.host) FROM waiting
    WHERE waiting.host IS NOT NULL
)
SELECT waiting.host FROM waiting LEFT JOIN hosts ON hosts.host = waiting.host
WHERE waiting.host IS NOT NULL AND (hosts.retry_at IS NULL OR hosts.retry_at <= :now)"""
# A run visits a key once: an acked row keeps its run until another takes it.
_READY = """
state = 'due' AND due_at <= :now AND (run IS NULL OR run != :run)
AND source IN (SELECT id FROM sources WHERE state = 'active')
AND (:sources IS NULL OR source IN (SELECT value FROM json_each(:sources)))
AND (:keys IS NULL OR key IN (SELECT value FROM json_each(:keys)))"""
_OF_HOST = f"""
SELECT key, due_at FROM frontier WHERE host = :host AND kind IN (SELECT value FROM json_each(:kinds)) AND {_READY}
ORDER BY due_at, key LIMIT :limit"""  # noqa: S608
_COUNT = f"""
SELECT count(*) FROM frontier WHERE kind IN (SELECT value FROM json_each(:kinds)) AND {_READY}
AND host NOT IN (SELECT host FROM hosts WHERE retry_at > :now)"""  # noqa: S608
_TAKEN = """
SELECT f.key, f.url, f.source, f.kind, f.host, f.visits, f.etag, f.last_modified,
    c.file, c.offset, c.length, c.url, c.captured_at, a.reading, c.place
FROM frontier f LEFT JOIN urls u ON u.key = f.key LEFT JOIN articles a ON a.id = u.article
LEFT JOIN captures c ON c.id = a.capture
WHERE f.key IN (SELECT value FROM json_each(?))"""
_ACK = """
UPDATE frontier SET state = :state, due_at = coalesce(:due_at, due_at), run = :run, visits = visits + 1,
    failures = :failures, quiet = :quiet, why = :why,
    etag = CASE :validators WHEN 'save' THEN :etag WHEN 'clear' THEN NULL ELSE etag END,
    last_modified = CASE :validators WHEN 'save' THEN :last_modified WHEN 'clear' THEN NULL ELSE last_modified END
WHERE key = :key"""
_ENTER = """
INSERT INTO frontier (key, url, source, kind, host, state, due_at, run, visits, failures, first_due_at, etag, last_modified,
    quiet, why)
VALUES (:key, :url, :source, :kind, :host, :state, coalesce(:due_at, :at), :run, 1, :failures, :at, :etag, :last_modified,
    :quiet, :why)"""


def lease(
    connection: sqlite3.Connection,
    run: int,
    limit: int,
    now: datetime,
    *,
    per_host: int,
    busy_hosts: Collection[str] = (),
    sources: Collection[str] | None = None,
    kinds: Collection[Kind] | None = None,
    keys: Collection[str] | None = None,
) -> list[Lease]:
    """Takes up to `limit` due URLs for a run, at most `per_host` of a host, in turns over the hosts.

    `sources`, `kinds` and `keys` narrow what may be taken; None means any.

    Listings come before articles, what is overdue longest first. Left out: hosts in `busy_hosts`, hosts that want
    no request yet, sources that are retired, and what this run has visited already.
    """
    asked: dict[str, str | int | None] = {
        "run": run,
        "now": instant(now),
        "sources": json.dumps(sorted(sources)) if sources is not None else None,
        "keys": json.dumps(sorted(keys)) if keys is not None else None,
    }
    busy = frozenset(busy_hosts)
    hosts = [host for (host,) in connection.execute(_HOSTS, asked) if host not in busy]
    queues = [_of_host(connection, host, min(per_host, limit), asked, kinds) for host in hosts]
    queues.sort(key=lambda queue: queue[0][1:] if queue else (9, ""))
    turns = zip_longest(*queues)  # one of each host, then the second of each …
    return _take(connection, run, [taken[0] for turn in turns for taken in turn if taken is not None][:limit])


def _of_host(
    connection: sqlite3.Connection,
    host: str,
    limit: int,
    asked: dict[str, str | int | None],
    kinds: Collection[Kind] | None,
) -> list[tuple[str, int, str]]:
    """Key, rank and due instant of what a host has to give, listings first."""
    wanted = set(Kind) if kinds is None else set(kinds)
    ready: list[tuple[str, int, str]] = []
    for rank, group in enumerate((LISTINGS, (Kind.ARTICLE,))):
        of_group = [kind.value for kind in group if kind in wanted]
        if of_group and len(ready) < limit:
            parameters = {**asked, "host": host, "kinds": json.dumps(of_group), "limit": limit - len(ready)}
            ready += [(key, rank, due_at) for key, due_at in connection.execute(_OF_HOST, parameters)]
    return ready


def _take(connection: sqlite3.Connection, run: int, keys: Sequence[str]) -> list[Lease]:
    if not keys:
        return []
    named = json.dumps(list(keys))
    connection.execute(
        "UPDATE frontier SET state = 'leased', run = ? WHERE key IN (SELECT value FROM json_each(?))",
        (run, named),
    )
    found = found_of(connection, keys)
    rows = {row[0]: row for row in connection.execute(_TAKEN, (named,))}
    return [
        Lease(
            key=key,
            url=url,
            source=source,
            kind=Kind(kind),
            host=host,
            visits=visits,
            etag=etag,
            last_modified=last_modified,
            found=found.get(key, ()),
            kept=_kept(*page),
        )
        for key, url, source, kind, host, visits, etag, last_modified, *page in (rows[key] for key in keys)
    ]


def _kept(
    file: str | None,
    offset: int,
    length: int,
    url: str,
    captured_at: str,
    read_by: str | None,
    place: str | None,
) -> KeptPage | None:
    """Where the page of an article lies; None for what was never captured."""
    at = moment(captured_at)
    if file is None or at is None or read_by is None:
        return None
    return KeptPage(file, offset, length, url, at, read_by, place)


def due_count(
    connection: sqlite3.Connection,
    run: int | None,
    now: datetime,
    *,
    sources: Collection[str] | None = None,
    kinds: Collection[Kind] | None = None,
) -> int:
    """How many URLs a lease could take now."""
    parameters = {
        "run": run if run is not None else -1,
        "now": instant(now),
        "sources": json.dumps(sorted(sources)) if sources is not None else None,
        "kinds": json.dumps(sorted(Kind if kinds is None else kinds)),
        "keys": None,
    }
    number: int = connection.execute(_COUNT, parameters).fetchone()[0]
    return number


def ack(connection: sqlite3.Connection, run: int | None, visit: Visit, decision: Decision, host: str) -> None:
    """Gives a URL back with its next visit, or parks it; a URL that no lease named gets its row now."""
    parameters = {
        "key": bound(visit.key),
        "state": "due" if decision.due_at is not None else "parked",
        "due_at": instant(decision.due_at) if decision.due_at is not None else None,
        "run": run,
        "failures": decision.failures,
        "quiet": decision.quiet,
        "why": decision.why or None,
        "validators": decision.validators.value,
        "etag": bound(visit.etag),
        "last_modified": bound(visit.last_modified),
    }
    if connection.execute(_ACK, parameters).rowcount:
        return
    saved = decision.validators is Validators.SAVE
    parameters |= {
        "url": bound(visit.url),
        "source": bound(visit.source),
        "kind": visit.kind.value,
        "host": host,
        "at": instant(visit.visited_at),
        "etag": parameters["etag"] if saved else None,
        "last_modified": parameters["last_modified"] if saved else None,
    }
    connection.execute(_ENTER, parameters)


def look_again(connection: sqlite3.Connection, visit: Visit, due_at: datetime, why: str, host: str) -> None:
    """Lets an article that came out of a file be visited when its revisit comes; one that waits already keeps its time."""
    connection.execute(
        """INSERT OR IGNORE INTO frontier (key, url, source, kind, host, state, due_at, first_due_at, why)
        VALUES (?, ?, ?, ?, ?, 'due', ?, ?, ?)""",
        (
            bound(visit.key),
            bound(visit.url),
            bound(visit.source),
            visit.kind.value,
            host,
            instant(due_at),
            instant(visit.visited_at),
            why or None,
        ),
    )


def release(connection: sqlite3.Connection, keys: Collection[str]) -> int:
    """Gives leases back unvisited: due as they were. Gives their number."""
    return connection.execute(
        """UPDATE frontier SET state = 'due', run = NULL
        WHERE state = 'leased' AND key IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(keys)),),
    ).rowcount


def free(connection: sqlite3.Connection) -> int:
    """Frees every lease: whoever holds the run lock knows that no other crawler lives. Gives their number."""
    return connection.execute("UPDATE frontier SET state = 'due', run = NULL WHERE state = 'leased'").rowcount


def make_due(connection: sqlite3.Connection, keys: Collection[str], now: datetime) -> None:
    """Makes URLs due now that a person asked for, parked ones too."""
    connection.execute(
        """UPDATE frontier SET state = 'due', due_at = ?, run = NULL, why = 'a person asked for it'
        WHERE state != 'leased' AND key IN (SELECT value FROM json_each(?))""",
        (instant(now), json.dumps(list(keys))),
    )
