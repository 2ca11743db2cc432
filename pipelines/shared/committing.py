"""Visits become rows of the outbox and acks of the frontier, a batch of them in one transaction of the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, LiteralString

from psycopg.rows import namedtuple_row

from pipelines.decisions import Decision, Known, KnownArticle, Standing, Validators, Write
from pipelines.items import Committed, Kind, Reading, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.shared import links as named
from pipelines.shared.connecting import Pg
from pipelines.shared.leasing import Terms
from pipelines.shared.links import Links, Row
from pipelines.shared.wire import decode_found, decode_known, encode_found, encode_known, encode_visit
from pipelines.store.failing import failed_visit
from pipelines.store.judgement import Judgement
from pipelines.store.values import words

_COLUMNS: Final[
    LiteralString
] = """key, url, source, kind, host, state, due_at, first_due_at, run, visits, failures, quiet,
    depth, named, why, missing_since, etag, last_modified, found::text AS found, known::text AS known"""
_LOOK = f"SELECT {_COLUMNS} FROM newsbot.frontier WHERE key = ANY(%s)"  # noqa: S608
_LOCK = _LOOK + " ORDER BY key FOR NO KEY UPDATE"
_HOSTS: Final = (
    "SELECT host, failures, retry_at FROM newsbot.hosts WHERE host = ANY(%s) ORDER BY host FOR NO KEY UPDATE"
)
_MAPS: Final = "SELECT source, count(*) FROM newsbot.frontier WHERE kind = 'sitemap' AND source = ANY(%s) GROUP BY source"
_NEW_HOSTS: Final = """
INSERT INTO newsbot.hosts (host) SELECT host FROM unnest(%s::text[]) AS host ORDER BY host ON CONFLICT (host) DO NOTHING"""
_NEW: Final = """
INSERT INTO newsbot.frontier (key, url, source, kind, host, state, due_at, first_due_at, depth, found)
SELECT key, url, source, kind, host, 'due', due_at, due_at, depth, found
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::integer[], %s::jsonb[])
    AS new (key, url, source, kind, host, due_at, depth, found)
ORDER BY key COLLATE "C" ON CONFLICT (key) DO NOTHING"""
_CHANGED: Final = """
UPDATE newsbot.frontier SET state = %(state)s, due_at = %(due_at)s, quiet = %(quiet)s, why = %(why)s, found = %(found)s
WHERE key = %(key)s"""
_ACK: Final = """
UPDATE newsbot.frontier SET state = %(state)s, due_at = %(due_at)s, visits = %(visits)s, failures = %(failures)s,
    quiet = %(quiet)s, why = %(why)s, missing_since = %(missing_since)s, etag = %(etag)s,
    last_modified = %(last_modified)s, known = %(known)s
