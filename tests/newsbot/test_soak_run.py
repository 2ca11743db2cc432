"""Long proofs: ten thousand articles in flat memory, twenty kills, servers that come and go, little of everything."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from .hostile.night import memory, tree
from .press import NEWSBOT, Edition, Press, address, crawled, printing, rows, sources, started, until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3000)]

PRESS = """
import sys
sys.path.insert(0, {folder!r})
from press import Edition, printing
with printing(Edition(articles={articles}, maps=True)) as press:
    print(press.home, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("articles", [int(os.environ.get("NEWSBOT_SOAK_ARTICLES", "10000"))])
def test_ten_thousand_articles_in_one_run_in_flat_memory(articles: int, tmp_path: Path) -> None:
    """The readers are warm by 2,000 articles (each is replaced after 500 pages); SQLite's page cache, 64 MiB, is full by
    some 6,000. Beyond what it takes, memory may not grow by more than an eighth."""
    code = PRESS.format(folder=str(Path(__file__).parent), articles=articles)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as site:
        assert site.stdout is not None and site.stdin is not None
        home = site.stdout.readline().strip()
        (tmp_path / "sources.toml").write_text(
            f'[defaults]\ncontact = "test@example.org"\n[[source]]\nid = "paper"\nname = "Paper"\nhomepage = "{home}/"\n'
            f'feeds = []\nsitemaps = ["{home}/index.xml"]\ndelay = 0.0\nallow_private = true\n'
            f"max_requests = {10 * articles}\nmax_minutes = 600\n"
        )
        with (tmp_path / "said").open("w") as said:
            crawl = subprocess.Popen([NEWSBOT, "crawl", "-q"], cwd=tmp_path, stderr=said)
            marks = [articles // 5, articles // 2, articles - 10]
            seen: dict[int, float] = {}
            while crawl.poll() is None:
                stored = (
                    rows(tmp_path, "select stored from runs") if (tmp_path / "archive.db").exists() else []
                )
                number = stored[0][0] if stored else 0
                while marks and number >= marks[0]:
                    most = 0.0
                    for _ in range(10):  # a reader that has just been replaced is small for a moment
                        most = max(most, sum(map(memory, tree(crawl.pid))) / 2**20)
                        time.sleep(0.2)
                    seen[marks.pop(0)] = round(most, 1)
                time.sleep(0.5)
        site.stdin.close()
    print("PSS of the tree in MiB by articles stored:", seen)  # noqa: T201  the figure that this is about
    assert crawl.returncode == 0, (tmp_path / "said").read_text()
    assert rows(tmp_path, "select stored, failed from runs") == [(articles, 0)]
    first, *_, last = seen.values()
    assert last <= first * 1.125 + 64 and max(seen.values()) < 800


def begun(press: Press, before: int, crawl: subprocess.Popen[str]) -> None:
    """Waits until a crawl has asked for an article, or is over."""
    until(lambda: len(press.asked("/2026/")) > before or crawl.poll() is not None, 60)


def test_twenty_kills_lose_nothing_and_repeat_only_what_was_in_flight(tmp_path: Path) -> None:
    dice = random.Random(20)  # noqa: S311  the same moments each time
    kills = 0
    with printing(Edition(articles=400, in_feed=400)) as press:
        sources(tmp_path, press)
        while kills < 20:
            before = len(press.asked("/2026/"))
            crawl = started(tmp_path, "-q")
            begun(press, before, crawl)
            time.sleep(dice.random() * 1.5)
            if crawl.poll() is not None:
                crawl.communicate()
                press.edition.articles += 200  # it came to its end: more news for the next
                press.edition.in_feed += 200
                crawled(tmp_path, "--all", "--limit", "1", "-q")
                continue
            os.killpg(crawl.pid, signal.SIGKILL)
            crawl.communicate()
            kills += 1
        done = crawled(tmp_path, "--all")
        assert done.returncode == 0, done.stderr
        asked = Counter(one.path for one in press.asked("/2026/") if one.status == 200)
        stored = rows(tmp_path, "select count(*) from articles")[0][0]
        twice = sum(number - 1 for number in asked.values())
    print(f"{kills} kills, {stored} articles, {twice} fetched twice")  # noqa: T201
    assert stored == press.edition.articles
    assert twice <= kills * 64  # what one run has in flight at most
    assert rows(tmp_path, "pragma integrity_check") == [("ok",)]
    assert rows(tmp_path, "select count(*) from runs where state = 'killed'") == [(kills,)]
    doctor = subprocess.run([NEWSBOT, "doctor", "--all"], cwd=tmp_path, capture_output=True, text=True)
    assert doctor.returncode in (0, 1), doctor.stdout


def test_a_server_that_restarts_and_a_network_that_drops_cost_no_article(tmp_path: Path) -> None:
    with printing(Edition(articles=60, in_feed=60, latency=0.05)) as press:
        port = press.server_address[1]
        sources(tmp_path, press)
        crawl = started(tmp_path, "-q")
        until(lambda: len(press.asked("/2026/")) > 15, 60)
    time.sleep(1.0)  # nobody listens: connections are refused
    with printing(Edition(articles=60, in_feed=60), port=port) as press:
        crawl.communicate(timeout=120)
        first = rows(tmp_path, "select count(*) from articles")[0][0]
        assert first > 0
        later = {"NEWSBOT_CLOCK": "2027-01-01T03:15:00Z"}  # every back-off is over
        assert crawled(tmp_path, **later).returncode == 0
    assert rows(tmp_path, "select count(*) from articles") == [(60,)]


def test_connections_cut_in_the_middle_store_nothing_half(tmp_path: Path) -> None:
    with printing(Edition(articles=30)) as press:
        cut = {address(n) for n in range(1, 31, 3)}

        def torn(handler: object) -> None:
            handler.send_response(200)  # type: ignore[attr-defined]
            handler.send_header("Content-Type", "text/html")  # type: ignore[attr-defined]
            handler.send_header("Content-Length", "5000")  # type: ignore[attr-defined]
            handler.end_headers()  # type: ignore[attr-defined]
            handler.wfile.write(b"<html><body><article><h1>Torn</h1>")  # type: ignore[attr-defined]
            handler.close_connection = True  # type: ignore[attr-defined]

        for path in cut:
            press.edition.answers[path] = torn
        sources(tmp_path, press)
        crawled(tmp_path)
        assert rows(tmp_path, "select count(*) from articles") == [(20,)]
        assert rows(tmp_path, "select distinct reason from fetches where outcome = 'failed'") == [
            ("truncated",)
        ]
        press.edition.answers.clear()
        crawled(tmp_path, NEWSBOT_CLOCK="2027-01-01T03:15:00Z")
    assert rows(tmp_path, "select count(*) from articles where headline like 'River rises%'") == [(30,)]


@pytest.mark.parametrize(
    ("limit", "amount"),
    [
        pytest.param(resource.RLIMIT_NOFILE, 64, id="64 descriptors"),
        pytest.param(resource.RLIMIT_NOFILE, 32, id="32 descriptors"),
        pytest.param(resource.RLIMIT_AS, 900 * 2**20, id="900 MB of address space a process"),
        pytest.param(resource.RLIMIT_AS, 400 * 2**20, id="400 MB: too little to begin"),
    ],
)
def test_little_of_everything_ends_in_a_sentence_or_in_all_articles(
    limit: int, amount: int, tmp_path: Path
) -> None:
    with printing(Edition(articles=20)) as press:
        sources(tmp_path, press)
        code = (
            f"import resource, sys; resource.setrlimit({limit}, ({amount}, {amount})); "
            "from newsbot.cli import main; sys.exit(main(prog_name='newsbot'))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, "crawl"], cwd=tmp_path, capture_output=True, text=True, timeout=200
        )
        print(done.returncode, done.stderr[-600:])  # noqa: T201
        assert "Traceback" not in done.stderr
        if done.returncode == 0:
            assert rows(tmp_path, "select count(*) from articles") == [(20,)]
        else:
            assert done.stderr.startswith("newsbot: ")
        # Whatever it came to, with enough of everything the next one has all.
        assert crawled(tmp_path, "--all", NEWSBOT_CLOCK="2027-01-01T03:15:00Z").returncode == 0
    assert rows(tmp_path, "select count(*) from articles") == [(20,)]


def test_an_archive_that_is_locked_for_a_minute_in_mid_run_loses_nothing(tmp_path: Path) -> None:
    import sqlite3

    with printing(Edition(articles=60, in_feed=60, latency=0.05)) as press:
        sources(tmp_path, press)
        crawl = started(tmp_path)
        until(lambda: len(press.asked("/2026/")) > 15, 60)
        other = sqlite3.connect(tmp_path / "archive.db", isolation_level=None, timeout=30)
        other.execute("begin immediate")
        time.sleep(60)
        other.execute("rollback")
        other.close()
        _, said = crawl.communicate(timeout=200)
    assert crawl.returncode == 0, said
    assert "is locked by another program" in said and "is free again" in said
    assert rows(tmp_path, "select count(*) from articles") == [(60,)]


def test_fifty_readers_in_mid_crawl_neither_wait_nor_hold_it_up(tmp_path: Path) -> None:
    with printing(Edition(articles=300, in_feed=300)) as press:
        sources(tmp_path, press)
        crawled(tmp_path, "--limit", "20", "-q")
        serve = subprocess.Popen(
            [NEWSBOT, "serve", "--port", "0"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert serve.stdout is not None
        line = next(line for line in serve.stdout if "http://127.0.0.1:" in line)
        home = line[line.index("http://127.0.0.1:") :].split()[0].rstrip("/.")
        crawl = started(tmp_path, "--all", "-q")
        answers: Counter[int] = Counter()
        slowest = [0.0]

        def read() -> None:
            while crawl.poll() is None:
                began = time.monotonic()
                try:
                    with urllib.request.urlopen(f"{home}/", timeout=60) as page:  # noqa: S310  loopback
                        answers[page.status] += 1
                        page.read()
                except OSError as error:
                    answers[getattr(error, "code", 0)] += 1
                slowest[0] = max(slowest[0], time.monotonic() - began)

        readers = [threading.Thread(target=read) for _ in range(50)]
        for reader in readers:
            reader.start()
        _, said = crawl.communicate(timeout=600)
        for reader in readers:
            reader.join()
        serve.terminate()
        serve.wait(30)
        serve.stdout.close()
    print(f"answers {dict(answers)}, slowest {slowest[0]:.1f} s")  # noqa: T201
    assert crawl.returncode == 0, said
    assert set(answers) == {200}
    assert rows(tmp_path, "select count(*) from articles") == [(300,)]


JUMP = """
import sys, time
from datetime import datetime, timedelta, UTC
import newsbot.clock as clock
began = time.monotonic()
clock._shift = lambda: timedelta(days={days}) if time.monotonic() - began > {seconds} else timedelta(0)
from newsbot.cli import main
sys.exit(main(prog_name="newsbot"))
"""


@pytest.mark.parametrize("days", [400, 1, -1, -400])
def test_a_clock_that_jumps_in_mid_run_loses_no_article_and_asks_nothing_twice(
    days: int, tmp_path: Path
) -> None:
    """Ahead, everything seems due again; back, what was found before lies in the future. Then the clock is right again."""
    with printing(Edition(articles=60, in_feed=60, latency=0.1)) as press:
        sources(tmp_path, press)
        code = JUMP.format(days=days, seconds=6)
        done = subprocess.run(
            [sys.executable, "-c", code, "crawl"], cwd=tmp_path, capture_output=True, text=True, timeout=200
        )
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
        assert len(press.asked("/feed/")) == 1
        assert len({one.path for one in press.log}) == len(press.log)  # nothing twice in one run
        assert crawled(tmp_path, "--all").returncode == 0
    assert rows(tmp_path, "select count(*) from articles") == [(60,)]
    assert rows(tmp_path, "select count(*) from frontier where state = 'leased'") == [(0,)]
    # No page waits for a day that a wrong clock wrote down: the schedule of a month reaches no further.
    assert rows(tmp_path, "select count(*) from frontier where due_at > datetime('now', '+70 days')") == [
        (0,)
    ]


def test_traps_of_a_section_end_by_themselves_and_cost_its_articles_nothing(tmp_path: Path) -> None:
    """A front page with a calendar, sorted views, sessions, repeated parameters, deeper and deeper folders and a next
    page that never ends, whose every page makes up new ones."""
    made = [0]

    def page(handler: object) -> None:
        made[0] += 1
        n = made[0]
        words = "The council of Millford met on the quay this morning"
        links = [
            *(f"/calendar/?tribe-bar-date=20{n % 90 + 10}-{m:02}-01" for m in range(1, 13)),
            *(f"/calendar/20{n % 90 + 10}/{m:02}/" for m in range(1, 13)),
            *(f"/news/?sort=up&order={n}{k}" for k in range(9)),
            *(f"/news/?{'&'.join(['a=1'] * k)}" for k in range(5, 30)),
            f"/news/{'more/' * (n % 30 + 4)}",
            *(f"{address(k)};jsessionid={n:032}" for k in range(1, 11)),
            *(f"{address(k)}?utm_source=x{n}&phpsessid={n}" for k in range(1, 11)),
        ]
        body = "".join(f'<h2><a href="{link}">{words} {k}</a></h2>' for k, link in enumerate(links))
        following = f'<a rel="next" href="/news/?page={n + 1}">next</a>'
        handler.page(f"<html><body>{body}{following}</body></html>".encode(), "text/html")  # type: ignore[attr-defined]

    with printing(Edition(articles=10)) as press:
        for path in ("/news/", "/calendar/"):
            press.edition.answers[path] = page
        sources(tmp_path, press, feeds=[], sections=["/news/"])
        done = crawled(tmp_path)
        assert done.returncode == 0, done.stderr
        print(Counter(one.path.partition("?")[0] for one in press.log))  # noqa: T201
        assert len(press.asked("/news/")) <= 3  # MOST_PAGES
        assert press.asked("/calendar/") == []
        seen = len(press.log)
        assert crawled(tmp_path, NEWSBOT_CLOCK="2027-01-01T03:15:00Z").returncode == 0
        assert len(press.log) - seen < 20
    assert rows(tmp_path, "select count(*) from articles") == [(10,)]
    ((refused,),) = rows(tmp_path, "select count(*) from urls where reason = 'trap'")
    assert refused > 20
