"""From the sources as planned to rows of the shared frontier: what planning.plan is to archive.db."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from pipelines.items import Found, Kind, Via
from pipelines.shared.connecting import Pg
from pipelines.shared.leasing import Terms
from pipelines.shared.wire import decode_source, encode_found, encode_source
from pipelines.store import PlannedSource
from pipelines.store.judgement import Judgement
from pipelines.store.standing import MOST_FORWARD
from pipelines.store.values import words

_PLANNING: Final = (
    0x706C616E  # "plan": the advisory lock of whoever plans, so that two do not wait for each other
)
_SOURCE: Final = """
INSERT INTO newsbot.sources (id, planned, state, first_seen_at, planned_at)
VALUES (%(id)s, %(planned)s, 'active', %(now)s, %(now)s)
ON CONFLICT (id) DO UPDATE SET planned = excluded.planned, state = 'active', planned_at = excluded.planned_at
WHERE sources.planned IS DISTINCT FROM excluded.planned OR sources.state <> 'active'"""
_HOST: Final = "INSERT INTO newsbot.hosts (host) VALUES (%s) ON CONFLICT (host) DO NOTHING"
_LISTING: Final = """
INSERT INTO newsbot.frontier (key, url, source, kind, host, due_at, first_due_at, named, found)
VALUES (%(key)s, %(url)s, %(source)s, %(kind)s, %(host)s, %(now)s, %(now)s, true, %(found)s)
ON CONFLICT (key) DO UPDATE SET named = true, depth = 0,
    state = CASE frontier.state WHEN 'parked' THEN 'due' ELSE frontier.state END,
    due_at = CASE frontier.state WHEN 'parked' THEN excluded.due_at ELSE frontier.due_at END
