"""Restore: a backup becomes the archive, and what was taken down since it was made is taken down again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newsbot.care import erasing, manifest, tombstones
from newsbot.care.erasing import Erased, captures_of
from newsbot.care.manifest import Manifest
from newsbot.care.takedown import take_down_again
from newsbot.care.tombstones import Tombstone
from newsbot.whole_file import write_whole
from pipelines.errors import ConfigurationError, NewsbotError, NoRoom
from pipelines.store import RunLock, open_readonly
from pipelines.store.copying import check_copy
from pipelines.store.sqlite import sqlite3


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    manifest: Manifest
    moved: tuple[str, ...]  # what stood in its place, under its new name
    taken_down: int  # addresses taken down again
    erased: Erased
    notes: tuple[str, ...] = ()


def restore(
    backup: Path, archive: Path, now: datetime, *, replace: bool = False, stones: Path | None = None
) -> Restored:
    """Puts a backup in the place of `archive` and of `captures/` beside it.

    Everything is checked before anything is touched. Where an archive stands there nothing is done, unless `replace`:
    then it is moved aside, never deleted. Takedowns are learned from the archive that is replaced, from the file of
    tombstones beside it, and from `stones` (such a file, or an archive). Raises ConfigurationError, ArchiveUnusable,
    NoRoom, AlreadyRunning.
    """
    held = manifest.read(backup)
    manifest.check(backup, held)
    check_copy(backup / held.archive.file, held.rows)
    folder = captures_of(archive)
    taken = [path for path in (archive, *([folder] if held.files else [])) if _stands(path)]
    if taken and not replace:
        raise ConfigurationError(
            f"{taken[0]} is there already and was left alone: restore into another folder, or move it aside with --replace."
        )
    archive.parent.mkdir(parents=True, exist_ok=True)
    _check_room(held, archive)
    with RunLock.acquire(archive, "newsbot restore", now):
        notes: list[str] = []
        known = list(_stones(archive, stones, notes))
        moved = [_aside(path, now) for path in taken]
        moved += [
            _aside(log, now) for log in (Path(f"{archive}-wal"), Path(f"{archive}-shm")) if log.exists()
        ]
        _put(backup, held, archive)
        with closing(erasing.open_to_change(archive, now)) as connection:
            again = take_down_again(connection, archive, known, now)
            erased = erasing.finish(connection, archive, now, locked=True)
    return Restored(held, tuple(map(str, moved)), again, erased, tuple(notes))


def _stands(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _check_room(held: Manifest, archive: Path) -> None:
    wanted = sum(one.bytes for one in (held.archive, *held.files))
    free = shutil.disk_usage(archive.parent).free
    if free < wanted + erasing.SPARE:
        raise NoRoom(
            f"The backup takes {wanted / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free at {archive.parent}."
        )


def _stones(archive: Path, more: Path | None, notes: list[str]) -> Iterable[Tombstone]:
    """Every takedown that anybody here knows of; what cannot be read is noted, unless a person named it."""
    beside = tombstones.file_of(archive)
    if archive.is_file():
        try:
            yield from _of_archive(archive)
        except (NewsbotError, sqlite3.Error) as error:
            notes.append(f"Takedowns could not be read from the archive that was replaced: {error}")
    if beside.is_file():
        yield from tombstones.read(beside)
    if more is not None:
        if not more.is_file():
            raise ConfigurationError(f"{more}: there is no such file of tombstones.")
        with more.open("rb") as opened:
            is_archive = opened.read(15) == b"SQLite format 3"
        yield from _of_archive(more) if is_archive else tombstones.read(more)


def _of_archive(archive: Path) -> list[Tombstone]:
    with closing(open_readonly(archive)) as connection:
        return tombstones.in_archive(connection)


def _aside(path: Path, now: datetime) -> Path:
    """Moves what stands in the way to a name that says when."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    name, number = f"{path.name}.before-restore-{stamp}", 1
    while path.with_name(name).exists():
        number += 1
        name = f"{path.name}.before-restore-{stamp}-{number}"
    return path.rename(path.with_name(name))


def _put(backup: Path, held: Manifest, archive: Path) -> None:
    """The captures first, then the archive that names them, in one step."""
    for one in held.files:
        target = archive.parent / one.file
        target.parent.mkdir(parents=True, exist_ok=True)
        with (backup / one.file).open("rb") as source, target.open("xb") as out:
            manifest.copied(source, out)
            out.flush()
            os.fsync(out.fileno())
    with (backup / held.archive.file).open("rb") as source:
        write_whole(archive, iter(lambda: source.read(manifest.PIECE), b""))
