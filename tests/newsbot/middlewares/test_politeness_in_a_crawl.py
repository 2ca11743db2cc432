"""Holds, delays and robots.txt in one running crawl against loopback sites, each on its own port, hence its own host."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest


def counting():
    """Answers slowly, and notes how many of its kind are being answered at the same time."""

    def answer(handler):
        with handler.server.lock:
            handler.server.busy += 1
            handler.server.most_busy = max(handler.server.most_busy, handler.server.busy)
        time.sleep(0.02)
        with handler.server.lock:
            handler.server.busy -= 1
        handler.reply(200, b"<p>a page</p>", Content_Type="text/html")

    return answer


def later(handler):
    """Busy the first time, with a pause of a second; well the next."""
    if handler.server.paths().count("/later") == 1:
        handler.reply(503, b"busy", Retry_After="1")
    else:
        handler.reply(200, b"<p>well</p>", Content_Type="text/html")


@pytest.fixture
def sites(make_site):
    return {
        name: make_site()
        for name in ("busy", "dated", "short", "broken", "barred", "plain", "slow", "dead", "flaky", "many")
    }


def test_hosts_are_left_alone_when_they_ask_for_it(sites, crawl):
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    sites["busy"].answer("/1", 429, Retry_After="120")
    sites["dated"].answer("/1", 503, Retry_After=date)
    sites["short"].answers["/later"] = later
    sites["broken"].answer("/robots.txt", 503)
    sites["barred"].answer("/robots.txt", 200, b"User-agent: *\nDisallow: /private/\n")
    sites["slow"].answer("/robots.txt", 200, b"User-agent: newsbot\nCrawl-delay: 0.4\nDisallow:\n")
    sites["flaky"].answer("/robots.txt", 404)
    for name in ("busy", "dated", "broken", "barred", "plain", "slow"):
        for page in ("/2", "/3"):
            sites[name].answer(page, 200, b"<p>a page</p>", Content_Type="text/html")
    sites["barred"].answer("/private/1", 200, b"<p>private</p>")
    sites["flaky"].answer("/once", 500)
    for number in range(8):
        sites["many"].answers[f"/{number}"] = counting()
    dead_port = sites["dead"].port
    sites.pop("dead").server_close()

    sources = [
        {"id": name, "homepage": site.url("/"), "allow_private": True, "delay": 0.0}
        for name, site in sites.items()
    ]
    sources.append(
        {"id": "dead", "homepage": f"http://127.0.0.1:{dead_port}/", "allow_private": True, "delay": 0.0}
    )
    next(s for s in sources if s["id"] == "plain")["delay"] = 0.3

    def ask(name, path, **meta):
        port = dead_port if name == "dead" else sites[name].port
        return {
            "url": f"http://127.0.0.1:{port}{path}",
            "case": f"{name} {path}",
            "meta": {"source": name, **meta},
        }

    requests = [
        *(ask("busy", path) for path in ("/1", "/2", "/3")),
        *(ask("dated", path) for path in ("/1", "/2")),
        ask("short", "/later"),
        *(ask("broken", path) for path in ("/2", "/3")),
        *(ask("barred", path) for path in ("/private/1", "/2")),
        *(ask("plain", path) for path in ("/2", "/3")),
        *(ask("slow", path) for path in ("/2", "/3")),
        *(ask("dead", f"/{number}") for number in range(3)),
        ask("flaky", "/once"),
        *(ask("many", f"/{number}") for number in range(8)),
    ]
    started = datetime.now(UTC)
    results = crawl(sources, requests)

    # 429 and 503 with Retry-After hold the host for the rest of the run, and nobody asks twice.
    for case in ("busy /1", "busy /2", "busy /3", "dated /1", "dated /2"):
        assert results[case]["reason"] == "rate_limited", case
    assert sites["busy"].paths() == ["/robots.txt", "/1"]
    assert sites["dated"].paths() == ["/robots.txt", "/1"]
    assert results["busy /2"]["status"] == 429
    pause = datetime.fromisoformat(results["busy /2"]["retry_at"]) - started
    assert timedelta(seconds=118) < pause < timedelta(seconds=150)
    pause = datetime.fromisoformat(results["dated /2"]["retry_at"]) - started
    assert timedelta(minutes=59) < pause < timedelta(minutes=61)

    # A short pause is waited for.
    assert results["short /later"]["status"] == 200
    first, second = sites["short"].when("/later")
    assert second - first >= 0.95

    # robots.txt
    assert {results[f"broken {path}"]["reason"] for path in ("/2", "/3")} == {"http_error"}
    assert "robots.txt answered HTTP 503" in results["broken /2"]["detail"]
    assert set(sites["broken"].paths()) == {"/robots.txt"}
    assert results["barred /private/1"]["reason"] == "robots"
    assert results["barred /2"]["status"] == 200
    assert results["dead /0"]["reason"] == "connection"

    # Delays are minimums, whether the owner or the host asks for them.
    assert spread(sites["plain"]) >= 0.3
    assert spread(sites["slow"]) >= 0.4

    # A server error is asked about once more, then told.
    assert results["flaky /once"]["reason"] == "http_error"
    assert sites["flaky"].paths().count("/once") == 2

    # One request at a time, even where no delay is asked for. Every host has its own slot.
    assert all(results[f"many /{number}"]["status"] == 200 for number in range(8))
    assert sites["many"].most_busy == 1
    assert results["plain /2"]["slot"] == f"127.0.0.1:{sites['plain'].port}"


def spread(site):
    """Seconds between the two pages, on the server's clock; a little less is the network's."""
    return site.when("/3")[0] - site.when("/2")[0] + 0.02
