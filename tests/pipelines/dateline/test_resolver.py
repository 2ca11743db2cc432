"""Which statement about the publication date wins, and why the others do not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.dateline.candidates import MODIFIED, PUBLISHED, Candidate
from pipelines.dateline.instants import read_instant
from pipelines.dateline.resolver import resolve
from pipelines.items import Precision

FETCHED = datetime(2014, 6, 23, 12, tzinfo=UTC)


def said(printed, confidence=0.9, origin="meta", name="x", role=PUBLISHED):
    return Candidate(origin, name, role, printed, read_instant(printed), confidence)


def published(*candidates, zone=None, fetched=FETCHED):
    found = resolve(candidates, fetched, zone).published
    return (found.at.strftime("%d %H:%M") if found.at else None, found.day.isoformat() if found.day else None)


CASES = {
    "an instant with its offset": ([said("2014-06-22T18:30:00+03:00")], None, ("22 15:30", "2014-06-22")),
    "the more trusted statement wins": ([said("2014-06-22T10:00Z", 0.97), said("2014-06-20T10:00Z", 0.5)], None, ("22 10:00", "2014-06-22")),
    "a day alone has no instant": ([said("2014-06-22")], None, (None, "2014-06-22")),
    "midnight in UTC is a day": ([said("2014-06-22T00:00:00Z")], None, (None, "2014-06-22")),
    "a day takes the time of a twin on that day": ([said("2014-06-22", 0.97), said("2014-06-22T18:30:00+03:00", 0.7)], None, ("22 15:30", "2014-06-22")),
    "a twin on another day gives no time": ([said("2014-06-22", 0.97), said("2014-06-20T18:30:00+03:00", 0.7)], None, (None, "2014-06-22")),
    "a naive clock is read in the source's zone": ([said("2014-06-22 18:30")], "Asia/Baghdad", ("22 15:30", "2014-06-22")),
    "a naive clock takes the offset of its twin": ([said("2014-06-22 18:30", 0.97), said("2014-06-22T18:30:10+03:00", 0.5)], None, ("22 15:30", "2014-06-22")),
    "a naive clock takes the instant of its twin in UTC": ([said("2014-06-22 18:30", 0.97), said("2014-06-22T15:30:00Z", 0.5)], None, ("22 15:30", "2014-06-22")),
    "a naive clock takes the page's other offset": ([said("2014-06-22 18:30", 0.97), said("2014-06-22T20:00:00+03:00", 0.9, role=MODIFIED)], None, ("22 15:30", "2014-06-22")),
    "a naive clock without any zone tells the day": ([said("2014-06-22 18:30")], None, (None, "2014-06-22")),
    "one clock with two offsets: not the UTC one": ([said("2014-06-22T18:30:00Z", 0.97), said("2014-06-22T18:30:00+03:00", 0.5)], None, ("22 15:30", "2014-06-22")),
    "nothing after the fetch": ([said("2014-07-01T10:00:00Z")], None, (None, None)),
    "local time labelled UTC that lies after the fetch": ([said("2014-06-23T13:30:00Z")], "Asia/Baghdad", ("23 10:30", "2014-06-23")),
    "a later statement falls to the next": ([said("2031-01-01T10:00Z", 0.97), said("2014-06-22", 0.5)], None, (None, "2014-06-22")),
    "the day of a UTC clock is the source's": ([said("2014-06-22T22:30:00Z")], "Asia/Baghdad", ("22 22:30", "2014-06-23")),
    "epoch zero is nobody's date": ([said("1970-01-01T00:00:01Z")], None, (None, None)),
    "a modified date is no publication date": ([said("2014-06-22T10:00Z", role=MODIFIED)], None, (None, None)),
    "an unknown zone name is as none": ([said("2014-06-22 18:30")], "Mars/Olympus", (None, "2014-06-22")),
    "nothing said, nothing known": ([], None, (None, None)),
}  # fmt: skip


@pytest.mark.parametrize(("candidates", "zone", "expected"), CASES.values(), ids=CASES.keys())
def test_the_publication_date(candidates, zone, expected):
    assert published(*candidates, zone=zone) == expected


LOCAL = {
    "a clock without any zone stays as printed": ([said("2014-06-22 18:30")], {}, (None, "2014-06-22 18:30")),
    "a day alone has no clock": ([said("2014-06-22")], {}, (None, None)),
    "a day takes a clock without zone from another statement": ([said("2014-06-22", 0.97), said("2014-06-22 18:30", 0.6)], {}, (None, "2014-06-22 18:30")),
    "an instant is worth more than a clock without zone": ([said("2014-06-22", 0.97), said("2014-06-22 18:30", 0.7), said("2014-06-22T12:10:00Z", 0.6)], {}, ("22 12:10", "2014-06-22 12:10")),
    "the clock of an offset is as printed": ([said("2014-06-22T18:30:00+03:00")], {}, ("22 15:30", "2014-06-22 18:30")),
    "a clock in UTC is turned by the source's zone": ([said("2014-06-22T22:30:00Z")], {"timezone_name": "Asia/Baghdad"}, ("22 22:30", "2014-06-23 01:30")),
    "a clock in UTC is turned by the one offset of the domain's country": ([said("2014-06-22T22:30:00Z")], {"domain": "DE"}, ("22 22:30", "2014-06-23 00:30")),
    "a country with several clocks turns nothing": ([said("2014-06-22T22:30:00Z")], {"domain": "US"}, ("22 22:30", "2014-06-22 22:30")),
    "a clock without zone is read in the one zone of the source's country": ([said("2014-06-22 18:30")], {"country": "IQ"}, ("22 15:30", "2014-06-22 18:30")),
    "two zones that show the same time are one": ([said("2014-06-22 18:30")], {"country": "DE"}, ("22 16:30", "2014-06-22 18:30")),
    "a country with several clocks tells no instant": ([said("2014-06-22 18:30")], {"country": "BR"}, (None, "2014-06-22 18:30")),
    "the country of the address, where nothing else is known": ([said("2014-06-22 18:30")], {"domain": "IQ"}, ("22 15:30", "2014-06-22 18:30")),
    "an address in a country with several clocks tells no instant": ([said("2014-06-22 18:30")], {"domain": "US"}, (None, "2014-06-22 18:30")),
    "a top domain that is sold everywhere tells no instant": ([said("2014-06-22 18:30")], {"domain": "LA"}, (None, "2014-06-22 18:30")),
    "the address tells nothing beside another date in UTC": ([said("2014-06-22 18:30"), said("2014-06-22T19:10:00Z", role=MODIFIED)], {"domain": "IQ"}, (None, "2014-06-22 18:30")),
    "the address tells nothing where the source's country has several clocks": ([said("2014-06-22 18:30")], {"country": "BR", "domain": "IQ"}, (None, "2014-06-22 18:30")),
    "no country has that code": ([said("2014-06-22 18:30")], {"country": "QQ"}, (None, "2014-06-22 18:30")),
    "one clock with two offsets where a third date confirms UTC": ([said("2014-06-22T18:30:00-05:00", 0.97), said("2014-06-22T18:30:00Z", 0.9), said("2014-06-22T13:30:00-05:00", 0.5, role=MODIFIED)], {}, ("22 18:30", "2014-06-22 13:30")),
    "the same, confirmed by a clock without offset": ([said("2014-06-22T18:30:00-05:00", 0.97), said("2014-06-22T18:30:00Z", 0.9), said("2014-06-22 13:30:00", 0.5)], {}, ("22 18:30", "2014-06-22 13:30")),
    "the same, where a third date confirms the other": ([said("2014-06-22T18:30:00Z", 0.97), said("2014-06-22T18:30:00+03:00", 0.9), said("2014-06-22T15:30:00Z", 0.5)], {}, ("22 15:30", "2014-06-22 18:30")),
}  # fmt: skip


@pytest.mark.parametrize(("candidates", "known", "expected"), LOCAL.values(), ids=LOCAL.keys())
def test_the_clock_where_the_paper_is(candidates, known, expected):
    found = resolve(candidates, FETCHED, **{"timezone_name": None, **known}).published
    at = found.at.strftime("%d %H:%M") if found.at else None
    assert (at, found.local.strftime("%Y-%m-%d %H:%M") if found.local else None) == expected
    assert found.day == (found.local.date() if found.local else date(2014, 6, 22))


def test_an_instant_that_only_the_address_tells_is_believed_less_and_says_so():
    found = resolve([said("2014-06-22 18:30", 0.9)], FETCHED, None, domain="IQ")
    assert (found.published.offset_from, found.published.confidence) == ("address", 0.81)
    assert "assumed UTC+3" in found.candidates[0].note
    assert "IQ" in found.candidates[0].note


def test_an_assumed_offset_is_no_reason_to_prefer_another_day():
    found = resolve([said("2014-06-22 18:30", 0.55), said("2014-06-21", 0.55)], FETCHED, None, domain="IQ")
    assert str(found.published.day) == "2014-06-22"


def test_an_assumed_offset_refuses_nothing():
    """18:30 in Chile would lie after the fetch at 20:00 UTC: perhaps the clock is UTC, so only the day counts."""
    fetched = datetime(2014, 6, 22, 20, tzinfo=UTC)
    found = resolve([said("2014-06-22 18:30", 0.9)], fetched, None, domain="VE")
    assert (found.published.at, str(found.published.day)) == (None, "2014-06-22")


def test_an_instant_that_only_the_country_tells_is_believed_less():
    found = resolve([said("2014-06-22 18:30", 0.9)], FETCHED, None, country="IQ")
    assert found.published.confidence == 0.77
    assert "country IQ" in found.candidates[0].note


def test_every_candidate_is_kept_with_why_it_was_refused():
    found = resolve(
        [said("2031-01-01T10:00Z", 0.97), said("nonsense", 0.9), said("2014-06-22", 0.5)], FETCHED, None
    )
    assert [(one.chosen, one.note) for one in found.candidates] == [
        (False, "lies after the fetch"),
        (False, "tells no day that could be read"),
        (True, ""),
    ]


def test_modified_is_told_apart_and_never_before_publication():
    late = resolve([said("2014-06-22T10:00Z"), said("2014-06-22T12:00Z", role=MODIFIED)], FETCHED, None)
    early = resolve([said("2014-06-22T10:00Z"), said("2014-06-21T12:00Z", role=MODIFIED)], FETCHED, None)
    assert late.modified_at == datetime(2014, 6, 22, 12, tzinfo=UTC)
    assert early.modified_at is None


def test_two_trusted_statements_days_apart_are_a_doubt():
    found = resolve([said("2014-06-22", 0.97), said("2014-05-22", 0.95)], FETCHED, None)
    assert [doubt.doubt for doubt in found.doubts] == ["date_conflict"]


def test_precision_and_origin_are_told():
    found = resolve(
        [said("2014-06-22T18:30+03:00", origin="jsonld", name="NewsArticle.datePublished")], FETCHED, None
    ).published
    assert (found.precision, found.origin, found.confidence) == (
        Precision.MINUTE,
        "jsonld NewsArticle.datePublished",
        0.9,
    )
    assert found.day == date(2014, 6, 22)
