"""What a killed run left: an `.open` file is cut to its last whole record and gets its final name."""

from __future__ import annotations

import fcntl
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from pipelines.capture.writer import OPEN

_CHUNK: Final = 1 << 20  # bytes read at once
_STEP: Final = 1 << 22  # bytes inflated at once: a record may be a bomb


@dataclass(frozen=True, slots=True)
class Repaired:
    """One left-over file."""

    file: str  # its final name
    records: int  # whole records in it, the warcinfo record included
    cut: int  # bytes of a torn record that were cut off


def repair(folder: Path | str) -> list[Repaired]:
    """Repairs every `.open` file in `folder` whose writer is dead; files of living writers are left alone.

    A file without one whole record is removed. Where there is no folder there is nothing to do. Raises OSError.
    """
    place = Path(folder)
    repaired = (_repair(path) for path in sorted(place.glob(f"*{OPEN}")) if path.is_file())
    return [one for one in repaired if one is not None]


def _repair(path: Path) -> Repaired | None:
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None  # its writer lives
        records, whole = whole_records(file)
        size = file.seek(0, os.SEEK_END)
        final = path.with_name(path.name.removesuffix(OPEN))
        file.truncate(whole)
        file.flush()
        os.fsync(file.fileno())
        if records:
            path.rename(final)
        else:
            path.unlink()
    return Repaired(file=final.name, records=records, cut=size - whole)


def whole_records(file: BinaryIO) -> tuple[int, int]:
    """How many whole records a WARC file begins with, one gzip member each, and where the last of them ends (bytes)."""
    file.seek(0)
    records = whole = position = 0
    pending = b""
    while True:
        member, rest, read = _member(file, pending)
        position += len(pending) + read - len(rest)
        if not member:
            return records, whole
        records, whole, pending = records + 1, position, rest


def _member(file: BinaryIO, data: bytes) -> tuple[bool, bytes, int]:
    """Reads on through one gzip member: whether it is a whole record, what was read beyond it, bytes read."""
    inflater = zlib.decompressobj(wbits=31)
    begin = b""
    read = 0
    while not inflater.eof:
        if not data:
            data = file.read(_CHUNK)
            read += len(data)
            if not data:
                return False, b"", read
        try:
            inflated = inflater.decompress(data, _STEP)
        except zlib.error:
            return False, b"", read
        begin = begin or inflated[:5]
        data = inflater.unconsumed_tail
    return begin.startswith(b"WARC/"), inflater.unused_data, read
