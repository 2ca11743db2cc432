"""The inbox: the archive's side of collecting what crawlers of a shared frontier have left in its outbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import uuid4

from pipelines.decisions import KnownArticle
from pipelines.items import Committed, Found, KeptPage, Rules, Visit
from pipelines.store import hosts, ledger, planning, reprocessing
from pipelines.store.evidence import found_of
from pipelines.store.judgement import Judgement
from pipelines.store.known import known_article
from pipelines.store.locked import PATIENCE, patiently
from pipelines.store.opening import open_writable, sentence
from pipelines.store.planning import PlannedSource
from pipelines.store.settling import Settling
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, bound, insert, instant, moment

_T = TypeVar("_T")

_KEPT = """
SELECT u.key, a.reading, c.file, c.offset, c.length, c.url, c.captured_at, c.place
FROM urls u JOIN articles a ON a.id = u.article JOIN captures c ON c.id = a.capture
WHERE u.key IN (SELECT value FROM json_each(?)) AND u.alias_of IS NULL AND c.erased_at IS NULL"""
_FRONTIER = """
SELECT key, state, due_at, failures, quiet, why, etag, last_modified FROM frontier
WHERE key IN (SELECT value FROM json_each(?))"""
_RUN = "SELECT id FROM runs WHERE shared_run = ?"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of an outbox: a visit of a crawler's run."""

    row: int  # its number in the outbox
    run: str  # the run, as `SharedRun.name` has it
    visit: Visit


@dataclass(frozen=True, slots=True)
class SharedRun:
    """A run of a crawler of a shared frontier, as the frontier knows it."""

    name: str  # id of the frontier, a slash, its number there
    crawler: str
    started_at: datetime
    version: str
    reading: str
    command: str
    state: str = "running"  # running, finished, stopped or killed
    ended_at: datetime | None = None
    exit_code: int | None = None
    ended_by: str | None = None
    requests: int | None = None


@dataclass(frozen=True, slots=True)
class Robots:
    """The robots.txt of a host, as one of the crawlers received it."""

    host: str
    status: int | None
    body: str | None
    crawl_delay: float | None  # seconds
    received_at: datetime
    asked: str | None  # address


@dataclass(frozen=True, slots=True)
class Word:
    """What the archive has decided on a URL: the last word on when it is visited next, and with which validators."""

    key: str
    state: str  # due or parked
    due_at: datetime | None
    failures: int
    quiet: int
    why: str | None
    etag: str | None
    last_modified: str | None
    known: KnownArticle | None  # without its texts; None where the archive has no article there


