"""Backup: the archive at one moment and the captures that it names, while a crawl may be at work."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Literal

import newsbot
from newsbot.care import manifest, tombstones
from newsbot.care.erasing import captures_of
from newsbot.care.manifest import Held, Manifest, copied
from pipelines.capture import OPEN
from pipelines.errors import ArchiveUnusable, ConfigurationError, NoRoom
from pipelines.store.copying import capture_files, capture_places, copy_archive
from pipelines.store.values import instant

Captures = Literal["copy", "link", "list"]
SPARE = 16 * 1024 * 1024  # bytes beyond what the copies take


def back_up(archive: Path, folder: Path, captures: Captures, now: datetime, sources: Path | None) -> Manifest:
    """Makes the folder of a backup, whole or not at all, and gives what it holds.

    First the archive, in one read transaction; then the captures that this copy names, which lie on the disk by then and
    are only ever added to. `copy` copies them, `link` hard-links the closed ones (the same disk; what is erased from a
    capture is then erased from the backup too), `list` names them only. Raises ConfigurationError where the folder is
    taken, ArchiveUnusable, NoRoom.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(
            f"{folder} is there already and was left alone: name a new folder for each backup."
        )
    if not archive.is_file():
        raise ArchiveUnusable(f"There is no archive at {archive}: `newsbot crawl` makes one.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    _check_room(archive, folder, captures)
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # of a backup that was killed
    part.mkdir()
    try:
        done = _fill(archive, part, captures, now, sources)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return done


def _check_room(archive: Path, folder: Path, captures: Captures) -> None:
    wanted = archive.stat().st_size + SPARE
    if captures == "copy":
        wanted += sum(path.stat().st_size for path in captures_of(archive).rglob("*") if path.is_file())
    free = shutil.disk_usage(folder.parent).free
    if free < wanted:
        raise NoRoom(
            f"A backup in {folder} takes {wanted / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free: make room, or name "
            "another disk."
        )


def _fill(archive: Path, part: Path, captures: Captures, now: datetime, sources: Path | None) -> Manifest:
    copy = part / "archive.db"
    rows = copy_archive(archive, copy)
    files, named, missing = [], [], []
    for file, end in capture_files(copy).items():
        source = _source_of(captures_of(archive), file)
        if source is None:
            missing.append(file)
        elif captures == "list":
            named.append(file)
        else:
            files.append(_take(source, part, f"captures/{file}", end, link=captures == "link"))
    beside = [
        _take(path, part, name, None, link=False)
        for path, name in ((sources, "sources.toml"), (tombstones.file_of(archive), "takedowns.jsonl"))
        if path is not None and path.is_file()
    ]
    with copy.open("rb") as opened:
        held = Held(copy.name, *copied(opened, None))
        os.fsync(opened.fileno())
    done = Manifest(
        made_at=instant(now),
        newsbot=newsbot.__version__,
        archive=held,
        rows=rows,
        captures=captures,
        files=tuple(files),
        named=tuple(named),
        missing=tuple(missing),
        beside=tuple(beside),
        elsewhere=capture_places(copy),
    )
    manifest.write(part, done)
    return done


def _source_of(folder: Path, file: str) -> Path | None:
    """The closed file, or the one that its crawl still writes."""
    for path in (folder / file, folder / (file + OPEN), folder / file):  # a crawl may end between two looks
        if path.is_file():
            return path
    return None


def _take(source: Path, part: Path, name: str, end: int | None, *, link: bool) -> Held:
    """Copies or links a file. Of a capture that is still written only what the copied archive names is taken: whole
    records."""
    target = part / name
    target.parent.mkdir(parents=True, exist_ok=True)
    still_written = source.name.endswith(OPEN)
    if link and not still_written:
        try:
            target.hardlink_to(source)
        except OSError:  # another disk, or one that knows no links
            link = False
        else:
            with target.open("rb") as opened:
                return Held(name, *copied(opened, None))
    with source.open("rb") as opened, target.open("xb") as out:
        size, digest = copied(opened, out, end if still_written else None)
        out.flush()
        os.fsync(out.fileno())
    return Held(name, size, digest)
