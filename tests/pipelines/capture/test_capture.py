"""A page goes into a WARC record as received, and comes out of it as it was."""

from __future__ import annotations

import gzip
import os
import threading
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from pipelines.capture import CaptureWriter, Unreadable, read_capture, repair
from pipelines.errors import NoRoom
from pipelines.items import CaptureRef

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
PAGE = "<html><body><p>Überall café.</p></body></html>".encode() * 50
TOO_MUCH = "payload opens to more than 67,108,864 bytes"


def write(writer: CaptureWriter, payload: bytes = PAGE, *headers: tuple[bytes, bytes]) -> CaptureRef:
    return writer.write(
        "https://herald.example/a?b=1",
        200,
        [(b"Content-Type", b"text/html; charset=utf-8"), *headers],
        payload,
        AT,
    )


@pytest.mark.parametrize(
    ("coding", "packed"),
    [  # every case has an id: bytes of gzip as an id would hold the time and differ between two workers
        pytest.param("identity", PAGE, id="not packed"),
        pytest.param("gzip", gzip.compress(PAGE), id="gzip"),
        pytest.param("X-GZIP", gzip.compress(PAGE), id="gzip by its old name"),
        pytest.param("gzip", gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:]), id="two gzip members"),
        pytest.param("deflate", zlib.compress(PAGE), id="deflate as the RFC says"),
        pytest.param("deflate", zlib.compress(PAGE, wbits=-15), id="deflate as some servers send it"),
        pytest.param("br", brotli.compress(PAGE), id="brotli"),
        pytest.param("zstd", zstd.compress(PAGE), id="zstd"),
        pytest.param("gzip, br", brotli.compress(gzip.compress(PAGE)), id="two codings"),
        pytest.param("utf-8", PAGE, id="a charset in the wrong header"),
    ],
)
def test_a_page_comes_out_as_it_was_whatever_its_coding(tmp_path: Path, coding: str, packed: bytes) -> None:
    writer = CaptureWriter(tmp_path, 12)
    ref = write(writer, packed, (b"Content-Encoding", coding.encode()))
    assert ref.payload_bytes == len(packed)
    assert ref.media_type == "text/html; charset=utf-8"
    while_open = read_capture(tmp_path, ref.file, ref.offset, ref.length)
    writer.close()
    page = read_capture(tmp_path, ref.file, ref.offset, ref.length)
    assert page == while_open
    assert (page.status, page.url, page.payload) == (200, "https://herald.example/a?b=1", PAGE)
    assert page.headers["content-encoding"] == coding


def test_a_file_is_a_whole_warc_that_others_can_read(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path, 12)
    refs = [write(writer, PAGE + bytes([number])) for number in range(5)]
    assert [path.name for path in tmp_path.iterdir()] == [refs[0].file + ".open"]
    writer.close()
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == [refs[0].file]
    assert "-run000012-" in refs[0].file
    with (tmp_path / refs[0].file).open("rb") as stream:
        records = ArchiveIterator(stream, check_digests="raise")
        assert [(one.rec_type, one.content_stream().read()) for one in records][1:] == [
            ("response", PAGE + bytes([number])) for number in range(5)
        ]
    assert sum(ref.length for ref in refs) + refs[0].offset == (tmp_path / refs[0].file).stat().st_size


def test_headers_stay_as_received_but_those_that_no_longer_hold(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path, 1)
    odd = (b"X-Odd", "caf\xe9".encode("latin-1"))
    split = (b"X-Split", b"a\r\nSet-Cookie: injected")
    ref = write(writer, PAGE, odd, split, (b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"7"))
    writer.close()
    raw = gzip.decompress((tmp_path / ref.file).read_bytes()[ref.offset :])
    assert b"X-Odd: caf\xe9\r\n" in raw
    assert b"\r\nSet-Cookie" not in raw
    assert b"X-Archive-Orig-Transfer-Encoding: chunked\r\n" in raw
    assert b"X-Archive-Orig-Content-Length: 7\r\n" in raw
    assert raw.count(b"\r\nContent-Length:") == 1  # the record's own
    assert read_capture(tmp_path, ref.file, ref.offset, ref.length).payload == PAGE


