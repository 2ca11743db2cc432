"""What the archive has of pages that web archives captured, and visits that concern the ledger alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.decisions import Decision
from pipelines.items import Committed, Found, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.store import evidence, hosts, ledger
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import moment

_VISITED = """
SELECT key, visited_at, outcome FROM fetches WHERE key IN (SELECT value FROM json_each(?)) AND memento IS NOT NULL"""
_CAPTURED = """
SELECT key, digest FROM captures WHERE key IN (SELECT value FROM json_each(?)) AND erased_at IS NULL"""


@dataclass(slots=True)
class KnownCaptures:
    """What was taken from web archives under one key, and the pages that the archive has of it from anywhere."""

    taken: set[datetime] = field(default_factory=set)  # instants of captures that were read
    failed: Counter[datetime] = field(default_factory=Counter)  # how often each could not be had
    digests: set[str] = field(default_factory=set)  # of payloads, SHA-1 in base32


def known_captures(connection: sqlite3.Connection, keys: Collection[str]) -> dict[str, KnownCaptures]:
    """What is known of each of `keys`; those of which nothing is known are left out."""
    asked = json.dumps(sorted(keys))
    known: dict[str, KnownCaptures] = {}
    for key, visited_at, outcome in connection.execute(_VISITED, (asked,)):
        at = moment(visited_at)
        if at is None:
            continue
        of_key = known.setdefault(key, KnownCaptures())
        if outcome == Outcome.FAILED:
            of_key.failed[at] += 1
        else:
            of_key.taken.add(at)
    for key, digest in connection.execute(_CAPTURED, (asked,)):
        known.setdefault(key, KnownCaptures()).digests.add(str(digest).removeprefix("sha1:"))
    return known


def note(
    connection: sqlite3.Connection, run: int | None, visit: Visit, outcome: Outcome, host: str = ""
) -> Committed:
    """Enters a visit in the ledger alone: neither an article nor what is due is touched, and the host is only remembered
    where it wants peace.

    For answers of a web archive that brought no page, which say nothing of the site, and for sitemaps of the past, which
    no crawl is to visit again.
    """
    reason = visit.reason or (Reason.READER_FAULT if outcome is Outcome.FAILED else None)
    if visit.retry_at is not None and not visit.is_past:
        hosts.remember(connection, host, Decision(outcome, reason, host_retry_at=visit.retry_at))
    done = Committed(outcome, reason)
    ledger.enter(connection, run, visit, Decision(outcome, reason, visit.detail), done)
    return done


def keep_named(connection: sqlite3.Connection, found: Sequence[Found], seen_at: datetime) -> None:
    """Writes as evidence that a web archive's index names these captures."""
    evidence.keep_found(connection, found, seen_at)
