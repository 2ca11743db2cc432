"""`newsbot export warc`: records leave byte for byte, what was taken down stays, faults are told."""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from newsbot.cli import main
from pipelines.capture import CaptureWriter, erase_capture
from pipelines.items import CaptureRef

AT = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)


def export(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["export", "warc", *arguments, "--db", str(archive)])


def page(number: int, version: int = 1) -> bytes:
    return f"<title>{number}</title><p>Version {version}. {hashlib.sha256(bytes(number)).hexdigest() * 200}".encode()


@pytest.fixture
def captured(archive: Path) -> tuple[Path, dict[str, CaptureRef]]:
    """The archive with a page of each article; of the first one an older page too."""
    writer = CaptureWriter(archive.parent / "captures", 1)
    refs: dict[str, CaptureRef] = {}
    with closing(sqlite3.connect(archive)) as db, db:
        for name, key, version in (
            ("old", "https://gulf.example/1", 1),
            ("one", "https://gulf.example/1", 2),
            ("two", "https://gulf.example/2", 1),
            ("three", "https://nord.example/3", 1),
        ):
            number = int(key[-1])
            ref = writer.write(
                key, 200, [("Content-Type", "text/html; charset=utf-8")], page(number, version), AT.replace(minute=number)
            )  # fmt: skip
            cursor = db.execute(
                'INSERT INTO captures (key, url, file, "offset", length, digest, captured_at, status, media_type, payload_bytes)'
                " VALUES (?, ?, ?, ?, ?, ?, ?, 200, 'text/html', ?)",
                (key, key, ref.file, ref.offset, ref.length, ref.digest, AT.isoformat(), ref.payload_bytes),
            )
            db.execute("UPDATE articles SET capture = ? WHERE id = ?", (cursor.lastrowid, number))
            refs[name] = ref
    writer.close()
    return archive, refs


def member(archive: Path, ref: CaptureRef) -> bytes:
    raw = (archive.parent / "captures" / ref.file).read_bytes()
    return raw[ref.offset : ref.offset + ref.length]


def records(file: Path) -> list[tuple[str, str, bytes]]:
    with file.open("rb") as opened:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI") or "", record.content_stream().read())
            for record in ArchiveIterator(opened, check_digests="raise")
        ]  # fmt: skip


def test_records_are_copied_byte_for_byte_behind_one_that_says_what_was_asked(
    captured: tuple[Path, dict[str, CaptureRef]], tmp_path: Path
) -> None:
    archive, refs = captured
    out = tmp_path / "gulf.warc.gz"
    result = export(archive, str(out), "--where", "source=gulf")
    assert result.exit_code == 0, result.output
    assert result.stderr == f"3 captures of 2 articles written to {out}.\n"
    whole = out.read_bytes()
    copies = b"".join(member(archive, refs[name]) for name in ("old", "one", "two"))
    assert whole.endswith(copies)
    info = gzip.decompress(whole[: len(whole) - len(copies)]).decode()
    assert "WARC-Type: warcinfo" in info
    assert "software: newsbot/" in info
    assert '"where": ["source=gulf"]' in info
    told = json.loads(Path(f"{out}.manifest.json").read_text())
    assert told["files"] == [
        {"file": out.name, "records": 4, "bytes": len(whole), "sha256": hashlib.sha256(whole).hexdigest()}
    ]
    assert (told["articles"], told["captures"], told["not_copied"]) == (2, 3, {})
    assert export(archive, str(out)).exit_code == 2, "what is there stays"
    assert out.read_bytes() == whole


def test_the_latest_pages_come_with_what_was_read_from_them(
    captured: tuple[Path, dict[str, CaptureRef]], tmp_path: Path
) -> None:
    archive, _ = captured
    out = tmp_path / "all.warc.gz"
    assert export(archive, str(out), "--latest", "--with-reading", "--search", "bridge").exit_code == 0
    info, answer, reading = records(out)
    assert (info[0], answer[0], reading[0]) == ("warcinfo", "response", "metadata")
    assert answer[2] == page(1, version=2)
    assert reading[1] == "urn:newsbot-reading:https://gulf.example/1"
    said = json.loads(reading[2])
    assert (said["headline"], said["authors"], said["published_day"]) == (
        "Bridge opens",
        "Ann Lee; Bo Rask",
        "2014-06-22",
    )


def test_an_index_leads_to_each_page_in_files_of_a_bounded_size(
    captured: tuple[Path, dict[str, CaptureRef]], tmp_path: Path
) -> None:
    archive, refs = captured
    out = tmp_path / "all.warc.gz"
    (tmp_path / "all-00009.warc.gz").write_bytes(b"of an earlier export")
    most = str(2 * refs["one"].length)
    assert export(archive, str(out), "--index", "--max-size", most).exit_code == 2
    result = export(archive, str(out), "--index", "--max-size", most, "--force")
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in tmp_path.glob("all-*"))
    assert len(names) > 1
    assert "all-00009.warc.gz" not in names
    lines = (tmp_path / "all.cdxj").read_text().splitlines()
    assert lines == sorted(lines)
    assert [line.split(" ", 2)[:2] for line in lines] == [
        ["example,gulf)/1", "20260101030100"],
        ["example,gulf)/1", "20260101030100"],
        ["example,gulf)/2", "20260101030200"],
        ["example,nord)/3", "20260101030300"],
    ]
    copies = []
    for line in lines:
        told = json.loads(line.split(" ", 2)[2])
        assert (told["status"], told["mime"]) == ("200", "text/html")
        raw = (tmp_path / told["filename"]).read_bytes()
        copies.append(raw[int(told["offset"]) : int(told["offset"]) + int(told["length"])])
    assert set(copies) == {member(archive, ref) for ref in refs.values()}
    manifest = json.loads(Path(f"{out}.manifest.json").read_text())
    assert [file["file"] for file in manifest["files"]] == names


