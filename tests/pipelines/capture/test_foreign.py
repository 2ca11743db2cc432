"""WARC files of others: whatever is broken or lies costs only itself."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.capture import SHARED, CaptureWriter, NoWarc, Record, read_capture, records_in
from pipelines.capture.foreign import LARGEST_BLOCK, Head
from pipelines.capture.http import NoAnswer, answer_in, dechunked
from pipelines.capture.page import kept_record, page_in
from pipelines.capture.tape import Fault
from pipelines.capture.unpacking import NotUnpacked
from pipelines.reasons import Reason

PAGE = b"<html><body><p>The ferry is back, said the harbour master on Sunday.</p></body></html>"


def block(payload: bytes = PAGE, *headers: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"\r\n".join([status, *(headers or (b"Content-Type: text/html",))]) + b"\r\n\r\n" + payload


def record(
    number: int,
    content: bytes | None = None,
    kind: str = "response",
    length: int | None = None,
    extra: str = "",
) -> bytes:
    content = block() if content is None else content
    told = len(content) if length is None else length
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2019-02-11T11:11:{number:02d}Z\r\n"
        f"WARC-Target-URI: https://paper.example/{number}\r\n{extra}"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {told}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def read(file: bytes, start: int = 0, end: int | None = None) -> list[Record]:
    return list(records_in(BytesIO(file), start, end, lambda head: head.type == "response"))


def urls(records: Sequence[Record]) -> list[str]:
    return [one.head.url[-1] for one in records if one.head is not None and one.block is not None]


def faults(records: Sequence[Record]) -> list[Fault]:
    return [one.fault for one in records if one.fault is not None]


GZIP: Callable[[bytes], bytes] = gzip.compress
MEMBERS = [gzip.compress(record(number)) for number in range(4)]
WHOLE = b"".join(MEMBERS)


def test_each_member_is_given_with_its_bytes_and_its_place() -> None:
    found = read(WHOLE)
    assert urls(found) == ["0", "1", "2", "3"]
    assert [one.raw for one in found] == MEMBERS
    assert [one.head.offset for one in found if one.head] == [0, *(one.end for one in found[:-1])]
    assert found[-1].end == len(WHOLE)


BOMB = gzip.compress(record(1, bytes(12_000_000)))

DAMAGE: list[tuple[str, bytes, list[str], list[Fault]]] = [
    ("bytes of a member are lost", MEMBERS[0] + MEMBERS[1][:-60] + MEMBERS[2], ["0", "2"], [Fault.DAMAGED]),
    ("bytes of a member are others", MEMBERS[0] + MEMBERS[1][:90] + b"XXXXXXXXXX" + MEMBERS[1][100:] + MEMBERS[2],
     ["0", "2"], [Fault.DAMAGED]),
    ("the file is cut in its last member", MEMBERS[0] + MEMBERS[1][:-60], ["0"], [Fault.TORN]),
    ("rubbish stands between two members", MEMBERS[0] + b"rubbish" + MEMBERS[1], ["0", "1"], [Fault.DAMAGED]),
    ("rubbish stands at the end", MEMBERS[0] + b"rubbish", ["0"], [Fault.DAMAGED]),
    ("a member opens to more than any file of pages", MEMBERS[0] + BOMB + MEMBERS[2], ["0", "2"], [Fault.BOMB]),
    ("a record says more bytes than it has", MEMBERS[0] + GZIP(record(1, length=9_999)) + MEMBERS[2],
     ["0", "2"], [Fault.LENGTH]),
    ("a record says fewer bytes than it has", MEMBERS[0] + GZIP(record(1, length=20)) + MEMBERS[2],
     ["0", "2"], [Fault.LENGTH]),
    ("a record says a length that is none", MEMBERS[0] + GZIP(record(1).replace(b"Content-Length: ", b"Content-Length: -"))
     + MEMBERS[2], ["0", "2"], [Fault.LENGTH]),
    ("a member holds no record", MEMBERS[0] + GZIP(b"nothing of the kind") + MEMBERS[2], ["0", "2"], [Fault.DAMAGED]),
    ("a member holds nothing", MEMBERS[0] + GZIP(b"") + MEMBERS[2], ["0", "2"], [Fault.DAMAGED]),
    ("headers do not end", MEMBERS[0] + GZIP(b"WARC/1.0\r\nWARC-Type: " + b"x" * 100_000) + MEMBERS[2], ["0", "2"],
     [Fault.DAMAGED]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "there", "wrong"), [one[1:] for one in DAMAGE], ids=[one[0] for one in DAMAGE]
)
def test_damage_costs_only_itself(
    monkeypatch: pytest.MonkeyPatch, file: bytes, there: list[str], wrong: list[Fault]
) -> None:
    monkeypatch.setattr("pipelines.capture.tape._BOMB", 10_000_000)
    found = read(file)
    assert urls(found) == there
    assert faults(found) == wrong


@pytest.mark.parametrize(
    ("file", "there", "wrong"),
    [
        (b"".join(record(number) for number in range(4)), ["0", "1", "2", "3"], []),
        (record(0) + record(1, length=9_999) + record(2), ["0", "2"], [Fault.LENGTH]),
        (record(0) + record(1)[:-20], ["0"], [Fault.LENGTH]),
        (record(0) + b"rubbish" * 9, ["0"], [Fault.DAMAGED]),
    ],
    ids=["whole", "a length that lies", "cut at the end", "rubbish at the end"],
)
def test_a_file_that_is_not_compressed(file: bytes, there: list[str], wrong: list[Fault]) -> None:
    found = read(file)
    assert urls(found) == there
    assert faults(found) == wrong
    assert all(one.raw is None for one in found)


def test_a_file_that_is_one_member_is_gone_on_with_where_it_was_left() -> None:
    file = gzip.compress(b"".join(record(number) for number in range(4)))
    found = read(file)
    assert urls(found) == ["0", "1", "2", "3"]
    assert found[1].end & SHARED
    assert urls(read(file, found[1].end)) == ["2", "3"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "is empty"),
        (b"This is a text file that somebody called .warc.gz.", "is no WARC file"),
        (gzip.compress(b"A compressed text file.", mtime=0), "is no WARC file"),
        (b"\x1f\x8b\x08 and then nothing that gzip knows", "is no WARC file"),
    ],
)
def test_what_is_no_warc_file_says_so(file: bytes, sentence: str) -> None:
    with pytest.raises(NoWarc, match=sentence):
        read(file)


def test_parts_of_a_file_share_its_members_and_each_has_it_once() -> None:
    cuts = [0, len(MEMBERS[0]) // 2, len(MEMBERS[0]) + len(MEMBERS[1]), len(WHOLE)]
    parts = [read(WHOLE, start, end) for start, end in pairwise(cuts)]
    assert [urls(part) for part in parts] == [["0"], ["1"], ["2", "3"]]
    assert [part[0].end for part in parts[1:]] == [part[-1].end for part in parts[:-1]]


def test_the_bytes_of_a_member_inside_a_page_are_found_only_where_nobody_knows_better() -> None:
    """Whoever begins in the middle takes them for a record; whoever reads record by record never does."""
    hidden = gzip.compress(record(9))
    packer = zlib.compressobj(0, wbits=31)
    hostile = packer.compress(record(1, block(b"x" * 500 + hidden + b"x" * 500))) + packer.flush()
    file = MEMBERS[0] + hostile + MEMBERS[2]
    assert urls(read(file)) == ["0", "1", "2"]
    misled = read(file, len(MEMBERS[0]) + 100)
    assert misled[0].end == file.index(
        hidden
    )  # told, so that it is noticed: the part before it ends elsewhere


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(WHOLE) - 1), bytes_=st.binary(min_size=1, max_size=40), cut=st.booleans())
def test_no_damage_raises_or_goes_round_in_circles(at: int, bytes_: bytes, cut: bool) -> None:
    file = WHOLE[:at] + bytes_ + (WHOLE[at + len(bytes_) :] if cut else WHOLE[at:])
    try:
        found = read(file)
    except NoWarc:
        return
    assert len(urls(found)) >= 2
    ends = [one.end for one in found if not one.end & SHARED]
    assert ends == sorted(ends)


def head(extra: str = "") -> tuple[Head, bytes, bytes]:
    raw = gzip.compress(record(1, extra=extra))
    [one] = read(raw)
    assert one.head is not None and one.block is not None
    return one.head, one.block, raw


def opened(content: bytes, extra: str = "") -> bytes:
    return page_in(head(extra)[0], content, 8 * 1024 * 1024).body


CHUNKED = b"5;name=value\r\n<html\r\n1\r\n>\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (block(), PAGE),
        (block(CHUNKED, b"Transfer-Encoding: chunked"), b"<html>"),
        (block(b"<html>", b"Transfer-Encoding: chunked"), b"<html>"),
        (block(gzip.compress(PAGE), b"Content-Encoding: gzip"), PAGE),
        (block(PAGE, b"Content-Encoding: gzip", b"Content-Length: 20"), PAGE),
        (block(PAGE, b"Content-Encoding: br"), PAGE),
        (block(PAGE, b"Server: caf\xe9 \xff\xfe", b"no colon here", b"X: a", b"  folded"), PAGE),
        (block().replace(b"\r\n", b"\n"), PAGE),
    ],
    ids=["plain", "chunks", "chunks that were joined", "gzip", "gzip that was undone", "br that was undone",
         "headers of any bytes", "bare line feeds"],
)  # fmt: skip
def test_a_page_is_opened_as_whoever_wrote_it_left_it(content: bytes, body: bytes) -> None:
    assert opened(content) == body


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>no headers at all", Reason.MALFORMED),
        (b"", Reason.MALFORMED),
        (block(CHUNKED[:-8], b"Transfer-Encoding: chunked"), Reason.TRUNCATED),
        (block(b"ff\r\n<html>", b"Transfer-Encoding: chunked"), Reason.TRUNCATED),
        (block(PAGE, b"Content-Length: 2000"), Reason.TRUNCATED),
        (block(gzip.compress(PAGE)[:-20], b"Content-Encoding: gzip"), Reason.TRUNCATED),
        (block(gzip.compress(bytes(9_000_000)), b"Content-Encoding: gzip"), Reason.TOO_LARGE),
        (block(b"x" * (8 * 1024 * 1024 + 1)), Reason.TOO_LARGE),
    ],
    ids=["no headers", "nothing", "chunks without an end", "half a chunk", "shorter than Content-Length", "half a gzip",
         "a bomb", "too large"],
)  # fmt: skip
def test_what_is_no_whole_page_has_its_reason(content: bytes, reason: Reason) -> None:
    with pytest.raises((NoAnswer, NotUnpacked)) as fault:
        opened(content)
    assert fault.value.reason is reason


def test_a_page_that_its_crawler_cut_is_none() -> None:
    with pytest.raises(NoAnswer, match="cut it off"):
        opened(block(), "WARC-Truncated: length\r\n")


def test_a_record_beyond_all_pages_is_passed_over() -> None:
    found = read(gzip.compress(record(1, bytes(LARGEST_BLOCK + 1))) + MEMBERS[2])
    assert [one.too_large for one in found] == [True, False]


@pytest.mark.parametrize(
    ("extra", "content", "verbatim"),
    [
        ("", block(), True),
        ("WARC-Payload-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n", block(), False),
        ("", block(CHUNKED, b"Transfer-Encoding: chunked"), True),
        ("", block(PAGE, b"Content-Encoding: br"), False),
        ("", block(status=b"HTTP/2 200 OK"), None),
    ],
    ids=["as it is", "a digest that is wrong", "chunks", "an encoding that was undone", "HTTP/2"],
)
def test_what_is_kept_reads_back_as_the_page(
    tmp_path: Path, extra: str, content: bytes, verbatim: bool | None
) -> None:
    raw = gzip.compress(record(1, content, extra=extra))
    [one] = read(raw)
    assert one.head is not None and one.block is not None
    page = page_in(one.head, one.block, 8 * 1024 * 1024)
    packed = kept_record(one.head, one.block, one.raw, page)
    if verbatim is not None:
        assert (packed.raw == raw) is verbatim
    writer = CaptureWriter(tmp_path, 1)
    ref = writer.put(packed)
    writer.close()
    back = read_capture(tmp_path, ref.file, ref.offset, ref.length)
    assert (back.payload, back.status, back.url) == (page.body, 200, "https://paper.example/1")
    assert back.digest == ref.digest
    assert ref.captured_at.isoformat() == "2019-02-11T11:11:01+00:00"


def test_a_record_without_compression_is_written_anew(tmp_path: Path) -> None:
    [one] = read(record(1))
    assert one.head is not None and one.block is not None
    page = page_in(one.head, one.block, 1000)
    packed = kept_record(one.head, one.block, one.raw, page)
    assert packed.raw.startswith(b"\x1f\x8b")


@given(st.binary(max_size=300))
def test_no_block_raises_anything_else(content: bytes) -> None:
    try:
        answer_in(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + content)
        answer_in(content)
        dechunked(content)
    except NoAnswer:
        pass
