"""The shared frontier is made of an archive, looked at and dropped; and an archive goes on without it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsbot.care.takedown import Order, take_down
from newsbot.cli import main
from newsbot.collect.handing import hand_over
from pipelines import dedupe
from pipelines.items import Kind
from pipelines.shared import wire
from pipelines.store import Archive, RunLock

from .conftest import FEED, HERALD, NOW, Frontier

PORT, QUAY, LOCK = (f"https://herald.example/{name}" for name in ("port", "quay", "lock"))


@pytest.fixture
def archive(frontier: Frontier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The archive of one machine: a feed with three articles, of which one is stored, one gone, one not visited yet."""
    monkeypatch.setattr("newsbot.collect.handing.utc_now", lambda: NOW + timedelta(minutes=1))
    frontier.pg.execute("TRUNCATE newsbot.sources, newsbot.runs")
    with Archive.open(frontier.archive, judgement=dedupe, now=lambda: NOW) as archive:
        asyncio.run(archive.plan((HERALD,), NOW))
        archive.begin_run("newsbot crawl", "0.2.0", "1")
        for visit in (
            frontier.listing("port", "quay", "lock", last_modified="Sun, 22 Nov 2026 11:00:00 GMT"),
            frontier.visit("port"),
            frontier.visit("quay", reading=None, status=404, etag=None),
        ):
            archive.commit_now(visit)
        asyncio.run(
            archive.remember_robots("herald.example", 200, "Crawl-delay: 3", 3.0, NOW, "https://herald.example/robots.txt")
        )  # fmt: skip
        asyncio.run(archive.lease(1, 1, NOW, per_host=4))  # the crawl was killed with a lease
    return frontier.archive


def told(*args: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["frontier", *args])
    assert done.exit_code == code, done.output
    assert "secret" not in done.output
    return done


def test_an_archive_hands_all_it_knows_to_the_frontier_and_what_is_due_stays_due(
    frontier: Frontier, archive: Path
) -> None:
    filled, _ = hand_over(frontier.dsn, archive)
    assert (filled.urls, filled.settled, filled.hosts, filled.sources, filled.known, filled.due) == (
        4,
        0,
        1,
        1,
        1,
        1,
    )
    rows = {row[0]: row[1:] for row in frontier.ask(
        """SELECT key, kind, state, due_at, visits, failures, named, missing_since, etag, last_modified,
        found::text, known::text FROM newsbot.frontier"""
    )}  # fmt: skip
    kind, state, due_at, visits, _, named, _, _, modified, found, _ = rows[FEED]
    assert (kind, state, visits, named, modified) == ("feed", "due", 1, True, "Sun, 22 Nov 2026 11:00:00 GMT")
    assert due_at > NOW and json.loads(found)[0]["via"] == "sources"
    _, state, due_at, visits, _, named, _, etag, _, found, known = rows[PORT]
    assert (state, due_at, visits, named, etag) == ("due", NOW + timedelta(hours=1), 1, False, '"port"')
    assert json.loads(found)[0]["title"] == "port"
    assert wire.decode_known(known).content_hash == frontier.reading("port").content_hash
    assert rows[QUAY][4:7] == (1, False, NOW)  # one failure, missing since
    assert rows[LOCK][1:4] == ("due", NOW, 0)  # leased by a crawl that is no more: due
    ((host, delay, robots, at),) = frontier.ask(
        "SELECT host, crawl_delay, robots, robots_at FROM newsbot.hosts"
    )
    assert (host, delay, robots, at) == ("herald.example", 3.0, "Crawl-delay: 3", NOW)
    ((planned,),) = frontier.ask("SELECT planned::text FROM newsbot.sources")
    assert wire.decode_source(planned).listings == ((FEED, Kind.FEED),)


def test_filling_again_adds_what_is_new_and_changes_nothing(frontier: Frontier, archive: Path) -> None:
    hand_over(frontier.dsn, archive)
    before = frontier.ask("SELECT * FROM newsbot.frontier ORDER BY key")
    filled, _ = hand_over(frontier.dsn, archive)
    assert (filled.urls, filled.hosts) == (0, 0)
    assert frontier.ask("SELECT * FROM newsbot.frontier ORDER BY key") == before


