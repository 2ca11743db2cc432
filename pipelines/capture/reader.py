"""Pages as received out of WARC records."""

from __future__ import annotations

import hashlib
import zlib
from base64 import b32encode
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipelines.capture.headers import joined
from pipelines.capture.places import Erased, Unreadable, named, record_at
from pipelines.capture.unpacking import NotUnpacked, encodings_of, unpacked

LARGEST_PAGE: Final = 64 * 1024 * 1024  # bytes, unpacked; a crawl refuses pages of far fewer


ERASED: Final = "newsbot-erased"
"""WARC-Profile of a tombstone record: by it a reader knows that the page is gone on purpose."""


class Captured(NamedTuple):
    """A page as received, its Content-Encoding undone."""

    status: int
    headers: dict[str, str]  # lower-case name -> value; repeated ones joined by ", "
    payload: bytes
    url: str
    digest: str = ""  # of the payload as received, as the record says and the payload confirms


def read_capture(
    folder: Path | str, file: str, offset: int, length: int, place: str | None = None
) -> Captured:
    """The page in the record at `offset` of `file`, which lies in `folder` (or still ends in `.open` there), or in the
    folder that `place` names.

    Raises Unreadable where the file is missing or lies outside `folder`, where the record is torn, is no response, does
    not match its digest, or opens to more than 64 MB; Erased where a tombstone stands in its place.
    """
    where = named(file, offset, place)
    raw = record_at(Path(folder), file, offset, length, place)
    try:
        record = next(iter(ArchiveIterator(BytesIO(raw))), None)
        if record is not None and record.rec_headers.get_header("WARC-Profile") == ERASED:
            raise Erased(f"{where} was erased.")
        if record is None or record.rec_type != "response" or record.http_headers is None:
            raise Unreadable(f"{where} is no response record.")
        payload: bytes = record.raw_stream.read(LARGEST_PAGE + 1)
    except (ArchiveLoadFailed, EOFError, zlib.error) as error:
        raise Unreadable(f"{where} is no whole record: {error}.") from error
    _check(record.rec_headers.get_header("WARC-Payload-Digest"), payload, where)
    headers = joined(record.http_headers.headers)
    try:
        page = unpacked(payload, encodings_of(headers.get("content-encoding", "")), LARGEST_PAGE)
    except NotUnpacked as error:
        raise Unreadable(f"{where} has a body that cannot be unpacked: {error.detail}.") from error
    status = record.http_headers.get_statuscode()
    return Captured(
        status=int(status) if status.isdigit() else 0,
        headers=headers,
        payload=page,
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        digest=record.rec_headers.get_header("WARC-Payload-Digest") or "",
    )


def read_record(folder: Path | str, file: str, offset: int, length: int, place: str | None = None) -> bytes:
    """The record itself, packed as it lies in the file, once it was read and checked. Raises as `read_capture` does."""
    read_capture(folder, file, offset, length, place)
    return record_at(Path(folder), file, offset, length, place)


def _check(digest: str | None, payload: bytes, where: str) -> None:
    found = "sha1:" + b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode("ascii")
    if digest is not None and digest.startswith("sha1:") and digest != found:
        raise Unreadable(f"{where} does not match its digest: it was changed, or the disk fails.")