def cut(path: Path, ref: CaptureRef) -> None:
    path.write_bytes(path.read_bytes()[: ref.offset + ref.length - 9])


def scribble(path: Path, ref: CaptureRef) -> None:
    raw = bytearray(path.read_bytes())
    raw[ref.offset + ref.length // 2] ^= 0xFF
    path.write_bytes(raw)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        pytest.param(lambda path, ref: path.unlink(), "No such file", id="a file that is gone"),
        pytest.param(cut, "cut short", id="a file that ends early"),
        pytest.param(scribble, "no whole record", id="a record with a flipped bit"),
    ],
)
def test_what_cannot_be_copied_is_told_and_the_exit_code_says_so(
    captured: tuple[Path, dict[str, CaptureRef]],
    tmp_path: Path,
    harm: Callable[[Path, CaptureRef], Any],
    sentence: str,
) -> None:
    archive, refs = captured
    ref = refs["three"]
    harm(archive.parent / "captures" / ref.file, ref)
    out = tmp_path / "all.warc.gz"
    result = export(archive, str(out))
    assert result.exit_code == 1
    assert sentence in result.stderr
    told = json.loads(Path(f"{out}.manifest.json").read_text())
    assert sum(told["not_copied"].values()) + told["captures"] == 4
    assert "nord.example/3" in told["not_copied_first"][-1]
    assert len(records(out)) == 1 + told["captures"]


def test_another_page_than_the_row_says_never_leaves(
    captured: tuple[Path, dict[str, CaptureRef]], tmp_path: Path
) -> None:
    archive, refs = captured
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute(
            'UPDATE captures SET "offset" = ?, length = ? WHERE key LIKE ?',
            (refs["two"].offset, refs["two"].length, "%nord%"),
        )
    result = export(archive, str(tmp_path / "nord.warc.gz"), "--where", "source=nord")
    assert result.exit_code == 1
    assert "another page than its row says" in result.stderr
    assert len(records(tmp_path / "nord.warc.gz")) == 1


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param(["UPDATE articles SET state = 'withheld' WHERE id = 2"], id="hidden article"),
        pytest.param(
            ["INSERT INTO tombstones (key, reason, made_at) VALUES ('https://gulf.example/2', '', '')"],
            id="address kept out",
        ),
        pytest.param(["INSERT INTO erasures (capture, asked_at) VALUES (3, '')"], id="erasure pending"),
        pytest.param(["UPDATE captures SET erased_at = '2026' WHERE id = 3"], id="erased"),
        pytest.param([], id="erased in its file while this export began"),
    ],
)
def test_what_was_taken_down_or_erased_never_leaves(
    captured: tuple[Path, dict[str, CaptureRef]], tmp_path: Path, statements: list[str]
) -> None:
    archive, refs = captured
    with closing(sqlite3.connect(archive)) as db, db:
        for statement in statements:
            db.execute(statement)
    if not statements:
        two = refs["two"]
        erase_capture(archive.parent / "captures", two.file, two.offset, two.length, AT)
    out = tmp_path / "all.warc.gz"
    assert export(archive, str(out), "-q").exit_code == 0
    assert b"<title>2" not in gzip.decompress(out.read_bytes())
    assert len(records(out)) == 1 + 3


def test_captures_that_lie_elsewhere_are_found_by_their_place(
    captured: tuple[Path, dict[str, CaptureRef]], tmp_path: Path
) -> None:
    archive, _ = captured
    elsewhere = tmp_path / "elsewhere"
    (archive.parent / "captures").rename(elsewhere)
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("UPDATE captures SET place = ? WHERE id < 4", (elsewhere.as_uri(),))
        db.execute("UPDATE captures SET place = 'file://machine-of-nobody/captures' WHERE id = 4")
    out = tmp_path / "all.warc.gz"
    result = export(archive, str(out))
    assert result.exit_code == 1
    assert "lies on the machine machine-of-nobody" in result.stderr
    assert len(records(out)) == 1 + 3


def test_it_streams_to_stdout(captured: tuple[Path, dict[str, CaptureRef]]) -> None:
    archive, refs = captured
    result = export(archive, "-", "--where", "source=nord")
    assert result.exit_code == 0
    assert result.stdout_bytes.endswith(member(archive, refs["three"]))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["pages.zip"], "let it end in .warc.gz", id="no WARC name"),
        pytest.param(["-", "--index"], "want a file", id="an index of stdout"),
        pytest.param(["a.warc.gz", "--max-size", "big"], 'a size such as "200MB"', id="no size"),
    ],
)
def test_what_makes_no_sense_is_refused(archive: Path, arguments: list[str], sentence: str) -> None:
    result = export(archive, *arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_series_takes_the_pages_of_what_is_new(
    captured: tuple[Path, dict[str, CaptureRef]], tmp_path: Path
) -> None:
    archive, _ = captured
    export(archive, str(tmp_path / "a.warc.gz"), "--since-last", "weekly")
    export(archive, str(tmp_path / "b.warc.gz"), "--since-last", "weekly")
    assert [len(records(tmp_path / f"{name}.warc.gz")) for name in "ab"] == [5, 1]
