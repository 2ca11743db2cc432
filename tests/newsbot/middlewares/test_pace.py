"""Retry-After, holds, spacing and Crawl-delay."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.core.downloader import Slot

from newsbot.middlewares.pace import crawl_delay, hold_until, parse_retry_after, spacing

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("999999999999999999", 86400),
        ("Sun, 22 Nov 2026 12:10:00 GMT", 600),
        ("Sunday, 22-Nov-26 12:10:00 GMT", 600),
        ("Sun Nov 22 12:10:00 2026", 600),
        ("Sun, 22 Nov 2026 13:10:00 +0100", 600),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("１２０", None),
        ("Sun, 99 Nov 2026 12:10:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value, seconds):
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert parse_retry_after(value, NOW) == expected


@given(st.text(max_size=60))
def test_no_retry_after_leads_out_of_the_next_day(value):
    at = parse_retry_after(value, NOW)
    assert at is None or NOW <= at <= NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "retry_after", "strikes", "seconds"),
    [
        (200, "120", 0, None),
        (500, "120", 0, None),
        (429, "120", 0, 120),
        (503, "120", 0, 120),
        (503, None, 0, None),
        (503, "soon", 0, None),
        (429, None, 0, 60),
        (429, None, 1, 120),
        (429, None, 30, 86400),
        (429, "soon", 0, 60),
        (429, "0", 0, 1),
    ],
)
def test_a_host_is_held_where_it_asked_for_a_pause(status, retry_after, strikes, seconds):
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert hold_until(status, retry_after, NOW, strikes) == expected


@given(st.floats(0.001, 60), st.integers(0, 2**32))
def test_a_delay_is_a_minimum(delay, seed):
    random.seed(seed)
    slot_delay, jitter = spacing(delay)
    slot = Slot(1, slot_delay, jitter)
    drawn = [slot.download_delay() for _ in range(20)]
    assert all(delay * 0.999 <= seconds <= delay * 1.501 for seconds in drawn)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(None, 0), (0, 0), (-1, 0), (2.5, 2.5), (60, 60), (3600, 60), (float("inf"), 0), (float("nan"), 0)],
)
def test_crawl_delay_is_capped_and_nonsense_is_none(asked, seconds):
    assert crawl_delay(asked) == seconds
