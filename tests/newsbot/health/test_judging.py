"""What is alarming: a table of histories, and a year of papers on which nothing is."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from newsbot.health.judging import judge
from newsbot.sources import Expect
from pipelines.store.health import HealthDay, ListingHealth, SourceHealth

NOW = datetime(2026, 11, 25, 3, 15, tzinfo=UTC)  # a Wednesday: Tuesday is judged
YESTERDAY = NOW.date() - timedelta(days=1)
NOTHING = Expect()


def day(at: date, stored: int, **more: int) -> HealthDay:
    """A day on which everything that came in had everything."""
    full = {"with_date": stored, "with_byline": stored, "with_headline": stored, "read": stored}
    return HealthDay(
        **({"day": at, "visits": stored + 3, "stored": stored, "words": 400 * stored} | full | more)
    )  # type: ignore[arg-type]


def history(of: Callable[[date], int], days: int = 60) -> list[HealthDay]:
    """Days up to the one before yesterday."""
    return [day(at, of(at)) for at in (YESTERDAY - timedelta(days=back) for back in range(days, 0, -1))]


def daily(at: date) -> int:
    return 20


def weekdays(at: date) -> int:
    return 20 if at.weekday() < 5 else 0


def mondays_off(at: date) -> int:
    return 0 if at.weekday() == 1 else 20


def weekly(at: date) -> int:
    return 3 if at.weekday() == 4 else 0


def alarms(
    past: list[HealthDay], last: HealthDay | None, expect: Expect = NOTHING, **more: object
) -> list[str]:
    days = tuple(past if last is None else [*past, last])
    found = judge(SourceHealth("herald", "The Herald", days, **more), expect, NOW)  # type: ignore[arg-type]
    return [f"{one.alarm} {one.field}".strip() for one in found]


Y = YESTERDAY
POOR = {"with_headline": 2, "with_date": 1, "words": 900}


@pytest.mark.parametrize(
    ("past", "last", "expected"),
    [
        pytest.param(history(daily), day(Y, 20), [], id="a day as every day"),
        pytest.param(history(daily), day(Y, 0), ["silence articles"], id="a daily paper falls silent"),
        pytest.param(history(mondays_off), day(Y, 0), [], id="no article on the weekday that never has any"),
        pytest.param(history(daily, 20), day(Y, 0), [], id="too little history of that weekday"),
        pytest.param(history(daily), None, [], id="not visited: the crawl did not run"),
        pytest.param([], day(Y, 0), [], id="a new source"),
        pytest.param(history(daily), day(Y, 2), ["drop articles"], id="a tenth of what is usual"),
        pytest.param(history(daily), day(Y, 9), [], id="a quiet day"),
        pytest.param(history(lambda at: 3), day(Y, 0), [], id="one empty day of a small paper"),
        pytest.param(history(lambda at: 100), day(Y, 45), ["drop articles"], id="a large paper at less than half"),
        pytest.param(history(weekly), day(Y, 0), [], id="a weekly between two issues"),
        pytest.param(
            [*history(weekly, 100)[:-30], *(day(Y - timedelta(days=n), 0) for n in range(30, 0, -1))],
            day(Y, 0), ["silence articles"], id="a weekly without an issue for a month",
        ),
        pytest.param(
            history(lambda at: 12 if at.day == 20 else 3), day(Y, 3), [], id="more than usual is no drop later"
        ),
        pytest.param(history(daily), day(Y, 20, with_byline=3), ["drop byline"], id="bylines are gone"),
        pytest.param(history(daily), day(Y, 20, with_byline=17), [], id="a few without byline"),
        pytest.param(history(daily), day(Y, 20, **POOR), ["layout"], id="several fields fall at once"),
        pytest.param(history(daily), day(Y, 20, words=1000), ["drop words"], id="texts of a few words"),
        pytest.param(
            [replace(one, with_byline=one.stored // 5) for one in history(daily)], day(Y, 20, with_byline=0),
            [], id="few ever had a byline",
        ),
        pytest.param(
            [replace(one, with_headline=0, read=0) for one in history(daily)], day(Y, 20, with_headline=0),
            [], id="headlines were not counted before",
        ),
        pytest.param(history(lambda at: 3), day(Y, 3, with_date=1), [], id="two of nine without a date"),
        pytest.param(
            [*history(lambda at: 8)[:-1], day(Y - timedelta(days=1), 0)], day(Y, 0), ["silence articles"],
            id="two empty days of a middling paper",
        ),
        pytest.param(
            history(lambda at: 3)[:-4] + [replace(day(Y - timedelta(days=n), 3), with_date=0) for n in (4, 3, 2, 1)],
            day(Y, 3, with_date=0), ["drop date"], id="a small paper without dates for days",
        ),
    ],
)  # fmt: skip
def test_what_is_alarming(past: list[HealthDay], last: HealthDay | None, expected: list[str]) -> None:
    assert alarms(past, last) == expected


@pytest.mark.parametrize(
    ("reasons", "last", "expected"),
    [
        pytest.param({"robots": 9}, day(Y, 20), ["robots"], id="robots.txt forbids for the first time"),
        pytest.param({"robots": 1}, day(Y, 20), [], id="one address"),
        pytest.param({"tls": 3}, HealthDay(Y, visits=3, failed=3), ["silence articles", "certificate"], id="no certificate"),
        pytest.param({"tls": 1}, day(Y, 20), [], id="one connection failed"),
    ],
)  # fmt: skip
def test_reasons_of_the_day(reasons: dict[str, int], last: HealthDay, expected: list[str]) -> None:
    assert alarms(history(daily), last, reasons={Y: reasons}) == expected


def test_robots_that_always_forbade_something_is_no_alarm() -> None:
    always = {Y - timedelta(days=back): {"robots": 5} for back in range(40)}
    assert alarms(history(daily), day(Y, 20), reasons=always) == []


@pytest.mark.parametrize(
    ("failures", "since", "expected"),
    [
        pytest.param(3, timedelta(days=2), ["feed https://a.example/feed"], id="three times in two days"),
        pytest.param(3, timedelta(hours=5), [], id="three times in five hours"),
        pytest.param(2, timedelta(days=9), [], id="twice"),
        pytest.param(0, None, [], id="never"),
    ],
)
def test_a_listing_that_fails(failures: int, since: timedelta | None, expected: list[str]) -> None:
    feed = ListingHealth(
        "https://a.example/feed", "feed", failures, NOW - since if since else None, "http_error", 404, True
    )
    assert alarms(history(daily), day(Y, 20), listings=(feed,)) == expected


@pytest.mark.parametrize(
    ("expect", "expected"),
    [
        pytest.param(Expect(articles_a_day=(5, 200)), [], id="as many as expected"),
        pytest.param(Expect(articles_a_day=(50, 200)), ["expect articles"], id="fewer"),
        pytest.param(Expect(articles_a_day=(1, 10)), ["expect articles"], id="more"),
        pytest.param(Expect(with_date=0.9, with_byline=0.9), ["expect byline"], id="fewer bylines"),
        pytest.param(Expect(with_byline=0.5), [], id="enough bylines"),
    ],
)
def test_what_a_person_expects(expect: Expect, expected: list[str]) -> None:
    past = [replace(one, with_byline=12) for one in history(daily)]
    assert alarms(past, day(Y, 20, with_byline=12), expect) == expected


def test_expectations_wait_for_a_whole_week() -> None:
    assert alarms(history(daily, 5), day(Y, 20), Expect(articles_a_day=(50, 200))) == []


@pytest.mark.parametrize("papers", [1, pytest.param(20, marks=pytest.mark.soak)])
@pytest.mark.parametrize("mean", [0.3, 3, 8, 25, 120])
@pytest.mark.parametrize("weekend", [1.0, 0.4, 0.0], ids=["every day", "less on weekends", "no weekends"])
def test_healthy_papers_raise_no_alarm_for_months(mean: float, weekend: float, papers: int) -> None:
    """Papers of every size, with chance in everything that chance has a hand in."""
    chance = random.Random(f"{mean} {weekend}")  # noqa: S311
    false: list[str] = []
    for _ in range(papers):
        days: list[HealthDay] = []
        for number in range(100):
            at = date(2026, 1, 1) + timedelta(days=number)
            usual = mean * (weekend if at.weekday() >= 5 else 1.0)
            stored = max(0, round(chance.gauss(usual, usual**0.5 * 1.1)))
            having = lambda share, of=stored: sum(chance.random() < share for _ in range(of))  # noqa: E731
            days.append(
                HealthDay(at, visits=stored + 3, stored=stored, read=stored, with_headline=having(0.99), with_date=having(0.95),
                          with_byline=having(0.6), words=sum(chance.randint(80, 900) for _ in range(stored)))
            )  # fmt: skip
            now = datetime(at.year, at.month, at.day, 3, tzinfo=UTC) + timedelta(days=1)
            recent = tuple(one for one in days if one.day > at - timedelta(days=60))
            false += [f"{at} {one.sentence}" for one in judge(SourceHealth("a", "A", recent), NOTHING, now)]
    assert len(false) <= papers // 10  # one alarm in a thousand days of a paper is chance
