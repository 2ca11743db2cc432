"""Merge: what another newsbot archive has is taken over, its captures too."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from newsbot.care import erasing
from newsbot.care.erasing import captures_of
from newsbot.care.manifest import copied
from pipelines.capture import OPEN
from pipelines.errors import ConfigurationError, NoRoom
from pipelines.store import RunLock, read_about
from pipelines.store.copying import capture_files, copy_archive
from pipelines.store.merging import Merged, merge
from pipelines.store.opening import open_writable, sentence
from pipelines.store.sqlite import sqlite3


def merge_archive(archive: Path, other: Path, now: datetime) -> tuple[Merged, list[str]]:
    """Takes over articles, versions, captures, visits and tombstones of `other`; gives what was done, and sentences about
    captures that could not be had.

    Nothing in `other` is changed: a copy of it is brought to today's schema and read. Captures are copied first, so that
    no row names a page that is not there; then everything is written in one transaction. Doing it again changes
    nothing. Raises ConfigurationError, ArchiveUnusable, NoRoom, AlreadyRunning.
    """
    _refuse(archive, other)
    with (
        RunLock.acquire(archive, "newsbot merge", now),
        tempfile.TemporaryDirectory(prefix=".merge-", dir=archive.parent) as folder,
    ):
        copy = Path(folder) / "other.db"
        copy_archive(other, copy)
        open_writable(copy, now, 5.0, create=False).close()  # brings an older one to today's schema
        names, missing = _take_captures(captures_of(other), captures_of(archive), capture_files(copy))
        with closing(erasing.open_to_change(archive, now)) as connection:
            connection.execute("ATTACH ? AS other", (str(copy),))
            try:
                connection.execute("BEGIN IMMEDIATE")
                done = merge(connection, names)
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise sentence(error, archive) from error
            connection.execute("DETACH other")
            erased = erasing.erase_captures(connection, archive, now)
    return done, [*missing, *erased.failed]


def _refuse(archive: Path, other: Path) -> None:
    if not archive.is_file():
        raise ConfigurationError(
            f"There is no archive at {archive} to merge into: copy {other} with `newsbot backup`."
        )
    if other.is_file() and other.samefile(archive):
        raise ConfigurationError(f"{other} is the archive itself: name another one.")
    ours, theirs = read_about(archive), read_about(other)
    if ("sample" in ours) != ("sample" in theirs):
        raise ConfigurationError(
            "One of the two archives holds the sample newsroom, which does not mix with real news."
        )
    size = other.stat().st_size if other.is_file() else 0
    free = shutil.disk_usage(archive.parent).free
    if free < 3 * size + erasing.SPARE:
        raise NoRoom(
            f"To merge {other} takes {3 * size / 1e6:,.0f} MB besides its captures, and {free / 1e6:,.0f} MB are free."
        )


def _take_captures(source: Path, target: Path, files: dict[str, int]) -> tuple[dict[str, str], list[str]]:
    """Copies capture files; gives each one's name here, and sentences about those that are not there."""
    names: dict[str, str] = {}
    missing = []
    target.mkdir(exist_ok=True)
    for file, end in files.items():
        path = next((p for p in (source / file, source / (file + OPEN)) if p.is_file()), None)
        if path is None:
            missing.append(
                f"captures/{file} of the other archive is not there: its pages are missing here too."
            )
            names[file] = file
            continue
        names[file] = _take(path, target, file, end)
    return names, missing


def _take(path: Path, target: Path, file: str, end: int) -> str:
    """Copies up to the last record that the archive names, under a name of its own where another file has that name."""
    name = file
    place = target / name
    if place.exists() and not _same(path, place, end):
        digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
        name = f"{Path(file).name.removesuffix('.warc.gz')}-{digest}.warc.gz"
        place = target / name
    if place.exists():
        return name
    part = place.with_name(f".{place.name}.part")
    try:
        with path.open("rb") as source, part.open("wb") as out:
            copied(source, out, end if path.name.endswith(OPEN) else None)
            out.flush()
            os.fsync(out.fileno())
        part.rename(place)
    finally:
        part.unlink(missing_ok=True)
    return name


def _same(path: Path, place: Path, end: int) -> bool:
    """Whether two files begin alike, as far as the archive names records in them; erased ones may differ by that."""
    with path.open("rb") as one, place.open("rb") as other:
        return one.read(4096) == other.read(4096) and place.stat().st_size >= end
