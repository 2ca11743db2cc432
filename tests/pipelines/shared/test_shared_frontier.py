"""Crawlers that share a frontier: who has which host, what is committed once, and what the frontier knows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from pipelines.items import LISTINGS, CaptureRef, Kind, Via
from pipelines.reasons import Outcome, Reason
from pipelines.shared.faults import FrontierUnusable
from pipelines.shared.wire import decode_visit

from .conftest import START, Clock, Crawling, Hire, do, link, page, source

Ask = Callable[..., list[tuple[Any, ...]]]


def letters(ask: Ask) -> list[Any]:
    return [decode_visit(visit) for (visit,) in ask("SELECT visit FROM newsbot.outbox ORDER BY id")]


def test_a_visit_goes_to_the_outbox_with_its_ack(hire: Hire, ask: Ask) -> None:
    one = hire("one", source("a"))
    one.plan()
    (lease,) = one.feed("https://a.example/1")
    assert (lease.url, lease.found[0].seen_in) == ("https://a.example/1", "https://a.example/feed")
    capture = CaptureRef("x.warc.gz", 1, 2, "sha1:A", START, 200, "text/html", 9)
    done = one.commit(lease, reading=page(), capture=capture, etag='"1"')
    assert (done.outcome, done.public_id is not None) == (Outcome.STORED, True)
    listing, article = letters(ask)
    assert (listing.kind, article.kind) == (Kind.FEED, Kind.ARTICLE)
    assert article.capture.place == "file://one/captures/"
    row = "SELECT state, run, visits, due_at, etag FROM newsbot.frontier WHERE key = %s"
    # Its ETag comes from who has the article: a 304 must not be said of a page that the archive never got.
    assert ask(row, lease.key) == [("due", one.run, 1, START + timedelta(hours=1), None)]
    assert one.articles() == []
    summary = do(one.frontier.run_summary(one.run))
    assert [(line.name, line.listings, line.found, line.stored) for line in summary.sources] == [
        ("A", 1, 1, 1)
    ]


def test_a_listing_keeps_its_validators_with_its_links(hire: Hire, clock: Clock, ask: Ask) -> None:
    one = hire("one", source("a"))
    one.plan()
    (listing,) = one.listings()
    one.commit(listing, etag='"f"', last_modified="Sun", found=(link("https://a.example/1"),))
    clock.forward(hours=2)
    other = hire("two", source("a"))
    do(one.frontier.free_leases())
    (listing,) = other.listings()
    assert (listing.etag, listing.last_modified) == ('"f"', "Sun")
    assert other.commit(listing, status=304).reason is Reason.NOT_MODIFIED


def test_a_host_belongs_to_one_crawler_at_a_time(hire: Hire) -> None:
    one, two = hire("one"), hire("two")
    one.plan()
    (first, *_) = leases = one.lease(limit=1)
    assert len(leases) == 1
    assert [lease.source for lease in two.lease()] == ["b" if first.source == "a" else "a"]
    assert two.lease() == []
    assert do(two.frontier.wait(START, ["a", "b"])) == pytest.approx(
        0.5
    )  # what the other leaves would be ours
    one.commit(first)
    one.listings()  # nothing is left for it there
    assert do(two.frontier.wait(START, [first.source])) is None


def test_several_crawlers_have_as_many_hosts_each(hire: Hire, ask: Ask) -> None:
    many = [source(name) for name in "abcd"]
    one = hire("one", *many, lease=1.0)
    one.plan()
    held = one.listings()
    assert len(held) == 4
    two = hire("two", *many, lease=1.0)

    def both_have_two() -> bool:
        one.listings()
        two.lease()
        rows = ask("SELECT count(*) FROM newsbot.hosts WHERE owner IS NOT NULL GROUP BY owner")
        return sorted(number for (number,) in rows) == [2, 2]

    time.sleep(0.3)  # a beat: only then does the first one hear of the second
    for lease in held[:2]:
        one.commit(lease, found=(link(f"https://{lease.host}/1", lease.url),))
    until(both_have_two)


def test_the_hosts_of_a_dead_crawler_are_taken_over_after_its_lease_and_its_delay(hire: Hire) -> None:
    one, two = hire("one", source("a"), lease=1.0, delay=0.5), hire("two", source("a"), lease=1.0)
    one.plan()
    (lease,) = one.listings()
    assert one.admit("a.example", 0.5) == 0.0
    asked = time.monotonic()
    one.frontier._line.beat = None  # as one that was killed: it gives no sign of life any more
    until(two.listings)
    assert time.monotonic() - asked > 1.0
    assert letters_of(two) == 0
    # It was only paused: it may send nothing more, and what it brings is not taken.
    assert one.admit("a.example", 0.5) > 0.0
    done = one.commit(lease)
    assert (done.outcome, done.reason, one.frontier.repeated) == (Outcome.FAILED, Reason.STOPPED, 1)
    assert letters_of(two) == 0


def letters_of(crawler: Crawling) -> int:
    return crawler.frontier.tally.visits


def test_a_crawler_that_slept_sends_nothing_before_it_renewed_its_leases(hire: Hire) -> None:
    one = hire("one", source("a"), lease=1.0)
    one.plan()
    one.listings()
    line = one.frontier._line
    beat, line.beat = line.beat, None
    until(lambda: one.frontier._ours.holding.begin("a.example", 0.0) == 0.05)  # half of the lease is over
    line.beat = beat
    do(one.frontier.due_count(START))  # wakes the thread, which renews them
    assert one.admit("a.example") == 0.0


def test_a_host_that_is_given_back_is_not_asked_before_its_delay_is_over(hire: Hire, ask: Ask) -> None:
    one, two = hire("one", source("a")), hire("two", source("a"))
    one.plan()
    (lease,) = one.listings()
    assert one.admit("a.example", 30.0) == 0.0
    one.frontier.done_with("a.example")
    one.commit(lease, found=(link("https://a.example/1"),))
    do(one.frontier.free_leases())
    ((wait,),) = ask("SELECT extract(epoch FROM next_at - clock_timestamp())::float8 FROM newsbot.hosts")
    assert 20 < wait <= 30
    assert two.articles() == []
    assert do(two.frontier.wait(START, ["a"])) is not None
    assert 20 < two.admit("a.example") <= 30  # nor because a redirect leads there


def test_a_host_stays_ours_while_a_request_is_under_way(hire: Hire, ask: Ask) -> None:
    one = hire("one", source("a"))
    one.plan()
    (lease,) = one.listings()
    assert one.admit("a.example") == 0.0
    one.commit(lease)
    one.listings()
    owned = "SELECT count(*) FROM newsbot.hosts WHERE owner = %s"
    assert ask(owned, one.run) == [(1,)]
    one.frontier.done_with("a.example")
    one.listings()
    assert ask(owned, one.run) == [(0,)]


def test_a_redirect_waits_for_the_host_of_another_crawler(hire: Hire) -> None:
    one, two = hire("one", source("a")), hire("two", source("b"))
    one.plan(partial=True)
    two.plan(partial=True)
    (lease,) = one.listings()
    (other,) = two.listings()
    assert one.admit("b.example") > 0
    assert one.admit("cdn.example") == 0.0  # nobody's
    two.commit(other)
    two.listings()
    assert one.admit("b.example") == 0.0
    do(one.frontier.postpone(lease.key, START))
    assert one.listings() == []
    one.clock.forward(seconds=5)
    until(one.listings)


def test_a_connection_that_is_lost_costs_nothing(hire: Hire, ask: Ask) -> None:
    one = hire("one", source("a"))
    one.plan()
    leases = one.feed("https://a.example/1", "https://a.example/2")
    kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'newsbot crawl%%' AND datname = current_database()"
    assert ask(kill) == [(1,)]
    assert one.commit(leases[0], reading=page()).outcome is Outcome.STORED
    ask(kill)
    assert one.commit(leases[1], reading=page("other")).outcome is Outcome.STORED
    assert len(letters(ask)) == 3


def test_a_commit_whose_answer_was_lost_is_not_made_twice(
    hire: Hire, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = hire("one", source("a"))
    one.plan()
    (lease,) = one.feed("https://a.example/1")
    line = one.frontier._line
    write, lost = line._write, []

    def written(connection: Any, errands: Any) -> Any:
        done = write(connection, errands)
        if not lost:
            lost.append(1)
            connection.execute("COMMIT")
            connection.close()
            raise psycopg.OperationalError("the connection was lost")
        return done

    monkeypatch.setattr(line, "_write", written)
    assert one.commit(lease, reading=page()).outcome is Outcome.STORED
    assert (lost, len(letters(ask)), one.frontier.repeated) == ([1], 2, 0)


def test_leases_whose_answer_was_lost_come_back(hire: Hire, ask: Ask) -> None:
    one = hire("one", source("a"), lease=1.0)
    one.plan()
    ask("UPDATE newsbot.frontier SET state = 'leased', run = %s", one.run)
    ask("UPDATE newsbot.hosts SET owner = %s, owned_until = now() + interval '1h'", one.run)
    line = one.frontier._line
    assert line._connection is not None
    line._connection.close()
    until(one.listings)


def test_a_server_that_stays_away_ends_the_crawl_with_a_sentence(
    hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = hire("one", source("a"), lease=1.0)
    one.plan()
    (lease,) = one.listings()
    line = one.frontier._line
    assert line._connection is not None
    monkeypatch.setattr(line._address, "_dsn", "postgresql://bot:secret@/none?host=/nowhere")
    line._connection.close()
    with pytest.raises(FrontierUnusable, match="cannot be reached") as told:
        one.commit(lease)
    assert "secret" not in str(told.value)
    assert one.frontier.end_after_fault(one.run, 4, str(told.value)) is False


def test_a_failed_crawl_gives_back_what_it_had(hire: Hire, ask: Ask) -> None:
    one, two = hire("one", source("a")), hire("two", source("a"))
    one.plan()
    one.listings()
    assert one.frontier.end_after_fault(one.run, 5, "The disk is full.")
    assert len(two.listings()) == 1
    assert ask("SELECT state, exit_code, ended_by FROM newsbot.runs WHERE id = %s", one.run) == [
        ("stopped", 5, "The disk is full.")
    ]


def test_a_run_that_was_called_dead_says_so(hire: Hire, ask: Ask) -> None:
    one = hire("one", source("a"), lease=1.0)
    ask("UPDATE newsbot.runs SET state = 'killed'")
    with pytest.raises(FrontierUnusable, match="calls it ended"):
        until(one.listings)


def test_two_that_name_the_same_articles_do_not_stand_in_each_others_way(
    hire: Hire, ask: Ask, clock: Clock
) -> None:
    urls = [f"https://c.example/{n}" for n in range(400)]
    for start in (0, 100):
        one, two = hire("one"), hire("two")
        one.plan()
        (first,) = one.lease(*LISTINGS, limit=1)
        (second,) = two.listings()
        part = urls[start : start + 300]
        found = tuple(link(url, title=str(start)) for url in part)
        threads = [
            threading.Thread(target=crawler.commit, args=(lease,), kwargs={"found": order})
            for crawler, lease, order in ((one, first, found), (two, second, found[::-1]))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for crawler in (one, two):
            do(crawler.frontier.free_leases())
            crawler.frontier.end_run(crawler.run, "finished", 0)
        clock.forward(hours=2)
    rows = "SELECT count(*), count(DISTINCT host) FROM newsbot.frontier WHERE kind = 'article'"
    assert ask(rows) == [(400, 1)]


def test_what_listings_say_is_kept_once_and_their_lastmod_moves(hire: Hire, clock: Clock) -> None:
    for title, lastmod in (("Rain", "1"), ("Rain", "2"), ("More rain", "2")):
        one = hire("one", source("a"))
        one.plan()
        (listing,) = one.listings()
        said = link("https://a.example/1", listing.url, title=title, lastmod=lastmod, date="Sun")
        one.commit(listing, found=(said,))
        (article,) = one.articles()
        do(one.frontier.free_leases())
        clock.forward(hours=9)
    assert [(said.title, said.lastmod, said.date) for said in article.found] == [
        ("Rain", "2", "Sun"),
        ("More rain", "2", "Sun"),
    ]


@pytest.mark.parametrize(
    ("found", "in_frontier"),
    [
        pytest.param(link("https://a.example/" + "ä" * 900), False, id="a key that no index takes"),
        pytest.param(link("https://a.example/x", refused=Reason.EXCLUDED), False, id="a link that is not wanted"),
        pytest.param(link("https://a.example/x", title="\x00\ud800"), True, id="letters that no database holds"),
        pytest.param(link("https://a.example/x", title="x" * 9999), True, id="a very long title"),
    ],
)  # fmt: skip
def test_any_link_can_be_committed(hire: Hire, ask: Ask, found: Any, in_frontier: bool) -> None:
    one = hire("one", source("a"))
    one.plan()
    (listing,) = one.listings()
    assert one.commit(listing, found=(found,)).outcome is Outcome.LISTED
    assert bool(one.articles()) is in_frontier
    ((sent,),) = [visit.found for visit in letters(ask)]
    assert (sent.refused is None) is in_frontier


def test_a_listing_of_listings_comes_to_an_end(hire: Hire, ask: Ask) -> None:
    one = hire("one", source("a"))
    one.plan()
    for depth in range(8):
        for listing in one.listings():
            deeper = link(f"https://a.example/{depth}.xml", kind=Kind.SITEMAP, via=Via.SITEMAP)
            one.commit(listing, found=(deeper,))
    assert ask("SELECT max(depth) FROM newsbot.frontier") == [(5,)]


def test_what_was_read_is_known_until_the_archive_says_more(hire: Hire, clock: Clock) -> None:
    one = hire("one", source("a"))
    one.plan()
    (lease,) = one.feed("https://a.example/1")
    assert one.commit(lease, reading=page()).outcome is Outcome.STORED
    for reading, outcome in ((page(), Outcome.UNCHANGED), (page("Now it snows."), Outcome.REVISED)):
        clock.forward(hours=2)
        do(one.frontier.free_leases())
        again = hire(f"run {outcome}", source("a"))
        (lease,) = again.articles()
        assert again.commit(lease, reading=reading).outcome is outcome
        clock.forward(days=1)
        do(again.frontier.free_leases())


def test_a_404_counts_as_gone_on_another_day(hire: Hire, clock: Clock) -> None:
    outcomes = []
    one = hire("one", source("a"))
    one.plan()
    leases = one.feed("https://a.example/1")
    for _ in range(2):
        outcomes.append(one.commit(leases[0], status=404).outcome)
        do(one.frontier.free_leases())
        clock.forward(days=2)
        one = hire("again", source("a"))
        leases = one.articles()
    assert outcomes == [Outcome.FAILED, Outcome.GONE]


def test_what_hosts_ask_for_holds_for_every_crawler(hire: Hire, clock: Clock) -> None:
    one = hire("one")
    one.plan()
    by_host = {lease.host: lease for lease in one.listings()}
    two = hire("two")
    rules = ("a.example", 200, "User-agent: *\x00", 7.0, START, "https://a.example/robots.txt")
    do(one.frontier.remember_robots(*rules))
    before = START - timedelta(hours=1)
    known = do(two.frontier.known_robots("a.example", "https://a.example/robots.txt", before, START))
    assert known == (200, "User-agent: *")
    one.commit(by_host["a.example"], status=429, retry_at=START + timedelta(hours=3))
    do(one.frontier.free_leases())
    one.frontier.end_run(one.run, "finished", 0)
    clock.forward(hours=2)
    assert [lease.host for lease in two.listings()] == ["b.example"]
    clock.forward(hours=2)
    assert do(two.frontier.wait(clock(), ["a"])) is not None
    until(lambda: "a.example" in [lease.host for lease in two.listings()])


def test_the_plan_follows_the_file(hire: Hire, ask: Ask, clock: Clock) -> None:
    one = hire("one", source("a", "https://a.example/feed", "https://a.example/old"), source("b"))
    one.plan()
    state = "SELECT url, state, named FROM newsbot.frontier ORDER BY url"
    assert [row[1:] for row in ask(state)] == [("due", True)] * 3
    for lease in one.listings():
        one.commit(lease)
    one.sources = [source("a", every=600.0)]
    one.plan()
    assert [row[1:] for row in ask(state)] == [("due", True), ("parked", False), ("due", True)]
    assert ask("SELECT id, state FROM newsbot.sources ORDER BY id") == [("a", "active"), ("b", "retired")]
    due = "SELECT due_at FROM newsbot.frontier WHERE url LIKE '%%a.example/feed'"
    assert ask(due) == [(START + timedelta(minutes=10),)]  # sooner, as the file wants it now
    one.plan(everything=True, partial=True)
    assert ask(due) == [(START,)]
    clock.at = START - timedelta(days=400)  # the clock had jumped ahead
    one.plan()
    assert ask(due) == [(clock.at,)]


def test_addresses_that_a_person_gives_are_visited_alone(hire: Hire) -> None:
    one = hire("one", source("a"))
    one.plan()
    urls = ["https://a.example/9", "https://a.example/8"]
    assert do(one.frontier.add_urls("a", urls, START)) == 2
    assert do(one.frontier.add_urls("a", urls, START)) == 0
    with pytest.raises(ValueError, match="nonsense"):
        do(one.frontier.add_urls("a", ["nonsense"], START))
    keys = one.lease(keys=["https://a.example/9"])
    assert [lease.url for lease in keys] == ["https://a.example/9"]


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)
