"""The one door from a row of captures to its bytes: beside the archive, or in the folder that `place` names."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.capture import CaptureWriter, Erased, Unreadable, erase_capture, read_capture, read_record
from pipelines.items import CaptureRef

AT = datetime(2019, 2, 11, 11, 11, 10, tzinfo=UTC)


def written(folder: Path) -> CaptureRef:
    writer = CaptureWriter(folder, 1)
    ref = writer.write("https://paper.example/a", 200, [(b"Content-Type", b"text/html")], b"<p>far away", AT)
    writer.close()
    return ref


@pytest.mark.parametrize("machine", ["", "localhost", socket.gethostname()])
def test_a_place_on_this_machine_is_read_and_erased_there(tmp_path: Path, machine: str) -> None:
    elsewhere = tmp_path / "else where"
    ref = written(elsewhere)
    place = elsewhere.as_uri().replace("file://", f"file://{machine}", 1)
    told = (tmp_path / "captures", ref.file, ref.offset, ref.length)
    assert read_capture(*told, place).payload == b"<p>far away"
    assert read_record(*told, place).startswith(b"\x1f\x8b")
    erase_capture(*told, AT, place)
    with pytest.raises(Erased, match=re.escape(f"of {place}")):
        read_capture(*told, place)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("file://another-machine/srv/captures", "lies on the machine another-machine"),
        ("ftp://paper.example/captures", "in a place that this newsbot cannot read"),
    ],
)
def test_what_lies_where_nobody_here_can_read_says_so(tmp_path: Path, place: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_capture(tmp_path, "a.warc.gz", 0, 100, place)
    with pytest.raises(Unreadable, match=sentence):
        erase_capture(tmp_path, "a.warc.gz", 0, 10_000, AT, place)


def test_a_row_cannot_lead_out_of_its_place(tmp_path: Path) -> None:
    ref = written(tmp_path / "one")
    (tmp_path / "two").mkdir()
    with pytest.raises(Unreadable, match="outside the folder"):
        read_capture(tmp_path, f"../one/{ref.file}", ref.offset, ref.length, (tmp_path / "two").as_uri())
