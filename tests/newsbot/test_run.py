"""How a run ends: by its deadline, by a signal with requests that wait, beside another run, and what its row then says."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsbot.extensions.verdict import Ending, exit_code
from pipelines.store import RunLock
from pipelines.store.ledger import RunSummary, SourceSummary

from .press import NEWSBOT, Edition, crawled, printing, rows, sources, started, until

FINE, BAD = SourceSummary("a", "A", stored=1), SourceSummary("b", "B", failed={"dns": 1})


@pytest.mark.parametrize(
    ("of", "ending", "code", "by"),
    [
        pytest.param((FINE,), Ending(), 0, None, id="all well"),
        pytest.param((FINE, BAD), Ending(), 1, None, id="one of two failed"),
        pytest.param((BAD,), Ending(), 3, None, id="nothing could be done"),
        pytest.param((FINE, BAD), Ending(deadline=True), 124, "deadline", id="the deadline, as timeout(1)"),
        pytest.param(
            (FINE,), Ending(deadline=True, signal=signal.SIGTERM), 143, "SIGTERM", id="a signal wins"
        ),
        pytest.param((FINE,), Ending(signal=signal.SIGINT, closed=True), 130, "SIGINT", id="Ctrl-C"),
        pytest.param((FINE,), Ending(closed=True), 0, "closed", id="closed by an extension of Scrapy's"),
    ],
)
def test_how_a_run_ended_has_a_code_and_a_word(
    of: tuple[SourceSummary, ...], ending: Ending, code: int, by: str | None
) -> None:
    summary = RunSummary(1, None, None, "running", None, 1, 0, of)
    assert (exit_code(summary, ending), ending.by) == (code, by)


def test_a_deadline_ends_the_run_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with printing(Edition(articles=20)) as press:
        sources(tmp_path, press, delay=0.3)
        done = crawled(tmp_path, "--deadline", "2s")
        assert done.returncode == 124, done.stderr
        assert "The deadline came before all was visited" in done.stdout
        first = press.asked("/2026/")
        assert 0 < len(first) < 20
        ((state, code, by, requests, reasons),) = rows(
            tmp_path, "select state, exit_code, ended_by, requests, reasons from runs"
        )
        assert (state, code, by, requests) == ("stopped", 124, "deadline", len(press.log))
        assert json.loads(reasons) == {}
        assert rows(tmp_path, "select count(*) from frontier where state = 'leased'") == [(0,)]
        # What waited for its turn was never asked and is no failure; nothing is asked twice.
        assert rows(tmp_path, "select count(*) from fetches where outcome = 'failed'") == [(0,)]
        sources(tmp_path, press)
        assert crawled(tmp_path).returncode == 0
        assert len({one.path for one in press.asked("/2026/")}) == len(press.asked("/2026/")) == 20
    ((unchanged, not_modified),) = rows(tmp_path, "select listings, not_modified from runs where id = 2")
    assert (unchanged, not_modified) == (0, 0)  # the feed was not due again


def test_a_signal_does_not_wait_for_requests_that_have_not_begun(tmp_path: Path) -> None:
    with printing() as press:
        sources(tmp_path, press, delay=20.0)
        crawl = started(tmp_path)
        until(lambda: press.asked("/robots.txt"))
        began = time.monotonic()
        os.killpg(crawl.pid, signal.SIGTERM)
        _, said = crawl.communicate(timeout=30)
    assert time.monotonic() - began < 10  # the next request's turn is twenty seconds away
    assert (crawl.returncode, "Traceback" in said) == (143, False), said
    assert rows(tmp_path, "select state, exit_code, ended_by from runs") == [("stopped", 143, "SIGTERM")]
    assert rows(tmp_path, "select count(*) from frontier where state = 'leased'") == [(0,)]


def test_a_second_start_ends_with_75_and_names_the_holder(tmp_path: Path) -> None:
    with printing() as press:
        sources(tmp_path, press)
        began = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
        with RunLock.acquire(tmp_path / "archive.db", "newsbot crawl --limit 6", began):
            second = crawled(tmp_path)
        assert press.log == []
    (line,) = second.stderr.splitlines()
    assert second.returncode == 75
    assert f"(process {os.getpid()}: newsbot crawl --limit 6, since 2026-11-22T03:15:00Z)" in line


@pytest.mark.soak
def test_a_second_start_names_the_holder_and_costs_the_first_nothing(tmp_path: Path) -> None:
    gate = threading.Event()
    with printing(Edition(articles=6)) as press:
        press.edition.answers["/feed/"] = lambda handler: (
            gate.wait(30),
            handler.page(press.feed(), "application/rss+xml"),
        )
        sources(tmp_path, press)
        first = started(tmp_path, "--limit", "6")
        until(lambda: press.asked("/feed/"))
        second = crawled(tmp_path)
        gate.set()
        _, said = first.communicate(timeout=60)
    assert second.returncode == 75
    (line,) = second.stderr.splitlines()
    assert f"process {first.pid}: newsbot crawl --limit 6, since 20" in line
    assert (first.returncode, said) == (0, "")
    assert rows(tmp_path, "select stored, state from runs") == [(6, "finished")]


@pytest.mark.soak
def test_a_run_that_was_killed_is_called_so_by_the_next_one(tmp_path: Path) -> None:
    with printing(Edition(articles=12, latency=0.1)) as press:
        sources(tmp_path, press)
        crawl = started(tmp_path)
        until(lambda: len(press.asked("/2026/")) > 4)
        os.killpg(crawl.pid, signal.SIGKILL)
        crawl.communicate(timeout=30)
        done = crawled(tmp_path)
    assert "Run 1 never ended: it was killed." in done.stderr
    (first, second) = rows(
        tmp_path, "select state, exit_code, requests > 0, ended_at is null from runs order by id"
    )
    assert (first, second) == (("killed", None, 1, 1), ("finished", 0, 1, 0))
    assert rows(tmp_path, "select count(*) from articles") == [(12,)]


@pytest.mark.soak
def test_a_locked_archive_is_waited_for_with_a_sentence(tmp_path: Path) -> None:
    with printing(Edition(articles=3)) as press:
        sources(tmp_path, press)
        assert crawled(tmp_path).returncode == 0
        press.edition.articles = 5
        with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as other:
            other.execute("begin immediate")
            crawl = started(tmp_path, "--all")
            assert crawl.stderr is not None
            said = crawl.stderr.readline()
            other.execute("rollback")
        _, more = crawl.communicate(timeout=60)
    assert "is locked by another program that writes to it; waiting for it, up to 120 seconds." in said
    assert "is free again, after" in more
    assert crawl.returncode == 0
    assert rows(tmp_path, "select count(*) from articles") == [(5,)]


@pytest.mark.parametrize("at", ["click", "newsbot.cli.status", "newsbot.cli"])
def test_ctrl_c_while_python_still_imports_ends_without_a_traceback(at: str, tmp_path: Path) -> None:
    """A module that interrupts its own importer stands in for the finger on the key."""
    code = (
        f"""
import os, signal, sys
class Finger:
    def find_spec(self, name, path=None, target=None):
        if name == {at!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finger())
sys.argv = ["newsbot", "--version"]
from newsbot.cli import main
sys.exit(main())
"""
        if at != "newsbot.cli"
        else """
import signal
from newsbot.cli import main
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler  # a library leaves its host's handler alone
raise SystemExit(130)
"""
    )
    done = subprocess.run(
        [NEWSBOT.with_name("python"), "-c", code], capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stderr) == (130, "")
