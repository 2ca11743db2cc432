"""From the sources as planned to rows: sources, and their listings in the frontier."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.items import Found, Kind, Via
from pipelines.store.evidence import keep_found
from pipelines.store.hosts import forget_the_future
from pipelines.store.judgement import Judgement
from pipelines.store.sqlite import sqlite3
from pipelines.store.urls import add_links
from pipelines.store.values import Bound, bound, instant

_SOURCE = """
INSERT INTO sources (id, name, homepage, country, language, timezone, store, publish, every, noarchive, retain_days,
    state, first_seen_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, homepage = excluded.homepage, country = excluded.country,
    language = excluded.language, timezone = excluded.timezone, store = excluded.store, publish = excluded.publish,
    every = coalesce(excluded.every, every), noarchive = excluded.noarchive, retain_days = excluded.retain_days,
    state = 'active'"""
_LEFT_THE_FILE = """
UPDATE frontier SET state = 'parked' WHERE source = :source AND kind != 'article' AND state != 'leased'
AND key NOT IN (SELECT value FROM json_each(:keys))
AND key IN (SELECT key FROM evidence WHERE evidence.key = frontier.key AND kind = 'found' AND origin = 'sources')"""
_LISTINGS_DUE = (
    "UPDATE frontier SET due_at = :now WHERE source = :source AND kind != 'article' AND state = 'due'"
)
# A person who shortens `every` does not want to wait for the old date.
_SOONER = """
UPDATE frontier SET due_at = :soonest, quiet = 0, why = 'sources.toml wants it sooner now' WHERE source = :source AND kind != 'article' AND state = 'due'
AND failures = 0 AND due_at > :soonest"""
# No schedule reaches that far: the clock was ahead when these were written, and they would wait until it is there again.
_FROM_THE_FUTURE = """
UPDATE frontier SET due_at = :now, first_due_at = min(first_due_at, :now), why = 'the clock had jumped ahead'
WHERE source = :source AND state = 'due' AND due_at > :latest"""
_LONGEST_PAUSE = timedelta(days=2)  # of a host: it may ask for a day, and failures make it a day
_LONGEST = timedelta(days=32)  # of the waits that no source says itself: a finished map's rest is 30 days
_ARTICLES_DUE = """
UPDATE frontier SET due_at = :now, state = 'due' WHERE source = :source AND kind = 'article' AND state != 'leased'
AND first_due_at >= :since
AND key IN (SELECT u.key FROM urls u JOIN articles a ON a.id = u.article
            WHERE u.key = frontier.key AND u.alias_of IS NULL AND a.state != 'withheld')"""


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """A source as sources.toml says, in plain values."""

    id: str
    name: str
    homepage: str | None = None
    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    store: str = "full"  # full | text | metadata
    publish: str = "full"  # full | excerpt | metadata
    listings: tuple[tuple[str, Kind], ...] = ()  # (url, kind)
    every: float | None = None  # seconds between visits of a listing
    revisit: tuple[float, ...] = ()  # seconds after first sight at which an article is looked at again
    noarchive: str = "keep"  # keep | skip: what is done with a page that says noarchive
    retain: float | None = None  # seconds for which its articles are kept; None: for ever


def plan(
    connection: sqlite3.Connection,
    sources: Sequence[PlannedSource],
    now: datetime,
    everything: bool,
    partial: bool,
    judgement: Judgement,
) -> None:
    """Brings sources and their listings in line with the file.

    A source that is no longer named is retired, unless the plan is `partial` (a crawl of some sources): its rows
    stay, nothing of it is visited; named again, it is active.
    A listing that left the file is parked. With `everything`, every listing and every known article inside its
    revisit window is due now. Raises ValueError where a listing's URL is no web address.
    """
    if not partial:
        named = json.dumps([source.id for source in sources])
        connection.execute(
            "UPDATE sources SET state = 'retired' WHERE id NOT IN (SELECT value FROM json_each(?))", (named,)
        )
    forget_the_future(connection, now + _LONGEST_PAUSE)
    for source in sources:
        _plan_source(connection, source, now, judgement)
        if everything:
            _make_due(connection, source, now)


def _plan_source(
    connection: sqlite3.Connection, source: PlannedSource, now: datetime, judgement: Judgement
) -> None:
    before = connection.execute("SELECT every FROM sources WHERE id = ?", (source.id,)).fetchone()
    connection.execute(_SOURCE, _columns(source, now))
    links = [
        Found(url=url, key=judgement.url_key(url), kind=kind, via=Via.SOURCES, seen_in="sources.toml")
        for url, kind in source.listings
    ]
    add_links(connection, source.id, links, now, judgement)
    keep_found(connection, links, now)
    keys = json.dumps([link.key for link in links])
    latest = now + _LONGEST + timedelta(seconds=max((source.every or 0.0), *source.revisit, 0.0))
    connection.execute(
        _FROM_THE_FUTURE, {"source": source.id, "now": instant(now), "latest": instant(latest)}
    )
    connection.execute(_LEFT_THE_FILE, {"source": source.id, "keys": keys})
    if source.every is not None and before is not None and (before[0] is None or source.every < before[0]):
        soonest = instant(now + timedelta(seconds=source.every))
        connection.execute(_SOONER, {"source": source.id, "soonest": soonest})


def _make_due(connection: sqlite3.Connection, source: PlannedSource, now: datetime) -> None:
    connection.execute(_LISTINGS_DUE, {"source": source.id, "now": instant(now)})
    if source.revisit:
        since = instant(now - timedelta(seconds=max(source.revisit)))
        connection.execute(_ARTICLES_DUE, {"source": source.id, "now": instant(now), "since": since})


def enter_sources(connection: sqlite3.Connection, sources: Sequence[PlannedSource], now: datetime) -> None:
    """Brings the rows of sources in line with the file; their listings are left alone."""
    for source in sources:
        connection.execute(_SOURCE, _columns(source, now))


def _columns(source: PlannedSource, now: datetime) -> list[Bound]:
    columns = (
        source.id, source.name, source.homepage, source.country, source.language, source.timezone, source.store,
        source.publish, source.every, source.noarchive,
        source.retain / 86_400 if source.retain is not None else None, now,
    )  # fmt: skip
    return [bound(column) for column in columns]


def keep_source(connection: sqlite3.Connection, source: str, now: datetime) -> None:
    """Makes sure of an active row for a source that no file names (a list of URLs)."""
    connection.execute(
        """INSERT INTO sources (id, name, first_seen_at) VALUES (?1, ?1, ?2)
        ON CONFLICT (id) DO UPDATE SET state = 'active'""",
        (bound(source), instant(now)),
    )
