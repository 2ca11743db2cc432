"""Tombstones in a file beside the archive: what was taken down stays down, also where a backup comes back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from newsbot.whole_file import write_whole
from pipelines.errors import ConfigurationError
from pipelines.store.sqlite import sqlite3

MODES = ("hidden", "erased", "lifted")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One key that is kept out; `lifted` where it is not any more."""

    key: str
    mode: str  # hidden, erased or lifted
    reason: str
    made_at: str  # UTC instant
    public_id: str | None = None


def file_of(archive: Path) -> Path:
    """The file of tombstones of an archive: `archive.db.takedowns.jsonl` beside it."""
    return archive.with_name(f"{archive.name}.takedowns.jsonl")


def append(archive: Path, stones: Iterable[Tombstone]) -> None:
    """Adds tombstones to the file, and waits for the disk. Raises OSError."""
    lines = "".join(json.dumps(asdict(stone), ensure_ascii=False) + "\n" for stone in stones)
    if not lines:
        return
    with file_of(archive).open("a", encoding="utf-8") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def read(file: Path) -> list[Tombstone]:
    """The tombstones of a file, the last word on each key, in the order in which they were said.

    A last line that a kill cut short is passed over. Raises ConfigurationError for a file that is none.
    """
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is no file of tombstones: it is not UTF-8.") from error
    stones: dict[str, Tombstone] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            stone = Tombstone(**json.loads(line))
            if stone.mode not in MODES:
                raise ValueError
        except (ValueError, TypeError) as error:
            if number == len(lines):
                break
            raise ConfigurationError(f"{file}: line {number} is no tombstone.") from error
        stones.pop(stone.key, None)
        stones[stone.key] = stone
    return list(stones.values())


def in_archive(connection: sqlite3.Connection) -> list[Tombstone]:
    """The tombstones of takedowns that an archive holds; what expired is not among them."""
    rows = connection.execute(
        """SELECT key, mode, reason, made_at, public_id FROM tombstones WHERE mode IN ('hidden', 'erased')
        ORDER BY made_at, key"""
    )
    return [Tombstone(*row) for row in rows]


def missing_in_file(archive: Path, stones: Sequence[Tombstone]) -> list[Tombstone]:
    """Those that the file beside the archive does not have yet: its writer was killed, or the file is gone."""
    file = file_of(archive)
    written = {(stone.key, stone.mode) for stone in read(file)} if file.exists() else set()
    return [stone for stone in stones if (stone.key, stone.mode) not in written]


def missing_in_archive(archive: Path, stones: Sequence[Tombstone]) -> list[Tombstone]:
    """Those of the file beside the archive that the archive does not have: an older one was put in its place."""
    file = file_of(archive)
    known = {stone.key for stone in stones}
    written = read(file) if file.exists() else []
    return [stone for stone in written if stone.mode != "lifted" and stone.key not in known]


def write(file: Path, stones: Iterable[Tombstone]) -> None:
    """A whole file of tombstones. Raises OSError."""
    write_whole(file, (json.dumps(asdict(stone), ensure_ascii=False).encode() + b"\n" for stone in stones))