def test_what_was_taken_down_or_is_another_address_needs_no_visit(frontier: Frontier, archive: Path) -> None:
    take_down(archive, [PORT], Order("erase", "a court said so"), NOW)
    with closing(sqlite3.connect(archive)) as db:
        db.execute("DELETE FROM frontier WHERE key = ?", (PORT,))
        db.execute("UPDATE urls SET article = 1 WHERE key = ?", (QUAY,))
        db.execute("DELETE FROM frontier WHERE key = ?", (QUAY,))
        db.commit()
    filled, _ = hand_over(frontier.dsn, archive)
    assert filled.settled == 2
    parked = "SELECT key, state, found, known FROM newsbot.frontier WHERE key = ANY(%s) ORDER BY key"
    assert frontier.ask(parked, [PORT, QUAY]) == [(PORT, "parked", [], None), (QUAY, "parked", [], None)]


def test_the_archive_that_filled_a_frontier_collects_it_and_then_goes_on_alone(
    frontier: Frontier, archive: Path, tmp_path: Path
) -> None:
    hand_over(frontier.dsn, archive)
    run = frontier.begin_run("crawler-a")
    frontier.put(frontier.visit("lock"), run=run)
    frontier.put(
        frontier.visit("port", reading=None, status=304, etag=None, visited_at=NOW + timedelta(hours=1)),
        run=run,
    )
    frontier.collect()
    other = CliRunner().invoke(
        main, ["collect", "--frontier", frontier.dsn, "--db", str(tmp_path / "other.db")]
    )
    assert other.exit_code == 2 and "another archive" in other.stderr
    assert frontier.headlines() == ["News of port", "News of lock"]
    told("drop", "--frontier", frontier.dsn, "--yes", code=2)  # the crawler is at work
    frontier.end_run(run)
    told("drop", "--frontier", frontier.dsn, "--yes")
    with Archive.open(archive, judgement=dedupe, now=lambda: NOW) as alone:
        number = alone.begin_run("newsbot crawl", "0.3.0", "1")
        leases = asyncio.run(alone.lease(number, 10, NOW + timedelta(days=2), per_host=9))
    assert {lease.key: lease.etag for lease in leases} == {
        FEED: None, PORT: '"port"', QUAY: None, LOCK: '"lock"'
    }  # fmt: skip


def test_filling_from_an_archive_that_is_crawled_or_is_not_there_is_refused(
    frontier: Frontier, archive: Path, tmp_path: Path
) -> None:
    with RunLock.acquire(archive, "newsbot crawl"):
        assert (
            "holds the lock" in told("fill", "--frontier", frontier.dsn, "--db", str(archive), code=75).stderr
        )
    missing = str(tmp_path / "none.db")
    assert "There is no archive" in told("fill", "--frontier", frontier.dsn, "--db", missing, code=4).stderr
    assert not Path(missing).exists()


def test_the_status_tells_who_crawls_and_what_waits(frontier: Frontier, archive: Path) -> None:
    hand_over(frontier.dsn, archive)
    run = frontier.begin_run("crawler-a")
    frontier.put(frontier.visit("lock"), run=run)
    frontier.pg.execute("UPDATE newsbot.hosts SET owner = %s, owned_until = now() + interval '1 min'", (run,))
    frontier.pg.execute("UPDATE newsbot.frontier SET state = 'leased', run = %s WHERE key = %s", (run, PORT))
    text = told("status", "--frontier", frontier.dsn).stdout
    assert "1 visit waits to be collected" in text and str(archive) in text
    assert "crawler-a" in text and "1: herald.example" in text and "at work" in text
    frontier.pg.execute("UPDATE newsbot.runs SET seen_at = now() - interval '1 hour'")
    frontier.put(frontier.visit("bell"), run=run, packed=b"no visit")
    frontier.collect()
    found: dict[str, Any] = json.loads(told("status", "--frontier", frontier.dsn, "--json", code=1).stdout)
    ((crawler,), aside) = found["crawlers"], found["aside"]
    assert (crawler["name"], crawler["dead"], crawler["hosts"], crawler["leased"]) == (
        "crawler-a",
        True,
        1,
        1,
    )
    assert crawler["owns"] == ["herald.example"]
    assert (found["leased"], found["waiting"], list(aside.values()), found["known"]) == (1, 0, [1], 2)


def test_a_frontier_is_dropped_only_when_it_is_asked_for_and_nothing_waits(frontier: Frontier) -> None:
    frontier.end_run(frontier.run)
    frontier.put(frontier.visit("port"))
    address = ("--frontier", frontier.dsn)
    assert "--yes" in told("drop", *address, code=2).stderr
    assert "newsbot collect" in told("drop", *address, "--yes", code=2).stderr
    told("drop", *address, "--yes", "--with-outbox")
    assert "frontier init" in told("status", *address, code=4).stderr
    assert "is ready" in told("init", *address).stdout
    assert "is ready" in told("init", *address).stdout
    assert frontier.ask("SELECT count(*) FROM newsbot.frontier") == [(0,)]