def test_what_arrived_packed_is_laid_in_and_what_did_not_is_packed(tmp_path: Path) -> None:
    page = b"".join(b"<p>Paragraph %d of a page, %d.</p>" % (number, number**7) for number in range(2000))
    writer = CaptureWriter(tmp_path, 12)
    plain, packed = write(writer, page), write(writer, gzip.compress(page), (b"Content-Encoding", b"gzip"))
    mislabelled = write(writer, page, (b"Content-Encoding", b"gzip"))
    writer.close()
    assert plain.length < len(page) / 2
    assert packed.length < packed.payload_bytes + 1_500
    assert mislabelled.length < len(page) / 2
    for ref in (plain, packed):
        assert read_capture(tmp_path, ref.file, ref.offset, ref.length).payload == page


def test_a_run_without_a_capture_leaves_no_file(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "captures", 1)
    writer.sync()
    writer.close()
    assert not (tmp_path / "captures").exists()
    with pytest.raises(ValueError, match="closed"):
        write(writer)


def test_a_large_file_gives_way_to_the_next(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path, 1, roll_over=3000)
    refs = [write(writer, os.urandom(1000)) for _ in range(5)]
    writer.close()
    assert len({ref.file for ref in refs}) > 1
    for ref in refs:
        assert (tmp_path / ref.file).stat().st_size <= 3000
        assert len(read_capture(tmp_path, ref.file, ref.offset, ref.length).payload) == 1000


def test_threads_may_write_and_sync_at_once(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path, 1, roll_over=20_000)
    refs: list[CaptureRef] = []

    def work(number: int) -> None:
        for _ in range(20):
            refs.append(write(writer, PAGE + str(number).encode()))
            writer.sync()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert len({(ref.file, ref.offset) for ref in refs}) == 80
    for ref in refs:
        read_capture(tmp_path, ref.file, ref.offset, ref.length)


def test_a_full_disk_leaves_a_file_that_ends_with_a_whole_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = CaptureWriter(tmp_path, 1)
    ref = write(writer)
    real = os.write

    def full(file: int, data: bytes) -> int:
        if len(data) > 100:
            return real(file, data[:100])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(NoRoom, match="make room"):
            write(writer)
    after = write(writer, b"room again")
    writer.close()
    assert after.offset == ref.offset + ref.length
    assert read_capture(tmp_path, ref.file, after.offset, after.length).payload == b"room again"


# ------------------------------------------------------------------ repair


def leave_open(folder: Path, records: int, tail: bytes = b"") -> tuple[str, list[CaptureRef]]:
    """A left-over `.open` file whose writer is gone, with `tail` behind its last record."""
    writer = CaptureWriter(folder, 3)
    refs = [write(writer, PAGE + bytes([number])) for number in range(records)]
    writer.close()
    whole = folder / refs[0].file
    whole.write_bytes(whole.read_bytes() + tail)
    whole.rename(folder / (refs[0].file + ".open"))
    return refs[0].file, refs


def test_a_torn_file_is_cut_to_its_last_whole_record(tmp_path: Path) -> None:
    other = CaptureWriter(tmp_path / "other", 1)
    ref = write(other)
    other.close()
    torn = (tmp_path / "other" / ref.file).read_bytes()[ref.offset :][:-9]
    file, refs = leave_open(tmp_path, 3, torn)
    (repaired,) = repair(tmp_path)
    assert (repaired.file, repaired.records, repaired.cut) == (file, 4, len(torn))
    assert [path.name for path in tmp_path.glob("*.warc*")] == [file]
    for ref in refs:
        assert read_capture(tmp_path, ref.file, ref.offset, ref.length).payload.startswith(PAGE)
    assert repair(tmp_path) == []


@given(share=st.floats(0, 1))
@settings(max_examples=25, deadline=None)
def test_wherever_a_file_is_torn_every_record_before_is_kept(
    share: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    file, refs = leave_open(folder, 4)
    size = (folder / (file + ".open")).stat().st_size
    cut = int(share * size)
    with (folder / (file + ".open")).open("r+b") as stream:
        stream.truncate(cut)
    (repaired,) = repair(folder)
    whole = [ref for ref in refs if ref.offset + ref.length <= cut]
    assert repaired.records == (len(whole) + 1 if cut >= refs[0].offset else 0)
    assert (folder / file).exists() == (cut >= refs[0].offset)
    for ref in whole:
        read_capture(folder, ref.file, ref.offset, ref.length)


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"\x00" * 5000, id="zeros, as a power cut leaves them"),
        pytest.param(b"rubbish", id="rubbish"),
        pytest.param(gzip.compress(b"not a record"), id="a gzip member that is no record"),
        pytest.param(gzip.compress(b"\0" * 30_000_000)[:-4], id="a torn bomb"),
    ],
)
def test_what_is_no_record_is_cut_off(tmp_path: Path, tail: bytes) -> None:
    file, _ = leave_open(tmp_path, 1, tail)
    (repaired,) = repair(tmp_path)
    assert (repaired.records, repaired.cut) == (2, len(tail))
    with (tmp_path / file).open("rb") as stream:
        assert len(list(ArchiveIterator(stream))) == 2


