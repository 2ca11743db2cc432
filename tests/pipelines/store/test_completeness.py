"""Every address and every visit is accounted for once, whatever happened."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.items import Kind
from pipelines.reasons import Outcome, Reason
from pipelines.store import open_readonly
from pipelines.store.completeness import Completeness, completeness

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f"])
EVENTS = st.one_of(
    st.tuples(st.just("listed"), st.lists(NAMES, max_size=4)),
    st.tuples(st.just("refused"), st.lists(NAMES, max_size=2)),
    st.tuples(st.just("article"), NAMES),
    st.tuples(st.just("changed"), NAMES),
    st.tuples(st.just("unchanged"), NAMES),
    st.tuples(st.just("status"), st.tuples(NAMES, st.sampled_from([404, 410, 500, 429]))),
    st.tuples(st.just("fault"), st.tuples(NAMES, st.sampled_from([Reason.DNS, Reason.BLOCKED, Reason.ROBOTS]))),
    st.tuples(st.just("no article"), NAMES),
    st.tuples(st.just("redirected"), st.tuples(NAMES, NAMES)),
    st.tuples(st.just("canonical"), st.tuples(NAMES, NAMES)),
    st.tuples(st.just("later"), st.integers(1, 60)),
)  # fmt: skip


def happen(room: Any, what: str, of: Any) -> None:
    if what == "listed":
        room.archive.commit_now(room.listing(*(room.link(name) for name in of)))
    elif what == "refused":
        room.archive.commit_now(room.listing(*(room.link(name, refused=Reason.EXCLUDED) for name in of)))
    elif what == "article":
        room.commit(of)
    elif what == "changed":
        room.commit(of, reading=room.reading(of, headline=f"At {room.clock.now}"))
    elif what == "unchanged":
        room.commit(of, status=304, reading=None)
    elif what == "status":
        room.commit(of[0], status=of[1], reading=None)
    elif what == "fault":
        room.commit(of[0], status=None, reason=of[1], reading=None)
    elif what == "no article":
        room.commit(of, reading=room.reading(of, is_article=False, reason=Reason.NOT_ARTICLE))
    elif what == "redirected":
        room.commit(of[0], final_url=f"https://herald.example/{of[1]}", reading=room.reading(of[1]))
    elif what == "canonical":
        room.commit(of[0], reading=room.reading(of[0], canonical_url=f"https://herald.example/{of[1]}"))
    else:
        room.clock.forward(hours=of)


def days_of(room: Any) -> list[Completeness]:
    with closing(open_readonly(room.path)) as connection:
        return completeness(connection, "herald", date(2026, 1, 1), date(2030, 1, 1))


@settings(max_examples=20, deadline=None)
@given(st.lists(EVENTS, max_size=14))
def test_whatever_happens_it_adds_up(newsroom_of: Any, events: list[tuple[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        room = newsroom_of(Path(folder) / "archive.db")
        room.plan()
        try:
            for what, of in events:
                happen(room, what, of)
            days = days_of(room)
            assert all(day.adds_up() for day in days), days
            assert sum(day.lost for day in days) == 0
            (urls,) = room.row(
                "SELECT count(*) FROM urls WHERE key NOT IN (SELECT key FROM frontier WHERE kind != 'article')"
            )
            assert sum(day.seen for day in days) == urls
            (visits,) = room.row("SELECT count(*) FROM fetches WHERE kind = 'article'")
            assert sum(day.fetched for day in days) == visits
            for outcome in ("stored", "revised", "unchanged"):
                (number,) = room.row(
                    "SELECT count(*) FROM fetches WHERE kind = 'article' AND outcome = ?", outcome
                )
                assert sum(getattr(day, outcome) for day in days) == number
            (articles,) = room.row("SELECT count(*) FROM articles")
            assert sum(day.kept for day in days) == articles
        finally:
            room.archive.close()


def test_a_day_tells_reasons(newsroom: Any) -> None:
    newsroom.archive.commit_now(
        newsroom.listing(*map(newsroom.link, "abcd"), newsroom.link("e", refused=Reason.OFF_SITE))
    )
    newsroom.commit("a")
    newsroom.commit("b", status=None, reason=Reason.DNS, reading=None)
    newsroom.commit("c", reading=newsroom.reading("c", is_article=False, reason=Reason.NOT_ARTICLE))
    newsroom.clock.forward(days=1)
    assert newsroom.commit("a", status=304, reading=None).outcome is Outcome.UNCHANGED
    today, yesterday = days_of(newsroom)
    assert (today.fetched, today.unchanged, today.seen) == (1, 1, 0)
    assert yesterday.day + timedelta(days=1) == today.day
    assert (yesterday.seen, yesterday.kept, yesterday.waiting, yesterday.fetched) == (5, 1, 1, 3)
    assert yesterday.dropped == {"not_article": 1, "off_site": 1}
    assert yesterday.failing == {"dns": 1}
    assert (yesterday.skipped, yesterday.failed) == ({"not_article": 1}, {"dns": 1})


def test_listings_are_no_addresses_of_articles(newsroom: Any) -> None:
    newsroom.archive.commit_now(newsroom.listing(newsroom.link("sub", kind=Kind.SITEMAP)))
    assert [(day.seen, day.fetched) for day in days_of(newsroom)] in ([], [(0, 0)])
