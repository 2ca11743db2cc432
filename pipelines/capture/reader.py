"""Pages as received out of WARC records."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipelines.capture.headers import joined
from pipelines.capture.http import NoAnswer, dechunked, is_chunked
from pipelines.capture.places import Erased, Unreadable, named, record_at
from pipelines.capture.unpacking import NotUnpacked, encodings_of, unpacked
from pipelines.capture.writer import digest_of

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
    return captured_in(record_at(Path(folder), file, offset, length, place), named(file, offset, place))


def captured_in(raw: bytes, where: str) -> Captured:
    """The page in a record; raises as `read_capture` does, with sentences that begin with `where`."""
    try:
        record = next(iter(ArchiveIterator(BytesIO(raw))), None)
        if record is not None and record.rec_headers.get_header("WARC-Profile") == ERASED:
            raise Erased(f"{where} was erased.")
        if record is None or record.rec_type != "response" or record.http_headers is None:
            raise Unreadable(f"{where} is no response record.")
        payload: bytes = record.raw_stream.read(LARGEST_PAGE + 1)
    except (ArchiveLoadFailed, EOFError, zlib.error) as error:
        raise Unreadable(f"{where} is no whole record: {error}.") from error
    headers = joined(record.http_headers.headers)
    digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
    status = record.http_headers.get_statuscode()
    return Captured(
        status=int(status) if status.isdigit() else 0,
        headers=headers,
        payload=_page(headers, payload, digest, where),
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        digest=digest,
    )


def read_record(folder: Path | str, file: str, offset: int, length: int, place: str | None = None) -> bytes:
    """The record itself, packed as it lies in the file, once it was read and checked. Raises as `read_capture` does."""
    read_capture(folder, file, offset, length, place)
    return record_at(Path(folder), file, offset, length, place)


def _page(headers: Mapping[str, str], payload: bytes, digest: str, where: str) -> bytes:
    """The content of a payload that is as its digest says; other tools leave the chunks in, or take them for it."""
    try:
        whole = dechunked(payload) if is_chunked(headers) else payload
        if digest.startswith("sha1:") and digest not in (digest_of(payload), digest_of(whole)):
            raise Unreadable(f"{where} does not match its digest: it was changed, or the disk fails.")
        return unpacked(whole, encodings_of(headers.get("content-encoding", "")), LARGEST_PAGE)
    except (NotUnpacked, NoAnswer) as error:
        raise Unreadable(f"{where} has a body that cannot be unpacked: {error.detail}.") from error
