"""How a source does, day by day: counted with each visit, read back for baselines and alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pipelines.items import Committed, Kind, Visit
from pipelines.reasons import Outcome
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, bound, instant, moment

_COUNTS = (
    "visits", "stored", "failed", "with_date", "with_byline", "words", "with_headline", "read", "listed",
    "listings_failed", "links",
)  # fmt: skip
_COUNT = (
    f"INSERT INTO source_health (source, day, {', '.join(_COUNTS)}) VALUES (:source, :day, "  # noqa: S608
    + ", ".join(f":{name}" for name in _COUNTS)
    + ") ON CONFLICT (source, day) DO UPDATE SET "
    + ", ".join(f"{name} = {name} + excluded.{name}" for name in _COUNTS)
)


@dataclass(frozen=True, slots=True)
class HealthDay:
    """One UTC day of one source."""

    day: date
    visits: int = 0
    stored: int = 0
    failed: int = 0
    with_date: int = 0
    with_byline: int = 0
    words: int = 0
    with_headline: int = 0
    read: int = 0  # stored articles that with_headline is a share of
    listed: int = 0
    listings_failed: int = 0
    links: int = 0


@dataclass(frozen=True, slots=True)
class ListingHealth:
    """One feed, sitemap, section or homepage that a source is read by."""

    url: str
    kind: str
    failures: int  # in a row
    failing_since: datetime | None  # the first failure of these
    reason: str | None  # of the last visit
    status: int | None
    worked: bool  # whether it ever did


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """All that is known of how a source does."""

    source: str
    name: str
    days: tuple[HealthDay, ...]  # with visits, oldest first
    listings: tuple[ListingHealth, ...] = ()
    reasons: Mapping[date, Mapping[str, int]] = field(default_factory=dict)  # of skips and failures, by day


def count(connection: sqlite3.Connection, visit: Visit, done: Committed) -> None:
    """Counts one visit in the day of its source."""
    listing = visit.kind is not Kind.ARTICLE
    reading = visit.reading if done.outcome is Outcome.STORED else None
    dated = reading is not None and (reading.published.day is not None or reading.published.at is not None)
    row: dict[str, Value] = {
        "source": visit.source,
        "day": instant(visit.visited_at)[:10],
        "visits": 1,
        "stored": done.outcome is Outcome.STORED,
        "failed": done.outcome is Outcome.FAILED,
        "with_date": dated,
        "with_byline": reading is not None and bool(reading.byline),
        "words": reading.word_count if reading is not None else 0,
        "with_headline": reading is not None and bool(reading.headline),
        "read": reading is not None,
        "listed": listing and done.outcome in (Outcome.LISTED, Outcome.UNCHANGED),
        "listings_failed": listing and done.outcome is Outcome.FAILED,
        "links": done.new_links if listing else 0,
    }
    connection.execute(_COUNT, {name: bound(value) for name, value in row.items()})


def source_health(connection: sqlite3.Connection, now: datetime, days: int) -> list[SourceHealth]:
    """How every active source did in the last so many days before `now`, and how its listings stand."""
    since = instant(now - timedelta(days=days))[:10]
    sources = connection.execute(
        "SELECT id, name FROM sources WHERE state = 'active' ORDER BY name, id"
    ).fetchall()
    return [
        SourceHealth(
            source=source,
            name=name,
            days=_days(connection, source, since),
            listings=_listings(connection, source),
            reasons=_reasons(connection, source, since),
        )
        for source, name in sources
    ]


def _days(connection: sqlite3.Connection, source: str, since: str) -> tuple[HealthDay, ...]:
    rows = connection.execute(
        f"SELECT day, {', '.join(_COUNTS)} FROM source_health WHERE source = ? AND day >= ? ORDER BY day",  # noqa: S608
        (source, since),
    )
    return tuple(HealthDay(date.fromisoformat(row[0]), *tuple(row)[1:]) for row in rows)


# Sitemaps of months and sections' further pages come and go by themselves; what a person, a robots.txt or a homepage
# named should stay.
_LISTINGS = """
SELECT f.key, f.url, f.kind, f.failures FROM frontier f WHERE f.source = ? AND f.kind != 'article' AND f.state != 'parked'
AND (f.kind IN ('feed', 'homepage') OR EXISTS (SELECT 1 FROM evidence e WHERE e.key = f.key AND e.kind = 'found'
     AND e.origin IN ('sources', 'robots')))
ORDER BY f.kind, f.key"""
_LAST_GOOD = """
SELECT coalesce(max(id), 0) FROM fetches WHERE key = ? AND outcome IN ('listed', 'unchanged')"""


def _listings(connection: sqlite3.Connection, source: str) -> tuple[ListingHealth, ...]:
    listings = []
    for key, url, kind, failures in connection.execute(_LISTINGS, (source,)).fetchall():
        (good,) = connection.execute(_LAST_GOOD, (key,)).fetchone()
        since, _ = connection.execute(
            "SELECT min(visited_at), 0 FROM fetches WHERE key = ? AND id > ? AND outcome IN ('failed', 'skipped')",
            (key, good),
        ).fetchone()
        last = connection.execute(
            "SELECT reason, status FROM fetches WHERE key = ? ORDER BY id DESC LIMIT 1", (key,)
        ).fetchone()
        listings.append(
            ListingHealth(
                url=url,
                kind=kind,
                failures=failures,
                failing_since=moment(since),
                reason=last[0] if last else None,
                status=last[1] if last else None,
                worked=good > 0,
            )
        )
    return tuple(listings)


def _reasons(connection: sqlite3.Connection, source: str, since: str) -> dict[date, dict[str, int]]:
    rows = connection.execute(
        """SELECT substr(visited_at, 1, 10), reason, count(*) FROM fetches
        WHERE source = ? AND visited_at >= ? AND outcome IN ('skipped', 'failed') AND reason IS NOT NULL GROUP BY 1, 2""",
        (source, since),
    )
    reasons: dict[date, dict[str, int]] = {}
    for day, reason, visits in rows:
        reasons.setdefault(date.fromisoformat(day), {})[reason] = visits
    return reasons
