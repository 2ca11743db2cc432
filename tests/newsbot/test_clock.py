"""NEWSBOT_CLOCK: the time of a process begins where it says, and runs on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsbot import clock
from pipelines.errors import ConfigurationError


@pytest.fixture(autouse=True)
def fresh():
    clock._shift.cache_clear()
    yield
    clock._shift.cache_clear()


def test_the_time_is_the_machines_where_nobody_says_otherwise(monkeypatch):
    monkeypatch.delenv(clock.VARIABLE, raising=False)
    assert abs(clock.utc_now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.simulated() is None


def test_it_begins_at_the_instant_given_and_runs_on(monkeypatch):
    monkeypatch.setenv(clock.VARIABLE, "2026-01-05T03:15:00+03:00")
    first, second = clock.utc_now(), clock.utc_now()
    assert timedelta(0) <= first - datetime(2026, 1, 5, 0, 15, tzinfo=UTC) < timedelta(seconds=5)
    assert first <= second
    assert first.tzinfo is UTC


@pytest.mark.parametrize("given", ["yesterday", "2026-01-05", "2026-01-05T03:15:00", "1767582900"])
def test_what_is_no_instant_is_said_in_a_sentence(monkeypatch, given):
    monkeypatch.setenv(clock.VARIABLE, given)
    with pytest.raises(ConfigurationError, match="is no instant: write it with an offset"):
        clock.utc_now()
