"""An erased page leaves a tombstone of its own length: nothing of it can be read, and no other record moves."""

from __future__ import annotations

import gzip
import os
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from pipelines.capture import (
    CaptureWriter,
    Erased,
    Unreadable,
    erase_capture,
    read_capture,
    records_of,
    repair,
)
from pipelines.capture.erasing import tombstone
from pipelines.capture.repair import whole_records
from pipelines.items import CaptureRef

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


def three(folder: Path, *, close: bool = True) -> tuple[CaptureWriter, list[CaptureRef]]:
    writer = CaptureWriter(folder, 1)
    refs = [
        writer.write(f"https://a.example/{n}", 200, [("Content-Type", "text/html")], f"page {n} ".encode() * 99, AT)
        for n in range(3)
    ]  # fmt: skip
    if close:
        writer.close()
    return writer, refs


def place(ref: CaptureRef) -> tuple[str, int, int]:
    return ref.file, ref.offset, ref.length


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("close", [True, False], ids=["closed file", "file that its crawl still writes"])
def test_one_record_is_erased_and_the_others_stay(tmp_path: Path, number: int, close: bool) -> None:
    writer, refs = three(tmp_path, close=close)
    erase_capture(tmp_path, *place(refs[number]), AT)
    with pytest.raises(Erased):
        read_capture(tmp_path, *place(refs[number]))
    for other in range(3):
        if other != number:
            assert f"page {other} ".encode() in read_capture(tmp_path, *place(refs[other])).payload
    writer.close()
    file = tmp_path / refs[0].file
    with file.open("rb") as opened:
        assert [record.rec_type for record in ArchiveIterator(opened)].count("response") == 2
        assert whole_records(opened) == (4, file.stat().st_size)
    assert f"page {number} ".encode() not in gzip.decompress(file.read_bytes())


def test_erasing_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    _, refs = three(tmp_path)
    erase_capture(tmp_path, *place(refs[1]), AT)
    once = (tmp_path / refs[1].file).read_bytes()
    erase_capture(tmp_path, *place(refs[1]), AT)
    assert (tmp_path / refs[1].file).read_bytes() == once


@pytest.mark.parametrize("written", [1, 5, 150, 0.5, 0.99], ids=lambda cut: f"{cut} of it written")
def test_an_erasure_that_was_killed_half_way_is_completed_by_another(tmp_path: Path, written: float) -> None:
    _, refs = three(tmp_path)
    file, offset, length = place(refs[1])
    with (tmp_path / file).open("r+b") as torn:
        torn.seek(offset)
        torn.write(tombstone(file, offset, length, AT)[: int(written if written >= 1 else written * length)])
    erase_capture(tmp_path, file, offset, length, AT)
    with pytest.raises(Erased):
        read_capture(tmp_path, file, offset, length)
    assert b"page 2" in read_capture(tmp_path, *place(refs[2])).payload


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"offset": 7}, "no record begins at 7", id="a place in the middle of a record"),
        pytest.param({"length": 300}, "no record begins", id="a length that is not the record's"),
        pytest.param({"offset": 10**6}, "ends before", id="a place behind the end"),
        pytest.param({"length": 0}, "impossible", id="no length"),
        pytest.param({"length": 40}, "impossible", id="a length too short for any record"),
        pytest.param({"file": "../a.warc.gz"}, "outside", id="a file elsewhere"),
        pytest.param({"file": "b.warc.gz"}, "cannot be erased", id="a file that is not there"),
    ],
)
def test_a_row_that_is_wrong_costs_no_other_record_its_bytes(
    tmp_path: Path, wrong: dict[str, object], said: str
) -> None:
    _, refs = three(tmp_path)
    before = (tmp_path / refs[0].file).read_bytes()
    asked = {"file": refs[1].file, "offset": refs[1].offset, "length": refs[1].length} | wrong
    with pytest.raises(Unreadable, match=said):
        erase_capture(tmp_path, **asked, erased_at=AT)  # type: ignore[arg-type]
    assert (tmp_path / refs[0].file).read_bytes() == before


def test_a_file_that_a_killed_run_left_is_repaired_with_the_tombstone_in_it(tmp_path: Path) -> None:
    writer, refs = three(tmp_path, close=False)
    erase_capture(tmp_path, *place(refs[2]), AT)
    assert writer._file is not None
    os.close(writer._file)  # as a kill does: the lock is gone, the name stays
    (repaired,) = repair(tmp_path)
    assert (repaired.records, repaired.cut) == (4, 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(360, 70_000), st.text(max_size=60), st.integers(0, 10**10))
def test_a_tombstone_of_any_length_is_one_whole_member(length: int, file: str, offset: int) -> None:
    stone = tombstone(file, offset, length, AT)
    inflater = zlib.decompressobj(wbits=31)
    assert inflater.decompress(stone).startswith(b"WARC/1.1\r\n")
    assert (len(stone), inflater.eof, inflater.unused_data) == (length, True, b"")


def test_the_smallest_record_is_large_enough_for_a_tombstone(tmp_path: Path) -> None:
    with_nothing = CaptureWriter(tmp_path, 1)
    ref = with_nothing.write("http://a.b/", 200, [], b"", AT)
    with_nothing.close()
    erase_capture(tmp_path, *place(ref), AT)


def test_the_pages_of_a_file_are_told_with_their_places_and_no_tombstone_among_them(tmp_path: Path) -> None:
    _, refs = three(tmp_path)
    assert [(ref.offset, ref) for _, ref in records_of(tmp_path, refs[0].file)] == [
        (ref.offset, ref) for ref in refs
    ]
    erase_capture(tmp_path, *place(refs[1]), AT)
    assert [url for url, _ in records_of(tmp_path, refs[0].file)] == [
        "https://a.example/0",
        "https://a.example/2",
    ]
    with pytest.raises(Unreadable, match="No such file"):
        list(records_of(tmp_path, "b.warc.gz"))
