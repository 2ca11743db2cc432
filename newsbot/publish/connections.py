"""Read-only connections to the archive: one a thread, each page one read transaction with a time limit."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from pipelines.errors import ArchiveUnusable
from pipelines.store import fulltext
from pipelines.store.opening import refuse_newer
from pipelines.store.sqlite import sqlite3

if TYPE_CHECKING:
    from newsbot.publish.columns.keeper import Keeper
    from newsbot.publish.columns.store import Store

T = TypeVar("T")
Parameters = Sequence[object] | Mapping[str, object]

PAGE_LIMIT = 5.0
"""Seconds that the statements of one page may take together."""

_INSTRUCTIONS = 2000  # SQLite instructions between two looks at the clock: about 0.2 ms


class TookTooLong(Exception):
    """A statement was stopped at its time limit."""


class Snapshot:
    """One state of the archive: what a page reads, it reads from the same transaction."""

    def __init__(self, connection: sqlite3.Connection, limit: float, keeper: Keeper | None = None) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + limit
        self._keeper = keeper
        self._columns: tuple[Store | None] | None = None

    @property
    def columns(self) -> Store | None:
        """The facets of the archive as columns in memory, as of this state of it; None where there are none (yet)."""
        if self._columns is None:
            self._columns = (self._keeper.columns(self) if self._keeper is not None else None,)
        return self._columns[0]

    @property
    def preparing(self) -> bool:
        """Columns are on their way."""
        return self._keeper is not None and self._keeper.preparing

    def rows(self, sql: str, parameters: Parameters = (), limit: float | None = None) -> list[sqlite3.Row]:
        """All rows. `limit` in seconds cuts this statement short of the page's own limit.

        Raises TookTooLong, and sqlite3.Error for what SQLite refuses.
        """
        deadline = self._deadline if limit is None else min(self._deadline, time.monotonic() + limit)
        self._connection.set_progress_handler(lambda: int(time.monotonic() > deadline), _INSTRUCTIONS)
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.OperationalError as error:
            if str(error) == "interrupted":
                raise TookTooLong(sql) from error
            raise
        finally:
            self._connection.set_progress_handler(None, 0)

    def row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def number(self, sql: str, parameters: Parameters = ()) -> int:
        """The first column of the first row as a number; 0 where there is none."""
        found = self.row(sql, parameters)
        return int(found[0] or 0) if found else 0

    def current_index(self) -> bool:
        """Whether the full-text index is as this newsbot makes it."""
        return fulltext.current(self._connection)


class Connections:
    """Reads one archive from a few threads, apart from the connections that Datasette opens."""

    def __init__(self, path: Path, *, immutable: bool = False, threads: int = 4) -> None:
        self._uri = f"file:{quote(str(path.absolute()))}?{'immutable=1' if immutable else 'mode=ro'}"
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="archive")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._keeper: Keeper | None = None

    def keep_columns(self, keeper: Keeper) -> None:
        """Lets pages count facets in columns, once those are there."""
        self._keeper = keeper
        keeper.start()

    def open(self) -> sqlite3.Connection:
        """A new read-only connection; text that is not UTF-8 is replaced, never an error."""
        connection = sqlite3.connect(
            self._uri, uri=True, check_same_thread=False, isolation_level=None, timeout=5
        )
        connection.row_factory = sqlite3.Row
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        fulltext.prepare(connection)  # for whoever reads the view of folded texts
        return connection

    async def read(self, page: Callable[[Snapshot], T], limit: float = PAGE_LIMIT) -> T:
        """Run `page` on a snapshot in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._read_now, page, limit)

    def read_now(self, page: Callable[[Snapshot], T], limit: float = PAGE_LIMIT) -> T:
        """The same in the calling thread."""
        return self._read_now(page, limit)

    def close(self) -> None:
        """Close every connection once the threads have ended."""
        if self._keeper is not None:
            self._keeper.close()
        self._executor.shutdown(wait=True)
        for connection in self._opened:
            connection.close()

    def _read_now(self, page: Callable[[Snapshot], T], limit: float) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self.open()
            self._opened.append(connection)
        with _transaction(connection):
            return page(Snapshot(connection, limit, self._keeper))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def inspect(path: Path) -> bool:
    """Look at the archive before it is served; True where only an immutable opening works.

    Readers of a WAL archive need its -wal and -shm files writable; in a read-only folder SQLite refuses
    `mode=ro` unless nobody writes, and then `immutable=1` is right. Raises ArchiveUnusable with a sentence.
    """
    if not path.exists():
        raise ArchiveUnusable(f"{path} is not there: make one with `newsbot crawl`.")
    if not path.is_file():
        raise ArchiveUnusable(f"{path} is no file: name an archive made by `newsbot crawl`.")
    try:
        _probe(path, immutable=False)
    except sqlite3.OperationalError as error:
        if "unable to open" not in str(error) and "readonly" not in str(error):
            raise ArchiveUnusable(f"{path} cannot be read ({error}): see `newsbot doctor`.") from error
        if path.with_name(path.name + "-wal").exists():
            raise ArchiveUnusable(
                f"{path} cannot be read: its folder is read-only and {path.name}-wal holds what was not"
                " written back yet. Allow writing there, or copy both files."
            ) from error
        try:
            _probe(path, immutable=True)
        except sqlite3.DatabaseError as second:
            raise ArchiveUnusable(f"{path} cannot be read ({second}).") from second
        return True
    except sqlite3.DatabaseError as error:
        raise ArchiveUnusable(
            f"{path} is no SQLite file or is damaged ({error}): restore a backup, or see `newsbot doctor`."
        ) from error
    return False


def _probe(path: Path, *, immutable: bool) -> None:
    """Open it and look for the articles; what a newer newsbot wrote is not guessed at."""
    connections = Connections(path, immutable=immutable, threads=1)
    connection = connections.open()
    try:
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles'").fetchone()
        if found:
            refuse_newer(connection, path)
            connection.execute("SELECT public_id, published_sort FROM articles LIMIT 1").fetchone()
            connection.execute("SELECT name, publish FROM sources LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        if str(error).startswith("no such"):
            raise ArchiveUnusable(f"{path} was not made by this newsbot: {error}.") from error
        raise
    finally:
        connection.close()
        connections.close()
    if not found:
        raise ArchiveUnusable(f"{path} has no table of articles: it was not made by `newsbot crawl`.")
