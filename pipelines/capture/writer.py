"""Pages as received into WARC records."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import zlib
from base64 import b32encode
from collections.abc import Sequence
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.errors import ArchiveUnusable, NoRoom
from pipelines.items import CaptureRef

OPEN: Final = ".open"
ROLL_OVER: Final = 1_000_000_000  # bytes after which a new file begins

_LEVEL: Final = 6  # of gzip; warcio's 9 takes twice as long
_SAMPLE: Final = 4096  # bytes of a payload that tell whether it is packed already

Headers = Sequence[tuple[bytes, bytes]] | Sequence[tuple[str, str]]


class Packed(NamedTuple):
    """A response record as it lies in a file: one gzip member, and what its row tells of it."""

    raw: bytes
    digest: str  # of the payload, sha1:BASE32; empty where the record tells none
    captured_at: datetime
    status: int
    media_type: str | None
    payload_bytes: int


def pack(url: str, status: int, headers: Headers, payload: bytes, captured_at: datetime) -> Packed:
    """A response record of our own making. See `CaptureWriter.write`."""
    pairs = _received(headers, len(payload))
    digest = digest_of(payload)
    return Packed(
        raw=_record(url, status, pairs, payload, digest, captured_at),
        digest=digest,
        captured_at=captured_at,
        status=status,
        media_type=media_type(pairs),
        payload_bytes=len(payload),
    )


def digest_of(payload: bytes) -> str:
    """As in WARC-Payload-Digest."""
    return "sha1:" + b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode("ascii")


def check_folder(folder: Path) -> None:
    """Raises ArchiveUnusable where captures cannot go into `folder`; one that is not there yet is made when needed."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ArchiveUnusable(f"{folder} is a file, where the pages as received need a folder: move it away.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ArchiveUnusable(
            f"The pages as received cannot be written into the folder {folder}: check its permissions."
        )


class CaptureWriter:
    """Writes records to one `.open` file of its own in `folder`, which loses that ending when it is closed.

    No file is ever appended to later: after a torn record sequential readers lose everything behind it. The file
    begins with the first record, so a run that captures nothing leaves nothing. Methods may be called from any
    thread; `write` takes about a millisecond, `sync` as long as the disk does, without holding up `write`.
    """

    def __init__(self, folder: Path | str, run: int, *, roll_over: int = ROLL_OVER) -> None:
        self.folder = Path(folder)
        self.run = run
        self._roll_over = roll_over
        self._lock = threading.Lock()
        self._file: int | None = None
        self._name = ""
        self._size = 0
        self._serial = 0
        self._closed = False

    def write(
        self, url: str, status: int, headers: Headers, payload: bytes, captured_at: datetime
    ) -> CaptureRef:
        """Writes one response record and gives where it lies.

        `payload` is the body as received, still packed as its Content-Encoding says; `headers` are (name, value)
        pairs in their order; `captured_at` is aware. The reference is good for a commit after the next `sync`. Raises
        NoRoom where the disk takes no more; the file then ends with its last whole record.
        """
        return self.put(pack(url, status, headers, payload, captured_at))

    def put(self, record: Packed) -> CaptureRef:
        """Writes a record that is packed already; see `write`."""
        with self._lock:
            if self._closed:
                raise ValueError("The capture writer is closed.")
            if self._file is not None and self._size + len(record.raw) > self._roll_over:
                self._finish()
            if self._file is None:
                self._begin(record.captured_at)
            offset = self._append(record.raw)
            name = self._name
        return CaptureRef(
            file=name,
            offset=offset,
            length=len(record.raw),
            digest=record.digest,
            captured_at=record.captured_at,
            status=record.status,
            media_type=record.media_type,
            payload_bytes=record.payload_bytes,
        )

    def sync(self) -> None:
        """Returns once every record written so far is on the disk (fsync). Raises OSError."""
        with self._lock:
            if self._file is None:
                return  # what was finished before is on the disk already
            file = os.dup(self._file)
        try:
            os.fsync(file)
        finally:
            os.close(file)

    def close(self) -> None:
        """Gives the file its final name; doing so twice is no fault."""
        with self._lock:
            self._closed = True
            if self._file is not None:
                self._finish()

    def _begin(self, now: datetime) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            self._serial += 1
            stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
            self._name = f"{stamp}-run{self.run:06d}-{os.getpid()}-{self._serial:03d}.warc.gz"
            try:
                file = os.open(
                    self.folder / (self._name + OPEN),
                    os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC,
                    0o644,
                )
            except FileExistsError:
                continue
            break
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # says to `repair` that its writer lives
        self._file, self._size = file, 0
        self._append(_warcinfo(self._name))
        _sync_folder(self.folder)

    def _append(self, record: bytes) -> int:
        """Writes a whole record or nothing, and gives its offset."""
        assert self._file is not None
        offset = self._size
        left = memoryview(record)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            os.ftruncate(self._file, offset)
            os.lseek(self._file, offset, os.SEEK_SET)
            raise NoRoom(
                f"The capture file {self.folder / self._name} cannot be written ({error.strerror}): make room and run again."
            ) from error
        self._size = offset + len(record)
        return offset

    def _finish(self) -> None:
        assert self._file is not None
        os.fsync(self._file)
        written = self.folder / (self._name + OPEN)
        written.rename(self.folder / self._name)
        _sync_folder(self.folder)
        os.close(self._file)
        self._file = None


