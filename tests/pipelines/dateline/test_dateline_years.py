"""Which year a dateline without one belongs to."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.dateline import parse_dateline

LONG_AFTER = datetime(2024, 9, 10, tzinfo=UTC)


def settled(text, *, published=None, fetched=LONG_AFTER, url=None, language="en", body=""):
    found = parse_dateline(
        text, published=published, fetched_at=fetched, language=language, url=url, body=body or text
    )
    assert found is not None
    return found.date, found.year_from, found.month_day


CASES = {
    "a printed year needs no other evidence": ({"text": "OSLO, June 22, 2014 (AFP) - It rained."}, "2014-06-22", "printed"),
    "the publication date gives the year": ({"text": "OSLO, June 22 (AFP) - It rained.", "published": date(2014, 6, 22)}, "2014-06-22", "published"),
    "across New Year the closest year is the one before": ({"text": "OSLO, Dec. 31 (AFP) - It rained.", "published": date(2015, 1, 2)}, "2014-12-31", "published"),
    "a newsroom in the east is a day ahead": ({"text": "AUCKLAND, Jan 1 (AFP) - It rained.", "published": date(2014, 12, 31)}, "2015-01-01", "published"),
    "the address gives the year": ({"text": "OSLO, June 22 (AFP) - It rained.", "url": "https://paper.example/2014/06/rain/"}, "2014-06-22", "url"),
    "the same day with its year in the text": ({"text": "OSLO, Aug. 15 (AFP) - The rain of Aug. 15, 2021, was heavy."}, "2021-08-15", "text"),
    "a fetch within four days gives the year": ({"text": "OSLO, June 22 (AFP) - It rained.", "fetched": datetime(2014, 6, 24, tzinfo=UTC)}, "2014-06-22", "fetched"),
    "a fetch on New Year's Day finds the old year": ({"text": "OSLO, Dec 31 (AFP) - It rained.", "fetched": datetime(2020, 1, 1, tzinfo=UTC)}, "2019-12-31", "fetched"),
    "weekday and a named year agree on one": ({"text": "OSLO, June 22 (AFP) - Rain fell on Sunday. The dam was built in 2013."}, "2014-06-22", "weekday"),
    "a year that lies ahead bounds from above": ({"text": "OSLO, July 8 (AFP) - Rain fell on Tuesday. The dam opens in 2018.", "fetched": datetime(2017, 1, 1, tzinfo=UTC)}, "2014-07-08", "weekday"),
    "a leap day and its weekday meet once": ({"text": "OSLO, Feb 29 (AFP) - Rain fell on Monday.", "fetched": datetime(2019, 5, 1, tzinfo=UTC)}, "2016-02-29", "weekday"),
    "a weekday alone fits many years": ({"text": "OSLO, April 10 (AFP) - Rain fell on Saturday."}, None, None),
    "the fetch date alone is no evidence": ({"text": "OSLO, March 11 (AFP) - It rained."}, None, None),
    "last Sunday is not the story's own day": ({"text": "OSLO, June 22 (AFP) - It rained as it did last Sunday, in 2013."}, None, None),
    "a day later than the fetch is not this year's": ({"text": "OSLO, May 2 (AFP) - It rained.", "fetched": datetime(2024, 5, 1, tzinfo=UTC)}, None, None),
    "Thai years run 543 ahead": ({"text": "เชียงใหม่ 22 มิ.ย. 2557 – ฝนตก", "language": "th"}, "2014-06-22", "printed"),
    "metadata years off lose against weekday and text": (
        {"text": "OSLO, June 22 (AFP) - Rain fell on Sunday. The dam was built in 2013.", "published": date(2024, 1, 1)}, "2014-06-22", "weekday"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "day", "year_from"), CASES.values(), ids=CASES.keys())
def test_the_year(given, day, year_from):
    found, told_by, month_day = settled(**given)
    assert (found.isoformat() if found else None, told_by) == (day, year_from)
    assert month_day is not None


def test_an_open_year_keeps_month_and_day():
    assert settled("OSLO, March 11 (AFP) - It rained.") == (None, None, "--03-11")


def test_a_printed_year_after_the_fetch_is_not_believed():
    found = settled("OSLO, June 22, 2031 (AFP) - It rained.")
    assert found == (None, None, "--06-22")


def test_without_a_body_the_whole_text_speaks_for_the_year():
    text = (
        "OSLO, June 22 (AFP) - Rain fell on Sunday. " + "It rained on. " * 200 + "The dam was built in 2013."
    )
    assert settled(text)[1] == "weekday"
    found = parse_dateline(text, published=None, fetched_at=LONG_AFTER, language="en", url=None)
    assert found is not None
    assert found.year_from == "weekday"
