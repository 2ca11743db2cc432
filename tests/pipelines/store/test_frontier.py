"""What is leased, in which order, and what comes back when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipelines import dedupe
from pipelines.items import Found, Kind, Via, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.store import PlannedSource

FEED = "https://herald.example/feed"
COURIER = PlannedSource(
    "courier", "The Courier", listings=(("https://courier.example/feed", Kind.FEED),), every=3600.0
)


def lease(newsroom: Any, limit: int = 10, **how: Any) -> list[Any]:
    run = newsroom.archive.run or newsroom.archive.begin_run("newsbot crawl", "0", "1")
    return newsroom.wait(newsroom.archive.lease(run, limit, newsroom.clock.now, **how))  # type: ignore[no-any-return]


def names(leases: list[Any]) -> list[str]:
    return [lease.url.rsplit("/", 1)[-1] for lease in leases]


def articles(newsroom: Any, source: str, count: int) -> None:
    links = []
    for number in range(count):
        url = f"https://{source}.example/{source}{number}"
        links.append(
            Found(url, dedupe.url_key(url), Kind.ARTICLE, Via.FEED, f"https://{source}.example/feed")
        )
    url = f"https://{source}.example/feed"
    feed = Visit(
        url, url, source, Kind.FEED, newsroom.clock.now, status=200, found=tuple(links), every=7200.0
    )
    newsroom.archive.commit_now(feed)


def test_a_lease_brings_what_listings_said(newsroom: Any) -> None:
    said = newsroom.link(
        "port", title="Port", date="Sun, 22 Nov 2026", author="A. Karim", section="World", lastmod="2026"
    )
    newsroom.archive.commit_now(newsroom.listing(said))
    (one,) = [lease for lease in lease(newsroom) if lease.kind is Kind.ARTICLE]
    assert one.found == (replace(said, seen_at=newsroom.clock.now),)
    assert (one.host, one.visits, one.source) == ("herald.example", 0, "herald")


def test_a_listing_that_says_the_same_again_says_it_once(newsroom: Any) -> None:
    for number in range(3):
        done = newsroom.archive.commit_now(
            newsroom.listing(newsroom.link("port", lastmod=f"2026-11-2{number}"))
        )
        assert done.new_links == (1 if number == 0 else 0)
        newsroom.clock.forward(hours=1)
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("port", title="Port, corrected")))
    assert newsroom.rows(
        "SELECT title, lastmod, seen_at FROM evidence WHERE origin = 'feed' ORDER BY id"
    ) == [
        ("port", "2026-11-22", "2026-11-22T12:00:00Z"),
        ("Port, corrected", None, "2026-11-22T15:00:00Z"),
    ]
    assert newsroom.row("SELECT last_seen_at, times FROM sightings WHERE key LIKE '%port'") == (
        "2026-11-22T15:00:00Z",
        4,
    )


def test_a_link_that_the_source_does_not_want_is_noted_and_not_visited(newsroom: Any) -> None:
    done = newsroom.archive.commit_now(
        newsroom.listing(newsroom.link("video", refused=Reason.EXCLUDED), newsroom.link("port"))
    )
    assert done.new_links == 2
    assert newsroom.row("SELECT outcome, reason FROM urls WHERE key LIKE '%video'") == ("skipped", "excluded")
    assert newsroom.rows("SELECT key FROM frontier WHERE kind = 'article'") == [
        ("https://herald.example/port",)
    ]


def test_hosts_take_turns_listings_first(newsroom: Any) -> None:
    newsroom.plan(newsroom.source, COURIER)
    articles(newsroom, "herald", 5)
    newsroom.clock.forward(minutes=1)
    articles(newsroom, "courier", 2)
    newsroom.clock.forward(minutes=1)
    newsroom.plan(
        newsroom.source,
        replace(COURIER, listings=(*COURIER.listings, ("https://courier.example/map.xml", Kind.SITEMAP))),
    )
    assert names(lease(newsroom, 6)) == ["map.xml", "herald0", "courier0", "herald1", "courier1", "herald2"]
    assert names(lease(newsroom, 6)) == ["herald3", "herald4"]
    assert lease(newsroom) == []


def test_limits_of_a_lease_are_kept(newsroom: Any) -> None:
    newsroom.plan(newsroom.source, COURIER)
    articles(newsroom, "herald", 5)
    articles(newsroom, "courier", 5)
    assert names(lease(newsroom, per_host=2, sources=["herald"])) == ["herald0", "herald1"]
    assert names(lease(newsroom, 3, busy_hosts=frozenset({"courier.example"}))) == [
        "herald2",
        "herald3",
        "herald4",
    ]
    assert names(lease(newsroom, kinds=[Kind.FEED])) == []
    assert names(lease(newsroom, 1, kinds=[Kind.ARTICLE])) == ["courier0"]
    assert newsroom.wait(newsroom.archive.due_count(newsroom.clock.now)) == 4
    assert newsroom.wait(newsroom.archive.due_count(newsroom.clock.now, sources=["herald"])) == 0


def test_a_host_that_asked_us_to_wait_is_left_alone_in_later_runs_too(newsroom: Any) -> None:
    articles(newsroom, "herald", 3)
    newsroom.commit("herald0", status=429, reading=None, retry_at=newsroom.clock.now + timedelta(hours=1))
    newsroom.archive.close()
    newsroom.open()
    assert lease(newsroom) == []
    assert newsroom.wait(newsroom.archive.due_count(newsroom.clock.now)) == 0
    newsroom.clock.forward(hours=1)
    assert names(lease(newsroom)) == ["herald1", "herald2", "herald0"]


def test_three_lost_connections_let_a_host_rest(newsroom: Any) -> None:
    articles(newsroom, "herald", 5)
    for name in ("herald0", "herald1", "herald2"):
        newsroom.commit(name, status=None, reading=None, reason=Reason.CONNECTION)
    assert newsroom.row("SELECT failures, retry_at FROM hosts") == (3, "2026-11-22T12:05:00Z")
    assert lease(newsroom) == []
    newsroom.commit("herald3")  # it was on its way
    assert newsroom.row("SELECT failures FROM hosts") == (0,)
    newsroom.clock.forward(minutes=5)
    assert len(lease(newsroom)) == 4  # the fifth was stored, and has its revisit later


def test_an_answer_that_was_on_its_way_does_not_lift_retry_after(newsroom: Any) -> None:
    articles(newsroom, "herald", 3)
    newsroom.commit("herald0", status=429, reading=None, retry_at=newsroom.clock.now + timedelta(hours=1))
    newsroom.commit("herald1", status=None, reading=None, reason=Reason.TIMEOUT)
    newsroom.commit("herald2")
    assert newsroom.row("SELECT failures, retry_at FROM hosts") == (0, "2026-11-22T13:00:00Z")


def test_a_run_visits_a_url_once(newsroom: Any) -> None:
    articles(newsroom, "herald", 1)
    (one,) = lease(newsroom)
    newsroom.commit(one.url.rsplit("/", 1)[-1], status=500, reading=None)
    newsroom.clock.forward(hours=1)
    assert lease(newsroom) == []  # due again, but not in this run
    newsroom.archive.begin_run("newsbot crawl", "0", "1")
    assert names(lease(newsroom)) == ["herald0"]


def test_what_is_given_back_is_due_again(newsroom: Any) -> None:
    articles(newsroom, "herald", 2)
    taken = lease(newsroom)
    assert newsroom.wait(newsroom.archive.release([taken[0].key])) == 1
    assert names(lease(newsroom)) == ["herald0"]
    assert newsroom.wait(newsroom.archive.free_leases()) == 2
    assert names(lease(newsroom)) == ["herald0", "herald1"]


def test_sources_that_leave_the_file_are_retired_and_come_back(newsroom: Any) -> None:
    articles(newsroom, "herald", 2)
    newsroom.plan(COURIER)
    assert newsroom.rows("SELECT id, state FROM sources ORDER BY id") == [
        ("courier", "active"),
        ("herald", "retired"),
    ]
    assert names(lease(newsroom)) == ["feed"]
    newsroom.plan(newsroom.source, partial=True)
    assert newsroom.rows("SELECT state FROM sources ORDER BY id") == [("active",), ("active",)]
    assert names(lease(newsroom)) == ["herald0", "herald1"]


def test_a_listing_that_leaves_the_file_is_parked_and_comes_back(newsroom: Any) -> None:
    found = newsroom.link("map.xml", kind=Kind.SITEMAP, via=Via.ROBOTS)
    newsroom.archive.commit_now(newsroom.listing(found))
    newsroom.plan(replace(newsroom.source, listings=()))
    state = "SELECT state FROM frontier WHERE key LIKE ?"
    assert newsroom.row(state, "%feed") == ("parked",)
    assert newsroom.row(state, "%map.xml") == ("due",)  # found, not written in the file
    newsroom.plan()
    assert newsroom.row(state, "%feed") == ("due",)


def test_a_shorter_every_takes_effect_at_once(newsroom: Any) -> None:
    newsroom.archive.commit_now(newsroom.listing())
    newsroom.plan(replace(newsroom.source, every=600.0))
    assert newsroom.row("SELECT due_at FROM frontier") == ("2026-11-22T12:10:00Z",)


def test_everything_means_listings_and_articles_inside_their_window(newsroom: Any) -> None:
    newsroom.archive.commit_now(
        newsroom.listing(*(newsroom.link(name) for name in ("port", "gone", "broken", "quay")))
    )
    newsroom.commit("port")
    newsroom.commit("gone")
    newsroom.commit("gone", status=410, reading=None)
    newsroom.commit("broken", status=500, reading=None)
    newsroom.commit("alias", final_url="https://herald.example/port")
    newsroom.commit("page", reading=newsroom.reading(is_article=False))
    newsroom.plan(everything=True)
    assert sorted(names(lease(newsroom))) == ["feed", "gone", "port", "quay"]
    newsroom.archive.begin_run("newsbot crawl", "0", "1")
    newsroom.wait(newsroom.archive.free_leases())
    newsroom.clock.forward(days=8)  # the window is 7 days
    newsroom.plan(everything=True)
    newsroom.archive.commit_now(newsroom.visit("quay"))
    assert "port" in names(lease(newsroom))  # its own schedule: due once more, and then it rests
    newsroom.commit("port")
    newsroom.archive.begin_run("newsbot crawl", "0", "1")
    newsroom.plan(everything=True)
    assert "port" not in names(lease(newsroom))


def test_a_list_of_urls_is_due_at_once_and_again_when_asked_for_again(newsroom: Any) -> None:
    urls = ["https://herald.example/a?utm_source=x", "https://herald.example/a", "https://herald.example/b"]
    assert newsroom.wait(newsroom.archive.add_urls("list", urls, newsroom.clock.now)) == 2
    assert names(lease(newsroom, sources=["list"])) == ["a?utm_source=x", "b"]
    newsroom.commit("b", source="list", revisit=())
    assert newsroom.row("SELECT state FROM frontier WHERE key LIKE '%/b'") == ("parked",)
    newsroom.archive.begin_run("newsbot crawl", "0", "1")
    assert newsroom.wait(newsroom.archive.add_urls("list", urls, newsroom.clock.now)) == 0
    assert "b" in names(lease(newsroom, sources=["list"]))


def test_one_bad_url_in_a_list_is_named_and_nothing_is_written(newsroom: Any) -> None:
    with pytest.raises(ValueError, match="'ftp://x' is not http"):
        newsroom.wait(
            newsroom.archive.add_urls("list", ["https://herald.example/a", "ftp://x"], newsroom.clock.now)
        )
    assert newsroom.rows("SELECT * FROM sources WHERE id = 'list'") == []


def test_many_links_at_once_are_quick_enough(newsroom: Any) -> None:
    done = newsroom.archive.commit_now(
        newsroom.listing(*(newsroom.link(f"s{number}") for number in range(5000)))
    )
    assert (done.outcome, done.new_links) == (Outcome.LISTED, 5000)
    assert len(lease(newsroom, 50, per_host=50)) == 50
