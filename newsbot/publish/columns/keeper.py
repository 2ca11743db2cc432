"""Keeps the columns of one archive: takes them from their file or has them made, and follows what a crawl writes."""

from __future__ import annotations

import importlib.util
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from pipelines.store import change
from pipelines.store.sqlite import sqlite3

if TYPE_CHECKING:
    from newsbot.publish.columns.store import Store

LEAST: Final = 5_000
"""Articles from which on columns are kept: below that SQLite counts all facets of a page in some milliseconds."""

MOST_AT_ONCE: Final = 5_000
"""Changes that a page waits for (15 µs each); more are taken over in the background."""

_WORTH_SAVING: Final = 20_000  # changes since the file was written
_log = logging.getLogger(__name__)


class Reading(Protocol):
    """One state of the archive (`connections.Snapshot`)."""

    def rows(self, sql: str, parameters: Sequence[object] = ..., limit: float | None = ...) -> list[Any]:
        """All rows of a SELECT."""


class Keeper:
    """The columns of one archive, once they are there. Its methods may be called from any thread."""

    def __init__(self, archive: Path, connections: Any) -> None:
        self._archive = archive
        self._file = change.facets_file(archive)
        self._connections = connections
        self._store: Store | None = None
        self._saved_at = 0  # position of the file
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._maker: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self.preparing = False
        """Columns are on their way; until then SQLite counts, and not for long."""

    def start(self) -> None:
        """Begins in the background where columns are worth it, numpy is there and the archive counts its changes."""
        if importlib.util.find_spec("numpy") is None or not self._worthwhile():
            return
        self.preparing = True
        self._thread = threading.Thread(target=self._work, name="facets", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Waits until the columns are there; False where they are not."""
        deadline = threading.Event()
        for _ in range(int(seconds * 50)):
            if self._store is not None or not self.preparing:
                break
            deadline.wait(0.02)
        return self._store is not None

    def columns(self, snapshot: Reading) -> Store | None:
        """The columns as this state of the archive has them, or a little newer; None while they are not there."""
        store = self._store
        if store is None:
            return None
        last = _last(snapshot)
        if last == store.position:
            return store
        if last < store.position or last - store.position > MOST_AT_ONCE:
            # An older state than the columns have (or an older archive in its place), or much to take over.
            self._wake.set()
            return None
        with store.lock:
            if last > store.position:
                _follow(store, snapshot, last)
        return store

    def close(self) -> None:
        """Ends what runs in the background, and saves what is worth it."""
        self._closing.set()
        self._wake.set()
        if self._maker is not None and self._maker.poll() is None:
            self._maker.terminate()
        if self._thread is not None:
            self._thread.join(timeout=30)
        store = self._store
        if store is not None and store.position - self._saved_at > _WORTH_SAVING:
            self._save(store)

    def _worthwhile(self) -> bool:
        try:
            return bool(self._connections.read_now(_worthwhile))
        except sqlite3.Error:  # an archive older than `articles.change`
            return False

    def _work(self) -> None:
        try:
            self._begin()
            while self._store is not None and not self._closing.is_set():
                self.preparing = False
                self._wake.wait()
                self._wake.clear()
                if self._closing.is_set():
                    break
                self.preparing = True
                if self._connections.read_now(_last) < self._store.position:
                    self._store = None  # an older archive was put in the place of this one
                    self._begin()
                else:
                    self._catch_up(self._store)
        except Exception as error:  # noqa: BLE001  without columns every page is right, only slower
            if not self._closing.is_set():
                _log.warning("Facets are counted by SQLite: %s", error)
            self._store = None
        finally:
            self.preparing = False

    def _begin(self) -> None:
        store = self._loaded(self._file)
        if store is None:
            store = self._made()
        if store is not None:
            self._saved_at = store.position
            self._catch_up(store)
            self._store = store

    def _loaded(self, file: Path) -> Store | None:
        """The columns of a file; None where there is none, or one of another archive or state."""
        from newsbot.publish.columns import saved

        try:
            store, newest = saved.load(file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            _log.info("%s is made anew: %s", file, error)
            return None
        same = self._connections.read_now(lambda snapshot: _same(snapshot, store.position, newest))
        return store if same else None

    def _made(self) -> Store | None:
        """Columns that a process of their own reads; they stay in the file beside the archive, where that can be."""
        made = self._make(self._file)
        if made is not None or self._closing.is_set():
            return made
        with tempfile.TemporaryDirectory(prefix="newsbot-facets-") as folder:
            return self._make(Path(folder) / "facets")

    def _make(self, file: Path) -> Store | None:
        command = [
            sys.executable,
            "-m",
            "newsbot.publish.columns",
            str(self._archive.absolute()),
            str(file.absolute()),
        ]
        self._maker = subprocess.Popen(  # noqa: S603  our own module, paths of our own
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        _, told = self._maker.communicate()
        if self._maker.returncode and not self._closing.is_set():
            _log.info("%s could not be made: %s", file, told.decode("utf-8", "replace").strip()[-300:])
        return None if self._maker.returncode else self._loaded(file)

    def _catch_up(self, store: Store) -> None:
        """Takes over whatever was written, some thousand changes at a time."""

        def follow(snapshot: Reading) -> bool:
            last = _last(snapshot)
            with store.lock:
                _follow(store, snapshot, min(last, store.position + MOST_AT_ONCE))
                return store.position >= last

        while not self._closing.is_set() and not self._connections.read_now(follow, 60.0):
            pass

    def _save(self, store: Store) -> None:
        from newsbot.publish.columns import reading, saved

        try:
            with store.lock:
                newest = self._connections.read_now(
                    lambda snapshot: reading.newest(snapshot.rows, store.position)
                )
                saved.save(store, self._file, newest)
        except (OSError, sqlite3.Error) as error:
            _log.info("%s could not be written: %s", self._file, error)


def _last(snapshot: Reading) -> int:
    return int(snapshot.rows(f"SELECT {change.LAST}")[0][0])


def _worthwhile(snapshot: Reading) -> bool:
    last = _last(snapshot)
    return last >= LEAST and bool(snapshot.rows("SELECT 1 FROM articles LIMIT 1 OFFSET ?", (LEAST - 1,)))


def _follow(store: Store, snapshot: Reading, last: int) -> None:
    from newsbot.publish.columns import reading

    store.put(reading.changes(snapshot.rows, store.position, last), last)


def _same(snapshot: Reading, position: int, newest: list[tuple[int, str]]) -> bool:
    """Is this the archive whose newest changes were these? What changed since has a greater number now."""
    if _last(snapshot) < position:
        return False
    for number, public_id in newest:
        rows = snapshot.rows("SELECT public_id FROM articles WHERE change = ?", (number,))
        if rows and rows[0][0] != public_id:
            return False
    return True
