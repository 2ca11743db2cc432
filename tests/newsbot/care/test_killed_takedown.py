"""kill -9 in the middle of an erasure: file and database agree, or the next repair makes them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsbot.care import takedown, tombstones
from newsbot.cli import main
from newsbot.clock import utc_now
from pipelines.store import fulltext
from pipelines.store.sqlite import sqlite3

PORT = "https://herald.example/port"


class Steps:
    """Counts statements of SQL, writes to captures and lines of tombstones; at the last one allowed the process dies."""

    def __init__(self, allowed: int) -> None:
        self.allowed, self.taken = allowed, 0

    def step(self) -> None:
        self.taken += 1
        if self.taken > self.allowed:
            os.kill(os.getpid(), signal.SIGKILL)

    def connect(self, *arguments: Any, **how: Any) -> Any:
        """A connection that may be killed before each statement."""
        steps = self

        class Killed(sqlite3.Connection):
            def execute(self, *sql: Any) -> Any:
                steps.step()
                return super().execute(*sql)

        return CONNECT(*arguments, **how, factory=Killed)

    def append(self, *arguments: Any) -> None:
        self.step()
        APPEND(*arguments)
        self.step()

    def pwrite(self, file: int, data: Any, place: int) -> int:
        """Half of what is asked is written, and the process may die there: a tombstone that is torn."""
        written = PWRITE(file, bytes(data)[: max(1, len(data) // 2)], place)
        self.step()
        return written


CONNECT, APPEND, PWRITE = sqlite3.connect, tombstones.append, os.pwrite


def erased_and_killed(archive: Path, after: int) -> int | None:
    """Erases in a process of its own, which is killed after so many steps; gives their number where it came to its end."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        steps = Steps(after)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite3, "connect", steps.connect)
            patch.setattr(tombstones, "append", steps.append)
            patch.setattr(os, "pwrite", steps.pwrite)
            try:
                takedown.take_down(archive, [PORT], takedown.Order("erase", "asked"), utc_now())
                os.write(writer, str(steps.taken).encode())
            finally:
                os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        return int(told.read() or 0) or None


def killed_and_mended(night: Any, tools: Any, tmp_path: Path, moments: list[int]) -> None:
    for moment in moments:
        folder = tmp_path / f"killed-{moment}"
        shutil.copytree(night.path.parent, folder)
        archive = folder / night.path.name
        erased_and_killed(archive, moment)
        with closing(sqlite3.connect(archive)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stones = tools.rows(archive, "SELECT mode FROM tombstones")
        mended = CliRunner().invoke(main, ["doctor", "--repair", "--fixity", "--db", str(archive)])
        assert mended.exit_code == 0, f"{moment}: {mended.output}"
        left = tools.found_in(folder, night.sentences["port"])
        assert left == (set() if stones else night.sentences["port"]), moment  # all of it or nothing
        for name in ("mill", "fair"):
            assert tools.found_in(folder, night.sentences[name]) == night.sentences[name]
        with closing(sqlite3.connect(archive, isolation_level=None)) as db:
            assert fulltext.sound(db)
        shutil.rmtree(folder)


def steps_of(night: Any, tmp_path: Path) -> int:
    whole = tmp_path / "whole"
    shutil.copytree(night.path.parent, whole)
    steps = erased_and_killed(whole / night.path.name, 10**6)
    assert steps is not None
    return steps


def test_three_kills_leave_all_of_it_or_nothing(night: Any, tools: Any, tmp_path: Path) -> None:
    night.end()
    steps = steps_of(night, tmp_path)
    killed_and_mended(night, tools, tmp_path, [steps // 2, steps - 12, steps - 4])


@pytest.mark.soak
def test_a_kill_at_every_step_leaves_all_of_it_or_nothing(night: Any, tools: Any, tmp_path: Path) -> None:
    night.end()
    killed_and_mended(night, tools, tmp_path, list(range(0, steps_of(night, tmp_path) + 1)))


# ------------------------------------------------------------------------------------------------------- a small disk

SIZE = 100 * 2**20


@pytest.fixture
def disk(tmp_path: Path) -> Any:
    """A disk of 100 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    able = os.geteuid() == 0 and shutil.which("mount") is not None
    if not able or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place]).returncode:
        pytest.skip("a small disk cannot be mounted here (that takes root on Linux)")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path, leave: int) -> None:
    room = os.statvfs(disk)
    with (disk / "filling").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, room.f_bavail * room.f_frsize - leave))


@pytest.mark.soak
@pytest.mark.parametrize("command", ["backup", "restore", "merge", "takedown", "retain", "doctor --repair"])
def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(
    night: Any, tools: Any, disk: Path, tmp_path: Path, command: str
) -> None:
    night.end()
    shutil.copytree(night.path.parent, disk / "news")
    archive = disk / "news" / "archive.db"
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nid = "herald"\nname = "H"\nhomepage = "https://herald.example/"\nretain = "1s"\n'
    )
    backup = CliRunner().invoke(main, ["backup", str(tmp_path / "b"), "--db", str(night.path)])
    assert backup.exit_code == 0
    words = {
        "backup": ["backup", str(disk / "b"), "--db", str(archive)],
        "restore": ["restore", str(tmp_path / "b"), "--db", str(disk / "back" / "archive.db")],
        "merge": ["merge", str(night.path), "--db", str(archive)],
        "takedown": ["takedown", PORT, "--mode", "erase", "--reason", "r", "--db", str(archive)],
        "retain": ["retain", "--sources", str(tmp_path / "sources.toml"), "--db", str(archive)],
        "doctor --repair": ["doctor", "--repair", "--db", str(archive)],
    }[command]
    before = archive.read_bytes()
    fill(disk, 200_000)
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.stdout) == (5, ""), result.output
    (line,) = result.stderr.splitlines()
    assert line.startswith("newsbot: ") and line.endswith(".")
    assert archive.read_bytes() == before
    assert not (disk / "b").exists()
    (disk / "filling").unlink()
    assert CliRunner().invoke(main, ["doctor", "--fixity", "-q", "--db", str(archive)]).exit_code in (0, 1)


def test_on_a_disk_that_nobody_writes_a_takedown_says_so_and_a_backup_is_made(
    night: Any, disk: Path, tmp_path: Path
) -> None:
    night.end()
    shutil.copytree(night.path.parent, disk / "news")
    archive = disk / "news" / "archive.db"
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    try:
        codes = {
            words[0]: CliRunner().invoke(main, [*words, "--db", str(archive)]).exit_code
            for words in (
                ["takedown", PORT, "--mode", "erase", "--reason", "r"],
                ["doctor", "--repair"],
                ["merge", str(night.path)],
                ["status"],
                ["backup", str(tmp_path / "b")],
            )
        }
    finally:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert codes == {"takedown": 4, "doctor": 4, "merge": 4, "status": 0, "backup": 0}