class _AsReceived(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """A header block that stays as it was received: warcio's own re-encodes what is not ASCII."""

    def __init__(self, status: int, pairs: list[tuple[bytes, bytes]]) -> None:
        phrase = responses.get(status, "")
        super().__init__(f"{status} {phrase}", [], protocol="HTTP/1.1")
        lines = [
            f"HTTP/1.1 {status} {phrase}".encode("ascii"),
            *(name + b": " + value for name, value in pairs),
        ]
        self._block = b"\r\n".join(lines) + b"\r\n\r\n"

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        self.headers_buff = self._block


def _record(
    url: str,
    status: int,
    pairs: list[tuple[bytes, bytes]],
    payload: bytes,
    digest: str,
    captured_at: datetime,
) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
    record = writer.create_warc_record(
        quote(url, safe="%/:=&?~#+!$,;'@()*[]"),
        "response",
        payload=BytesIO(payload),
        length=len(payload),
        http_headers=_AsReceived(status, pairs),
        warc_headers_dict={
            "WARC-Date": captured_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "WARC-Payload-Digest": digest,
        },
    )
    writer.write_record(record)
    return _member(buffer.getvalue(), _level(payload))


def _member(record: bytes, level: int) -> bytes:
    """A record as a gzip member of its own."""
    stream = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return stream.compress(record) + stream.flush()


def _level(payload: bytes) -> int:
    """How hard to press a payload. One that arrived packed gets no smaller: 50 KB of it take 2.6 ms at level 9, which
    saves 0.1 %, and 0.05 ms where they are only laid in (209 pages)."""
    sample = payload[:_SAMPLE]
    return 0 if len(zlib.compress(sample, 1)) > 0.9 * len(sample) else _LEVEL


def _warcinfo(name: str) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    info = {
        "software": "newsbot",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    writer.write_record(writer.create_warcinfo_record(name, info))
    return buffer.getvalue()


def _received(headers: Headers, length: int) -> list[tuple[bytes, bytes]]:
    """The header pairs in bytes, each on one line.

    The payload comes without its transfer coding and whole: where these two headers say otherwise they are kept under
    the name that web archives use, so that replay does not take them at their word.
    """
    pairs: list[tuple[bytes, bytes]] = []
    for name, value in headers:
        raw_name, raw_value = _line(name), _line(value)
        lower = raw_name.lower()
        wrong_length = lower == b"content-length" and raw_value.strip() != str(length).encode("ascii")
        if lower == b"transfer-encoding" or wrong_length:
            raw_name = b"X-Archive-Orig-" + raw_name
        if raw_name:
            pairs.append((raw_name, raw_value))
    return pairs


def _line(printed: bytes | str) -> bytes:
    raw = printed if isinstance(printed, bytes) else printed.encode("latin-1", "replace")
    return raw.replace(b"\r", b" ").replace(b"\n", b" ").strip()


def media_type(pairs: list[tuple[bytes, bytes]]) -> str | None:
    """Content-Type as it was sent, cut to 200 characters; None where there is none."""
    values = [value for name, value in pairs if name.lower() == b"content-type"]
    return values[0].decode("latin-1")[:200] or None if values else None


def _sync_folder(folder: Path) -> None:
    """Makes names in a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
