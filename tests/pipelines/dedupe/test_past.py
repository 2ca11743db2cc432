"""What an older capture says of an article that the archive has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipelines.decisions import Earlier, Known, KnownArticle, Stage, Write
from pipelines.dedupe import content_hash, decide
from pipelines.dedupe.past import decide_past
from pipelines.items import Kind, Reading, Visit
from pipelines.reasons import Outcome, Reason

URL = "https://paper.example/ferry"
STORY = (
    "The ferry between the two islands resumed its service on {day}, a week after the storm had torn away the pier and "
    "the people of both sides had begun to row to each other's market with whatever would float on the water. The "
    "harbour master said that the new pier was made of oak, and that the old one had been made of hope and tar."
)


def day(number: int) -> datetime:
    return datetime(2019, 2, number, 12, tzinfo=UTC)


def words(text: str, version: str = "1") -> KnownArticle:
    hashed = content_hash("The ferry is back", None, None, text)
    return KnownArticle(
        1, "abc", "paper", "published", day(10), version, hashed, "The ferry is back", text=text,
        word_count=len(text.split()), notes=(),
    )  # fmt: skip


def reading(text: str, version: str = "1") -> Reading:
    known = words(text, version)
    return Reading(
        version, URL, True, headline=known.headline, text=text, word_count=known.word_count,
        content_hash=known.content_hash or "",
    )  # fmt: skip


ONE, TWO, THREE = (STORY.format(day=name) for name in ("Sunday", "Monday", "Tuesday"))


def visit(at: datetime, text: str, version: str = "1") -> Visit:
    return Visit(URL, URL, "paper", Kind.ARTICLE, at, status=200, reading=reading(text, version), past=True)


def known(*stages: tuple[int, str], confirmed: int, version: str = "1", made_by: str = "publisher") -> Known:
    """Stages by the day on which they were first seen."""
    told = tuple(
        Stage(day(first), made_by if number else "first", words(text, version))
        for number, (first, text) in enumerate(stages)
    )
    return Known("paper", told[-1].words, stages=told, confirmed_at=day(confirmed))


ONCE = known((10, TWO), confirmed=12)
TWICE = known((10, TWO), (14, THREE), confirmed=16)


@pytest.mark.parametrize(
    ("had", "at", "text", "outcome", "earlier"),
    [
        (ONCE, 5, TWO, Outcome.UNCHANGED, Earlier(0, same=True)),
        (ONCE, 5, ONE, Outcome.REVISED, Earlier(0, changed_again=("text",))),
        (ONCE, 11, TWO, Outcome.UNCHANGED, None),
        (ONCE, 11, ONE, Outcome.REVISED, Earlier(1, changed=("text",), changed_again=("text",))),
        (TWICE, 12, TWO, Outcome.UNCHANGED, None),
        (TWICE, 12, THREE, Outcome.UNCHANGED, Earlier(1, same=True)),
        (TWICE, 12, ONE, Outcome.REVISED, Earlier(1, changed=("text",), changed_again=("text",))),
        (TWICE, 5, TWO, Outcome.UNCHANGED, Earlier(0, same=True)),
        (TWICE, 5, ONE, Outcome.REVISED, Earlier(0, changed_again=("text",))),
        (TWICE, 15, THREE, Outcome.UNCHANGED, None),
    ],
    ids=[
        "older, the same words: seen sooner",
        "older, other words: the first version",
        "between two sights of it, the same words: nothing new",
        "between two sights of it, other words: there and back again",
        "in the time of the first version, its words: nothing new",
        "in the time of the first version, the words of the second: that began sooner",
        "in the time of the first version, other words: a version between them",
        "before both, the words of the first: seen sooner",
        "before both, other words: the first of three",
        "in the time of the last version, its words: nothing new",
    ],
)
def test_an_older_capture(had: Known, at: int, text: str, outcome: Outcome, earlier: Earlier | None) -> None:
    decision = decide(visit(day(at), text), had, day(28))
    assert (decision.outcome, decision.earlier) == (outcome, earlier)
    assert decision.write is (Write.EARLIER if earlier else Write.NOTHING)
    assert decision.revision is None


def test_a_newer_capture_is_as_a_visit_of_a_crawl() -> None:
    newer = visit(day(20), THREE)
    assert newer.reading is not None
    assert decide_past(newer, newer.reading, TWICE) is None
    assert decide(visit(day(20), ONE), TWICE, day(28)).revision == "publisher"


def test_what_other_rules_had_read_cannot_be_compared() -> None:
    had = known((10, TWO), confirmed=12, version="0")
    assert decide(visit(day(5), ONE), had, day(28)).reason is Reason.OTHER_RULES
    assert decide(visit(day(5), TWO), had, day(28)).earlier == Earlier(0, same=True)


def test_what_our_own_reading_made_of_a_page_was_not_there_sooner() -> None:
    had = known((10, TWO), (14, THREE), confirmed=16, made_by="reading")
    assert decide(visit(day(12), THREE), had, day(28)).write is Write.NOTHING


def test_a_wall_becomes_no_version() -> None:
    teaser = visit(day(5), TWO[:120])
    assert teaser.reading is not None
    walled = replace(teaser, reading=replace(teaser.reading, paywalled=True))
    decision = decide(walled, ONCE, day(28))
    assert (decision.outcome, decision.reason, decision.write) == (
        Outcome.SKIPPED,
        Reason.LESS_THAN_BEFORE,
        Write.NOTHING,
    )


def test_an_old_page_that_is_no_article_says_nothing_of_the_one_that_is() -> None:
    page = replace(visit(day(5), ""), reading=Reading("1", URL, False, reason=Reason.NOT_ARTICLE))
    decision = decide(page, ONCE, day(28))
    assert (decision.outcome, decision.reason, decision.doubts) == (Outcome.SKIPPED, Reason.NOT_ARTICLE, ())
