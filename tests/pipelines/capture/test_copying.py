"""Records on their way out: whole ones byte for byte, nothing else."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipelines.capture import CaptureWriter, Erased, Unreadable, erase_capture
from pipelines.capture.copying import cdxj_line, copied, reading_of, warcinfo

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
URL = "https://www.example.com/A?b=2&a=1"


@pytest.fixture
def raw(tmp_path: Path) -> bytes:
    """A record as the crawl writes it."""
    writer = CaptureWriter(tmp_path, 1)
    ref = writer.write(URL, 200, [("Content-Type", "Text/HTML; charset=utf-8")], b"<p>" * 5000, AT)
    writer.close()
    return (tmp_path / ref.file).read_bytes()[ref.offset :]


def test_a_whole_record_is_taken_over_byte_for_byte(raw: bytes) -> None:
    record = copied(raw, "It")
    assert record.member == raw
    assert (record.url, record.date, record.status, record.media_type) == (URL, "2026-11-22T03:04:05Z", "200", "text/html")  # fmt: skip
    assert copied(raw, "It", record.digest) == record


def test_a_record_that_lies_there_unpacked_is_packed_and_nothing_else(raw: bytes) -> None:
    plain = gzip.decompress(raw)
    assert gzip.decompress(copied(plain, "It").member) == plain


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        pytest.param(lambda raw: raw[:-9], "It is no whole record", id="cut"),
        pytest.param(lambda raw: raw + raw, "ends elsewhere than its row says", id="two records"),
        pytest.param(lambda raw: raw[:40] + b"\0" + raw[41:], "It is no whole record", id="a changed byte"),
        pytest.param(lambda raw: b"<html>", "no WARC header begins there", id="no record"),
        pytest.param(lambda raw: gzip.compress(b"x" * (65 << 20), 1), "opens to more than", id="a bomb"),
        pytest.param(lambda raw: warcinfo("a", {}, AT), "It is no response record", id="another kind of record"),
    ],
)  # fmt: skip
def test_what_is_no_whole_response_is_refused(
    raw: bytes, harm: Callable[[bytes], bytes], sentence: str
) -> None:
    with pytest.raises(Unreadable, match=sentence):
        copied(harm(raw), "It")


def test_another_page_than_the_row_says_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="another page than its row says"):
        copied(raw, "It", "sha1:ANOTHER")
    assert copied(raw, "It", "sha256:abc").url == URL, "digests of two kinds cannot be compared"


def test_a_tombstone_never_leaves(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(raw)
    erase_capture(tmp_path, "a.warc.gz", 0, len(raw), AT)
    with pytest.raises(Erased):
        copied((tmp_path / "a.warc.gz").read_bytes(), "It")


def test_an_index_line_leads_to_the_record(raw: bytes) -> None:
    record = copied(raw, "It")
    key, moment, told = cdxj_line(record, "a.warc.gz", 12).decode().rstrip("\n").split(" ", 2)
    assert (key, moment) == ("com,example)/a?a=1&b=2", "20261122030405")
    assert json.loads(told) == {
        "url": URL, "mime": "text/html", "status": "200", "digest": record.digest,
        "length": str(len(raw)), "offset": "12", "filename": "a.warc.gz",
    }  # fmt: skip


def test_the_records_around_it_are_what_warcio_reads(raw: bytes) -> None:
    record = copied(raw, "It")
    said = {"headline": "Über\r\nall\u2028", "word_count": 3}
    whole = (
        warcinfo("a.warc.gz", {"software": "newsbot/1\r\nevil: yes"}, AT) + raw + reading_of(record, said, AT)
    )
    read = [
        (one.rec_type, one.rec_headers, one.content_stream().read())
        for one in ArchiveIterator(BytesIO(whole))
    ]
    assert [kind for kind, *_ in read] == ["warcinfo", "response", "metadata"]
    assert read[0][2] == b"software: newsbot/1 evil: yes\r\n"
    assert json.loads(read[2][2]) == said
    assert read[2][1].get_header("WARC-Refers-To") == record.record_id
