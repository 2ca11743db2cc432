"""What several rooms' tests look at together."""

from __future__ import annotations

import fcntl
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

_NEWSBOT = Path(sys.executable).with_name("newsbot")
_PATIENCE = 90.0  # seconds until a crawl that hangs fails its tests


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder in which the sample newsroom was crawled in both editions; for reading only.

    `first.json` and `second.json` are the reports, each with the `addresses` of all articles after it. The processes
    that run the tests share it: whoever asks first makes it, the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "sample-newsroom"
    folder.mkdir(exist_ok=True)
    with (folder / "making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "second.json").exists():
            for edition in ("first", "second"):
                report = _crawl(folder)
                (folder / f"{edition}.json").write_text(json.dumps(report), "utf-8")
    return folder


def _crawl(folder: Path) -> dict[str, object]:
    done = subprocess.run(
        [_NEWSBOT, "crawl", "--sample", "--json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(folder / "archive.db", timeout=30)) as connection:
        addresses = [url for (url,) in connection.execute("SELECT url FROM articles ORDER BY url")]
    return {**json.loads(done.stdout), "addresses": addresses}