WHERE frontier.kind <> 'article' AND (frontier.state = 'parked' OR NOT frontier.named)"""
_GIVEN: Final = """
INSERT INTO newsbot.frontier (key, url, source, kind, host, due_at, first_due_at, found)
VALUES (%(key)s, %(url)s, %(source)s, 'article', %(host)s, %(now)s, %(now)s, %(found)s) ON CONFLICT (key) DO NOTHING"""
_GIVEN_AGAIN: Final = """
UPDATE newsbot.frontier SET state = 'due', due_at = %(now)s, run = NULL, why = 'a person asked for it'
WHERE key = %(key)s AND state <> 'leased'"""
_LEFT_THE_FILE: Final = """
UPDATE newsbot.frontier SET state = CASE state WHEN 'leased' THEN 'leased' ELSE 'parked' END, named = false
WHERE source = %(source)s AND kind <> 'article' AND named AND key <> ALL(%(keys)s)"""
_SOONER: Final = """
UPDATE newsbot.frontier SET due_at = %(soonest)s, quiet = 0, why = 'sources.toml wants it sooner now'
WHERE source = %(source)s AND kind <> 'article' AND state = 'due' AND failures = 0 AND due_at > %(soonest)s"""
_FROM_THE_FUTURE: Final = """
UPDATE newsbot.frontier SET due_at = %(now)s, first_due_at = least(first_due_at, %(now)s), why = 'the clock had jumped ahead'
WHERE source = ANY(%(sources)s) AND state = 'due' AND due_at > %(latest)s"""
_NO_PAUSE: Final = "UPDATE newsbot.hosts SET retry_at = NULL WHERE retry_at > %s"
_LISTINGS_DUE: Final = """
UPDATE newsbot.frontier SET due_at = %(now)s WHERE source = %(source)s AND kind <> 'article' AND state = 'due'
AND due_at > %(now)s"""
_ARTICLES_DUE: Final = """
UPDATE newsbot.frontier SET due_at = %(now)s, state = 'due' WHERE source = %(source)s AND kind = 'article'
AND state <> 'leased' AND first_due_at >= %(since)s AND known IS NOT NULL AND known->>'state' <> 'withheld'"""
_LISTINGS_SOON: Final = """
UPDATE newsbot.frontier f SET due_at = %(now)s FROM unnest(%(sources)s::text[], %(soon)s::timestamptz[]) AS s (id, soon)
WHERE f.source = s.id AND f.state = 'due' AND f.kind <> 'article' AND f.failures = 0
AND f.due_at > %(now)s AND f.due_at <= s.soon"""
_ARTICLES_SOON: Final = """
UPDATE newsbot.frontier SET due_at = %(now)s WHERE source = ANY(%(sources)s) AND state = 'due' AND kind = 'article'
AND failures = 0 AND due_at > %(now)s AND due_at <= %(soon)s AND first_due_at <= %(old)s"""
_RETIRE: Final = "UPDATE newsbot.sources SET state = 'retired' WHERE state = 'active' AND id <> ALL(%s)"
_DUE: Final = """
SELECT count(*) FROM (SELECT 1 FROM newsbot.frontier f WHERE f.state = 'due' AND f.due_at <= %(now)s
AND f.source = ANY(%(sources)s) AND (f.run IS NULL OR f.run <> %(run)s) LIMIT 1000000) due"""

_LONGEST_PAUSE: Final = timedelta(days=2)  # of a host, as in archive.db
_LONGEST: Final = timedelta(days=32)  # of the waits that no source says itself


def plan(
    connection: Pg,
    sources: Sequence[PlannedSource],
    now: datetime,
    everything: bool,
    partial: bool,
    judgement: Judgement,
) -> None:
    """Brings sources and their listings in line with the file of this crawler; see `pipelines.store.planning.plan`.

    Every crawler of a frontier is to have the same file: the last one that planned says what is retired.
    """
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_PLANNING,))
    if not partial:
        connection.execute(_RETIRE, ([words(source.id) for source in sources],))
    connection.execute(_NO_PAUSE, (now + _LONGEST_PAUSE,))
    before = _before(connection, sources)
    links = {source.id: _links(source, judgement) for source in sources}
    _enter(connection, links, now, judgement)
    for source in sources:
        if source != before.get(source.id):
            _plan_source(connection, source, links[source.id], before.get(source.id), now)
        if everything:
            _make_due(connection, source, now)
    _mend_and_bring_forward(connection, sources, now)


def add_urls(
    connection: Pg, source: str, addresses: Sequence[str], now: datetime, judgement: Judgement
) -> int:
    """Puts article URLs that a person gave into the frontier, due now. Gives the number of new ones.

    Raises ValueError with a sentence for the first that is no web address.
    """
    rows = [
        {
            "key": link.key,
            "url": words(link.url),
            "source": words(source),
            "host": words(judgement.host_of(link.url)),
            "now": now,
            "found": encode_found([link]),
        }
        for link in (
            Found(url=url, key=judgement.url_key(url), kind=Kind.ARTICLE, via=Via.LIST, seen_in="list")
            for url in addresses
        )
    ]
    rows.sort(key=lambda row: str(row["key"]))
    with connection.cursor() as cursor:
        cursor.executemany(_HOST, [(host,) for host in sorted({str(row["host"]) for row in rows})])
        new = sum(cursor.execute(_GIVEN, row).rowcount for row in rows)
        cursor.executemany(_GIVEN_AGAIN, rows)
    return new


def due_count(connection: Pg, terms: Terms, now: datetime, sources: Sequence[str]) -> int:
    """How many URLs of these sources are due, up to a million."""
    row = connection.execute(_DUE, terms.asked(now=now, sources=list(sources))).fetchone()
    return int(row[0]) if row is not None else 0


def _links(source: PlannedSource, judgement: Judgement) -> list[Found]:
    return [
        Found(url=url, key=judgement.url_key(url), kind=kind, via=Via.SOURCES, seen_in="sources.toml")
        for url, kind in source.listings
    ]


def _before(connection: Pg, sources: Sequence[PlannedSource]) -> dict[str, PlannedSource]:
    """Active sources as they were planned last."""
    asked = ([words(source.id) for source in sources],)
    rows = connection.execute(
        "SELECT id, planned::text FROM newsbot.sources WHERE state = 'active' AND id = ANY(%s)", asked
    )
    return {name: decode_source(planned) for name, planned in rows}


def _enter(connection: Pg, links: Mapping[str, Sequence[Found]], now: datetime, judgement: Judgement) -> None:
    """Rows for the listings that sources.toml names."""
    rows: list[dict[str, object]] = [
        {
            "key": link.key,
            "url": words(link.url),
            "source": words(source),
            "kind": link.kind.value,
            "host": words(judgement.host_of(link.url)),
            "now": now,
            "found": encode_found([link]),
        }
        for source, found in links.items()
        for link in found
    ]
    rows.sort(key=lambda row: str(row["key"]))
    with connection.cursor() as cursor:
        cursor.executemany(_HOST, [(host,) for host in sorted({str(row["host"]) for row in rows})])
        cursor.executemany(_LISTING, rows)


def _plan_source(
    connection: Pg,
    source: PlannedSource,
    found: Sequence[Found],
    before: PlannedSource | None,
    now: datetime,
) -> None:
    name = words(source.id)
    connection.execute(_SOURCE, {"id": name, "planned": encode_source(source), "now": now})
    connection.execute(_LEFT_THE_FILE, {"source": name, "keys": [link.key for link in found]})
    sooner = before is not None and (before.every is None or (source.every or 0.0) < before.every)
    if source.every is not None and sooner:
        connection.execute(_SOONER, {"source": name, "soonest": now + timedelta(seconds=source.every)})


def _make_due(connection: Pg, source: PlannedSource, now: datetime) -> None:
    name = words(source.id)
    connection.execute(_LISTINGS_DUE, {"source": name, "now": now})
    if source.revisit:
        since = now - timedelta(seconds=max(source.revisit))
        connection.execute(_ARTICLES_DUE, {"source": name, "now": now, "since": since})


def _mend_and_bring_forward(connection: Pg, sources: Sequence[PlannedSource], now: datetime) -> None:
    """Takes back what a wrong clock wrote, and makes due now what a run each night would miss by moments (as
    `standing.bring_forward` of archive.db has it)."""
    names = [words(source.id) for source in sources]
    longest = max((wait for source in sources for wait in (source.every or 0.0, *source.revisit)), default=0)
    latest = now + _LONGEST + timedelta(seconds=longest)
    connection.execute(_FROM_THE_FUTURE, {"sources": names, "now": now, "latest": latest})
    soon = [now + min(MOST_FORWARD, timedelta(seconds=(source.every or 0.0) / 10)) for source in sources]
    connection.execute(_LISTINGS_SOON, {"sources": names, "now": now, "soon": soon})
    connection.execute(
        _ARTICLES_SOON,
        {"sources": names, "now": now, "soon": now + MOST_FORWARD, "old": now - timedelta(hours=20)},
    )
