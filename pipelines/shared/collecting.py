"""The outbox's reading side: what waits is handed over in order, deleted with the archive's word on each URL."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

import psycopg

from pipelines.errors import AlreadyRunning, ConfigurationError
from pipelines.items import Visit
from pipelines.shared import wire
from pipelines.shared.connecting import Address, Pg, is_conflict
from pipelines.shared.faults import FromNewer, Undecodable
from pipelines.shared.schema import prepare
from pipelines.store import PlannedSource
from pipelines.store.inbox import Robots, SharedRun, Word

MOST_ROWS: Final = 200  # handed over at once
MOST_BYTES: Final = 4 << 20  # of them together, packed; one alone may have more
_PATIENCE: Final = 30.0  # seconds; a transaction of ours takes a moment
_TRIES: Final = 5  # of a transaction that another one's locks ended
_COLLECTING: Final = 0x6E657773_636F6C6C  # the advisory lock of whoever collects

# In their order. A visit that only a newer newsbot can read holds the later ones of its URL back.
_NEXT: Final = """
SELECT id, run, key, visits, visit FROM (
    SELECT o.*, sum(octet_length(visit)) OVER (ORDER BY id) AS bytes, row_number() OVER (ORDER BY id) AS number
    FROM (
        SELECT * FROM newsbot.outbox w WHERE aside IS NULL
        AND NOT EXISTS (SELECT 1 FROM newsbot.outbox e WHERE e.key = w.key AND e.aside IS NOT NULL AND e.holds)
        ORDER BY id LIMIT %s
    ) o
) b WHERE bytes <= %s OR number = 1 ORDER BY id"""
_ASIDE: Final = (
    "SELECT id, visit FROM newsbot.outbox WHERE aside IS NOT NULL AND id > %s ORDER BY id LIMIT 20"
)
_LOCKED: Final = "SELECT 1 FROM newsbot.frontier WHERE key = ANY(%s) ORDER BY key FOR NO KEY UPDATE"
# What is leased stays so: its visit is under way, and the archive will have a word on that one too.
_TOLD: Final = """
UPDATE newsbot.frontier f SET state = CASE f.state WHEN 'leased' THEN 'leased' ELSE w.state END,
    due_at = coalesce(w.due_at, f.due_at), failures = w.failures, quiet = w.quiet, why = w.why, etag = w.etag,
    last_modified = w.last_modified, known = w.known
FROM unnest(%s::text[], %s::integer[], %s::text[], %s::timestamptz[], %s::integer[], %s::integer[], %s::text[],
    %s::text[], %s::text[], %s::jsonb[])
    AS w (key, visits, state, due_at, failures, quiet, why, etag, last_modified, known)
WHERE f.key = w.key AND f.visits = w.visits AND f.kind = 'article'"""
_PARKED: Final = """
UPDATE newsbot.frontier SET state = 'parked', why = %s
WHERE key = ANY(%s) AND state = 'due' AND kind = 'article'"""
_WITHHELD: Final = """
UPDATE newsbot.frontier SET state = CASE state WHEN 'leased' THEN 'leased' ELSE 'parked' END, why = NULL, found = '[]',
    known = NULL, etag = NULL, last_modified = NULL
WHERE key = ANY(%s) AND (state = 'due' OR found <> '[]' OR known IS NOT NULL)"""
# Another crawler calls a silent one killed; where there is none any more, the archive is told all the same.
_RUNS: Final = """
SELECT id, crawler, started_at, version, reading, command,
    CASE WHEN state = 'running' AND seen_at < clock_timestamp() - make_interval(secs => 2 * lease + 600) THEN 'killed'
         ELSE state END, ended_at, exit_code, ended_by, requests
FROM newsbot.runs WHERE id = ANY(%s) OR id > %s ORDER BY id"""
_ROBOTS: Final = """
SELECT host, robots_status, robots, crawl_delay, robots_at, robots_from FROM newsbot.hosts
WHERE robots_at IS NOT NULL AND host = ANY(%s)"""
_NEWER_ROBOTS: Final = """
SELECT h.host FROM newsbot.hosts h JOIN unnest(%s::text[], %s::timestamptz[]) AS k (host, at) ON h.host = k.host
WHERE h.robots_at IS NOT NULL AND (k.at IS NULL OR h.robots_at > k.at)"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of the outbox."""

    row: int
    run: int
    key: str
    visits: int  # of the frontier's row, with this visit
    visit: Visit | Undecodable


@dataclass(frozen=True, slots=True)
class MovedFile:
    """A WARC file that went to another place."""

    file: str
    before: str
    place: str


