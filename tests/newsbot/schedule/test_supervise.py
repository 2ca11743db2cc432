"""`newsbot crawl --every`: cycles that do not drift, signals that pass, one sentence a crawl."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsbot.cli.again import cycle, without_every
from newsbot.supervise import Supervisor, next_start

from ..press import Edition, printing, rows, sources, started, until


@pytest.mark.parametrize(
    ("now", "start"),
    [
        pytest.param(100.0, 110.0, id="a crawl that took no time"),
        pytest.param(103.0, 110.0, id="three seconds: the start stays where it was"),
        pytest.param(110.0, 120.0, id="one that ends just then"),
        pytest.param(137.0, 140.0, id="starts that a long crawl passed over are left out"),
    ],
)
def test_starts_do_not_drift(now: float, start: float) -> None:
    assert next_start(100.0, 10.0, now) == start


def test_every_is_for_the_supervisor_alone() -> None:
    given = ["--every", "15m", "--db", "a b.db", "paper", "--every=2h", "-q"]
    assert without_every(given) == ["--db", "a b.db", "paper", "-q"]


@pytest.mark.parametrize(
    ("code", "run", "said"),
    [
        (0, {"id": 7, "stored": 3, "revised": 1, "gone": 0, "skipped": 0, "failed": 0, "requests": 1200},
         "run 7: 3 stored, 1 revised, 1,200 requests; the next begins at "),
        (124, {"id": 7, "stored": 0, "revised": 0, "gone": 0, "skipped": 0, "failed": 0, "requests": 2},
         "run 7: nothing new, 2 requests (exit code 124); the next begins at "),
        (75, None, "another run holds the lock of this archive; the next begins at "),
        (-9, None, "it ended with -9; the next begins at "),
    ],
)  # fmt: skip
def test_a_sentence_says_what_a_crawl_brought(code: int, run: dict[str, int] | None, said: str) -> None:
    assert re.fullmatch(re.escape(said) + r"\d\d:\d\d UTC\.", cycle(code, run, 900.0))


def child(folder: Path, body: str) -> list[str]:
    """A program that stands in for the crawl; it notes each start."""
    file = folder / "child.py"
    file.write_text(
        f"import pathlib, signal, sys, time\nwith open('starts', 'a') as f: f.write('x')\n{body}\n"
    )
    return [sys.executable, str(file)]


def test_a_crawl_follows_the_other_whatever_became_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    codes: list[int] = []

    def told(code: int, wait: float) -> None:
        assert 0 < wait <= 0.2
        codes.append(code)
        if len(codes) == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    killed = child(tmp_path, "import os; os.kill(os.getpid(), signal.SIGKILL)")
    assert Supervisor(killed, 0.2, told).run() == 143
    assert codes == [-9, -9, -9]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_command_that_is_wrong_ends_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Supervisor(child(tmp_path, "sys.exit(2)"), 0.2, lambda code, wait: None).run() == 2
    assert (tmp_path / "starts").read_text() == "x"


@pytest.mark.soak
def test_a_signal_passes_to_the_crawl_which_is_waited_for(tmp_path: Path) -> None:
    with printing(Edition(articles=5, latency=0.4)) as press:
        sources(tmp_path, press)
        process = started(tmp_path, "--every", "1m")
        until(lambda: press.asked("/2026/"))
        os.killpg(process.pid, signal.SIGINT)  # as the terminal sends it: to the supervisor's group alone
        _, said = process.communicate(timeout=40)
    assert (process.returncode, said) == (130, "")
    assert rows(tmp_path, "select state, ended_by from runs") == [("stopped", "SIGINT")]


@pytest.mark.soak
def test_between_two_crawls_it_says_a_sentence_and_a_signal_ends_it_at_once(tmp_path: Path) -> None:
    with printing(Edition(articles=2)) as press:
        sources(tmp_path, press)
        process = started(tmp_path, "--every", "1m")
        assert process.stderr is not None
        said = process.stderr.readline()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)
    assert said.startswith("newsbot: run 1: 2 stored, 4 requests; the next begins at ")
    assert process.returncode == 143
    assert time.monotonic() - began < 5


def test_the_supervisor_stays_small(tmp_path: Path) -> None:
    code = "import newsbot.cli.again, newsbot.supervise, newsbot.schedule.job, sys; print(sorted({m.partition('.')[0] for m in sys.modules} & {'scrapy', 'twisted', 'trafilatura', 'lxml', 'datasette'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n"
