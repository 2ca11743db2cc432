"""Whatever is wrong with an archive is found when it is opened, and said in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.errors import AlreadyRunning, ArchiveUnusable, NewsbotError, NoRoom
from pipelines.store import Archive, RunLock, open_readonly, read_about, write_about
from pipelines.store.sqlite import sqlite3


def make(path: Path) -> Path:
    Archive.open(path, judgement=dedupe, now=utc_now).close()
    return path


def text_file(folder: Path) -> Path:
    path = folder / "archive.db"
    path.write_text("This is a letter to the editor, and no database. " * 50)
    return path


def torn(folder: Path) -> Path:
    path = make(folder / "archive.db")
    content = bytearray(path.read_bytes())
    content[8192:40_960] = b"\xa5" * (40_960 - 8192)
    path.write_bytes(content)
    return path


def cut(folder: Path) -> Path:
    path = make(folder / "archive.db")
    path.write_bytes(path.read_bytes()[:10_000])
    return path


def foreign(folder: Path) -> Path:
    path = folder / "archive.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE cookies (name)")
    return path


def newer(folder: Path) -> Path:
    path = make(folder / "archive.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('newsbot', 'm999_future', '2031')"
        )
    return path


def a_folder(folder: Path) -> Path:
    (folder / "archive.db").mkdir()
    return folder / "archive.db"


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        pytest.param(text_file, "is damaged or no SQLite database", id="a text file"),
        pytest.param(torn, "is damaged", id="pages overwritten"),
        pytest.param(cut, "is damaged", id="a file cut short"),
        pytest.param(
            foreign, "is a SQLite database, but no newsbot archive", id="a database of another program"
        ),
        pytest.param(
            newer, r"written by a newer newsbot \(it has m999_future\): update newsbot", id="a newer archive"
        ),
        pytest.param(a_folder, "is a folder", id="a folder"),
        pytest.param(
            lambda folder: folder / "no" / "archive.db", "does not exist: make it first", id="no folder"
        ),
    ],
)
def test_an_unusable_archive_is_refused_in_a_sentence(
    tmp_path: Path, prepare: Callable[[Path], Path], sentence: str
) -> None:
    path = prepare(tmp_path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ArchiveUnusable, match=sentence) as caught:
        Archive.open(path, judgement=dedupe, now=utc_now)
    assert str(path.parent) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before  # and it is left as it was


@pytest.mark.parametrize("prepare", [text_file, foreign, newer, lambda folder: folder / "archive.db"])
def test_readers_refuse_it_too(tmp_path: Path, prepare: Callable[[Path], Path]) -> None:
    with pytest.raises(ArchiveUnusable):
        open_readonly(prepare(tmp_path))


def test_a_missing_archive_is_made_only_where_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnusable, match=r"There is no archive at .*: `newsbot crawl` makes one"):
        Archive.open(tmp_path / "archive.db", judgement=dedupe, now=utc_now, create=False)
    assert not (tmp_path / "archive.db").exists()
    (tmp_path / "archive.db").touch()  # an empty file is an archive to be
    make(tmp_path / "archive.db")
    Archive.open(tmp_path / "archive.db", judgement=dedupe, now=utc_now, create=False).close()


def test_an_archive_whose_making_was_killed_is_made(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT)"
        )
    assert read_about(path) == {}
    with pytest.raises(ArchiveUnusable, match="is empty: `newsbot crawl` fills it"):
        open_readonly(path)
    make(path)
    with closing(open_readonly(path)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone()[0] == 0


def test_an_empty_file_is_told_from_an_archive(tmp_path: Path) -> None:
    (tmp_path / "archive.db").touch()
    with pytest.raises(ArchiveUnusable, match="is empty: `newsbot crawl` fills it"):
        open_readonly(tmp_path / "archive.db")


def test_the_lock_of_an_archive_in_no_folder_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnusable, match="none of the archive does not exist: make it first"):
        RunLock.acquire(tmp_path / "none" / "archive.db", "newsbot crawl")


def test_a_locked_archive_is_named(tmp_path: Path) -> None:
    path = make(tmp_path / "archive.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveUnusable, match=r"archive\.db is locked by another program"):
            Archive.open(path, judgement=dedupe, now=utc_now, busy_seconds=0.05)
        other.execute("ROLLBACK")
    make(path)


def test_a_read_only_archive_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "archive.db")
    real = os.access
    monkeypatch.setattr(
        os, "access", lambda what, mode: real(what, mode) and Path(what) != path
    )  # also as root
    with pytest.raises(ArchiveUnusable, match="is read-only: check the permissions"):
        Archive.open(path, judgement=dedupe, now=utc_now)


def test_a_disk_nearly_full_is_named_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage(NamedTuple):
        free: int = 20_000_000

    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage())
    with pytest.raises(NoRoom, match="Only 20 MB are free"):
        Archive.open(tmp_path / "archive.db", judgement=dedupe, now=utc_now)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("fault", "error", "exit_code"),
    [
        pytest.param("database or disk is full", NoRoom, 5, id="a full disk"),
        pytest.param("locked", ArchiveUnusable, 4, id="a lock that is never given back"),
    ],
)
def test_a_database_that_fails_while_running_takes_no_more_visits(
    newsroom: Any, fault: str, error: type[NewsbotError], exit_code: int
) -> None:
    newsroom.commit("before")
    newsroom.archive.close()
    archive = newsroom.open(busy_seconds=0.05)
    if fault == "locked":
        with closing(sqlite3.connect(newsroom.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(error) as caught:
                archive.commit_now(newsroom.visit("during"))
            other.execute("ROLLBACK")
    else:
        archive._call_now(
            lambda db: db.execute("PRAGMA max_page_count = 1").fetchall()
        )  # as large as it is, no larger
        with pytest.raises(error) as caught:
            for number in range(300):
                archive.commit_now(newsroom.visit(f"during{number}"))
    assert caught.value.exit_code == exit_code
    assert str(newsroom.path) in str(caught.value)
    with pytest.raises(error):
        archive.commit_now(newsroom.visit("after"))
    with pytest.raises(error):
        newsroom.wait(archive.lease(1, 5, newsroom.clock.now))
    archive.close()
    newsroom.open()
    assert newsroom.row("SELECT count(*) FROM articles WHERE url LIKE '%before'") == (1,)
    assert newsroom.commit("again").article is not None


def test_captures_that_cannot_reach_the_disk_stop_the_commits_that_name_them(newsroom: Any) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    newsroom.archive.durable = full
    newsroom.commit("without")
    with pytest.raises(NoRoom, match="No space left on device"):
        newsroom.commit("with", capture=newsroom.capture())
    assert newsroom.row("SELECT count(*) FROM articles") == (1,)


def test_captures_reach_the_disk_before_the_commit_and_once_for_all_of_a_batch(newsroom: Any) -> None:
    seen: list[int] = []
    newsroom.archive.durable = lambda: seen.append(newsroom.row("SELECT count(*) FROM captures")[0])
    newsroom.commit("a", capture=newsroom.capture())
    newsroom.commit("b", capture=newsroom.capture(100))
    newsroom.commit("c")
    assert seen == [0, 1]


def test_a_closed_archive_says_so(newsroom: Any) -> None:
    newsroom.archive.close()
    newsroom.archive.close()
    with pytest.raises(ArchiveUnusable, match="closed already"):
        newsroom.commit()


def test_facts_about_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    assert read_about(path) == {}
    make(path)
    write_about(path, "sample", "1")
    write_about(path, "sample", "2")
    facts = read_about(path)
    assert facts["sample"] == "2"
    assert facts["created_at"].endswith("Z")


# ------------------------------------------------------------------ the run lock

HOLDER = textwrap.dedent("""
    import sys, time
    from datetime import UTC, datetime
    from pipelines.store import RunLock
    lock = RunLock.acquire(sys.argv[1], "newsbot crawl", datetime(2026, 11, 22, 12, tzinfo=UTC))
    print("held", flush=True)
    time.sleep(60)
""")


def test_one_crawler_an_archive_and_the_kernel_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning) as caught:
            RunLock.acquire(path, "newsbot crawl")
        assert str(caught.value) == (
            f"Another run holds the lock of {path} (process {holder.pid}: newsbot crawl, "
            "since 2026-11-22T12:00:00Z): wait for its end, or stop it."
        )
        assert caught.value.exit_code == 75
        holder.kill()
    with RunLock.acquire(path, "newsbot crawl") as lock:
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
            RunLock.acquire(path, "newsbot crawl")
        lock.release()
        lock.release()
    RunLock.acquire(path, "newsbot crawl").release()


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "archive.db.lock").mkdir()
    with pytest.raises(ArchiveUnusable, match="cannot be opened"):
        RunLock.acquire(tmp_path / "archive.db", "newsbot crawl")
