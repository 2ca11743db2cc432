"""The whole way: the command crawls the sample newsroom, twice, and is killed on the way."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.capture import read_capture
from pipelines.store import fulltext

NEWSBOT = Path(sys.executable).with_name("newsbot")
PATIENCE = 90.0  # seconds until a crawl that hangs fails its test


def crawl(folder: Path) -> dict[str, object]:
    """One crawl of the sample in `folder`, to its end; gives the report."""
    done = subprocess.run(
        [NEWSBOT, "crawl", "--sample", "--json"], cwd=folder, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, object] = json.loads(done.stdout)
    return report


def rows(folder: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """What the archive answers."""
    with sqlite3.connect(folder / "archive.db", timeout=30) as connection:
        return connection.execute(sql, values).fetchall()


def addresses(folder: Path) -> list[object]:
    """The URL of every article, in order; none while the archive has no tables yet."""
    if not rows(folder, "SELECT 1 FROM sqlite_master WHERE name = 'articles'"):
        return []
    return [url for (url,) in rows(folder, "SELECT url FROM articles ORDER BY url")]


def numbers(report: dict[str, object]) -> dict[str, int]:
    """Totals of a report's counts."""
    lines = report["rows"]
    assert isinstance(lines, list)
    counts = ("stored", "revised", "unchanged", "gone")
    totals = {count: sum(line[count] for line in lines) for count in counts}
    return totals | {"failed": sum(sum(line["failed"].values()) for line in lines)}


@pytest.fixture(scope="module")
def crawled(newsroom: Path) -> tuple[Path, list[dict[str, object]]]:
    """A folder in which the sample was crawled in both editions, with the reports."""
    first, second = (
        json.loads((newsroom / f"{edition}.json").read_text("utf-8")) for edition in ("first", "second")
    )
    return newsroom, [first, first, second]


def test_the_first_edition_is_stored_whole(crawled: tuple[Path, list[dict[str, object]]]) -> None:
    _, (first, after, _) = crawled
    stored = numbers(first)
    assert stored["failed"] == stored["revised"] == stored["gone"] == 0
    assert isinstance(after["addresses"], list)
    assert stored["stored"] == len(after["addresses"]) >= 36


def test_the_second_edition_shows_what_changed(crawled: tuple[Path, list[dict[str, object]]]) -> None:
    folder, (_, after, second) = crawled
    assert isinstance(after["addresses"], list)
    told = numbers(second)
    assert told["failed"] == 0
    assert (told["revised"], told["gone"]) == (2, 1)
    assert told["stored"] == len(addresses(folder)) - len(after["addresses"]) >= 4
    assert told["stored"] + told["revised"] + told["gone"] + told["unchanged"] == len(addresses(folder))


def test_unchanged_pages_cost_a_conditional_request_only(
    crawled: tuple[Path, list[dict[str, object]]],
) -> None:
    folder, _ = crawled
    fetched = rows(
        folder,
        "SELECT url FROM fetches WHERE run = 2 AND kind = 'article' AND outcome = 'unchanged' AND status != 304",
    )
    assert fetched == []


def test_the_round_up_without_a_date_is_dated_by_its_dateline(
    crawled: tuple[Path, list[dict[str, object]]],
) -> None:
    folder, _ = crawled
    found = rows(
        folder,
        """SELECT dateline_date, published_day, place, country, agency FROM articles
        JOIN article_agencies ON article = id WHERE dateline LIKE 'BAGHDAD, June 22%'""",
    )
    assert found == [("2014-06-22", "2014-06-22", "Baghdad", "IQ", "Agencies")]


def test_every_article_finds_its_page_in_the_captures(crawled: tuple[Path, list[dict[str, object]]]) -> None:
    folder, _ = crawled
    intact(folder)


