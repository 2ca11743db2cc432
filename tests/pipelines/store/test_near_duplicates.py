"""Stories that ran in several sources with nearly the same text: found, tied, and told who had them first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pipelines import dedupe
from pipelines.items import Precision, Published, Reading
from pipelines.reasons import Outcome
from pipelines.store import PlannedSource
from pipelines.store.clusters import _Member, first_of

PARAGRAPHS = [
    f"On quay {number} the crews of {number * 7} boats waited {number * 3} hours for pilots, and the harbour master of"
    f" the {place} side told them that dredging had moved {number * 11} thousand tonnes of sand."
    for number, place in enumerate(
        ["northern", "southern", "eastern", "western", "upper", "lower", "inner", "outer", "old", "new"], 2
    )
]
LOCAL = "Fishermen of our own town said that they had seen none of it, and that the council owed them an answer soon."


def told(newsroom: Any, paragraphs: list[str], **changes: Any) -> Reading:
    text = "\n\n".join(paragraphs)
    reading: Reading = newsroom.reading(text=text, **changes)
    return replace(reading, signature=dedupe.signature_of(text))


def commit(newsroom: Any, source: str, paragraphs: list[str], name: str = "wire", **changes: Any) -> Any:
    reading = told(newsroom, paragraphs, **changes)
    return newsroom.commit(url=f"https://{source}.example/{name}", source=source, reading=reading)


def hours_ago(newsroom: Any, hours: float) -> Published:
    at = newsroom.clock.now - timedelta(hours=hours)
    return Published(at, at.date(), Precision.MINUTE, "meta", 0.9)


def test_a_cut_copy_in_another_source_is_tied_to_who_had_it_first(newsroom: Any) -> None:
    commit(newsroom, "herald", PARAGRAPHS[:6], published=hours_ago(newsroom, 2), agencies=())
    commit(
        newsroom, "courier", [LOCAL, *PARAGRAPHS], headline="Sand and boats", published=hours_ago(newsroom, 5)
    )
    commit(newsroom, "times", PARAGRAPHS[4:], published=hours_ago(newsroom, 1))
    assert newsroom.rows("SELECT kind, first_article, first_by, agency, articles FROM clusters") == [
        ("near", 2, "published_at", "Reuters", 3)
    ]
    assert newsroom.rows("SELECT cluster FROM articles") == [(1,), (1,), (1,)]


def test_an_exact_copy_joins_as_it_did_and_a_near_one_joins_that(newsroom: Any) -> None:
    commit(newsroom, "herald", PARAGRAPHS)
    commit(newsroom, "courier", PARAGRAPHS)
    assert newsroom.row("SELECT kind, articles FROM clusters") == ("same_text", 2)
    commit(newsroom, "times", PARAGRAPHS[:5])
    assert newsroom.row("SELECT kind, articles FROM clusters") == ("near", 3)


def test_within_one_source_nothing_is_tied(newsroom: Any) -> None:
    commit(newsroom, "herald", PARAGRAPHS)
    commit(newsroom, "herald", PARAGRAPHS[:6], "again")
    assert newsroom.rows("SELECT * FROM clusters") == []


@pytest.mark.parametrize(("days", "clusters"), [(6, 1), (9, 0)])
def test_what_ran_long_before_is_another_story(newsroom: Any, days: int, clusters: int) -> None:
    commit(newsroom, "herald", PARAGRAPHS)
    commit(newsroom, "courier", PARAGRAPHS[:6], published=hours_ago(newsroom, 24 * days))
    assert newsroom.row("SELECT count(*) FROM clusters") == (clusters,)


def test_the_bands_of_weeks_that_are_over_are_swept(newsroom: Any) -> None:
    commit(newsroom, "herald", PARAGRAPHS)
    assert newsroom.row("SELECT count(*) > 0 FROM story_bands WHERE article = 1") == (1,)
    newsroom.clock.forward(days=21)
    commit(newsroom, "courier", PARAGRAPHS[:6])
    assert newsroom.rows("SELECT DISTINCT article FROM story_bands") == [(2,)]
    assert newsroom.row("SELECT count(*) FROM story_signatures") == (2,)


def test_an_edited_text_is_compared_again_and_an_unchanged_one_is_not(newsroom: Any) -> None:
    commit(newsroom, "herald", PARAGRAPHS)
    commit(newsroom, "courier", [LOCAL] * 3 + PARAGRAPHS[:1])
    assert newsroom.rows("SELECT * FROM clusters") == []
    done = commit(newsroom, "courier", PARAGRAPHS[:8])
    assert done.outcome is Outcome.REVISED
    assert newsroom.row("SELECT kind, articles FROM clusters") == ("near", 2)


def test_where_no_text_is_kept_the_signatures_tell(newsroom: Any) -> None:
    newsroom.plan(newsroom.source, PlannedSource("courier", "The Courier", store="metadata"))
    commit(newsroom, "courier", PARAGRAPHS)
    commit(newsroom, "herald", PARAGRAPHS[:8])
    assert newsroom.row("SELECT kind FROM clusters") == ("near",)


def test_a_new_reading_of_an_old_article_brings_its_signature_and_no_bands(newsroom: Any) -> None:
    newsroom.commit()
    newsroom.clock.forward(days=30)
    better = replace(told(newsroom, PARAGRAPHS), version="2")
    newsroom.commit(reading=better, reread=better)
    assert newsroom.row("SELECT count(*) FROM story_signatures") == (1,)
    assert newsroom.row("SELECT count(*) FROM story_bands") == (0,)


@pytest.mark.parametrize(
    ("members", "first", "known_by"),
    [
        pytest.param([(1, "2026-11-22T11:00:00Z", "2026-11-22"), (2, "2026-11-22T09:00:00Z", "2026-11-22")], 2, "published_at", id="times tell"),
        pytest.param([(1, "2026-11-22T11:00:00Z", "2026-11-22"), (2, None, "2026-11-21")], 2, "published_day", id="another day tells"),
        pytest.param([(1, None, "2026-11-22"), (2, "2026-11-22T00:30:00Z", "2026-11-22")], 1, "first_seen_at", id="a day is not midnight: only our visits tell"),
        pytest.param([(1, None, None), (2, None, "2026-11-25")], 2, "published_day", id="the one whose date is known"),
        pytest.param([(2, None, None), (1, None, None)], 1, "first_seen_at", id="no date at all"),
        pytest.param([], None, None, id="nobody"),
    ],
)  # fmt: skip
def test_who_had_it_first_as_far_as_dates_tell(
    members: list[Any], first: int | None, known_by: str | None
) -> None:
    assert first_of([_Member(*one, f"2026-11-22T12:00:0{one[0]}Z") for one in members]) == (first, known_by)


def test_a_day_alone_is_a_date_too(newsroom: Any) -> None:
    day = Published(None, date(2026, 11, 22), Precision.DAY, "url", 0.5)
    commit(newsroom, "herald", PARAGRAPHS, published=day)
    commit(newsroom, "courier", PARAGRAPHS[:6], published=day)
    assert newsroom.row("SELECT first_article, first_by FROM clusters") == (1, "first_seen_at")
