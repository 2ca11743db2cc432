"""Crawlers on several machines at one frontier: killed, restarted, polite together, and honest about what they cannot do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from newsbot.cli import main
from newsbot.spiders.frontier import FrontierSpider
from pipelines.capture import read_capture
from pipelines.items import Kind, Visit
from pipelines.shared.wire import decode_visit

from ..postgres import PostgresServer
from .press import Edition, Press, printing, sources, started, until

LEASE = "3"  # seconds


def ask(dsn: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(statement).fetchall()  # type: ignore[call-overload,no-any-return]


def letters(dsn: str) -> list[Visit]:
    return [decode_visit(visit) for (visit,) in ask(dsn, "SELECT visit FROM newsbot.outbox ORDER BY id")]


@contextmanager
def papers(number: int, **edition: Any) -> Iterator[list[Press]]:
    with ExitStack() as opened:
        yield [opened.enter_context(printing(Edition(**edition))) for _ in range(number)]


def machine(folder: Path, name: str, presses: Sequence[Press], **keys: object) -> Path:
    """The folder of one crawler: two of them on one machine are as far apart as two machines."""
    place = folder / name
    place.mkdir()
    sources(place, *presses, **keys)
    return place


def crawler(place: Path, dsn: str, *arguments: str) -> subprocess.Popen[str]:
    return started(place, *arguments, NEWSBOT_FRONTIER=dsn, NEWSBOT_LEASE_SECONDS=LEASE)


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def stopped(process: subprocess.Popen[str], dsn: str, place: Path, how: signal.Signals) -> int:
    """Kills a crawler, or puts it to sleep; gives the number of visits that it had in flight."""
    os.killpg(process.pid, how)
    if how is signal.SIGKILL:
        process.communicate(timeout=30)
    leased = (
        "SELECT count(*) FROM newsbot.frontier f JOIN newsbot.runs r ON r.id = f.run WHERE f.state = 'leased'"
    )
    ((number,),) = ask(dsn, f"{leased} AND r.place LIKE '%{place}/captures/'")
    return int(number)


def proven(dsn: str, presses: Sequence[Press], places: Sequence[Path], delay: float, in_flight: int) -> None:
    """Every article once, none missing; one request at a time a paper, a delay apart; its page where the row says. Asked
    twice was no more than was in flight when crawlers were killed."""
    visits = [visit for visit in letters(dsn) if visit.kind is Kind.ARTICLE]
    assert (
        len({visit.key for visit in visits})
        == len(visits)
        == sum(press.edition.articles for press in presses)
    )
    for press in presses:
        ledger = sorted(press.log, key=lambda one: one.begun)
        for before, after in pairwise(ledger):
            assert after.begun >= before.ended, f"{after.path} while {before.path} was under way"
            # The press notes a request when its thread runs, which may be late for one and not for the next.
            assert after.begun - before.begun > 0.8 * delay, f"{after.path} too soon after {before.path}"
        asked = [one.path for one in press.asked("/2026/")]
        in_flight -= len(asked) - len(set(asked))
    assert in_flight >= 0
    for visit in visits:
        assert visit.capture is not None and visit.capture.place is not None
        (place,) = [one for one in places if visit.capture.place.endswith(f"{one}/captures/")]
        kept = visit.capture
        assert read_capture(place / "captures", kept.file, kept.offset, kept.length).status == 200
    assert ask(dsn, "SELECT count(*) FROM newsbot.hosts WHERE owner IS NOT NULL") == [(0,)]
    assert ask(dsn, "SELECT count(*) FROM newsbot.frontier WHERE state = 'leased'") == [(0,)]


def test_another_crawler_takes_over_what_a_killed_one_had(tmp_path: Path, dsn: str) -> None:
    with papers(2, articles=6, latency=0.05) as presses:
        places = [machine(tmp_path, name, presses, delay=0.1) for name in ("one", "two")]
        first, second = (crawler(place, dsn) for place in places)
        until(lambda: sum(len(press.asked("/2026/")) for press in presses) > 2, 60)
        in_flight = stopped(first, dsn, places[0], signal.SIGKILL)
        code, said, faults = finished(second)
        assert (code, faults) == (0, "")
        assert "14 visits wait in the shared frontier" in said
        assert "newsbot collect" in said
        proven(dsn, presses, places, 0.1, in_flight)
    commands = {command for (command,) in ask(dsn, "SELECT command FROM newsbot.runs")}
    assert commands == {"newsbot crawl"}


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize("delay", [0.0, 0.4])
def test_two_crawlers_each_killed_once_lose_nothing_and_stay_polite(
    tmp_path: Path, dsn: str, delay: float
) -> None:
    with papers(4, articles=50, latency=0.02) as presses:
        places = [machine(tmp_path, name, presses, delay=delay) for name in ("one", "two")]
        running = [crawler(place, dsn) for place in places]

        def printed() -> int:
            return sum(len(press.asked("/2026/")) for press in presses)

        in_flight = 0
        for number in range(2):
            before = printed()
            until(lambda: printed() > before + 30, 120)  # noqa: B023  at once
            in_flight += stopped(running[number], dsn, places[number], signal.SIGKILL)
            running[number] = crawler(places[number], dsn)
        ends = [finished(process) for process in running]
        assert [(code, faults.count("Traceback")) for code, _, faults in ends] == [(0, 0)] * 2, ends
        proven(dsn, presses, places, delay, in_flight)


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_a_crawler_that_slept_does_not_disturb_the_one_that_took_over(tmp_path: Path, dsn: str) -> None:
    with papers(2, articles=25, latency=0.02) as presses:
        places = [machine(tmp_path, name, presses, delay=0.3) for name in ("one", "two")]
        first, second = (crawler(place, dsn) for place in places)
        until(lambda: sum(len(press.asked("/2026/")) for press in presses) > 6, 60)
        in_flight = stopped(first, dsn, places[0], signal.SIGSTOP)
        code, _, _ = finished(second)
        os.killpg(first.pid, signal.SIGCONT)
        assert (code, finished(first)[0]) == (0, 0)
        proven(dsn, presses, places, 0.3, in_flight)


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize("comes_back", [True, False])
def test_a_server_that_goes_away_is_waited_for(
    tmp_path: Path, postgres: PostgresServer, dsn: str, comes_back: bool
) -> None:
    with papers(1, articles=30) as presses:
        place = machine(tmp_path, "one", presses, delay=0.2)
        process = crawler(place, dsn)
        until(lambda: len(presses[0].asked("/2026/")) > 3, 60)
        postgres.stop()
        if comes_back:
            postgres.start()
        code, _, said = finished(process)
        if not comes_back:
            postgres.start()
            assert code == 4
            assert "cannot be reached" in said or "has not answered" in said
            assert "Traceback" not in said
            process = crawler(place, dsn)
            code, _, _ = finished(process)
        assert code == 0
        proven(dsn, presses, [place], 0.2, FrontierSpider.in_flight_limit)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("--frontier", "postgresql://u@h/d", "--sample"), "into an archive of its own", id="the sample"),
        pytest.param(("--frontier", "postgresql://u@h/d", "--db", "x.db"), "writes into no archive", id="an archive"),
        pytest.param(("--frontier", "postgresql://u@h/d", "--dry-run"), "--dry-run tells of an archive", id="a dry run"),
        pytest.param(("--captures", "there"), "--captures goes with --frontier", id="captures without it"),
    ],
)  # fmt: skip
def test_what_does_not_go_with_a_shared_frontier_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["crawl", *arguments])
    assert done.exit_code == 2
    assert says in " ".join(done.output.split())


@pytest.mark.soak
@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        pytest.param("postgresql://bot:tops3cret@127.0.0.1:1/news", 4, "cannot be reached: ", id="no server"),
        pytest.param("postgresql://bot:tops3cret@nowhere.invalid/news", 4, "cannot be reached: ", id="no such host"),
        pytest.param("postgresql://bot:tops3cret@h:port/news", 2, "cannot be read", id="no address"),
        pytest.param("host=h password=tops3cret nonsense", 2, "cannot be read", id="no address with a password"),
        pytest.param("postgresql://bot:tops3cret@x@h/news", 2, "more than one @", id="an @ in the password"),
    ],
)  # fmt: skip
def test_a_wrong_address_is_told_without_its_password(
    tmp_path: Path, address: str, code: int, says: str
) -> None:
    with papers(1) as presses:
        place = machine(tmp_path, "one", presses)
        ended, out, err = finished(started(place, "--frontier", address, "--json-logs"))
    (line,) = err.splitlines()
    assert (ended, says in json.loads(line)["message"]) == (code, True), line
    assert "tops3cret" not in out + err
