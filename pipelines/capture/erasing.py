"""A page erased from its WARC file in place: a tombstone record of the same length, so that no other record moves."""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from pipelines.capture.places import LARGEST_RECORD, Unreadable, named, path_of
from pipelines.capture.reader import ERASED
from pipelines.errors import NewsbotError

_FIXED: Final = bytes(
    (0x1F, 0x8B, 8, 0x10, 0, 0, 0, 0, 2, 255)
)  # RFC 1952: deflate, FCOMMENT, no time, best, any OS


def erase_capture(
    folder: Path | str, file: str, offset: int, length: int, erased_at: datetime, place: str | None = None
) -> None:
    """Overwrites the record at `offset` of `file` (in bytes, packed) by a tombstone, and waits for the disk.

    The tombstone is a whole gzip member of exactly `length` bytes: its header is padded by a comment (RFC 1952, FCOMMENT),
    which readers pass over. Doing it again writes the same bytes, so whoever was killed in the middle may simply repeat
    it. A file that its crawl still writes (`.open`) may be erased in: the writer only appends. Of a store the whole file is
    fetched, and takes the place of the old one. Raises Unreadable where
    the file is missing, lies outside `folder`, ends before the record does or has another record there; OSError.
    """
    where = named(file, offset, place)
    if place is not None and urlsplit(place).scheme != "file":
        _erase_in_store(file, offset, length, erased_at, place)
        return
    stone = tombstone(file, offset, length, erased_at)
    path = path_of(Path(folder), file, offset, length, place)
    try:
        opened = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError as error:  # its run has just ended, and the file got its final name
        path = path_of(Path(folder), file, offset, length, place)
        if not path.is_file():
            raise Unreadable(f"{where} cannot be erased: {error.strerror}.") from error
        opened = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        _check_place(opened, offset, length, where)
        left = memoryview(stone)
        while left:
            left = left[os.pwrite(opened, left, offset + length - len(left)) :]
        os.fsync(opened)
    finally:
        os.close(opened)


def _erase_in_store(file: str, offset: int, length: int, erased_at: datetime, place: str) -> None:
    """A store takes whole files only: the file is fetched, erased in, and sent back."""
    from pipelines.capture import stores

    with TemporaryDirectory(prefix="newsbot-erasing-") as folder:
        copy = Path(folder) / Path(file).name
        stores.fetch(place, file, copy)
        erase_capture(folder, copy.name, offset, length, erased_at)
        try:
            stores.send(copy, place)
        except NewsbotError as error:
            raise Unreadable(f"{named(file, offset, place)} cannot be erased: {error}") from error


def tombstone(file: str, offset: int, length: int, erased_at: datetime) -> bytes:
    """A gzip member of `length` bytes that holds a WARC record saying that something was erased here.

    Raises Unreadable where `length` is shorter than the shortest tombstone, which no record of a page is.
    """
    deflated = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    record = _record(file, offset, erased_at)
    body = deflated.compress(record) + deflated.flush()
    body += zlib.crc32(record).to_bytes(4, "little") + (len(record) & 0xFFFFFFFF).to_bytes(4, "little")
    padding = length - len(_FIXED) - 1 - len(body)
    if padding < 0 or length > LARGEST_RECORD:
        raise Unreadable(
            f"The capture at {offset} in {file} cannot be erased: its length ({length}) is impossible."
        )
    return _FIXED + b" " * padding + b"\0" + body


def _record(file: str, offset: int, erased_at: datetime) -> bytes:
    said = b"The page that was recorded here has been erased.\n"
    named = uuid5(NAMESPACE_URL, f"newsbot:{file}:{offset}:erased")
    lines = (
        "WARC/1.1",
        "WARC-Type: metadata",
        f"WARC-Record-ID: <urn:uuid:{named}>",
        f"WARC-Date: {erased_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"WARC-Profile: {ERASED}",
        "Content-Type: text/plain",
        f"Content-Length: {len(said)}",
    )
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + said + b"\r\n\r\n"


def _check_place(opened: int, offset: int, length: int, where: str) -> None:
    """A wrong row must not cost another record its bytes: a record begins at both ends, or the file ends."""
    size = os.fstat(opened).st_size
    if size < offset + length:
        raise Unreadable(f"{where} cannot be erased: the file ends before it does.")
    for place in (offset, offset + length):
        if place < size and os.pread(opened, 3, place) != _FIXED[:3]:
            raise Unreadable(f"{where} cannot be erased: no record begins at {place}.")
