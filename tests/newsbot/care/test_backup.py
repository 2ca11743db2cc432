"""A backup is whole, is made beside a crawl, and comes back without what was taken down in the meantime."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsbot.care import tombstones
from newsbot.cli import main
from pipelines.capture import read_capture
from pipelines.store import RunLock, open_readonly
from pipelines.store.copying import count_rows
from pipelines.store.sqlite import sqlite3

PORT, MILL = "https://herald.example/port", "https://herald.example/mill"


def newsbot(command: str, archive: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments), "--db", str(archive)])


def every_capture_is_read(archive: Path) -> int:
    with closing(open_readonly(archive)) as db:
        rows = db.execute("SELECT file, offset, length FROM captures WHERE erased_at IS NULL").fetchall()
    for file, offset, length in rows:
        read_capture(archive.parent / "captures", file, offset, length)
    return len(rows)


@pytest.mark.parametrize("captures", ["copy", "link"])
def test_a_backup_comes_back_as_it_was(night: Any, tmp_path: Path, captures: str) -> None:
    night.end()
    (night.path.parent / "sources.toml").write_text("[defaults]\n")
    made = newsbot("backup", night.path, tmp_path / "b" / "1", "--captures", captures, "--sources", night.path.parent / "sources.toml")  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "3 articles, 1 capture files" in made.stdout
    assert sorted(path.name for path in (tmp_path / "b/1").iterdir()) == [
        "archive.db", "backup.json", "captures", "sources.toml",
    ]  # fmt: skip
    back = newsbot("restore", tmp_path / "back" / "archive.db", tmp_path / "b" / "1")
    assert back.exit_code == 0, back.output
    with (
        closing(open_readonly(night.path)) as was,
        closing(open_readonly(tmp_path / "back/archive.db")) as now,
    ):
        assert count_rows(was) == count_rows(now)
    assert every_capture_is_read(tmp_path / "back" / "archive.db") == 4
    assert newsbot("doctor", tmp_path / "back" / "archive.db", "--fixity", "-q").stdout == ""


def test_a_backup_is_made_beside_a_crawl(night: Any, tmp_path: Path) -> None:
    """Visits are committed all the while; the copy is the archive at one moment, every capture in it."""
    going, stored = threading.Event(), []

    def crawl() -> None:
        while not going.is_set():
            night.store(f"story-{len(stored)}")
            stored.append(1)

    with RunLock.acquire(night.path, "newsbot crawl"):
        thread = threading.Thread(target=crawl)
        thread.start()
        try:
            for number in range(3):
                done = newsbot("backup", night.path, tmp_path / str(number), "--json")
                assert done.exit_code == 0, done.output
                held = json.loads(done.stdout)
                archive = tmp_path / str(number) / "archive.db"
                assert every_capture_is_read(archive) == held["rows"]["captures"]
                assert held["rows"]["articles"] >= 3
        finally:
            going.set()
            thread.join()
    assert stored


def test_what_was_taken_down_since_stays_down(night: Any, tools: Any, tmp_path: Path) -> None:
    night.end()
    newsbot("backup", night.path, tmp_path / "b")
    newsbot("takedown", night.path, PORT, "--mode", "erase", "--reason", "asked")
    newsbot("takedown", night.path, MILL, "--reason", "court order")
    back = newsbot("restore", night.path, tmp_path / "b", "--replace")
    assert back.exit_code == 0, back.output
    assert "2 addresses were taken down again, 2 captures erased" in back.stdout
    assert tools.rows(night.path, "SELECT mode FROM tombstones ORDER BY mode") == [("erased",), ("hidden",)]
    new = {path for path in night.path.parent.iterdir() if "before-restore" not in path.name}
    for path in night.path.parent.iterdir():
        if path not in new:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert tools.found_in(night.path.parent, night.sentences["port"]) == set()
    assert tools.found_in(night.path.parent, night.sentences["fair"]) == night.sentences["fair"]
    assert newsbot("doctor", night.path, "--all", "-q").stdout == ""


@pytest.mark.parametrize(
    "left", ["the file beside it", "a file that a person names", "an archive that a person names"]
)
def test_takedowns_survive_the_loss_of_the_archive(night: Any, tools: Any, tmp_path: Path, left: str) -> None:
    night.end()
    newsbot("backup", night.path, tmp_path / "b")
    newsbot("takedown", night.path, PORT, "--mode", "erase", "--reason", "asked")
    stones = tombstones.file_of(night.path)
    more: list[object] = []
    if left == "the file beside it":
        night.path.write_bytes(b"broken " * 999)
    else:
        kept = night.path if "archive" in left else stones
        more = ["--tombstones", shutil.copy(kept, tmp_path / "kept")]
        night.path.unlink()
        stones.unlink()
    back = newsbot("restore", night.path, tmp_path / "b", "--replace", *more)
    assert back.exit_code == 0, back.output
    assert tools.rows(night.path, "SELECT mode FROM tombstones") == [("erased",)]
    assert tools.rows(night.path, "SELECT text FROM article_text WHERE article = 1") == [("",)]
    assert [stone.mode for stone in tombstones.read(stones)] == ["erased"]


def test_an_old_archive_put_in_place_by_hand_is_noticed_and_mended(
    night: Any, tools: Any, tmp_path: Path
) -> None:
    night.end()
    old = Path(shutil.copy(night.path, tmp_path / "old.db"))
    newsbot("takedown", night.path, PORT, "--reason", "asked")
    shutil.copy(old, night.path)
    assert "were taken down are not" in newsbot("doctor", night.path).stdout
    assert newsbot("doctor", night.path, "--repair").exit_code == 0
    assert tools.rows(night.path, "SELECT state FROM articles WHERE id = 1") == [("withheld",)]


def test_what_was_lifted_since_is_shown_again(night: Any, tools: Any, tmp_path: Path) -> None:
    night.end()
    newsbot("takedown", night.path, PORT, "--reason", "court order")
    newsbot("backup", night.path, tmp_path / "b")
    newsbot("takedown", night.path, PORT, "--undo", "--reason", "lifted")
    newsbot("restore", night.path, tmp_path / "b", "--replace")
    assert tools.rows(night.path, "SELECT state FROM articles WHERE id = 1") == [("published",)]


def test_an_archive_that_is_there_is_left_alone(night: Any, tmp_path: Path) -> None:
    night.end()
    newsbot("backup", night.path, tmp_path / "b")
    before = night.path.read_bytes()
    back = newsbot("restore", night.path, tmp_path / "b")
    assert (back.exit_code, back.stdout) == (2, "")
    assert "left alone" in back.stderr
    assert night.path.read_bytes() == before
    again = newsbot("backup", night.path, tmp_path / "b")
    assert (again.exit_code, again.stdout) == (2, "")


def flip(file: Path, at: float = 0.5) -> None:
    with file.open("r+b") as opened:
        opened.seek(int(file.stat().st_size * at))
        byte = opened.read(1)
        opened.seek(-1, 1)
        opened.write(bytes([byte[0] ^ 0xFF]))


def shorten(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)


CORRUPTIONS = [
    pytest.param(lambda b: flip(b / "archive.db"), 4, "checksum", id="one byte of the archive"),
    pytest.param(lambda b: shorten(b / "archive.db"), 4, "checksum", id="half of the archive"),
    pytest.param(lambda b: flip(next(b.glob("captures/*"))), 4, "checksum", id="one byte of a capture"),
    pytest.param(lambda b: next(b.glob("captures/*")).unlink(), 4, "not whole", id="a capture is gone"),
    pytest.param(lambda b: (b / "backup.json").unlink(), 2, "no backup", id="no manifest"),
    pytest.param(lambda b: (b / "backup.json").write_text("{}"), 2, "no manifest", id="an empty manifest"),
    pytest.param(
        lambda b: (b / "backup.json").write_text((b / "backup.json").read_text().replace('"captures/', '"../')),
        4, "outside", id="a manifest that leads out of the folder",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("harm", "code", "said"), CORRUPTIONS)
def test_a_backup_that_is_not_whole_is_not_restored(
    night: Any, tmp_path: Path, harm: Callable[[Path], Any], code: int, said: str
) -> None:
    night.end()
    newsbot("backup", night.path, tmp_path / "b")
    harm(tmp_path / "b")
    back = newsbot("restore", tmp_path / "back" / "archive.db", tmp_path / "b")
    assert (back.exit_code, back.stdout) == (code, "")
    (line,) = back.stderr.splitlines()
    assert said in line and line.endswith(".")
    assert not (tmp_path / "back").exists()


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'newsbot', 'm999_later', '2030')")


def tear(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode = delete")
    pages = bytearray(file.read_bytes())
    for start in range(4096 * 8, len(pages) - 4096, 4096):
        pages[start : start + 512] = b"\x5a" * 512
    file.write_bytes(pages)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        pytest.param(lambda file: file.unlink(), "There is no archive", id="no archive"),
        pytest.param(lambda file: file.write_bytes(b"no database " * 999), "damaged", id="no database"),
        pytest.param(tear, "damaged", id="torn pages"),
        pytest.param(newer, "newer newsbot", id="of a newer newsbot"),
        pytest.param(lambda file: file.write_bytes(b""), "is empty", id="an empty file"),
    ],
)
def test_of_an_archive_that_cannot_be_used_there_is_no_backup(
    night: Any, tmp_path: Path, harm: Callable[[Path], Any], said: str
) -> None:
    night.end()
    harm(night.path)
    done = newsbot("backup", night.path, tmp_path / "b")
    assert (done.exit_code, done.stdout) == (4, "")
    (line,) = done.stderr.splitlines()
    assert said in line
    assert list(tmp_path.glob("**/*.part")) == []
    assert not (tmp_path / "b").exists()


def test_a_capture_that_is_gone_is_told_and_the_rest_is_kept(night: Any, tmp_path: Path) -> None:
    night.end()
    shutil.rmtree(night.path.parent / "captures")
    done = newsbot("backup", night.path, tmp_path / "b")
    assert done.exit_code == 1
    assert "is not there" in done.stderr
    assert (tmp_path / "b" / "archive.db").exists()


def test_captures_that_were_only_listed_stay_in_place(night: Any, tmp_path: Path) -> None:
    night.end()
    done = newsbot("backup", night.path, tmp_path / "b", "--captures", "list")
    assert "1 capture files were listed and not copied" in done.stdout
    back = newsbot("restore", night.path, tmp_path / "b", "--replace")
    assert back.exit_code == 0, back.output
    assert every_capture_is_read(night.path) == 4


def test_no_restore_while_a_crawl_is_at_work(night: Any, tmp_path: Path) -> None:
    night.end()
    newsbot("backup", night.path, tmp_path / "b")
    with RunLock.acquire(night.path, "newsbot crawl"):
        assert newsbot("restore", night.path, tmp_path / "b", "--replace").exit_code == 75
