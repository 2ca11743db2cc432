"""An HTTP answer as a WARC record holds it: status, header lines, payload without its transfer coding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from pipelines.capture.headers import joined
from pipelines.reasons import Reason

_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_CHUNK: Final = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


class NoAnswer(ValueError):
    """The block of a record is no whole HTTP answer: MALFORMED or TRUNCATED, with the end of a sentence."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Answer(NamedTuple):
    """An HTTP answer, its body still packed as Content-Encoding says."""

    status: int
    pairs: list[tuple[bytes, bytes]]  # name and value of each header line, in their order
    payload: bytes

    @property
    def headers(self) -> dict[str, str]:
        """Lower-case name -> value, repeated ones joined by a comma."""
        return joined((name.decode("latin-1"), value.decode("latin-1")) for name, value in self.pairs)


def answer_in(block: bytes) -> Answer:
    """The HTTP answer in the block of a response record. Raises NoAnswer.

    Header lines are bytes of any kind; a line without a colon is passed over, and one that begins with a space goes on
    with the one before. A body that is said to be chunked and is not was joined by whoever wrote the record.
    """
    head, mark, body = block.partition(b"\r\n\r\n")
    if not mark:
        head, mark, body = block.partition(b"\n\n")
    lines = head.replace(b"\r\n", b"\n").split(b"\n")
    status = _STATUS.match(lines[0])
    if status is None or not mark:
        raise NoAnswer(Reason.MALFORMED, "the record has no HTTP headers")
    pairs: list[tuple[bytes, bytes]] = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") and pairs:
            pairs[-1] = (pairs[-1][0], pairs[-1][1] + b" " + line.strip())
        elif colon and name.strip():
            pairs.append((name.strip(), value.strip()))
    answer = Answer(int(status[1]), pairs, body)
    headers = answer.headers
    if is_chunked(headers):
        return answer._replace(payload=dechunked(body))
    told = headers.get("content-length", "").strip()
    if told.isdecimal() and len(told) < 16 and len(body) < int(told):
        raise NoAnswer(
            Reason.TRUNCATED, f"the answer has {len(body):,} bytes of the {int(told):,} that it says"
        )
    return answer


def is_chunked(headers: Mapping[str, str]) -> bool:
    """Whether these headers (lower-case name -> value) say that the body comes in chunks."""
    return "chunked" in headers.get("transfer-encoding", "").lower()


def dechunked(body: bytes) -> bytes:
    """A body without its chunks (RFC 9112, 7.1); as it is where it does not begin with one. Raises NoAnswer."""
    chunk = _CHUNK.match(body)
    if chunk is None:
        return body
    parts: list[bytes] = []
    while chunk is not None and (size := int(chunk[1], 16)):
        begin = chunk.end()
        parts.append(body[begin : begin + size])
        if len(parts[-1]) < size:
            raise NoAnswer(Reason.TRUNCATED, "the last chunk of the answer is cut short")
        behind = begin + size
        behind += 2 if body[behind : behind + 2] == b"\r\n" else body[behind : behind + 1] == b"\n"
        chunk = _CHUNK.match(body, behind)
    if chunk is None:
        raise NoAnswer(Reason.TRUNCATED, "the answer ends before its last chunk")
    return b"".join(parts)
