"""One night with papers that mean harm beside a healthy one: what each hostile address comes to, and what it costs."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.capture import read_capture

from .hostile.expected import DOORS, LISTINGS, PAGES
from .hostile.night import MEMORY, SECRET, Night, spent

pytestmark = pytest.mark.timeout(180)

NEWSBOT = Path(sys.executable).with_name("newsbot")
ARTICLES = 12  # of the healthy paper


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The crawl, made once for all processes that run tests of this file."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "hostile night"
    folder.mkdir(exist_ok=True)
    record = folder / "night.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            record.write_text(json.dumps(spent(folder)), encoding="utf-8")
    return Night(folder=folder, **json.loads(record.read_text(encoding="utf-8")))


# ------------------------------------------------------------------------------------------------------------ the run


def test_the_run_ends_by_itself_as_documented(night: Night) -> None:
    assert night.exit_code == 1  # some sources failed
    assert night.rows("select state, exit_code from runs") == [("finished", 1)]
    assert night.seconds < 100
    assert night.rows("select count(*) from frontier where state = 'leased'") == [(0,)]


def test_no_traceback_and_no_word_of_the_machinery_reaches_the_terminal(night: Night) -> None:
    assert "Traceback" not in night.stderr
    assert "scrapy" not in night.stderr.lower()
    assert "twisted" not in night.stderr.lower()


def test_memory_of_the_process_tree_is_bounded(night: Night) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("this system does not tell the memory of a process tree")
    assert 0 < night.peak < MEMORY


def test_nobody_reached_the_canary_or_the_secret(night: Night) -> None:
    assert night.canary == 0
    for file in night.folder.glob("archive.db*"):
        assert SECRET.encode() not in file.read_bytes()
    for place in night.rows("select file, offset, length from captures"):
        assert SECRET.encode() not in read_capture(night.folder / "captures", *place).payload


# -------------------------------------------------------------------------------------------------- the healthy paper


def test_every_healthy_article_is_stored_as_its_own_paper_tells_it(night: Night) -> None:
    home = f"http://localhost:{night.ports['healthy']}/2026/11/20/healthy-"
    rows = night.rows(
        "select url, headline, byline, published_day, revisions from articles where source = 'healthy' order by id"
    )
    assert sorted(rows) == sorted(
        (
            f"{home}{n}/",
            f"River rises at Healthyville {n} by {n} centimetres",
            "By Ann Lee",
            f"2026-11-{n:02}",
            0,
        )
        for n in range(1, ARTICLES + 1)
    )


def test_what_another_paper_says_of_an_article_is_no_evidence(night: Night) -> None:
    named = night.rows(
        "select count(*) from evidence where key like '%/healthy-%' and seen_in like '%/feeds/liar'"
    )
    assert named == [(ARTICLES,)], "that it was named is told"
    lies = night.rows(
        "select key from evidence where printed like '%1999%' or author = 'Mallory' or title = 'Bought'"
    )
    assert lies == []
    of_whom = night.rows(
        "select distinct source, outcome from urls where key like ?",
        f"%:{night.ports['healthy']}/2026/11/20/healthy-%",
    )
    assert of_whom == [("healthy", "stored")]


def test_a_hijacked_canonical_link_moves_nothing(night: Night) -> None:
    rows = night.rows("select source, url from articles where url like '%canonical-hijack%'")
    assert {source for source, _ in rows} == {"hostile"} and len(rows) == 2
    assert night.rows("select key from urls where alias_of like '%healthy%'") == []


# ------------------------------------------------------------------------------------------------- the hostile papers


def test_each_hostile_page_has_its_one_outcome_and_reason(night: Night) -> None:
    prefix = "/2026/11/20/"
    found = {
        path.removeprefix(prefix).rstrip("/"): outcomes
        for path, outcomes in night.outcomes("hostile").items()
        if path.startswith(prefix)
    }
    assert found == {name: [outcome] for name, outcome in PAGES.items()}


def test_each_hostile_listing_has_its_one_outcome_and_reason(night: Night) -> None:
    found = night.outcomes("hostile")
    assert sorted(night.listings) == sorted(LISTINGS)
    assert {path: found.get(path) for path in LISTINGS} == {path: [said] for path, said in LISTINGS.items()}


@pytest.mark.parametrize("door", DOORS)
def test_the_other_doors_end_as_they_should(door: str, night: Night) -> None:
    assert {outcome for outcomes in night.outcomes(door).values() for outcome in outcomes} == DOORS[door]


def test_every_url_ever_named_has_an_outcome_or_waits(night: Night) -> None:
    lost = night.rows(
        """select key from urls where outcome is null and alias_of is null
        and key not in (select key from frontier where state = 'due')"""
    )
    assert lost == []
    silent = night.rows(
        "select key from urls where outcome in ('skipped', 'failed', 'gone') and reason is null"
    )
    assert silent == []
    named = night.rows("select count(*) from urls where reason = 'excluded'")
    assert named[0][0] > 20_000, "what a feed of 100,000 and a map of 20,000 name is noted"


def test_loops_end(night: Night) -> None:
    hits = night.hits["hostile"]
    assert all(hits[f"/maps/{name}.xml"] == 1 for name in ("loop-a", "loop-b", "itself"))
    assert all(hits[f"/endless/{kind}"] <= 3 for kind in ("new", "same", "cursor"))
    assert sum(number for path, number in hits.items() if path.startswith("/calendar/")) == 1
    assert (
        sum(night.hits["deep"].values()) <= 22
    )  # max_requests, robots.txt, and once more what did not answer


def test_a_host_that_asks_to_be_left_alone_is_asked_once(night: Night) -> None:
    for door in ("busy_seconds", "busy_date"):
        asked = [number for path, number in night.hits[door].items() if "/busy-" in path]
        assert sum(asked) == 1
    waits = night.rows("select count(*) from hosts where retry_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now')")
    assert waits[0][0] >= 2


def test_robots_txt_that_cannot_be_had_forbids_everything(night: Night) -> None:
    assert set(night.hits["robots_500"]) == {"/robots.txt"}
    assert set(night.hits["robots_5mb"]) == {"/robots.txt"}
    assert "/private/story/" not in night.hits["robots_3mb"]


# --------------------------------------------------------------------------------------------------- what comes of it


def test_what_was_stored_is_bounded(night: Night) -> None:
    ((headline, byline, lede, section),) = night.rows(
        "select max(length(headline)), max(length(byline)), max(length(lede)), max(length(section)) from articles"
    )
    assert headline <= 500 and byline <= 1000 and lede <= 20_000
    assert (section or 0) <= 1000
    ((tag, tags),) = night.rows("select max(length(tag)), count(*) from article_tags")
    assert (tag or 0) <= 1000 and tags <= 200


def test_the_archive_is_sound(night: Night) -> None:
    done = subprocess.run(
        [NEWSBOT, "doctor", "--all"], cwd=night.folder, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_a_spreadsheet_runs_nothing_of_it(night: Night) -> None:
    done = subprocess.run(
        [NEWSBOT, "export", "csv", "-q"], cwd=night.folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    csv.field_size_limit(10**8)
    cells = [cell for row in csv.reader(io.StringIO(done.stdout)) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r")] == []


def test_the_terminal_obeys_nothing_of_it(night: Night) -> None:
    ((url,),) = night.rows("select url from articles where url like '%headline-bidi%'")
    done = subprocess.run(
        [NEWSBOT, "explain", url], cwd=night.folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    assert "rises" in done.stdout
    assert not set(done.stdout) & set("\x1b\x07\u202e\u202c\u2066\u2069")


def test_the_reading_room_shows_hostile_articles_as_text(night: Night) -> None:
    ids = night.rows("select public_id, url from articles where source = 'hostile'")
    assert len(ids) > 30
    with reading_room(night.folder) as base:
        for path in ("/", "/archive/articles?_size=100", "/archive/articles?_search=alert"):
            harmless(base + path)
        for public_id, _ in ids:
            harmless(f"{base}/a/{public_id}")


@contextmanager
def reading_room(folder: Path) -> Iterator[str]:
    room = subprocess.Popen(
        [NEWSBOT, "serve", "--port", "0"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with room:
        try:
            assert room.stdout is not None
            address = re.search(r"http://\S+", room.stdout.readline())
            assert address is not None
            yield address[0].rstrip("/")
        finally:
            room.terminate()


def harmless(url: str) -> None:
    """The page answers, is of bearable size, and holds nothing that a browser would run or fetch elsewhere."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  our own server
        body = answer.read()
        policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    scripts = re.findall(r"script-src ([^;]*)", policy)  # our one script, by its digest
    assert len(scripts) <= 1 and all(re.fullmatch(r"'sha256-[\w+/=]+'", script) for script in scripts)
    assert len(body) < 8_000_000
    tags = re.findall(rb"<(?:script|img|iframe|object|embed|meta|base|form|a)\b[^>]*>", body)
    for tag in tags:
        assert not re.search(rb"\son\w+\s*=|javascript:|data:|file:|169\.254|vbscript:", tag), tag[:200]
    assert not re.search(rb"<script(?![^>]*\ssrc=)", body)
