"""What listings bring decides when they are looked at again: the counters, what wakes a resting one, a changed `every`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pipelines.items import Found, Kind, Via, Visit
from pipelines.reasons import Reason

INDEX = "https://herald.example/index.xml"
MAP = "https://herald.example/map-2019-03.xml"
NEWS = "https://herald.example/news/"
PAGE_2 = "https://herald.example/news/page/2/"


def waits(room: Any, url: str) -> timedelta:
    """How long from now until a URL is due."""
    (due,) = room.row("SELECT due_at FROM frontier WHERE url = ?", url)
    wait: timedelta = datetime.fromisoformat(due) - room.clock.now
    return wait


def why(room: Any, url: str) -> str:
    (said,) = room.row("SELECT why FROM frontier WHERE url = ?", url)
    return str(said)


def listed(room: Any, url: str, kind: Kind, *found: Found, **changes: Any) -> Visit:
    visit: Visit = room.visit(url=url, kind=kind, reading=None, found=found, **changes)
    return visit


def test_a_feed_without_news_is_asked_less_often_and_at_once_again_when_news_comes(newsroom: Any) -> None:
    feed = newsroom.link("a")
    newsroom.archive.commit_now(newsroom.listing(feed))
    seen = []
    for _ in range(5):
        newsroom.archive.commit_now(newsroom.listing(feed))
        seen.append(waits(newsroom, "https://herald.example/feed"))
    assert seen == [timedelta(hours=hours) for hours in (2, 2, 4, 8, 16)]
    newsroom.archive.commit_now(newsroom.listing(status=304, reason=Reason.NOT_MODIFIED))
    assert newsroom.row("SELECT quiet FROM frontier WHERE kind = 'feed'") == (6,)
    newsroom.archive.commit_now(newsroom.listing(feed, newsroom.link("b")))
    assert waits(newsroom, "https://herald.example/feed") == timedelta(hours=2)
    assert newsroom.row("SELECT quiet, why FROM frontier WHERE kind = 'feed'") == (0, "every 2h")


def test_links_that_the_source_does_not_want_are_no_news(newsroom: Any) -> None:
    for number in range(3):
        unwanted = newsroom.link(f"video-{number}", refused=Reason.EXCLUDED)
        newsroom.archive.commit_now(newsroom.listing(unwanted))
    assert newsroom.row("SELECT quiet FROM frontier WHERE kind = 'feed'") == (3,)


def test_a_failure_keeps_the_count_and_is_asked_again_soon(newsroom: Any) -> None:
    for _ in range(4):
        newsroom.archive.commit_now(newsroom.listing())
    newsroom.archive.commit_now(newsroom.listing(status=500))
    assert newsroom.row("SELECT quiet, why FROM frontier WHERE kind = 'feed'") == (4, "it failed")
    assert waits(newsroom, "https://herald.example/feed") == timedelta(minutes=5)


def test_who_shortens_every_need_not_wait_and_who_does_not_keeps_what_was_learned(newsroom: Any) -> None:
    for _ in range(6):
        newsroom.archive.commit_now(newsroom.listing())
    newsroom.plan()
    assert waits(newsroom, "https://herald.example/feed") == timedelta(hours=16)
    newsroom.plan(replace(newsroom.source, every=1800.0))
    assert waits(newsroom, "https://herald.example/feed") == timedelta(minutes=30)
    assert why(newsroom, "https://herald.example/feed") == "sources.toml wants it sooner now"


def test_a_map_of_a_month_that_is_over_rests_until_its_index_says_that_it_changed(newsroom: Any) -> None:
    at = newsroom.link(
        "x", url=MAP, key=MAP, kind=Kind.SITEMAP, via=Via.SITEMAP, seen_in=INDEX, lastmod="2019-03-31"
    )
    newsroom.archive.commit_now(listed(newsroom, INDEX, Kind.SITEMAP, at))
    assert waits(newsroom, MAP) == timedelta(0)
    story = newsroom.link("old")
    newsroom.archive.commit_now(listed(newsroom, MAP, Kind.SITEMAP, story))
    assert waits(newsroom, MAP) == timedelta(hours=2)  # it brought something
    newsroom.archive.commit_now(listed(newsroom, MAP, Kind.SITEMAP, story))
    assert waits(newsroom, MAP) == timedelta(days=30)
    newsroom.clock.forward(hours=3)
    newsroom.archive.commit_now(listed(newsroom, INDEX, Kind.SITEMAP, at))
    assert waits(newsroom, MAP) > timedelta(days=29)
    newsroom.archive.commit_now(listed(newsroom, INDEX, Kind.SITEMAP, replace(at, lastmod="2026-11-22")))
    assert waits(newsroom, MAP) == timedelta(0)
    assert why(newsroom, MAP) == "its index says that it has changed"


def test_the_second_page_of_a_section_is_due_once_and_then_only_when_the_first_is_full_of_news(
    newsroom: Any,
) -> None:
    following = newsroom.link(
        "x", url=PAGE_2, key=PAGE_2[:-1], kind=Kind.SECTION, via=Via.SECTION, seen_in=NEWS
    )
    first = [newsroom.link(name) for name in "abcd"]
    newsroom.archive.commit_now(listed(newsroom, NEWS, Kind.SECTION, *first, following))
    assert waits(newsroom, PAGE_2) == timedelta(0)
    newsroom.archive.commit_now(listed(newsroom, PAGE_2, Kind.SECTION, newsroom.link("old"), key=PAGE_2[:-1]))
    assert waits(newsroom, PAGE_2) == timedelta(days=30)
    newsroom.archive.commit_now(listed(newsroom, NEWS, Kind.SECTION, *first, newsroom.link("e"), following))
    assert waits(newsroom, PAGE_2) == timedelta(days=30)
    much = [newsroom.link(name) for name in "fghie"]
    newsroom.archive.commit_now(listed(newsroom, NEWS, Kind.SECTION, *much, following))
    assert waits(newsroom, PAGE_2) == timedelta(0)
    assert why(newsroom, PAGE_2) == "the page before it is full of news"


def test_what_the_server_calls_fresh_is_not_asked_sooner(newsroom: Any) -> None:
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("a"), fresh_for=3 * 3600.0))
    assert waits(newsroom, "https://herald.example/feed") == timedelta(hours=3)
    assert why(newsroom, "https://herald.example/feed") == "the site says that it stays as it is for 3h"


def test_an_article_says_why_it_is_due(newsroom: Any) -> None:
    newsroom.commit()
    assert why(newsroom, "https://herald.example/port") == "1h after it was first seen"
    newsroom.commit("gone", reading=None, status=404)
    assert why(newsroom, "https://herald.example/gone") == "another day has to say 404 too"


def test_what_a_clock_that_had_jumped_ahead_wrote_does_not_wait_for_that_day(newsroom: Any) -> None:
    newsroom.commit()
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("a")))
    newsroom.clock.forward(days=4000)
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("b")))
    newsroom.commit("dock")
    newsroom.commit("busy", reading=None, status=429, retry_at=newsroom.clock.now + timedelta(hours=1))
    newsroom.clock.forward(days=-4000, minutes=30)
    newsroom.plan()
    late = newsroom.rows("SELECT key FROM frontier WHERE state = 'due' AND due_at > '2027'")
    assert late == []
    assert newsroom.rows("SELECT host FROM hosts WHERE retry_at > '2027'") == []
    assert why(newsroom, "https://herald.example/dock") == "the clock had jumped ahead"
    assert why(newsroom, "https://herald.example/port") == "1h after it was first seen"
    newsroom.plan()
    newsroom.commit("dock")
    assert waits(newsroom, "https://herald.example/dock") == timedelta(hours=1)


def test_a_pause_that_the_host_wants_is_no_failure_of_the_url(newsroom: Any) -> None:
    later = newsroom.clock.now + timedelta(hours=3)
    for _ in range(9):
        newsroom.commit(reading=None, status=429, retry_at=later)
    assert newsroom.row("SELECT state, failures, why FROM frontier WHERE kind = 'article'") == (
        "due",
        0,
        "its host is left alone until then",
    )
    assert waits(newsroom, "https://herald.example/port") == timedelta(hours=3)


def test_an_index_that_always_names_another_one_comes_to_an_end(newsroom: Any) -> None:
    def named(number: int) -> Found:
        url = f"https://herald.example/index-{number}.xml"
        found: Found = newsroom.link("x", url=url, key=url, kind=Kind.SITEMAP, via=Via.SITEMAP, seen_in=INDEX)
        return found

    visited = 0
    newsroom.archive.commit_now(listed(newsroom, INDEX, Kind.SITEMAP, named(1)))
    for number in range(1, 20):
        due = newsroom.rows("SELECT key FROM frontier WHERE kind = 'sitemap' AND visits = 0")
        if not due:
            break
        visited += 1
        newsroom.archive.commit_now(listed(newsroom, due[0][0], Kind.SITEMAP, named(number + 1)))
    assert visited == 5
    assert newsroom.rows("SELECT key, outcome FROM urls WHERE reason = 'trap'") == [
        ("https://herald.example/index-6.xml", "skipped")
    ]


def test_an_index_of_a_hundred_thousand_maps_is_followed_as_far_as_any_paper_goes(newsroom: Any) -> None:
    for page in range(3):
        maps = [
            newsroom.link(
                "x", url=f"{INDEX}?{page}-{n}", key=f"{INDEX}?{page}-{n}", kind=Kind.SITEMAP, via=Via.SITEMAP
            )
            for n in range(1000)
        ]
        newsroom.archive.commit_now(listed(newsroom, INDEX, Kind.SITEMAP, *maps))
        newsroom.archive.commit_now(
            listed(newsroom, INDEX, Kind.SITEMAP, *maps)
        )  # those we have stay as they are
    ((number,),) = newsroom.rows("SELECT count(*) FROM frontier WHERE kind = 'sitemap'")
    assert number == 2000
    assert newsroom.row("SELECT count(*) FROM urls WHERE reason = 'trap'") == (1001,)


def test_a_run_each_night_at_one_time_misses_nothing_by_moments(newsroom: Any) -> None:
    daily = replace(newsroom.source, every=86400.0)
    newsroom.plan(daily)
    begun = newsroom.clock.now
    newsroom.clock.forward(seconds=40)
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("a"), every=86400.0))
    newsroom.commit()
    newsroom.clock.now = begun + timedelta(days=1)
    newsroom.plan(daily)
    assert waits(newsroom, "https://herald.example/feed") == timedelta(0)
    newsroom.clock.now = begun + timedelta(hours=23, minutes=40)
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("b"), every=86400.0))
    newsroom.clock.forward(hours=12)
    newsroom.plan(daily)
    assert waits(newsroom, "https://herald.example/feed") == timedelta(hours=12)


def test_a_listing_of_every_quarter_of_an_hour_is_taken_ninety_seconds_early_and_no_more(
    newsroom: Any,
) -> None:
    often = replace(newsroom.source, every=900.0)
    newsroom.plan(often)
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("a"), every=900.0))
    newsroom.clock.forward(minutes=13)
    newsroom.plan(often)
    assert waits(newsroom, "https://herald.example/feed") == timedelta(minutes=2)
    newsroom.clock.forward(seconds=31)
    newsroom.plan(often)
    assert waits(newsroom, "https://herald.example/feed") == timedelta(0)
