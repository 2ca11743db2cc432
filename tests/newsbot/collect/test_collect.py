"""Collecting: what crawlers left comes into the archive once, in order, and the archive's word goes back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from click.testing import CliRunner

from newsbot.care.takedown import Order, take_down
from newsbot.cli import main
from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.shared import wire
from pipelines.store import Archive

from .conftest import FEED, NOW, Frontier


def test_articles_listings_and_runs_come_into_the_archive_as_a_crawl_would_have_written_them(
    frontier: Frontier,
) -> None:
    frontier.put(frontier.listing("port", "quay"))
    frontier.put(frontier.visit("port", capture=frontier.capture(5)))
    frontier.put(frontier.visit("quay", reading=None, status=404, etag=None))
    frontier.end_run(frontier.run)
    report = frontier.collect()
    assert (report.visits, report.aside, report.waiting) == (3, {}, 0)
    assert frontier.headlines() == ["News of port"]
    assert frontier.rows("SELECT file, offset, place FROM captures") == [
        ("a.warc.gz", 5, "file://m1/var/captures/")
    ]
    assert frontier.rows("SELECT crawler, shared_run, state, exit_code, requests, listings, found, stored, failed, reasons FROM runs") == [
        ("crawler-a", f"{frontier.id}/{frontier.run}", "finished", 0, 7, 1, 2, 1, 1, '{"http_404": 1}')
    ]  # fmt: skip
    assert frontier.rows("SELECT DISTINCT run FROM fetches") == [(1,)]
    assert frontier.rows("SELECT id, name, state FROM sources") == [("herald", "The Herald", "active")]
    assert frontier.rows("SELECT count(*) FROM evidence WHERE kind = 'found' AND origin = 'feed'") == [(2,)]
    assert frontier.ask("SELECT count(*) FROM newsbot.outbox") == [(0,)]
    assert frontier.rows("SELECT count(*) FROM collected") == [(0,)]
    (row,) = report.rows
    assert (row.name, row.found, row.stored, row.failed) == ("The Herald", 2, 1, {"http_404": 1})


def test_the_archive_has_the_last_word_on_each_article(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    frontier.collect()
    ((state, due_at, etag, known),) = frontier.ask(
        "SELECT state, due_at, etag, known::text FROM newsbot.frontier"
    )
    assert (state, due_at, etag) == ("due", NOW + timedelta(hours=1), '"port"')
    article = wire.decode_known(known)
    assert (article.headline, article.text, article.content_hash) == (
        "News of port",
        None,
        frontier.reading("port").content_hash,
    )
    assert frontier.rows("SELECT etag, due_at, visits FROM frontier WHERE kind = 'article'") == [
        ('"port"', "2026-11-22T13:00:00Z", 1)
    ]


def test_a_word_on_a_visit_is_not_heard_when_its_url_was_visited_again(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    frontier.pg.execute("UPDATE newsbot.frontier SET visits = 2, due_at = %s", (NOW + timedelta(days=9),))
    frontier.collect()
    assert frontier.ask("SELECT due_at, etag FROM newsbot.frontier") == [(NOW + timedelta(days=9), None)]
    assert frontier.ask("SELECT count(*) FROM newsbot.outbox") == [(0,)]


def test_a_url_that_is_leased_again_keeps_its_lease(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    frontier.pg.execute("UPDATE newsbot.frontier SET state = 'leased', run = 7")
    frontier.collect()
    assert frontier.ask("SELECT state, run, etag FROM newsbot.frontier") == [("leased", 7, '"port"')]


def test_a_second_visit_finds_what_the_publisher_changed(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    later = frontier.reading("port", headline="News of the port, corrected")
    frontier.put(frontier.visit("port", reading=later, visited_at=NOW + timedelta(hours=1)))
    frontier.collect()
    assert frontier.rows("SELECT headline, revisions, changed_at FROM articles") == [
        ("News of the port, corrected", 1, "2026-11-22T13:00:00Z")
    ]


def test_what_cannot_be_decoded_is_kept_aside_and_in_nobodys_way(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    damaged = frontier.put(frontier.visit("quay"), packed=b"no visit")
    frontier.put(frontier.visit("lock"))
    frontier.end_run(frontier.run)
    report = frontier.collect()
    assert frontier.headlines() == ["News of port", "News of lock"]
    assert report.visits == 2
    assert sum(report.aside.values()) == 1 and "damaged" in next(iter(report.aside))
    assert frontier.ask("SELECT id FROM newsbot.outbox") == [(damaged,)]
    assert frontier.rows("SELECT state FROM runs") == [("finished",)]
    assert frontier.collect().aside == report.aside  # and is told each time


def test_a_visit_of_a_newer_newsbot_waits_for_one_and_later_visits_to_its_url_wait_behind_it(
    frontier: Frontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(wire, "WIRE", wire.WIRE + 1)
        packed = wire.encode_visit(frontier.visit("port"))
    frontier.put(frontier.visit("port"), packed=packed)
    changed = frontier.reading("port", headline="News of the port, corrected")
    frontier.put(frontier.visit("port", reading=changed, visited_at=NOW + timedelta(hours=1)))
    frontier.put(frontier.visit("quay"))
    report = frontier.collect()
    assert frontier.headlines() == ["News of quay"]
    assert "newer newsbot" in next(iter(report.aside)) and report.waiting == 1
    monkeypatch.setattr(wire, "WIRE", wire.WIRE + 1)
    report = frontier.collect()
    assert (report.aside, report.waiting) == ({}, 0)
    assert frontier.rows("SELECT headline, revisions FROM articles ORDER BY id") == [
        ("News of quay", 0), ("News of the port, corrected", 1)
    ]  # fmt: skip


def test_runs_end_in_the_archive_when_they_ended_and_their_visits_are_there(frontier: Frontier) -> None:
    idle = frontier.begin_run("crawler-b")
    frontier.put(frontier.visit("port"))
    frontier.collect()
    assert frontier.rows("SELECT crawler, state FROM runs") == [
        ("crawler-a", "running"),
        ("crawler-b", "running"),
    ]
    frontier.end_run(idle, "killed", exit_code=None, requests=0)
    frontier.collect()
    assert frontier.rows("SELECT crawler, state, ended_at IS NULL FROM runs") == [
        ("crawler-a", "running", 1), ("crawler-b", "killed", 0)
    ]  # fmt: skip


def test_a_run_that_has_been_silent_for_long_is_called_killed_in_the_archive(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    frontier.pg.execute("UPDATE newsbot.runs SET seen_at = now() - interval '11 min'")
    frontier.collect()
    assert frontier.rows("SELECT state, stored FROM runs") == [("running", 1)]  # 2 * 60 s and ten minutes
    frontier.pg.execute("UPDATE newsbot.runs SET seen_at = now() - interval '13 min'")
    frontier.collect()
    assert frontier.rows("SELECT state, stored, ended_at FROM runs") == [("killed", 1, None)]
    frontier.put(frontier.visit("quay"))  # it only slept
    frontier.end_run(frontier.run)
    frontier.collect()
    assert frontier.rows("SELECT state, stored FROM runs") == [("finished", 2)]


def test_a_crawl_into_the_same_archive_calls_no_run_of_the_frontier_killed(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    frontier.collect()
    with Archive.open(frontier.archive, judgement=dedupe, now=utc_now) as archive:
        archive.begin_run("newsbot crawl", "0.3.0", "1")
        assert archive.killed == ()
        leases = asyncio.run(archive.lease(archive.run, 10, NOW + timedelta(hours=3), per_host=4))
        assert [(lease.key, lease.etag) for lease in leases] == [
            (FEED, None),
            ("https://herald.example/port", '"port"'),
        ]


def test_a_crawler_at_work_elsewhere_is_nothing_that_a_run_left_open(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    frontier.collect()
    done = CliRunner().invoke(main, ["doctor", "--db", str(frontier.archive)])
    assert "No run left anything open." in done.output


def test_what_was_taken_down_is_taken_down_in_the_frontier_too(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    frontier.collect()
    frontier.pg.execute("""UPDATE newsbot.frontier SET found = '[{"title": "News of port"}]'""")
    take_down(frontier.archive, ["https://herald.example/port"], Order("hide", "a court said so"), NOW)
    frontier.collect()
    assert frontier.ask("SELECT state, found, known, etag FROM newsbot.frontier") == [
        ("parked", [], None, None)
    ]


def test_a_file_of_captures_that_went_to_a_store_is_looked_for_there(frontier: Frontier) -> None:
    def moved(file: str) -> None:
        frontier.pg.execute(
            "INSERT INTO newsbot.moved (file, before, place, bytes, moved_at) VALUES (%s, %s, %s, 9, now())",
            (file, "file://m1/var/captures/", "s3://news/captures/"),
        )

    frontier.put(frontier.visit("port", capture=frontier.capture()))
    frontier.put(frontier.visit("quay", capture=frontier.capture(file="b.warc.gz")))
    frontier.collect()
    moved("a.warc.gz")
    frontier.collect()
    places = "SELECT file, place FROM captures ORDER BY file, id"
    assert frontier.rows(places) == [
        ("a.warc.gz", "s3://news/captures/"),
        ("b.warc.gz", "file://m1/var/captures/"),
    ]
    frontier.put(
        frontier.visit("lock", capture=frontier.capture(7))
    )  # collected late: the file has moved already
    frontier.collect()
    assert frontier.rows(places)[1] == ("a.warc.gz", "s3://news/captures/")


def test_robots_of_the_hosts_come_along(frontier: Frontier) -> None:
    frontier.pg.execute(
        "INSERT INTO newsbot.hosts (host, robots, robots_status, robots_at, robots_from) VALUES (%s, 'Disallow:', 200, %s, 'r')",
        ("herald.example", NOW),
    )
    frontier.put(frontier.visit("port", capture=frontier.capture()))
    frontier.collect()
    assert frontier.rows("SELECT host, robots, robots_at FROM hosts") == [
        ("herald.example", "Disallow:", "2026-11-22T12:00:00Z")
    ]
    assert frontier.rows("SELECT robots_allowed FROM rights") == [(1,)]
