"""What a site sees of several nights: one robots.txt a day, conditional requests, its pauses kept; by its own log."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from .press import Edition, Request, crawled, printing, rows, sources

pytestmark = pytest.mark.timeout(180)

BEGIN = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
RULES = b"User-agent: *\nCrawl-delay: 0.3\nDisallow: /private/\n"


def one_at_a_time(log: Sequence[Request], delay: float) -> None:
    """No two requests at once, none sooner than the delay after the one before; on the server's clock, whose reading of
    the request may be some milliseconds late for the first of two."""
    for before, after in itertools.pairwise(log):
        assert before.ended <= after.begun, (before, after)
        assert after.begun - before.begun >= delay - 0.02, (before, after)


@pytest.mark.soak
def test_what_a_site_sees_of_several_nights(tmp_path: Path) -> None:
    with printing(Edition(articles=3)) as press:
        sources(tmp_path, press)
        press.edition.answers["/robots.txt"] = lambda handler: handler.reply(200, RULES)

        def night(after: timedelta, *arguments: str) -> tuple[int, list[Request]]:
            press.log.clear()
            done = crawled(tmp_path, *arguments, NEWSBOT_CLOCK=(BEGIN + after).isoformat())
            assert "Traceback" not in done.stderr
            return done.returncode, list(press.log)

        code, log = night(timedelta(0))
        assert (code, [one.path for one in log][:2]) == (0, ["/robots.txt", "/feed/"])
        assert len(log) == 5
        one_at_a_time(log, 0.3)

        code, log = night(timedelta(hours=20), "--all")
        assert (code, sorted({one.status for one in log}), len(log)) == (0, [304], 4)
        assert all("If-None-Match" in one.headers for one in log)
        one_at_a_time(log, 0.3)  # robots.txt was not asked again, and its Crawl-delay holds
        assert rows(tmp_path, "select not_modified, requests, ended_by from runs where id = 2") == [
            (4, 4, None)
        ]

        press.edition.answers["/robots.txt"] = lambda handler: handler.reply(503)
        code, log = night(timedelta(hours=25), "--all")
        assert (code, {one.path for one in log}) == (3, {"/robots.txt"})

        code, log = night(timedelta(hours=25, minutes=30))
        assert (code, log) == (0, [])  # the whole host is left alone for an hour

        press.edition.answers["/robots.txt"] = lambda handler: handler.reply(200, RULES)
        code, log = night(timedelta(hours=27))
        assert code == 0 and [one.status for one in log] == [200, 304, 304, 304, 304]
        assert rows(tmp_path, "select max(failures) from frontier") == [(0,)]


@pytest.mark.soak
@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7200", timedelta(hours=2)),
        ("Sun, 22 Nov 2026 05:15:30 GMT", timedelta(hours=2)),
        ("", timedelta(minutes=1)),
    ],
)
def test_a_pause_that_a_site_asks_for_is_kept_across_runs(
    header: str, wait: timedelta, tmp_path: Path
) -> None:
    more = {"Retry_After": header} if header else {}
    with printing(Edition(articles=3)) as press:
        sources(tmp_path, press)
        press.edition.answers["/feed/"] = lambda handler: handler.reply(429, **more)
        crawled(tmp_path, NEWSBOT_CLOCK=BEGIN.isoformat())
        del press.edition.answers["/feed/"]
        seen = len(press.log)
        crawled(tmp_path, "--all", NEWSBOT_CLOCK=(BEGIN + wait * 0.8).isoformat())
        assert len(press.log) == seen
        crawled(tmp_path, "--all", NEWSBOT_CLOCK=(BEGIN + wait + timedelta(minutes=1)).isoformat())
        assert len(press.log) == seen + 4


@pytest.mark.soak
def test_the_limits_of_a_source_are_kept_to_the_request(tmp_path: Path) -> None:
    with printing(Edition(articles=20)) as press:
        sources(tmp_path, press, max_requests=6)
        assert crawled(tmp_path).returncode == 0
        assert [one.path for one in press.log][:2] == ["/robots.txt", "/feed/"]
        assert len(press.log) == 1 + 6  # robots.txt is asked for the host, not for the source
    assert rows(tmp_path, "select count(*) from frontier where state = 'due' and visits = 0") == [(15,)]