WHERE key = %(key)s"""
_REMEMBER: Final = "UPDATE newsbot.hosts SET failures = %s, retry_at = %s WHERE host = %s"
_SEND: Final = """
INSERT INTO newsbot.outbox (run, key, visits, visit, made_at) VALUES (%s, %s, %s, %s, clock_timestamp())"""

_SEEN: Final = frozenset((Outcome.STORED, Outcome.REVISED, Outcome.UNCHANGED))


@dataclass(slots=True)
class Errand:
    """A visit on its way into the outbox, and the lease that it came of."""

    visit: Visit
    host: str
    visits: int  # of the frontier's row when it was leased
    done: Committed | None = None  # as decided; kept over attempts, as the server's yes may have been lost
    fault: Exception | None = None
    lost: bool = False  # another crawler has the URL now: it repeats the visit


@dataclass(slots=True)
class _Host:
    failures: int = 0
    retry_at: datetime | None = None


class Batch:
    """Errands of one transaction: what is known of their URLs is read and locked, then decided on, then written.

    All crawlers lock in one order (hosts, then rows that are there by key, then new rows by key), so that no two wait for
    each other.
    """

    def __init__(
        self, connection: Pg, terms: Terms, errands: Sequence[Errand], judgement: Judgement, now: datetime
    ) -> None:
        self._connection = connection
        self._terms = terms
        self._errands = errands
        self._judgement = judgement
        self._now = now
        self._letters: list[tuple[int, str, int, bytes]] = []
        self._acked: dict[str, Row] = {}
        for errand in errands:
            errand.visit, errand.fault, errand.lost = named.fit(errand.visit), None, False

    def write(self) -> None:
        """Writes all of it; what came of each visit stands in its errand. Raises psycopg.Error."""
        self._read()
        for errand in self._errands:
            self._settle(errand)
        self._write_hosts()
        self._write_links()
        self._write_acks()
        with self._connection.cursor() as cursor:
            cursor.executemany(_SEND, self._letters)

    # ------------------------------------------------------------------ read

    def _read(self) -> None:
        wanted = named.wanted(errand.visit for errand in self._errands)
        self._host_of = {key: words(self._judgement.host_of(link.url)) for key, link in wanted.items()}
        found = self._connection.execute(_HOSTS, ([errand.host for errand in self._errands],))
        self._hosts = {host: _Host(failures, retry_at) for host, failures, retry_at in found}
        seen = {row.key: row for row in self._rows(_LOOK, list(wanted))}
        # Of what is there already only that is locked to which something is added, and listings, which may be woken.
        touched = {
            key
            for key, row in seen.items()
            if row.kind is not Kind.ARTICLE or named.merge(row.found, named.said_of(wanted[key])) != row.found
        }
        keys = touched | {errand.visit.key for errand in self._errands}
        self._locked = {row.key: row for row in self._rows(_LOCK, sorted(keys))}
        maps: dict[str, int] = {}
        if any(link.kind is not Kind.ARTICLE for link in wanted.values()):
            sources = sorted({errand.visit.source for errand in self._errands})
            maps = dict(self._connection.execute(_MAPS, (sources,)).fetchall())
        self._links = Links({**seen, **{key: row for key, row in self._locked.items() if key in seen}}, maps)

    def _rows(self, statement: str, keys: list[str]) -> Iterable[Row]:
        if not keys:
            return
        with self._connection.cursor(row_factory=namedtuple_row) as cursor:
            found: Iterable[Any] = cursor.execute(statement, (keys,))
            for row in found:
                told = row._asdict() | {"kind": Kind(row.kind), "found": decode_found(row.found)}
                yield Row(**told)

    # ------------------------------------------------------------------ decide

    def _settle(self, errand: Errand) -> None:
        row = self._locked.get(errand.visit.key)
        if row is None or row.run != self._terms.run or row.state != "leased":
            # Where the server said yes and the connection was lost before we heard it, this is the second attempt.
            ours = row is not None and row.run == self._terms.run and row.visits == errand.visits + 1
            errand.lost = errand.done is None or not ours
            return
        try:
            errand.done = self._decided(errand.visit, row)
        except Exception as error:  # noqa: BLE001  a visit that cannot be written costs only itself, and becomes a failed one
            fault = f"It could not be stored: {type(error).__name__}: {error}"
            try:
                errand.done = self._decided(failed_visit(errand.visit, fault, self._now), row)
            except Exception as again:  # noqa: BLE001  whoever committed it gets what went wrong
                errand.fault = again

    def _decided(self, visit: Visit, row: Row) -> Committed:
        listing = visit.kind is not Kind.ARTICLE
        standing = self._links.standing(visit, row) if listing else Standing()
        known = decode_known(row.known) if row.known is not None else None
        host = self._hosts.setdefault(row.host, _Host())
        decision = self._judgement.decide(visit, self._known(visit, row, known, host, standing), self._now)
        letter = encode_visit(visit)
        listed = listing and decision.outcome is Outcome.LISTED
        new = self._links.add(visit, row, standing, self._host_of) if listed else 0
        host.failures = decision.host_failures
        moments = [at for at in (host.retry_at, decision.host_retry_at) if at is not None]
        host.retry_at = max(moments, default=None)
        self._ack(visit, row, decision, known)
        self._letters.append((self._terms.run, row.key, row.visits, letter))
        article = not listing and (known is not None or decision.write is Write.STORE)
        public_id = self._judgement.public_id(row.key) if article else None
        return Committed(decision.outcome, decision.reason, public_id=public_id, new_links=new)

    @staticmethod
    def _known(
        visit: Visit, row: Row, article: KnownArticle | None, host: _Host, standing: Standing
    ) -> Known:
        """What the frontier knows; what only the archive knows (twins, canonical claims, tombstones) it decides itself."""
        return Known(
            source=article.source if article else visit.source,
            article=article,
            failures=row.failures,
            host_failures=host.failures,
            first_due_at=row.first_due_at,
            missing_since=row.missing_since if visit.status == 404 else None,
            standing=standing,
        )

    def _ack(self, visit: Visit, row: Row, decision: Decision, known: KnownArticle | None) -> None:
        row.state = "due" if decision.due_at is not None else "parked"
        row.due_at = decision.due_at or row.due_at
        row.visits, row.failures, row.quiet = row.visits + 1, decision.failures, decision.quiet
        row.why = decision.why or None
        if decision.reason is Reason.HTTP_404:
            row.missing_since = row.missing_since or visit.visited_at
        elif decision.outcome in _SEEN:
            row.missing_since = None
        if decision.validators is Validators.CLEAR:
            row.etag = row.last_modified = None
        elif decision.validators is Validators.SAVE and visit.kind is not Kind.ARTICLE:
            # Its links are in the frontier with this transaction. Those of an article come from who collects it: else a
            # 304 would be said of a page that the archive never got.
            row.etag, row.last_modified = _text(visit.etag), _text(visit.last_modified)
        if decision.write in (Write.STORE, Write.REPLACE, Write.REFRESH) and visit.reading is not None:
            row.known = encode_known(_as_read(visit, visit.reading, row, known, self._judgement))
        self._acked[row.key] = row

    # ------------------------------------------------------------------ write

    def _write_hosts(self) -> None:
        rows = [(one.failures, one.retry_at, host) for host, one in sorted(self._hosts.items())]
        with self._connection.cursor() as cursor:
            cursor.executemany(_REMEMBER, rows)
        new = {row.host for row in self._links.new.values()}
        if new:
            self._connection.execute(_NEW_HOSTS, (sorted(new),))

    def _write_links(self) -> None:
        with self._connection.cursor() as cursor:
            changed = (self._links.there[key] for key in sorted(self._links.changed - self._acked.keys()))
            cursor.executemany(_CHANGED, [_plain(row) for row in changed if row.key in self._locked])
            rows = sorted(self._links.new.values(), key=lambda row: row.key)
            if rows:
                columns = (
                    [row.key for row in rows],
                    [row.url for row in rows],
                    [row.source for row in rows],
                    [row.kind.value for row in rows],
                    [row.host for row in rows],
                    [row.due_at for row in rows],
                    [row.depth for row in rows],
                    [encode_found(row.found) for row in rows],
                )
                cursor.execute(_NEW, columns)

    def _write_acks(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_ACK, [_plain(row) for _, row in sorted(self._acked.items())])


def _plain(row: Row) -> dict[str, object]:
    return {
        "key": row.key,
        "state": row.state,
        "due_at": row.due_at,
        "visits": row.visits,
        "failures": row.failures,
        "quiet": row.quiet,
        "why": row.why,
        "missing_since": row.missing_since,
        "etag": row.etag,
        "last_modified": row.last_modified,
        "found": encode_found(row.found),
        "known": row.known,
    }


def _as_read(
    visit: Visit, reading: Reading, row: Row, known: KnownArticle | None, judgement: Judgement
) -> KnownArticle:
    """The article as this visit read it, until the archive says how it has it: a next visit may come before that."""
    first = known or KnownArticle(
        0, judgement.public_id(row.key), visit.source, "published", visit.visited_at
    )
    return replace(
        first,
        reading=reading.version,
        content_hash=reading.content_hash,
        headline=reading.headline,
        lede=reading.lede,
        byline=reading.byline,
        word_count=reading.word_count,
        paywalled=reading.paywalled,
        text_hash=reading.text_hash,
        modified_at=reading.modified_at,
    )


def _text(printed: str | None) -> str | None:
    return words(printed) if printed is not None else None


def placed(visit: Visit, place: str) -> Visit:
    """The visit with the place of its capture named: the folder of the crawler that made it."""
    if visit.capture is None:
        return visit
    return replace(visit, capture=replace(visit.capture, place=place))