class Inbox:
    """An open archive that takes deliveries in. One thread's own; only for the holder of the archive's run lock.

    Every method raises ArchiveUnusable or NoRoom where the database itself fails; the transaction is undone then.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, judgement: Judgement) -> None:
        self.path = path
        self._connection = connection
        self._judgement = judgement
        self._runs: dict[str, int] = {}

    @classmethod
    def open(cls, path: Path, *, judgement: Judgement, now: datetime) -> Self:
        """Checks and opens the archive at `path`, made where there is none; raises as `Archive.open` does."""
        return cls(path, open_writable(path, now, PATIENCE, True), judgement)

    def close(self) -> None:
        """Closes the archive, with its log written into it."""
        try:
            self._connection.execute("PRAGMA analysis_limit = 400")
            self._connection.execute("PRAGMA optimize")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            pass  # a reader holds the log, or the fault is told already
        finally:
            self._connection.close()

    def identity(self) -> str:
        """The archive's own id, by which a frontier knows who collects it; made when it is asked for first."""
        return self._written(self._identity)

    def _identity(self) -> str:
        self._connection.execute(
            "INSERT OR IGNORE INTO about (name, value) VALUES ('archive_id', ?)", (str(uuid4()),)
        )
        row = self._connection.execute("SELECT value FROM about WHERE name = 'archive_id'").fetchone()
        return str(row[0])

    def noted(self, frontier: str) -> list[int]:
        """Rows of the frontier's outbox that are in the archive, and that the frontier may still have."""
        rows = self._read("SELECT row FROM collected WHERE frontier = ? ORDER BY row", (frontier,))
        return [row for (row,) in rows]

    def forget(self, frontier: str, rows: Collection[int]) -> None:
        """Lets go of the notes on rows that the frontier has deleted."""
        if rows:
            self._written(lambda: self._forget(frontier, rows))

    def take(
        self,
        frontier: str,
        deliveries: Sequence[Delivery],
        *,
        gone: Collection[int] = (),
        now: datetime,
    ) -> list[Committed | Exception]:
        """Takes visits in, in their order and in one transaction with the notes that they are in.

        What is noted already is not taken again: it must not be among them. `gone` are rows whose notes the frontier
        no longer needs. A visit is decided on as of its own time, as its crawler alone would have done it. What could
        not be written gives its fault, and no note. The runs must have their rows (`keep_runs`).
        """

        def write() -> list[Committed | Exception]:
            settling = Settling(self._connection, self._judgement)
            self._forget(frontier, gone)
            done = [
                settling.settle(self._run(one.run), one.visit, lambda: _as_of(one.visit, now))  # noqa: B023  at once
                for one in deliveries
            ]
            settling.finish()
            at = instant(now)
            self._connection.executemany(
                'INSERT INTO collected (frontier, "row", at) VALUES (?, ?, ?)',
                [
                    (frontier, one.row, at)
                    for one, committed in zip(deliveries, done, strict=True)
                    if isinstance(committed, Committed)
                ],
            )
            return done

        return self._written(write)

    def keep_runs(self, runs: Sequence[SharedRun]) -> None:
        """Makes sure of a row for each run; those that have ended get their end."""

        def write() -> None:
            for run in runs:
                self._keep_run(run)

        if runs:
            self._written(write)

    def open_runs(self, frontier: str) -> set[str]:
        """Names of the frontier's runs that have no end here yet."""
        rows = self._read(
            "SELECT shared_run FROM runs WHERE state = 'running' AND shared_run LIKE ? || '/%'", (frontier,)
        )
        return {name for (name,) in rows}

    def last_run(self, frontier: str) -> int:
        """The highest number that a run of the frontier has there, of those that are kept here; 0 where none is."""
        names = self._read("SELECT shared_run FROM runs WHERE shared_run LIKE ? || '/%'", (frontier,))
        return max((int(name.rpartition("/")[2]) for (name,) in names), default=0)

    def keep_robots(self, robots: Sequence[Robots]) -> None:
        """Takes over what hosts forbid: the archive shows by which rules its pages were fetched."""

        def write() -> None:
            for one in robots:
                hosts.remember_robots(
                    self._connection,
                    one.host,
                    one.status,
                    one.body,
                    one.crawl_delay,
                    one.received_at,
                    one.asked,
                )

        if robots:
            self._written(write)

    def plan(self, active: Sequence[PlannedSource], retired: Collection[str], now: datetime) -> None:
        """Brings the archive's sources in line with the frontier's; sources that it does not know stay as they are."""

        def write() -> None:
            planning.plan(self._connection, active, now, False, True, self._judgement)
            self._connection.execute(
                "UPDATE sources SET state = 'retired' WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(sorted(retired)),),
            )

        self._written(write)

    def words(self, keys: Collection[str]) -> Iterator[Word]:
        """What the archive has decided on each of these article URLs, as it stands now."""
        for key, state, due_at, failures, quiet, why, etag, last_modified in self._read(
            _FRONTIER, (json.dumps(sorted(keys)),)
        ):
            known = known_article(self._connection, key)
            yield Word(key, "parked" if state == "parked" else "due", moment(due_at), failures, quiet, why, etag, last_modified, known)  # fmt: skip

    def aliases(self, keys: Collection[str]) -> list[str]:
        """Which of these keys are settled other addresses of an article."""
        rows = self._read(
            """SELECT key FROM urls WHERE key IN (SELECT value FROM json_each(?))
            AND alias_of IS NOT NULL AND article IS NOT NULL ORDER BY key""",
            (json.dumps(sorted(keys)),),
        )
        return [key for (key,) in rows]

    def withheld(self) -> list[str]:
        """Keys that were taken down: nobody is to visit them, nor to keep what listings said of them."""
        return [key for (key,) in self._read("SELECT key FROM tombstones ORDER BY key", ())]

    def kept_pages(self, keys: Collection[str]) -> dict[str, KeptPage]:
        """Where the pages lie from which these articles were read, and by which rules."""
        rows = self._read(_KEPT, (json.dumps(sorted(keys)),))
        pages = {}
        for key, read_by, file, offset, length, url, captured_at, place in rows:
            if read_by is not None and (at := moment(captured_at)) is not None:
                pages[key] = KeptPage(file, offset, length, url, at, read_by, place)
        return pages

    def evidence(self, keys: Sequence[str]) -> Mapping[str, tuple[Found, ...]]:
        """What listings said of these URLs."""
        return found_of(self._connection, keys)

    def rules(self, source: str) -> Rules:
        """What the archive knows of a source, where sources.toml says nothing."""
        return reprocessing.rules_of(self._connection, source)

    def move_captures(self, file: str, before: str | None, place: str) -> int:
        """Says of every capture in `file` that it lies in another place now; gives their number."""

        def write() -> int:
            return self._connection.execute(
                "UPDATE captures SET place = ? WHERE file = ? AND place IS ?", (place, bound(file), before)
            ).rowcount

        return self._written(write)

    def _forget(self, frontier: str, rows: Collection[int]) -> None:
        self._connection.executemany(
            'DELETE FROM collected WHERE frontier = ? AND "row" = ?', [(frontier, row) for row in rows]
        )

    def _run(self, name: str) -> int | None:
        if name not in self._runs:
            found = self._connection.execute(_RUN, (name,)).fetchone()
            if found is None:
                return None
            self._runs[name] = found[0]
        return self._runs[name]

    def _keep_run(self, run: SharedRun) -> None:
        number = self._run(run.name)
        if number is None:
            row: dict[str, Value] = {
                "crawler": run.crawler,
                "started_at": run.started_at,
                "state": "running",
                "version": run.version,
                "reading": run.reading,
                "command": run.command,
                "shared_run": run.name,
            }
            number = insert(self._connection, "runs", row)
        if run.state != "running":
            ledger.end_run(
                self._connection,
                number,
                run.state,
                run.exit_code,
                run.ended_at,
                requests=run.requests,
                ended_by=run.ended_by,
            )

    def _read(self, sql: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        try:
            return [tuple(row) for row in self._connection.execute(sql, values)]
        except sqlite3.Error as error:
            raise sentence(error, self.path) from error

    def _written(self, work: Callable[[], _T]) -> _T:
        with self._transaction():
            return work()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            patiently(
                lambda: self._connection.execute("BEGIN IMMEDIATE"),
                self._connection,
                self.path,
                lambda: PATIENCE,
            )
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:  # a full disk ends the whole transaction by itself
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise sentence(error, self.path) from error
            raise


def _as_of(visit: Visit, now: datetime) -> datetime:
    """The time of the visit, but never one that is still to come: a crawler's clock may be wrong."""
    at = visit.visited_at
    return min(at, now) if at.tzinfo is not None else now
