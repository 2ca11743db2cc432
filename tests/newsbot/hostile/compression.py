"""Payloads that open to more, or to less, than they should."""

from __future__ import annotations

import gzip
import io
import zlib

import brotli  # type: ignore[import-untyped]
from backports import zstd
from stories import html, story


def gzip_bomb(megabytes: int, head: bytes = b"<html>", tail: bytes = b"") -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as bomb:
        bomb.write(head)
        for _ in range(megabytes):
            bomb.write(b"<p>" + b" " * 1_048_000)
        bomb.write(tail)
    return out.getvalue()


def br_bomb() -> bytes:
    packer = brotli.Compressor(quality=3)
    return b"".join([*(packer.process(b" " * 1_048_576) for _ in range(56)), packer.finish()])


html("gzip-bomb", lambda: gzip_bomb(12), Content_Encoding="gzip")
html("gzip-in-gzip", lambda: gzip.compress(gzip_bomb(12)), Content_Encoding="gzip, gzip")
html("gzip-cut", lambda: gzip.compress(story("gzipcut"))[:-300], Content_Encoding="gzip")
html(
    "gzip-damaged", lambda: gzip.compress(story("gzipdamaged"))[:60] + b"\xff" * 200, Content_Encoding="gzip"
)
html("gzip-many-members", lambda: gzip.compress(b"") * 20_000, Content_Encoding="gzip")
html("gzip-that-is-plain", lambda: story("gzipplain"), Content_Encoding="gzip")
html("br-bomb", br_bomb, Content_Encoding="br")
html("br-cut", lambda: brotli.compress(story("brcut"))[:-40], Content_Encoding="br")
html("zstd-bomb", lambda: zstd.compress(b" " * 12_000_000), Content_Encoding="zstd")
html("zstd-cut", lambda: zstd.compress(story("zstdcut"))[:-40], Content_Encoding="zstd")
html("deflate-bomb", lambda: zlib.compress(b" " * 12_000_000), Content_Encoding="deflate")
html("five-encodings", lambda: story("five"), Content_Encoding="gzip, br, zstd, deflate, gzip")
html("unknown-encoding", lambda: story("unknownenc"), Content_Encoding="rot13")
