"""Ctrl-C and `timeout`: a signal to the crawl's process group, at its first moment and twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

NEWSBOT = Path(sys.executable).with_name("newsbot")
PATIENCE = 60.0  # seconds


def count(folder: Path, table: str) -> int:
    """Rows of a table; 0 while there is none."""
    with closing(sqlite3.connect(folder / "archive.db", timeout=30)) as db:
        try:
            number: int = db.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608
        except sqlite3.OperationalError:
            return 0
    return number


def ended(group: int) -> bool:
    """Whether the last process of a group is gone within ten seconds."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    return False


@pytest.mark.parametrize(
    ("moment", "number", "times"),
    [
        pytest.param("runs", signal.SIGINT, 1, id="Ctrl-C before the first request", marks=pytest.mark.soak),
        pytest.param(
            "runs", signal.SIGTERM, 1, id="timeout before the first request", marks=pytest.mark.soak
        ),
        pytest.param("fetches", signal.SIGINT, 2, id="Ctrl-C twice, with requests and readers under way"),
    ],
)
def test_a_signal_to_the_group_stops_the_crawl_and_its_run(
    moment: str, number: signal.Signals, times: int, tmp_path: Path
) -> None:
    crawl = subprocess.Popen(
        [NEWSBOT, "crawl", "--sample"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + PATIENCE
    while not count(tmp_path, moment) and crawl.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    for _ in range(times):
        os.killpg(crawl.pid, number)
        time.sleep(0.2)  # a person's second Ctrl-C comes no sooner
        if crawl.poll() is not None:
            break
    out, said = crawl.communicate(timeout=PATIENCE)
    assert ended(crawl.pid), "a process of the crawl outlived it"
    assert "Traceback" not in said
    # A second Ctrl-C may find the interpreter on its way out, and end it: to a shell that is 130 as well.
    assert crawl.returncode in ((128 + number,) if times == 1 else (128 + number, -number))
    if times == 1:
        assert "the next one goes on from there" in out
        with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
            assert db.execute("select state, exit_code from runs").fetchall() == [("stopped", 128 + number)]
            edition = db.execute("select value from about where name = 'sample'").fetchone()
            assert edition == ("0",), "the next crawl meets the first edition again"
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        assert db.execute("select url from fetches where outcome = 'failed'").fetchall() == []
