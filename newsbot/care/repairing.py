"""`newsbot doctor --repair`: what a kill, a full disk or another program left is put right, and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from newsbot.care import erasing, orphans, tombstones
from newsbot.care.takedown import take_down_again
from pipelines.capture import repair
from pipelines.store import RunLock, captures, change, fulltext
from pipelines.store.sqlite import sqlite3


def mend(archive: Path, now: datetime) -> Iterator[str]:
    """Puts right what can be put right; a sentence for each thing that was done or could not be.

    Holds the run lock, so that no crawl is at work. Raises AlreadyRunning, and what `open_writable` raises.
    """
    with (
        RunLock.acquire(archive, "newsbot doctor --repair", now),
        closing(erasing.open_to_change(archive, now)) as connection,
    ):
        yield from _files(archive)
        yield from _orphans(connection, archive)
        yield from _index(connection)
        yield from _triggers(connection)
        yield from _tombstones(connection, archive, now)
        yield from _erasures(connection, archive, now)


def _in_transaction(connection: sqlite3.Connection, work: Callable[[], None]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        work()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _files(archive: Path) -> Iterator[str]:
    for one in repair(erasing.captures_of(archive)):
        yield f"{one.file} was left open by a killed run: {one.records:,} whole records kept, {one.cut:,} torn bytes cut."


def _orphans(connection: sqlite3.Connection, archive: Path) -> Iterator[str]:
    found, unread = orphans.all_orphans(connection, erasing.captures_of(archive))

    def adopt() -> None:
        for key, url, capture in found:
            captures.adopt(connection, key, url, capture)

    _in_transaction(connection, adopt)
    if found:
        yield f"{len(found):,} captured pages that no row named have one now."
    yield from unread


def _index(connection: sqlite3.Connection) -> Iterator[str]:
    if not fulltext.sound(connection):
        _in_transaction(connection, lambda: fulltext.rebuild(connection))
        yield "The full-text index was made anew from the texts."


def _triggers(connection: sqlite3.Connection) -> Iterator[str]:
    if missing := change.missing(connection):
        _in_transaction(connection, lambda: change.keep(connection))
        yield f"{len(missing)} triggers that number changes were made again."


def _tombstones(connection: sqlite3.Connection, archive: Path, now: datetime) -> Iterator[str]:
    file = tombstones.file_of(archive)
    if file.exists() and (again := take_down_again(connection, archive, tombstones.read(file), now)):
        yield f"{again:,} addresses were taken down again, as {file.name} says."
    missing = tombstones.missing_in_file(archive, tombstones.in_archive(connection))
    tombstones.append(archive, missing)
    if missing:
        yield f"{len(missing):,} tombstones were added to {tombstones.file_of(archive).name}."


def _erasures(connection: sqlite3.Connection, archive: Path, now: datetime) -> Iterator[str]:
    due = erasing.is_due(connection)
    done = erasing.finish(connection, archive, now, locked=True)
    if done.captures:
        yield f"{done.captures:,} pages were erased from their captures."
    yield from done.failed
    if due and done.swept:
        yield "Free pages and the log were swept of what was erased."
    elif not done.swept:
        yield f"Freed pages could not be swept, because {done.sweep_waits_for}."
