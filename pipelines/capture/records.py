"""Every page in a WARC file, in its order: what to compare the rows of an archive with."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipelines.capture.places import Unreadable
from pipelines.items import CaptureRef

_PIECE = 1 << 16  # bytes read at once: a record may be large


def records_of(folder: Path, file: str) -> Iterator[tuple[str, CaptureRef]]:
    """The address and the place of each response record of `file`, which lies in `folder`.

    Tombstones and what describes the file itself are passed over. Raises Unreadable where the file is missing, or at the
    first record that cannot be read: what lies behind it is not seen.
    """
    try:
        with (folder / file).open("rb") as opened:
            records = ArchiveIterator(opened)
            for record in records:
                ref = _ref(file, record)
                offset, length = records.get_record_offset(), records.get_record_length()
                if ref is not None:
                    yield ref[0], CaptureRef(file, offset, length, *ref[1:])
    except OSError as error:
        raise Unreadable(f"The captures in {file} cannot be read: {error.strerror}.") from error
    except (ArchiveLoadFailed, EOFError, zlib.error) as error:
        raise Unreadable(f"The captures in {file} cannot be read to the end: {error}.") from error


def _ref(file: str, record: Any) -> tuple[str, str, datetime, int, str | None, int] | None:
    url = record.rec_headers.get_header("WARC-Target-URI")
    if record.rec_type != "response" or not url or record.http_headers is None:
        return None
    size = 0
    while piece := record.raw_stream.read(_PIECE):
        size += len(piece)
    status = record.http_headers.get_statuscode()
    date = record.rec_headers.get_header("WARC-Date") or ""
    try:
        captured_at = datetime.fromisoformat(date)
    except ValueError as error:
        raise Unreadable(f"A capture in {file} has no date.") from error
    return (
        url,
        record.rec_headers.get_header("WARC-Payload-Digest") or "",
        captured_at.astimezone(UTC),
        int(status) if status.isdigit() else 0,
        record.http_headers.get_header("Content-Type"),
        size,
    )
