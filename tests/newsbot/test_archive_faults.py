"""An archive that cannot be used, as the command meets it: one sentence, the exit code of the docs, nothing half-written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsbot.cli import main
from newsbot.clock import utc_now
from newsbot.extensions.run import open_run
from pipelines import dedupe
from pipelines.errors import ArchiveUnusable
from pipelines.store import Archive

NEWSBOT = Path(sys.executable).with_name("newsbot")
SIZE = 72 * 2**20  # bytes of the small disk: a crawl begins with 64 MB or more
READING = ("status", "doctor -q", "export csv -q", "explain https://a.example/story")


def newsbot(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([NEWSBOT, *command.split()], cwd=folder, capture_output=True, text=True, timeout=60)


def one_sentence(done: subprocess.CompletedProcess[str], code: int) -> str:
    """What was said, after making sure that it is one line for a person."""
    assert done.returncode == code, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("newsbot: ") and line.endswith(".")
    return line


@pytest.mark.parametrize("command", [*READING, "serve --port 0"])
def test_an_empty_file_is_no_archive_yet(command: str, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    archive.touch()
    done = CliRunner().invoke(main, [*command.split(), "--db", str(archive)])
    assert (done.exit_code, done.stdout) == (4, "")
    (line,) = done.stderr.splitlines()
    assert str(archive) in line and "newsbot crawl" in line


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        pytest.param(
            lambda folder: (folder / "captures").touch(), "captures is a file", id="a file in the way"
        ),
        pytest.param(
            lambda folder: (folder / "archive.db.lock").mkdir(), "lock file", id="a lock that is none"
        ),
        pytest.param(lambda folder: (folder / "archive.db").write_text("no"), "damaged", id="no database"),
        pytest.param(lambda folder: folder.rmdir(), "does not exist: make it first", id="no folder"),
    ],
)
def test_a_run_that_cannot_keep_what_it_fetches_does_not_begin(
    prepare: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    prepare(tmp_path)
    with pytest.raises(ArchiveUnusable, match=said):
        open_run(tmp_path / "archive.db", {}, 1)


# ------------------------------------------------------------------------------------------------------- a small disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 72 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") is not None
    if (
        not mounted
        or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place]).returncode
    ):
        pytest.skip("a small disk cannot be mounted here (that takes root on Linux)")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path, leave: int) -> None:
    """Leaves `leave` bytes free, also where a crawl takes some of them at the same time."""
    with (disk / "filling").open("wb") as file:
        for more in range(0, 100 * leave, leave):
            room = os.statvfs(disk)
            try:
                os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - leave - more)
                return
            except OSError:
                continue


def test_a_full_disk_is_found_before_anything_is_fetched(disk: Path) -> None:
    fill(disk, 1_000_000)
    assert "MB are free" in one_sentence(newsbot(disk, "crawl --sample"), 5)
    assert not (disk / "archive.db").exists()


@pytest.mark.soak
def test_a_disk_that_fills_up_stops_the_crawl_with_nothing_half_written(disk: Path) -> None:
    crawl = subprocess.Popen(
        [NEWSBOT, "crawl", "--sample", "-q"],
        cwd=disk,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while crawl.poll() is None and not visits(disk):
        time.sleep(0.01)
    fill(disk, 300_000)
    _, said = crawl.communicate(timeout=60)
    assert crawl.returncode == 5
    assert "full" in said and "Traceback" not in said
    # The run says its last word where one row still finds room; where it does not, the next one calls it killed.
    with closing(sqlite3.connect(disk / "archive.db")) as db:
        ((state, code, by),) = db.execute("select state, exit_code, ended_by from runs")
    assert (state, code) == ("stopped", 5) and "full" in by
    (disk / "filling").unlink()
    assert newsbot(disk, "crawl --sample -q").returncode == 0
    assert (
        newsbot(disk, "doctor --all --json").stdout.count('"ok": false') <= 2
    )  # little room, the run that ended


def visits(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "archive.db", timeout=30)) as db:
        try:
            number: int = db.execute("select count(*) from fetches").fetchone()[0]
        except sqlite3.OperationalError:
            return 0
    return number


def test_an_archive_on_a_disk_that_nobody_writes_is_read_and_not_crawled(disk: Path) -> None:
    archive = disk / "archive.db"
    Archive.open(archive, judgement=dedupe, now=utc_now).close()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    try:
        codes = {
            command: CliRunner().invoke(main, [*command.split(), "--db", str(archive)]).exit_code
            for command in READING
        }
        with pytest.raises(ArchiveUnusable, match="Read-only"):
            open_run(archive, {}, 1)
    finally:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert codes == {"status": 0, "doctor -q": 1, "export csv -q": 0, "explain https://a.example/story": 3}
