"""Records on their way out: a record is checked, copied as it lies there, and described for an index."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from pipelines.capture.places import Erased, Unreadable
from pipelines.capture.reader import ERASED, LARGEST_PAGE
from pipelines.capture.surt import surt

_GZIP: Final = b"\x1f\x8b"
_HEAD: Final = 64 * 1024  # bytes in which the headers of a record have to end
_STEP: Final = 1 << 20  # bytes inflated at once: a record may be a bomb


@dataclass(frozen=True, slots=True)
class Copied:
    """A whole response record, packed as one gzip member, and what its headers say."""

    member: bytes
    url: str
    record_id: str
    date: str  # WARC-Date as written
    digest: str  # WARC-Payload-Digest as written; empty where there is none
    status: str  # of HTTP
    media_type: str  # without its parameters; empty where none is told


def copied(raw: bytes, where: str, digest: str | None = None) -> Copied:
    """The record in `raw`, bytes as they lie in a WARC file, once it is known to be whole.

    A gzip member is taken over byte for byte: its own checksum (RFC 1952) says that nothing in it was changed. A record
    that lies there unpacked is packed, nothing else. `digest` is what the row of the capture says. Raises Unreadable,
    with a sentence that begins with `where`, for what is no whole response record or is another page than its row says;
    Erased for a tombstone.
    """
    packed = raw.startswith(_GZIP)
    head = _head_of_member(raw, where) if packed else raw[:_HEAD]
    version, named, rest = _headers(head)
    if not version.startswith("WARC/"):
        raise Unreadable(f"{where} is no whole record: no WARC header begins there.")
    if named.get("warc-profile") == ERASED:
        raise Erased(f"{where} was erased.")
    if named.get("warc-type") != "response" or not named.get("warc-target-uri"):
        raise Unreadable(f"{where} is no response record.")
    said = named.get("warc-payload-digest", "")
    if digest and said and digest != said and digest[:5] == said[:5]:
        raise Unreadable(f"{where} is another page than its row says (digest).")
    status_line, http, _ = _headers(rest)
    status = status_line.split(" ", 2)[1:2]
    return Copied(
        member=raw if packed else _member(raw),
        url=named["warc-target-uri"].strip("<>"),
        record_id=named.get("warc-record-id", ""),
        date=named.get("warc-date", ""),
        digest=said,
        status=status[0] if status and status_line.startswith("HTTP/") else "",
        media_type=http.get("content-type", "").partition(";")[0].strip().lower(),
    )


def warcinfo(name: str, fields: Mapping[str, str], made_at: datetime) -> bytes:
    """The record that opens a WARC file and says what it is (ISO 28500), packed."""
    text = "".join(f"{key}: {_one_line(value)}\r\n" for key, value in fields.items())
    headers = {"WARC-Filename": name, "Content-Type": "application/warc-fields"}
    return _record("warcinfo", uuid4(), made_at, headers, text.encode())


def reading_of(record: Copied, said: Mapping[str, object], made_at: datetime) -> bytes:
    """A metadata record, packed, with what was read from the page of a record as JSON.

    Its address is not the page's: an index of all records must not lead a player to it instead of the page.
    """
    headers = {
        "WARC-Target-URI": f"urn:newsbot-reading:{record.url}",
        "WARC-Refers-To": record.record_id,
        "Content-Type": "application/json",
    }
    body = json.dumps(dict(said), ensure_ascii=False).encode("utf-8", "replace")
    return _record("metadata", uuid4(), made_at, {k: v for k, v in headers.items() if v}, body)


def cdxj_line(record: Copied, file: str, offset: int) -> bytes:
    """A line of an index of `file` (CDXJ: key, 14 digits, JSON), as pywb and wayback read it."""
    told = {
        "url": record.url,
        "mime": record.media_type or "unk",
        "status": record.status,
        "digest": record.digest,
        "length": str(len(record.member)),
        "offset": str(offset),
        "filename": file,
    }
    moment = "".join(letter for letter in record.date if letter.isdigit())[:14]
    return f"{surt(record.url)} {moment} {json.dumps(told)}\n".encode()


def _head_of_member(raw: bytes, where: str) -> bytes:
    """How the record in a gzip member begins. Raises Unreadable unless the member is whole and the only one."""
    stream = zlib.decompressobj(zlib.MAX_WBITS + 16)
    try:
        head = stream.decompress(raw, _HEAD)
        size = len(head)
        while (
            not stream.eof
            and size <= LARGEST_PAGE
            and (piece := stream.decompress(stream.unconsumed_tail, _STEP))
        ):
            size += len(piece)
    except zlib.error as error:
        raise Unreadable(f"{where} is no whole record: {error}.") from error
    if size > LARGEST_PAGE:
        raise Unreadable(f"{where} opens to more than {LARGEST_PAGE:,} bytes.")
    if not stream.eof or stream.unused_data:
        raise Unreadable(f"{where} is no whole record: it ends elsewhere than its row says.")
    return head


def _headers(block: bytes) -> tuple[str, dict[str, str], bytes]:
    """First line, header lines (names in lower case, the first of a name counts), and what follows them."""
    head, _, rest = block.partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    named: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            named.setdefault(name.strip().lower(), value.strip())
    return first, named, rest


def _record(kind: str, number: UUID, made_at: datetime, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{number}>",
        "WARC-Date": made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **headers,
        "Content-Length": str(len(body)),
    }
    head = "WARC/1.1\r\n" + "".join(f"{name}: {_one_line(value)}\r\n" for name, value in lines.items())
    return _member(head.encode() + b"\r\n" + body + b"\r\n\r\n")


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _member(record: bytes) -> bytes:
    stream = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return stream.compress(record) + stream.flush()
