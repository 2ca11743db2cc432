"""A backfill with real processes, killed again and again: every article once, its record whole, nothing read for nothing."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.capture import read_capture

from ..press import NEWSBOT
from .warc_files import SOURCES, paper, written

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]

PAGES = 400


def command(folder: Path, file: Path) -> list[str]:
    return [str(NEWSBOT), "backfill", "warc", str(file), "--db", str(folder / "archive.db"), "--workers", "2",
            "--sources", str(folder / "sources.toml"), "--json"]  # fmt: skip


def stored(archive: Path) -> int:
    try:
        with closing(sqlite3.connect(archive, timeout=30)) as db:
            number: int = db.execute("SELECT count(*) FROM articles").fetchone()[0]
            return number
    except sqlite3.OperationalError:
        return 0


def killed_once(folder: Path, file: Path, more: int) -> bool:
    """Kills a backfill once it has stored so many more; False where it came to its end before."""
    wanted = stored(folder / "archive.db") + more
    going = subprocess.Popen(command(folder, file), stdout=subprocess.DEVNULL)
    while going.poll() is None:
        if stored(folder / "archive.db") >= wanted:
            going.kill()
            going.wait()
            return True
        time.sleep(0.02)
    return False


def test_a_backfill_that_is_killed_again_and_again_brings_everything_once(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(SOURCES)
    names = [f"story-{number}" for number in range(PAGES)]
    file = written(tmp_path / "crawl.warc.gz", *paper(*names))
    kills = sum(killed_once(tmp_path, file, 60) for _ in range(4))
    assert kills >= 2
    done = subprocess.run(command(tmp_path, file), capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["known"] == 0
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        assert db.execute("SELECT count(*), count(DISTINCT url) FROM articles").fetchone() == (PAGES, PAGES)
        assert db.execute("SELECT count(*) FROM fetches").fetchone() == (PAGES,)
        assert db.execute("SELECT state, records, stored FROM bulk_units").fetchall() == [
            ("done", PAGES, PAGES)
        ]
        assert [row[0] for row in db.execute("SELECT state FROM runs ORDER BY id")] == ["killed"] * kills + [
            "finished"
        ]
        for place in db.execute("SELECT file, offset, length FROM captures"):
            assert read_capture(tmp_path / "captures", *place).status == 200