def intact(folder: Path) -> None:
    """Database, index and captures are sound, and every article has exactly one row and a readable capture."""
    with sqlite3.connect(folder / "archive.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert fulltext.sound(connection)
    assert rows(folder, "SELECT url FROM articles GROUP BY url HAVING count(*) > 1") == []
    captures = rows(
        folder,
        "SELECT file, offset, length, captures.url FROM captures JOIN articles ON capture = captures.id",
    )
    assert len(captures) == len(addresses(folder))
    for file, offset, length, url in captures:
        assert isinstance(file, str) and isinstance(offset, int) and isinstance(length, int)
        captured = read_capture(folder / "captures", file, offset, length)
        assert (captured.url, captured.status) == (url, 200)
        assert b"</html>" in captured.payload.lower()


def stopped_after(folder: Path, articles: int, number: signal.Signals) -> tuple[int, str]:
    """
    Start a crawl and send it a signal once the archive holds so many articles; gives its exit code and what it said.
    """
    process = subprocess.Popen(
        [NEWSBOT, "crawl", "--sample", "-q"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + PATIENCE
    try:
        while process.poll() is None and time.monotonic() < end:
            if committed(folder) >= articles:
                break
            time.sleep(0.005)  # polls for the moment; nothing depends on its length
        process.send_signal(number)
    finally:
        _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


def committed(folder: Path) -> int:
    """Articles committed so far; 0 while there is no archive yet."""
    try:
        ((count,),) = rows(folder, "SELECT count(*) FROM articles")
    except sqlite3.OperationalError:
        return 0
    assert isinstance(count, int)
    return count


def resumed(folder: Path, expected: list[object]) -> None:
    """The next run completes the archive, and none is left that seems to run."""
    crawl(folder)
    assert addresses(folder) == expected
    intact(folder)
    states = rows(folder, "SELECT state, count(*) FROM runs GROUP BY 1 ORDER BY 1")
    assert dict(states).get("running") is None


def kept(folder: Path, expected: list[object]) -> None:
    """What was committed before the crawl stopped is whole, and nothing else is there."""
    before = addresses(folder)
    if before:
        intact(folder)
    assert set(before) <= set(expected)


@pytest.mark.soak  # a kill in the suite: tests/pipelines/store/test_killed.py and test_shared_crawl.py
def test_a_kill_and_a_sigterm_lose_nothing(
    crawled: tuple[Path, list[dict[str, object]]], tmp_path: Path
) -> None:
    _, (_, after, _) = crawled
    assert isinstance(after["addresses"], list)
    stopped_after(tmp_path, 5, signal.SIGKILL)
    kept(tmp_path, after["addresses"])
    code, said = stopped_after(tmp_path, committed(tmp_path) + 3, signal.SIGTERM)
    assert code == 143
    assert "Traceback" not in said
    assert rows(tmp_path, "SELECT state FROM runs ORDER BY id") == [("killed",), ("stopped",)]
    assert rows(tmp_path, "SELECT count(*) FROM frontier WHERE state = 'leased'") == [(0,)]
    kept(tmp_path, after["addresses"])
    resumed(tmp_path, after["addresses"])


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_ten_kills_lose_nothing(crawled: tuple[Path, list[dict[str, object]]], tmp_path: Path) -> None:
    _, (_, after, _) = crawled
    assert isinstance(after["addresses"], list)
    moments = sorted(random.Random(20140622).sample(range(len(after["addresses"])), 10))  # noqa: S311
    for moment in moments:
        stopped_after(tmp_path, moment, signal.SIGKILL)
        kept(tmp_path, after["addresses"])
    resumed(tmp_path, after["addresses"])


@pytest.mark.soak  # the rule's quick proof is in test_run.py; this one is about the sample
def test_a_second_crawl_of_the_same_archive_is_turned_away(tmp_path: Path) -> None:
    from pipelines.store import RunLock

    with RunLock.acquire(tmp_path / "archive.db", "newsbot crawl"):
        done = subprocess.run(
            [NEWSBOT, "crawl", "--sample"], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE
        )
    assert done.returncode == 75
    assert "newsbot crawl" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.soak
def test_sigterm_ends_the_first_crawl_cleanly(tmp_path: Path) -> None:
    code, said = stopped_after(tmp_path, 3, signal.SIGTERM)
    assert "Traceback" not in said
    assert code == 143
    assert rows(tmp_path, "SELECT state FROM runs") == [("stopped",)]
    assert rows(tmp_path, "SELECT count(*) FROM frontier WHERE state = 'leased'") == [(0,)]
    intact(tmp_path)
