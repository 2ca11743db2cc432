"""The page in a response record of others, its record as newsbot keeps it, and why there is none."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipelines.capture.foreign import Head
from pipelines.capture.http import Answer, NoAnswer, answer_in
from pipelines.capture.places import LARGEST_RECORD, Unreadable
from pipelines.capture.reader import captured_in
from pipelines.capture.unpacking import NotUnpacked, encodings_of, unpacked
from pipelines.capture.writer import Packed, digest_of, media_type, pack
from pipelines.reasons import Reason

# Headers as RFC 9112 wants them, about which no two readers differ.
_CLEAN: Final = re.compile(
    rb"HTTP/1\.[01] \d{3}(?: [^\r\n]*+)?\r\n(?:[!#$%&'*+.^`|~0-9A-Za-z_-]++:[^\r\n]*+\r\n)*+\r\n"
)
_MARKUP: Final = (b"<!doctype", b"<html", b"<head", b"<!--", b"<?xml", b"<body")


class ForeignPage(NamedTuple):
    """An answer with its Content-Encoding undone."""

    answer: Answer
    headers: dict[str, str]
    body: bytes


def page_in(head: Head, block: bytes, limit: int) -> ForeignPage:
    """The page in the block of a response record, of at most `limit` bytes, received and unpacked.

    Raises NoAnswer or NotUnpacked, each with its reason and detail.
    """
    if truncated := head.headers.get("warc-truncated"):
        raise NoAnswer(Reason.TRUNCATED, f"its crawler cut it off ({truncated[:40]})")
    answer = answer_in(block)
    headers = answer.headers
    if len(answer.payload) > limit:
        raise NoAnswer(Reason.TOO_LARGE, f"the answer has more than {limit:,} bytes")
    try:
        body = unpacked(answer.payload, encodings_of(headers.get("content-encoding", "")), limit)
    except NotUnpacked as error:
        # Whoever wrote the record had unpacked it and kept the header.
        if error.reason is Reason.TOO_LARGE or not answer.payload.lstrip()[:20].lower().startswith(_MARKUP):
            raise
        body = answer.payload
    return ForeignPage(answer, headers, body)


def kept_record(head: Head, block: bytes, raw: bytes | None, page: ForeignPage) -> Packed:
    """The record of a page for our own files: byte for byte where it is a gzip member of its own that reads back as this
    page, else written anew with what it says of address, time and headers."""
    answer, at = page.answer, head.date
    assert at is not None
    # An encoding that was undone before is none any more.
    as_said = page.body is not answer.payload or not encodings_of(page.headers.get("content-encoding", ""))
    if raw is not None and len(raw) <= LARGEST_RECORD and as_said and _reads_back(head, block, raw, page):
        digest = head.headers.get("warc-payload-digest", "")
        return Packed(raw, digest, at, answer.status, media_type(answer.pairs), len(answer.payload))
    pairs = [pair for pair in answer.pairs if as_said or pair[0].lower() != b"content-encoding"]
    return pack(head.url, answer.status, pairs, answer.payload, at)


def _reads_back(head: Head, block: bytes, raw: bytes, page: ForeignPage) -> bool:
    """Whether `read_capture` finds this page in the record: by what it looks at, or where that is odd by trying."""
    headers = _CLEAN.match(block)
    if headers is None:
        try:
            there = captured_in(raw, "The record")
        except Unreadable:
            return False
        return there.payload == page.body and there.status == page.answer.status
    digest = head.headers.get("warc-payload-digest", "")
    return not digest.startswith("sha1:") or digest in (
        digest_of(block[headers.end() :]),
        digest_of(page.answer.payload),
    )
