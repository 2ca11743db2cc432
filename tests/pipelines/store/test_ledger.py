"""What runs leave behind: their state, their summary, and how the sources stand."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from pipelines.reasons import Reason
from pipelines.store import open_readonly, run_summary, status
from pipelines.store.values import instant


def test_a_run_that_was_killed_is_called_so_by_the_next(newsroom: Any) -> None:
    first = newsroom.archive.begin_run("newsbot crawl", "0.1.0", "1")
    newsroom.archive.close()
    archive = newsroom.open()
    second = archive.begin_run("newsbot crawl --all", "0.1.0", "1")
    newsroom.clock.forward(minutes=5)
    archive.end_run(second, "finished", 0)
    assert newsroom.rows("SELECT id, state, ended_at, exit_code, command FROM runs") == [
        (first, "killed", None, None, "newsbot crawl"),
        (second, "finished", "2026-11-22T12:05:00Z", 0, "newsbot crawl --all"),
    ]


def test_the_summary_of_a_run(newsroom: Any) -> None:
    newsroom.commit("old")
    run = newsroom.archive.begin_run("newsbot crawl", "0.1.0", "1")
    newsroom.archive.commit_now(
        newsroom.listing(newsroom.link("old"), newsroom.link("new"), received_bytes=1000)
    )
    newsroom.archive.commit_now(newsroom.listing(status=304))
    newsroom.commit("old", reading=newsroom.reading(headline="Changed"))
    newsroom.commit("new", received_bytes=500)
    newsroom.commit("new", status=304, reading=None)
    newsroom.commit("robots", status=None, reading=None, reason=Reason.ROBOTS)
    newsroom.commit("slow", status=None, reading=None, reason=Reason.TIMEOUT)
    newsroom.commit("old", status=410, reading=None)
    newsroom.commit(url="https://courier.example/x", source="courier", status=500, reading=None)
    summary = newsroom.wait(newsroom.archive.run_summary(run))
    assert (summary.run, summary.state, summary.visits, summary.received_bytes) == (run, "running", 9, 1500)
    herald, courier = summary.sources
    assert (herald.source, herald.name, herald.listings, herald.found) == ("herald", "The Herald", 2, 1)
    assert (herald.stored, herald.revised, herald.unchanged, herald.gone) == (1, 1, 1, 1)
    assert (herald.skipped, herald.failed) == ({"robots": 1}, {"timeout": 1})
    assert courier.failed == {"http_error": 1}
    assert newsroom.row("SELECT listings, found, stored, revised, unchanged, gone, skipped, failed FROM runs") == (
        2, 1, 1, 1, 1, 1, 1, 2,
    )  # fmt: skip
    with closing(open_readonly(newsroom.path)) as connection:
        assert run_summary(connection, run) == summary
        with pytest.raises(LookupError, match="no run 99"):
            run_summary(connection, 99)


def test_how_the_sources_stand(newsroom: Any) -> None:
    newsroom.commit("old")
    newsroom.clock.forward(days=2)
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("waiting")))
    newsroom.commit("new")
    newsroom.commit("new", status=410, reading=None)
    newsroom.commit("slow", status=None, reading=None, reason=Reason.TIMEOUT)
    newsroom.plan(replace(newsroom.source, id="quiet", name="A quiet one", listings=()), partial=True)
    with closing(open_readonly(newsroom.path)) as connection:
        quiet, herald = status(connection, newsroom.clock.now)
    assert (herald.articles, herald.gone, herald.last_day, herald.state) == (2, 1, 1, "active")
    assert herald.failures == {"timeout": 1}
    assert herald.last_visit_at == newsroom.clock.now
    assert herald.waiting == 2  # a revisit that is overdue, and the new link
    assert (quiet.articles, quiet.last_visit_at, quiet.next_due_at, quiet.waiting) == (0, None, None, 0)


def test_what_a_host_asked_of_us_is_remembered(newsroom: Any) -> None:
    at = newsroom.clock.now
    newsroom.wait(
        newsroom.archive.remember_robots("herald.example", 200, "User-agent: *\nCrawl-delay: 5", 5.0, at)
    )
    newsroom.commit(status=429, reading=None, retry_at=newsroom.clock.forward(hours=1))
    ((host, delay, status, robots_at, failures, retry_at),) = newsroom.rows(
        "SELECT host, crawl_delay, robots_status, robots_at, failures, retry_at FROM hosts"
    )
    assert (host, delay, status, robots_at, failures) == ("herald.example", 5.0, 200, instant(at), 1)
    assert retry_at == instant(newsroom.clock.now)


def test_a_commit_outlives_the_task_that_awaited_it(newsroom: Any) -> None:
    async def give_up() -> None:
        task = asyncio.create_task(newsroom.archive.commit(newsroom.visit()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    newsroom.wait(give_up())
    newsroom.archive.close()
    assert newsroom.row("SELECT count(*) FROM articles") == (1,)


def test_visits_that_wait_share_a_transaction(newsroom: Any) -> None:
    async def many() -> None:
        await asyncio.gather(
            *(newsroom.archive.commit(newsroom.visit(f"s{number}")) for number in range(120))
        )

    before = newsroom.archive.transactions
    newsroom.wait(many())
    assert newsroom.archive.transactions - before == 3  # 50, 50, 20