def test_an_empty_left_over_is_removed_and_no_folder_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz.open").touch()
    (repaired,) = repair(tmp_path)
    assert repaired.records == 0
    assert list(tmp_path.iterdir()) == []
    assert repair(tmp_path / "nowhere") == []


def test_the_file_of_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path, 1)
    ref = write(writer)
    assert repair(tmp_path) == []
    writer.close()
    assert (tmp_path / ref.file).exists()


# ------------------------------------------------------------------ bad input to the reader


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"file": "../secret.warc.gz"}, "outside the folder", id="a path that climbs out"),
        pytest.param({"file": "/etc/passwd"}, "outside the folder", id="an absolute path"),
        pytest.param({"file": ""}, "outside the folder", id="no name"),
        pytest.param({"file": "gone.warc.gz"}, "cannot be read", id="a missing file"),
        pytest.param({"offset": -1}, "impossible place", id="a negative offset"),
        pytest.param({"length": 0}, "impossible place", id="no length"),
        pytest.param({"length": 1 << 40}, "impossible place", id="a length no record has"),
        # What the bytes there look like depends on the file's name and day: mostly nothing, now and then some other record.
        pytest.param({"offset": 7}, "no (whole|response) record", id="an offset inside a record"),
        pytest.param({"offset": 0}, "no response record", id="the warcinfo record"),
        pytest.param({"length": 9999}, "cut short", id="a length beyond the end"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_in_a_sentence(
    tmp_path: Path, change: dict[str, str | int], sentence: str
) -> None:
    folder = tmp_path / "captures"
    writer = CaptureWriter(folder, 1)
    ref = write(writer)
    writer.close()
    (tmp_path / "secret.warc.gz").write_bytes((folder / ref.file).read_bytes())
    place = {"file": ref.file, "offset": ref.offset, "length": ref.length} | change
    with pytest.raises(Unreadable, match=sentence):
        read_capture(folder, **place)  # type: ignore[arg-type]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "elsewhere", 1)
    ref = write(writer)
    writer.close()
    (tmp_path / "captures").mkdir()
    (tmp_path / "captures" / ref.file).symlink_to(tmp_path / "elsewhere" / ref.file)
    with pytest.raises(Unreadable, match="outside the folder"):
        read_capture(tmp_path / "captures", ref.file, ref.offset, ref.length)


@pytest.mark.parametrize(
    ("coding", "payload", "sentence"),
    [
        pytest.param(b"gzip", b"\x1f\x8bno gzip", "gzip payload is damaged", id="a damaged body"),
        pytest.param(b"gzip", gzip.compress(PAGE)[:-9], "gzip payload ends early", id="a torn body"),
        pytest.param(b"br", b"\xff\xff\xff", "br payload is damaged", id="a damaged brotli body"),
        pytest.param(b"rot13", b"x", "Content-Encoding 'rot13' is not known", id="an unknown coding"),
        pytest.param(b"gzip", gzip.compress(bytes(65 << 20)), TOO_MUCH, id="a gzip bomb"),
        pytest.param(b"br", brotli.compress(bytes(65 << 20), quality=1), TOO_MUCH, id="a brotli bomb"),
        pytest.param(b"zstd", zstd.compress(bytes(65 << 20)), TOO_MUCH, id="a zstd bomb"),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_refused_in_a_sentence(
    tmp_path: Path, coding: bytes, payload: bytes, sentence: str
) -> None:
    writer = CaptureWriter(tmp_path, 1)
    ref = write(writer, payload, (b"Content-Encoding", coding))
    writer.close()
    with pytest.raises(Unreadable, match=sentence):
        read_capture(tmp_path, ref.file, ref.offset, ref.length)


def test_a_changed_record_is_noticed(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path, 1)
    ref = write(writer, b"<p>true</p>")
    writer.close()
    path = tmp_path / ref.file
    raw = path.read_bytes()
    forged = gzip.compress(gzip.decompress(raw[ref.offset :]).replace(b"true", b"fake"), mtime=0)
    path.write_bytes(raw[: ref.offset] + forged)
    with pytest.raises(Unreadable, match="does not match its digest"):
        read_capture(tmp_path, ref.file, ref.offset, len(forged))
