"""What a backup holds, as a file beside it: checksums, numbers of rows, and what is not in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from newsbot.whole_file import write_whole
from pipelines.errors import ArchiveUnusable, ConfigurationError

NAME = "backup.json"
PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Held:
    """A file of a backup."""

    file: str  # relative to the folder of the backup
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    made_at: str  # UTC instant
    newsbot: str  # version that made it
    archive: Held
    rows: Mapping[str, int]
    captures: str  # copy, link or list
    files: tuple[Held, ...] = ()  # captures in the backup
    named: tuple[str, ...] = ()  # captures that belong to it and were only listed
    missing: tuple[str, ...] = ()  # captures that the archive names and nobody could find
    beside: tuple[Held, ...] = field(default=())  # sources.toml, the file of tombstones
    elsewhere: Mapping[str, int] = field(default_factory=dict)  # captures by the place where they stayed


def write(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest. Raises OSError."""
    write_whole(folder / NAME, [json.dumps(asdict(manifest), indent=2, ensure_ascii=False).encode()])


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises ConfigurationError where the folder is none."""
    try:
        row = json.loads((folder / NAME).read_bytes())
        row["archive"] = Held(**row["archive"])
        for name in ("files", "beside"):
            row[name] = tuple(Held(**held) for held in row[name])
        for name in ("named", "missing"):
            row[name] = tuple(row[name])
        return Manifest(**row)
    except FileNotFoundError:
        raise ConfigurationError(f"{folder} is no backup of newsbot: there is no {NAME} in it.") from None
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(f"{folder / NAME} is no manifest of a backup: {error}.") from error


def check(folder: Path, manifest: Manifest) -> None:
    """Raises ArchiveUnusable where a file of the backup is missing or is not what its checksum says."""
    for held in (manifest.archive, *manifest.files, *manifest.beside):
        path = folder / held.file
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ArchiveUnusable(
                f"The backup {folder} names a file outside of it ({held.file}): it is not ours."
            )
        try:
            with path.open("rb") as opened:
                size, digest = copied(opened, None)
        except OSError as error:
            raise ArchiveUnusable(
                f"The backup {folder} is not whole: {held.file} cannot be read ({error.strerror})."
            ) from error
        if (size, digest) != (held.bytes, held.sha256):
            raise ArchiveUnusable(
                f"The backup {folder} is damaged: {held.file} is not what its checksum says. Take another backup."
            )


def copied(source: BinaryIO, target: BinaryIO | None, most: int | None = None) -> tuple[int, str]:
    """Copies up to `most` bytes (all where it is None) and gives their number and SHA-256; without a target only reads."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE if most is None else min(PIECE, most - size)):
        digest.update(piece)
        size += len(piece)
        if target is not None:
            target.write(piece)
    return size, digest.hexdigest()
