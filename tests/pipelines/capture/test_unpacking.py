"""Payloads are opened only when they are whole, and only so far."""

from __future__ import annotations

import gzip
import hashlib
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from pipelines.capture.unpacking import NotUnpacked, encodings_of, unpacked

PAGE = b"<p>A story that goes on.</p>" * 500
LIMIT = 1 << 20
PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=3),
    "zstd": zstd.compress,
}


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("header", "encodings"),
    [
        ("gzip", ("gzip",)),
        ("GZip", ("gzip",)),
        ("x-gzip", ("gzip",)),
        ("gzip, br", ("br", "gzip")),
        ("identity", ()),
        ("", ()),
        ("utf-8", ()),
        ("identity, gzip", ("gzip",)),
        ("compress", ("compress",)),
    ],
)
def test_encodings_are_undone_from_the_last_applied(header, encodings):
    assert encodings_of(header) == encodings


@pytest.mark.parametrize("encoding", PACKERS)
@given(body=st.binary(max_size=3000))
def test_whole_payloads_come_back_as_they_were(encoding, body):
    assert unpacked(PACKERS[encoding](body), (encoding,), LIMIT) == body


@pytest.mark.parametrize("encoding", PACKERS)
def test_payloads_larger_than_a_piece_come_back_as_they_were(encoding):
    body = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(10_000)) + PAGE * 20
    assert unpacked(PACKERS[encoding](body), (encoding,), LIMIT) == body


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_payload_cut_anywhere_is_truncated(encoding):
    payload = PACKERS[encoding](PAGE)
    for length in range(4, len(payload)):
        with pytest.raises(NotUnpacked) as refused:
            unpacked(payload[:length], (encoding,), LIMIT)
        assert refused.value.reason == "truncated", length


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_bomb_is_not_opened_past_the_limit(encoding):
    with pytest.raises(NotUnpacked) as refused:
        unpacked(PACKERS[encoding](b"\0" * (LIMIT * 4)), (encoding,), LIMIT)
    assert refused.value.reason == "too_large"


@pytest.mark.parametrize(
    ("payload", "encodings", "content"),
    [
        pytest.param(
            gzip.compress(PAGE[:70]) + gzip.compress(PAGE[70:]), ("gzip",), PAGE, id="two gzip members"
        ),
        pytest.param(gzip.compress(PAGE) + b"\0" * 512, ("gzip",), PAGE, id="gzip padded with zeros"),
        pytest.param(
            zstd.compress(PAGE[:70]) + zstd.compress(PAGE[70:]), ("zstd",), PAGE, id="two zstd frames"
        ),
        pytest.param(bare_deflate(PAGE), ("deflate",), PAGE, id="deflate without the zlib header"),
        pytest.param(PAGE, ("gzip",), PAGE, id="said to be gzip, unpacked by a proxy on the way"),
        pytest.param(PAGE, ("zstd",), PAGE, id="said to be zstd, unpacked by a proxy on the way"),
        pytest.param(gzip.compress(brotli.compress(PAGE)), ("gzip", "br"), PAGE, id="br inside gzip"),
        pytest.param(PAGE, (), PAGE, id="not packed at all"),
    ],
)
def test_servers_pack_in_many_ways(payload, encodings, content):
    assert unpacked(payload, encodings, LIMIT) == content


@pytest.mark.parametrize(
    ("payload", "encodings"),
    [
        pytest.param(PAGE, ("compress",), id="an encoding that nobody uses"),
        pytest.param(PAGE, ("br",), id="not brotli"),
        pytest.param(b"\xff" * 50, ("deflate",), id="not deflate"),
        pytest.param(gzip.compress(PAGE)[:-8] + b"\0" * 8, ("gzip",), id="a wrong checksum"),
        pytest.param(gzip.compress(b"") * 1001, ("gzip",), id="a flood of empty members"),
        pytest.param(gzip.compress(gzip.compress(gzip.compress(PAGE))), ("gzip",) * 3, id="three layers"),
        pytest.param(
            zstd.compress(PAGE * 2000, options={zstd.CompressionParameter.window_log: 27}), ("zstd",),
            id="a zstd window that wants 128 MB",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_decoded_says_so(payload, encodings):
    with pytest.raises(NotUnpacked) as refused:
        unpacked(payload, encodings, LIMIT * 64)
    assert refused.value.reason == "undecodable"
    assert refused.value.detail


@pytest.mark.parametrize("encoding", PACKERS)
@given(noise=st.binary(max_size=200), at=st.integers(0, 60))
def test_noise_ends_in_content_or_a_reason(encoding, noise, at):
    payload = PACKERS[encoding](PAGE)
    try:
        content = unpacked(payload[:at] + noise + payload[at + len(noise) :], (encoding,), LIMIT)
    except NotUnpacked as refused:
        assert refused.detail
    else:
        assert len(content) <= LIMIT
