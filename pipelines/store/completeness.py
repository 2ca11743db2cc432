"""Completeness: for every source and day, what became of each address first seen then, and of each visit; it adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pipelines.store.sqlite import sqlite3

_SEEN = """
SELECT u.source, substr(u.first_seen_at, 1, 10) AS day,
    CASE
        WHEN u.alias_of IS NOT NULL AND (u.article IS NOT NULL OR u.outcome IS NULL) THEN 'other_address'
        WHEN u.article IS NOT NULL AND u.outcome IS NOT 'skipped' THEN 'kept'
        WHEN u.article IS NOT NULL AND u.reason NOT IN ('withheld', 'expired') THEN 'kept'
        WHEN u.outcome IS NULL THEN CASE WHEN f.key IS NULL THEN 'lost' ELSE 'waiting' END
        WHEN u.outcome IN ('skipped', 'failed') THEN u.outcome
        WHEN u.outcome = 'gone' THEN 'gone'
        ELSE 'lost'
    END AS became,
    CASE WHEN u.outcome IN ('skipped', 'failed') THEN coalesce(u.reason, '') ELSE '' END AS reason,
    count(*)
FROM urls u LEFT JOIN frontier f ON f.key = u.key
WHERE coalesce(f.kind, 'article') = 'article' AND u.source = ?1 AND u.first_seen_at >= ?2 AND u.first_seen_at < ?3
GROUP BY 1, 2, 3, 4"""
_FETCHED = """
SELECT source, substr(visited_at, 1, 10), outcome, coalesce(reason, ''), count(*) FROM fetches
WHERE kind = 'article' AND source = ?1 AND visited_at >= ?2 AND visited_at < ?3 GROUP BY 2, 3, 4"""


@dataclass(frozen=True, slots=True)
class Completeness:
    """One UTC day of one source.

    `seen` addresses of articles were seen for the first time on that day, and each became exactly one of `kept`,
    `other_addresses`, `waiting`, `gone`, `dropped` and `failing` (by reason) or `lost`, as it stands now. `fetched` visits
    were made on that day, and each came to exactly one of `stored`, `revised`, `unchanged`, `removed`, `skipped` and
    `failed` (by reason).
    """

    source: str
    day: date
    seen: int = 0
    kept: int = 0  # an article of the archive
    other_addresses: int = 0  # of an article that is kept under another one
    waiting: int = 0  # not visited yet
    gone: int = 0  # removed by its publisher before it could be fetched
    lost: int = 0  # neither waiting nor with an outcome: a fault of newsbot
    dropped: Mapping[str, int] = field(default_factory=dict)
    failing: Mapping[str, int] = field(default_factory=dict)
    fetched: int = 0
    stored: int = 0
    revised: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)

    def adds_up(self) -> bool:
        """Whether every address and every visit is accounted for once."""
        became = self.kept + self.other_addresses + self.waiting + self.gone + self.lost
        came_to = self.stored + self.revised + self.unchanged + self.removed
        return self.seen == became + sum(self.dropped.values()) + sum(
            self.failing.values()
        ) and self.fetched == came_to + sum(self.skipped.values()) + sum(self.failed.values())


_BECAME = {
    "kept": "kept",
    "other_address": "other_addresses",
    "waiting": "waiting",
    "gone": "gone",
    "lost": "lost",
}
_CAME_TO = {"stored": "stored", "revised": "revised", "unchanged": "unchanged", "gone": "removed"}


def completeness(connection: sqlite3.Connection, source: str, first: date, last: date) -> list[Completeness]:
    """The days from `first` to `last` (both counted, UTC) on which anything was seen or fetched, the newest first."""
    span = (source, first.isoformat(), f"{last.isoformat()}~")  # behind every instant of that day
    numbers: dict[str, dict[str, int]] = {}
    reasons: dict[str, dict[str, dict[str, int]]] = {}
    for _, day, became, reason, addresses in connection.execute(_SEEN, span):
        _count(numbers, day, "seen", addresses)
        if became in _BECAME:
            _count(numbers, day, _BECAME[became], addresses)
        else:
            _reason(reasons, day, "dropped" if became == "skipped" else "failing", reason, addresses)
    for _, day, outcome, reason, visits in connection.execute(_FETCHED, span):
        _count(numbers, day, "fetched", visits)
        if outcome in _CAME_TO:
            _count(numbers, day, _CAME_TO[outcome], visits)
        else:
            _reason(reasons, day, "skipped" if outcome == "skipped" else "failed", reason, visits)
    return [
        Completeness(source, date.fromisoformat(day), **numbers[day], **reasons.get(day, {}))  # type: ignore[arg-type]
        for day in sorted(numbers, reverse=True)
    ]


def _count(numbers: dict[str, dict[str, int]], day: str, name: str, more: int) -> None:
    of_day = numbers.setdefault(day, {})
    of_day[name] = of_day.get(name, 0) + more


def _reason(
    reasons: dict[str, dict[str, dict[str, int]]], day: str, name: str, reason: str, more: int
) -> None:
    of_name = reasons.setdefault(day, {}).setdefault(name, {})
    of_name[reason] = of_name.get(reason, 0) + more