class Outbox:
    """The outbox of a shared frontier, open for the one archive that collects it.

    Every method raises FrontierUnusable where the server fails.
    """

    def __init__(self, address: Address, connection: Pg, frontier: str) -> None:
        self.address = address
        self.frontier = frontier  # its id
        self._connection = connection

    @classmethod
    def open(cls, address: Address) -> Self:
        """Opens the outbox, and makes the frontier where none is.

        Raises FrontierUnusable where it cannot be reached or used, AlreadyRunning where another collector is at work.
        """
        connection = address.connect(_PATIENCE, "newsbot collect")
        try:
            with address.sentences():
                # The archive forgets a row that the server said it had deleted: that must outlast the server's crash.
                connection.execute(
                    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
                )
                frontier = prepare(connection)
                alone = _one(connection, "SELECT pg_try_advisory_lock(%s)", (_COLLECTING,))
            if alone is not True:
                raise AlreadyRunning(
                    f"Another `newsbot collect` is at work on the shared frontier ({address.where}): "
                    "wait for its end, or stop it."
                )
        except BaseException:
            connection.close()
            raise
        return cls(address, connection, frontier)

    def claim(self, archive: str | None, path: str, *, take_over: bool = False) -> None:
        """Notes that the archive with this id, at `path`, is the one that collects the frontier.

        The first that does so, until another one is told to `take_over`; without an id (an archive that is not made
        yet) it is only asked whether it may. Raises ConfigurationError where another archive is.
        """
        with self.address.sentences():
            rows = self._connection.execute("SELECT name, value FROM newsbot.about").fetchall()
            about: dict[str, str] = dict(rows)
            holder = about.get("archive")
            if holder is not None and holder != archive and not take_over:
                raise ConfigurationError(
                    f"The shared frontier ({self.address.where}) is collected into another archive "
                    f"({about.get('archive_at') or holder}): collect it there, with --db. Where that one is no more, "
                    "--take-over lets this one collect from here on; what was collected there does not come again."
                )
            if archive is None:
                return
            for name, value in (("archive", archive), ("archive_at", path)):
                if about.get(name) != value:
                    self._connection.execute(
                        "INSERT INTO newsbot.about (name, value) VALUES (%s, %s) "
                        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                        (name, value),
                    )

    def close(self) -> None:
        """Ends the connection, and with it the claim to be the only collector."""
        self._connection.close()

    def next_letters(self) -> list[Letter]:
        """What comes next, in order; nothing where nothing waits."""
        with self.address.sentences():
            rows = self._connection.execute(_NEXT, (MOST_ROWS, MOST_BYTES)).fetchall()
        return [Letter(row, run, key, visits, _decoded(visit)) for row, run, key, visits, visit in rows]

    def set_aside(self, row: int, fault: Undecodable) -> None:
        """Keeps a row that cannot be collected out of the way of the others, with the reason."""
        with self.address.sentences():
            self._connection.execute(
                "UPDATE newsbot.outbox SET aside = %s, holds = %s WHERE id = %s",
                (str(fault)[:500], isinstance(fault, FromNewer), row),
            )

    def try_aside_again(self) -> None:
        """Puts back into the order what was set aside and can be read by now, by a newer newsbot than before."""
        after = 0
        with self.address.sentences():
            while rows := self._connection.execute(_ASIDE, (after,)).fetchall():
                after = rows[-1][0]
                well = [row for row, visit in rows if isinstance(_decoded(visit), Visit)]
                if well:
                    self._connection.execute(
                        "UPDATE newsbot.outbox SET aside = NULL, holds = false WHERE id = ANY(%s)", (well,)
                    )

    def aside(self) -> list[tuple[str, int]]:
        """The reasons for which rows are set aside, with their numbers."""
        with self.address.sentences():
            rows = self._connection.execute(
                "SELECT aside, count(*) FROM newsbot.outbox WHERE aside IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
            ).fetchall()
        return [(why, number) for why, number in rows]

    def waiting(self) -> int:
        """How many visits wait, without those set aside."""
        with self.address.sentences():
            return int(_one(self._connection, "SELECT count(*) FROM newsbot.outbox WHERE aside IS NULL"))

    def still_there(self, rows: Collection[int]) -> set[int]:
        """Which of these rows the outbox still has."""
        with self.address.sentences():
            found = self._connection.execute(
                "SELECT id FROM newsbot.outbox WHERE id = ANY(%s)", (list(rows),)
            )
            return {row for (row,) in found}

    def runs(self, numbers: Collection[int], after: int) -> list[SharedRun]:
        """What the frontier knows of these runs, and of those begun after the run with the number `after`."""
        with self.address.sentences():
            rows = self._connection.execute(_RUNS, (list(numbers), after)).fetchall()
        return [
            SharedRun(
                name=self.run_name(row[0]),
                crawler=row[1],
                started_at=row[2],
                version=row[3],
                reading=row[4],
                command=row[5],
                state=row[6],
                ended_at=row[7],
                exit_code=row[8],
                ended_by=row[9],
                requests=row[10],
            )
            for row in rows
        ]

    def run_name(self, number: int) -> str:
        """A run's name in the archive: unlike its number it differs from those of other frontiers."""
        return f"{self.frontier}/{number}"

    def run_number(self, name: str) -> int:
        """The number of a run by its name."""
        return int(name.rpartition("/")[2])

    def with_letters(self, runs: Collection[int]) -> set[int]:
        """Which of these runs have visits waiting."""
        with self.address.sentences():
            rows = self._connection.execute(
                "SELECT DISTINCT run FROM newsbot.outbox WHERE run = ANY(%s) AND aside IS NULL", (list(runs),)
            )
            return {run for (run,) in rows}

    def sources(self) -> tuple[list[PlannedSource], list[str]]:
        """The sources as the frontier has them, and the ids of those that are retired."""
        with self.address.sentences():
            rows = self._connection.execute(
                "SELECT id, planned::text, state FROM newsbot.sources ORDER BY id"
            )
            found = rows.fetchall()
        active = [wire.decode_source(planned) for _, planned, state in found if state == "active"]
        return active, [name for name, _, state in found if state != "active"]

    def robots(self, known: dict[str, Any]) -> list[Robots]:
        """The robots.txt of these hosts where it is newer than the instant that is given for each (or None)."""
        with self.address.sentences():
            newer = self._connection.execute(_NEWER_ROBOTS, (list(known), list(known.values()))).fetchall()
            if not newer:
                return []
            rows = self._connection.execute(_ROBOTS, ([host for (host,) in newer],)).fetchall()
        return [Robots(host, status, body, delay, at, asked) for host, status, body, delay, at, asked in rows]

    def settle(self, letters: Sequence[Letter], words: Sequence[Word], aliases: Collection[str]) -> None:
        """Deletes rows that the archive has, and tells the frontier the archive's word on each article, at once.

        A word counts only while its URL was not visited again; `aliases` are addresses that turned out to be other
        addresses of articles, and need no visit of their own.
        """
        visits = {letter.key: letter.visits for letter in letters}
        told = sorted((word for word in words if word.key in visits), key=lambda word: word.key)
        columns = (
            [word.key for word in told],
            [visits[word.key] for word in told],
            [word.state for word in told],
            [word.due_at for word in told],
            [word.failures for word in told],
            [word.quiet for word in told],
            [word.why for word in told],
            [word.etag for word in told],
            [word.last_modified for word in told],
            [wire.encode_known(word.known) if word.known is not None else None for word in told],
        )

        def tell() -> None:
            with self._connection.transaction():
                # In the order in which crawlers lock, so that nobody waits for each other.
                self._connection.execute(_LOCKED, (sorted({*aliases, *(word.key for word in told)}),))
                self._connection.execute(_TOLD, columns)
                if aliases:
                    self._connection.execute(_PARKED, ("another address of an article", sorted(aliases)))
                self._connection.execute(
                    "DELETE FROM newsbot.outbox WHERE id = ANY(%s)", ([letter.row for letter in letters],)
                )

        self._again(tell)

    def withhold(self, keys: Sequence[str]) -> None:
        """Takes down here what was taken down in the archive: no visit, and nothing that listings said of it."""
        for start in range(0, len(keys), 1000):
            part = list(keys[start : start + 1000])
            self._again(lambda: self._connection.execute(_WITHHELD, (part,)) and None)  # noqa: B023  at once

    def moved_files(self, files: Collection[str] | None = None) -> list[MovedFile]:
        """WARC files that went elsewhere: of these, or (None) those of which the archive does not know yet."""
        asked = "collected_at IS NULL" if files is None else "file = ANY(%s)"
        with self.address.sentences():
            rows = self._connection.execute(
                f"SELECT file, before, place FROM newsbot.moved WHERE {asked} ORDER BY moved_at, file",  # noqa: S608
                None if files is None else (list(files),),
            ).fetchall()
        return [MovedFile(*row) for row in rows]

    def knows(self, moved: MovedFile) -> None:
        """Notes that the archive knows where a file lies now."""
        with self.address.sentences():
            self._connection.execute(
                "UPDATE newsbot.moved SET collected_at = now() WHERE file = %s AND before = %s AND place = %s",
                (moved.file, moved.before, moved.place),
            )

    @contextmanager
    def transaction(self) -> Iterator[Pg]:
        """A transaction of the frontier, for whoever fills it."""
        with self.address.sentences(), self._connection.transaction():
            yield self._connection

    def _again(self, work: Any) -> None:
        """Does `work`, once more where the locks of a crawler ended it: it must begin from nothing."""
        with self.address.sentences():
            for attempt in range(_TRIES):
                try:
                    work()
                except psycopg.Error as error:
                    if attempt == _TRIES - 1 or not is_conflict(error):
                        raise
                else:
                    return


def _decoded(packed: bytes) -> Visit | Undecodable:
    try:
        return wire.decode_visit(packed)
    except Undecodable as fault:
        return fault


def _one(connection: Pg, sql: Any, values: Sequence[Any] = ()) -> Any:
    row = connection.execute(sql, values).fetchone()
    return row[0] if row is not None else None
