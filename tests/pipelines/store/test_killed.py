"""kill -9 at any point loses nothing committed, stores nothing twice, and leaves every capture readable."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.capture import read_capture, repair
from pipelines.store import fulltext
from pipelines.store.sqlite import sqlite3

CRAWLER = Path(__file__).parent / "crawler_to_kill.py"
ROOT = Path(__file__).parents[3]
PAGES = 160


def start(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CRAWLER), str(path), str(PAGES)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def crawl_and_kill(path: Path, after: int) -> set[str]:
    """Kills a crawl after so many commits; gives the keys whose commit it had been told of."""
    process = start(path)
    assert process.stdout is not None
    with process, process.stdout as told:
        seen = [told.readline().strip() for _ in range(after)]
        process.kill()
        seen += told.read().split("\n")[:-1]  # what had been told before the kill arrived
    return {key.strip() for key in seen if key.strip()}


def check_sound(path: Path, committed: set[str]) -> None:
    repair(path.parent / "captures")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles'").fetchone()
        if made is None:  # killed before the archive was made
            assert not committed
            return
        assert fulltext.sound(connection)
        stored = [key for (key,) in connection.execute("SELECT key FROM urls WHERE article IS NOT NULL")]
        assert committed <= set(stored)
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (len(stored),)
        references = connection.execute("SELECT key, file, offset, length FROM captures").fetchall()
    assert len(references) == len(stored)
    for key, file, offset, length in references:
        page = read_capture(path.parent / "captures", file, offset, length)
        assert page.url == key


def survive(path: Path, kills: int) -> None:
    chance = random.Random(20140622)  # noqa: S311
    committed: set[str] = set()
    for _ in range(kills):
        committed |= crawl_and_kill(path, chance.randint(0, PAGES // kills))
        check_sound(path, committed)
    process = start(path)
    with process:
        rest, _ = process.communicate(timeout=50)
    assert process.returncode == 0
    check_sound(path, committed | set(rest.split()))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (PAGES,)
        visits = connection.execute(
            "SELECT count(*), count(DISTINCT key) FROM fetches WHERE kind = 'article'"
        )
        assert visits.fetchone() == (PAGES, PAGES)  # none committed twice
        states = [state for (state,) in connection.execute("SELECT state FROM runs ORDER BY id")]
        assert states[-1] == "finished"
        assert set(states[:-1]) <= {"killed"}
        assert connection.execute("SELECT count(*) FROM frontier WHERE state = 'leased'").fetchone() == (0,)
    assert not list((path.parent / "captures").glob("*.open"))


def test_two_kills_lose_nothing(tmp_path: Path) -> None:
    survive(tmp_path / "archive.db", 2)


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_ten_kills_lose_nothing(tmp_path: Path) -> None:
    survive(tmp_path / "archive.db", 10)
