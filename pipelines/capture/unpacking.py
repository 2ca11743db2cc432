"""Content-Encoding undone under a limit, with every sign that the payload is not whole taken seriously."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Final

import brotli  # type: ignore[import-untyped]

from pipelines.reasons import Reason

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DAMAGED: Final[tuple[type[Exception], ...]] = (zlib.error, brotli.error, zstd.ZstdError)
"""What decompressors raise for a payload that is none of theirs."""

_PIECE = 1 << 16  # bytes in and out at a time; a decompressor never gets room for more
_MOST_LAYERS = 2  # "gzip, br" occurs by mistake; more is made to hurt
_MOST_MEMBERS = 1000  # of one gzip or zstd payload; servers that flush by member stay far below
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_WINDOW_LOG = 23  # 8 MB, the most that Content-Encoding: zstd may ask for (RFC 9659)

# Said by servers whose operators mistook the field for the charset or the transfer encoding; the payload is plain.
_NO_ENCODING = frozenset(
    ["", "identity", "none", "binary", "8bit", "7bit", "utf-8", "utf8", "iso-8859-1", "latin1"]
)


class NotUnpacked(Exception):
    """A payload that cannot be unpacked: TRUNCATED, TOO_LARGE or UNDECODABLE, with the detail for the ledger."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def encodings_of(content_encoding: str) -> tuple[str, ...]:
    """The encodings that the header names, outermost first, without those that mean none."""
    names = [name.strip().lower().removeprefix("x-") for name in content_encoding.split(",")]
    return tuple(name for name in reversed(names) if name not in _NO_ENCODING)


def unpacked(payload: bytes, encodings: Sequence[str], limit: int) -> bytes:
    """The content of `payload`, of which at most `limit` bytes are opened.

    A payload that is said to be gzip or zstd but does not begin like it was unpacked on the way by a proxy that kept
    the header: it is returned as it is. Raises NotUnpacked.
    """
    if len(encodings) > _MOST_LAYERS:
        raise NotUnpacked(Reason.UNDECODABLE, f"{len(encodings)} encodings on top of each other")
    for encoding in encodings:
        opener = _OPENERS.get(encoding)
        if opener is None:
            raise NotUnpacked(Reason.UNDECODABLE, f"Content-Encoding {encoding[:40]!r} is not known")
        payload = _bounded(opener(payload), encoding, limit)
    return payload


def _bounded(pieces: Iterator[bytes], encoding: str, limit: int) -> bytes:
    content = bytearray()
    try:
        for piece in pieces:
            content += piece
            if len(content) > limit:
                raise NotUnpacked(
                    Reason.TOO_LARGE, f"the {encoding} payload opens to more than {limit:,} bytes"
                )
    except DAMAGED as error:
        raise NotUnpacked(Reason.UNDECODABLE, f"the {encoding} payload is damaged: {error}") from error
    return bytes(content)


def _gzip(payload: bytes) -> Iterator[bytes]:
    if payload[:2] != _GZIP_MAGIC:
        yield payload
        return
    position = 0
    for _ in range(_MOST_MEMBERS):
        position = yield from _inflated(payload, position, zlib.MAX_WBITS + 16, "gzip")
        if payload[position : position + 2] != _GZIP_MAGIC:
            return  # padding and rubbish behind the last member is passed over, as gzip does
    raise NotUnpacked(Reason.UNDECODABLE, f"the gzip payload has more than {_MOST_MEMBERS:,} members")


def _deflate(payload: bytes) -> Iterator[bytes]:
    # RFC 9110 means zlib (RFC 1950: method 8, a header divisible by 31); some servers send bare deflate.
    is_zlib = len(payload) > 1 and payload[0] & 0x0F == 8 and int.from_bytes(payload[:2]) % 31 == 0
    yield from _inflated(payload, 0, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS, "deflate")


def _inflated(payload: bytes, start: int, wbits: int, encoding: str) -> Generator[bytes, None, int]:
    """Unpacks the stream that begins at `start`, and returns where it ends."""
    stream = zlib.decompressobj(wbits)
    position = start
    while position < len(payload) and not stream.eof:
        piece = payload[position : position + _PIECE]
        position += len(piece)
        while piece and not stream.eof:
            yield stream.decompress(piece, _PIECE)
            piece = stream.unconsumed_tail
    if not stream.eof:
        yield stream.flush()  # at most the rest of one match
    if not stream.eof:
        raise NotUnpacked(Reason.TRUNCATED, f"the {encoding} payload ends early")
    return position - len(stream.unused_data)


def _brotli(payload: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    position = 0
    while not stream.is_finished():
        piece = b""
        if stream.can_accept_more_data():
            piece = payload[position : position + _PIECE]
            position += len(piece)
        content = stream.process(piece, output_buffer_limit=_PIECE)
        if not content and not piece and not stream.is_finished():
            raise NotUnpacked(Reason.TRUNCATED, "the br payload ends early")
        yield content


def _zstd(payload: bytes) -> Iterator[bytes]:
    if payload[:4] != _ZSTD_MAGIC:
        yield payload
        return
    position = 0
    for _ in range(_MOST_MEMBERS):
        position = yield from _zstd_frame(payload, position)
        if payload[position : position + 4] != _ZSTD_MAGIC:
            return
    raise NotUnpacked(Reason.UNDECODABLE, f"the zstd payload has more than {_MOST_MEMBERS:,} frames")


def _zstd_frame(payload: bytes, start: int) -> Generator[bytes, None, int]:
    stream = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})
    position = start
    while not stream.eof:
        piece = b""
        if stream.needs_input:
            if position >= len(payload):
                raise NotUnpacked(Reason.TRUNCATED, "the zstd payload ends early")
            piece = payload[position : position + _PIECE]
            position += len(piece)
        yield stream.decompress(piece, _PIECE)
    return position - len(stream.unused_data)


_OPENERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
