"""A Dask scheduler and its workers as processes of their own: the same rows as here, whoever of them is killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from pipelines import dedupe
from pipelines.capture import CaptureWriter
from pipelines.items import Kind, Visit
from pipelines.reading import read
from pipelines.store import Archive, fulltext
from pipelines.store.opening import open_writable

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]

PROGRAMS = Path(sys.executable).parent
THEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CLOCK = "2026-11-22T20:00:00Z"
ARTICLES = 400

Rows = dict[str, list[str]]
A_MOMENT = re.compile(r"2026-11-22T2\d:\d\d:\d\dZ")  # of the run itself


def page(number: int) -> bytes:
    text = "".join(
        f"<p>The council of ward {number} met on quay {n} this morning and heard how the river had risen by"
        f" {n * 7 + number} centimetres since the first gauge was read, and how the wall of lot {number} held.</p>"
        for n in range(1, 30)
    )
    return f"<html><head><title>Ward {number}</title></head><body><article><h1>Ward {number}</h1>{text}</article></body></html>".encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that older rules had read otherwise."""
    folder = tmp_path_factory.mktemp("made")
    writer = CaptureWriter(folder / "captures", 1)
    template = read(page(0), {"content-type": "text/html"}, "https://ward.example/0/", THEN)
    with Archive.open(folder / "archive.db", judgement=dedupe, now=lambda: THEN) as archive:
        for number in range(ARTICLES):
            url = f"https://ward.example/2026/11/20/{number}/"
            capture = writer.write(url, 200, [(b"Content-Type", b"text/html")], page(number), THEN)
            visit = Visit(
                url,
                dedupe.url_key(url),
                "ward",
                Kind.ARTICLE,
                THEN,
                status=200,
                reading=template,
                capture=capture,
            )
            archive.commit_now(visit)
    writer.close()
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        db.execute("UPDATE articles SET reading = 'old'")
        db.commit()
    return folder / "archive.db"


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    return copied(made, tmp_path)


def copied(made: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(made)) as old, closing(sqlite3.connect(folder / "archive.db")) as new:
        old.backup(new)
    (folder / "captures").symlink_to(made.parent / "captures")
    return folder / "archive.db"


def rows(archive: Path) -> Rows:
    """Every row of every table, but for the moment at which it was written; the full-text index is sound."""
    with closing(open_writable(archive, THEN, 5.0, False)) as db:
        assert fulltext.sound(db)
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = {name: db.execute(f'SELECT * FROM "{name}"') for name in names if "fts" not in name}  # noqa: S608
        return {
            name: sorted(A_MOMENT.sub("now", repr(tuple(row))) for row in found)
            for name, found in tables.items()
        }


def read_anew(archive: Path) -> int:
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
        (number,) = db.execute("SELECT count(*) FROM articles WHERE reading != 'old'").fetchone()
        return int(number)


def reprocessing(archive: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            PROGRAMS / "newsbot",
            "reprocess",
            "--db",
            archive,
            "--sources",
            archive.parent / "none.toml",
            *arguments,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NEWSBOT_CLOCK": CLOCK},
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=600)
    return process.returncode, out, err


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)


@dataclass
class Cluster:
    """Processes of `dask`, on a port that was free."""

    folder: Path
    port: int
    stack: ExitStack
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    scheduler: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start_scheduler(self) -> None:
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"
        )

    def start_worker(self) -> None:
        self.workers.append(
            self._start(
                "worker", self.address, "--nthreads", "1", "--no-dashboard", "--local-directory", self.folder
            )
        )

    def _start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [PROGRAMS / "dask", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )
        self.stack.callback(kill, process)
        return process


def kill(process: subprocess.Popen[bytes]) -> None:
    """-9 for it and all that it began, readers too."""
    if process.poll() is None:
        tree = [*psutil.Process(process.pid).children(recursive=True), process]
        for one in tree:
            one.send_signal(signal.SIGKILL)
    process.wait()


@contextmanager
def clusters(folder: Path, workers: int) -> Iterator[Cluster]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ExitStack() as stack:
        cluster = Cluster(folder, port, stack)
        cluster.start_scheduler()
        for _ in range(workers):
            cluster.start_worker()
        yield cluster


@pytest.fixture(scope="module")
def here(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows that the engine of this machine comes to."""
    archive = copied(made, tmp_path_factory.mktemp("here"))
    status, out, err = ended(reprocessing(archive))
    assert (status, err) == (0, ""), err
    assert f"{ARTICLES} of {ARTICLES} articles were read by other rules" in out
    return rows(archive)


def test_two_workers_come_to_the_same_rows(archive: Path, tmp_path: Path, here: Rows) -> None:
    with clusters(tmp_path, 2) as cluster:
        status, _, err = ended(reprocessing(archive, "--engine", cluster.address))
    assert status == 0, err
    assert rows(archive) == here


def test_a_worker_that_is_killed_costs_nothing_but_time(archive: Path, tmp_path: Path, here: Rows) -> None:
    with clusters(tmp_path, 2) as cluster:
        process = reprocessing(archive, "--engine", cluster.address)
        until(lambda: read_anew(archive) > 0)
        (worker,) = psutil.Process(cluster.workers[0].pid).children()[-1:]
        worker.send_signal(signal.SIGKILL)  # the nanny begins another one
        until(lambda: read_anew(archive) > 100)
        kill(cluster.workers[1])  # with its nanny: for good
        status, _, err = ended(process)
    assert status == 0, err
    assert rows(archive) == here


def test_a_scheduler_that_is_gone_is_said_and_a_rerun_completes(
    archive: Path, tmp_path: Path, here: Rows
) -> None:
    with clusters(tmp_path, 2) as cluster:
        process = reprocessing(archive, "--engine", cluster.address)
        until(lambda: read_anew(archive) > 0)
        assert cluster.scheduler is not None
        kill(cluster.scheduler)
        status, _, err = ended(process)
        told = err.splitlines()
        assert status == 1 and told[0].startswith("What the workers do: http://") and len(told) == 2, err
        assert f"The Dask scheduler at {cluster.address} is gone. What was taken in stays" in told[1]
        so_far = read_anew(archive)
        assert 0 < so_far < ARTICLES
    with clusters(tmp_path, 1) as cluster:
        status, out, err = ended(reprocessing(archive, "--engine", cluster.address))
    assert status == 0, err
    assert f"{ARTICLES - so_far} of {ARTICLES} articles were read by other rules" in out
    assert rows(archive) == here
