"""One night with papers that mean harm beside a healthy one: what each hostile address comes to, and what it costs."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.capture import read_capture

pytestmark = pytest.mark.timeout(180)

NEWSBOT = Path(sys.executable).with_name("newsbot")
SITE = Path(__file__).with_name("hostile")
ARTICLES = 12  # of the healthy paper
MEMORY = 800 * 2**20  # bytes that the whole process tree may have
SECRET = "5ecret-of-this-machine"
# `newsbot crawl` with short deadlines, so that what stalls costs the suite seconds and not minutes.
CRAWL = """
import newsbot.settings
newsbot.settings.DOWNLOAD_TIMEOUT = 1.2
from newsbot.cli import main
main(prog_name="newsbot")
"""

# What comes of each page that the hostile paper's feed lists: outcome and reason.
PAGES = {
    "a-part-only": "failed truncated",
    "a-pdf": "skipped not_html",
    "always-500": "failed http_error",
    "an-image": "skipped not_html",
    "binary": "skipped not_html",
    "br-bomb": "failed too_large",
    "br-cut": "failed truncated",
    "byline-hostile": "stored",
    "canonical-hijack": "stored",
    "canonical-hijack-copied": "stored",
    "canonical-nonsense": "stored",
    "captcha": "failed blocked",
    "charset-mislabelled": "stored",
    "charset-nonsense": "stored",
    "chunk-cut": "failed truncated",
    "chunk-nonsense": "failed truncated",
    "comments": "failed too_large",
    "contact-form": "skipped not_article",
    "date-0001": "stored",
    "date-9999": "stored",
    "date-99999": "stored",
    "date-number": "stored",
    "date-surrogate": "stored",
    "date-zone-absurd": "stored",
    "dateline-bait": "stored",
    "deflate-bomb": "failed too_large",
    "empty-200": "failed empty",
    "endless-body": "failed too_large",
    "entity-bomb": "stored",
    "external-entity": "stored",
    "five-encodings": "failed undecodable",
    "flapping": "stored",
    "front-page": "skipped not_article",
    "gone": "gone http_410",
    "gzip-bomb": "failed too_large",
    "gzip-cut": "failed truncated",
    "gzip-damaged": "failed undecodable",
    "gzip-in-gzip": "failed too_large",
    "gzip-many-members": "failed undecodable",
    "gzip-that-is-plain": "stored",
    "headline-bidi": "stored",
    "headline-escaped-script": "stored",
    "headline-formula": "stored",
    "headline-megabyte": "stored",
    "headline-of-marks": "stored",
    "headline-script": "stored",
    "huge-header": "failed connection",
    "hung-up": "failed connection",
    "image-hostile": "stored",
    "javascript-only": "failed needs_javascript",
    "jsonld-deep": "stored",
    "jsonld-huge": "stored",
    "jsonld-nan": "stored",
    "jsonld-not-closed": "skipped not_article",
    "length-negative": "failed connection",
    "length-too-long": "failed truncated",
    "length-too-short": "skipped not_article",
    "length-twice": "failed connection",
    "many-headers": "failed too_large",
    "meta-refresh": "skipped not_article",
    "million-attributes": "failed too_large",
    "million-links": "failed too_large",
    "nested-deep-enough": "stored",
    "nested-divs": "failed too_large",
    "nine-megabytes": "failed too_large",
    "no-http": "failed connection",
    "not-modified-unasked": "failed http_error",
    "nuls": "stored",
    "odd-header": "stored",
    "only-nuls": "failed empty",
    "redirect-canary": "failed forbidden_address",
    "redirect-canary-by-name": "failed forbidden_address",
    "redirect-canary-decimal": "failed forbidden_address",
    "redirect-canary-hex": "failed forbidden_address",
    "redirect-canary-ipv6": "failed forbidden_address",
    "redirect-canary-mapped": "failed forbidden_address",
    "redirect-canary-userinfo": "failed bad_url",
    "redirect-data": "failed bad_url",
    "redirect-file": "failed bad_url",
    "redirect-ftp": "failed bad_url",
    "redirect-javascript": "failed bad_url",
    "redirect-mail-port": "failed bad_url",
    "redirect-metadata-service": "failed forbidden_address",
    "redirect-no-url": "failed bad_url",
    "redirect-nowhere": "failed http_error",
    "redirect-private-network": "failed forbidden_address",
    "redirect-to-itself": "failed too_many_redirects",
    "regex-bait": "stored",
    "reset": "failed connection",
    "said-to-be-video": "skipped not_html",
    "section-hostile": "stored",
    "soft-404": "skipped not_article",
    "status-999": "failed http_error",
    "surrogates": "stored",
    "table-in-table": "stored",
    "tag-dense": "failed too_large",
    "two-megabytes-of-text": "stored",
    "unclosed-quotes": "failed too_large",
    "unknown-encoding": "failed undecodable",
    "utf-16-mislabelled": "stored",
    "utf-16-unsaid": "stored",
    "utf-7": "stored",
    "zstd-bomb": "failed too_large",
    "zstd-cut": "failed truncated",
}
# What comes of each listing that sources.toml names.
LISTINGS = {
    "/calendar/2026/1/": "listed",
    "/endless/cursor": "listed",
    "/endless/new": "listed",
    "/endless/same": "listed",
    "/feed/": "listed",
    "/feeds/a-page": "failed malformed",
    "/feeds/attributes": "failed malformed",
    "/feeds/empty": "failed malformed",
    "/feeds/endless": "failed too_large",
    "/feeds/entity-bomb": "listed",
    "/feeds/external-entity": "listed",
    "/feeds/gzip-bomb": "failed too_large",
    "/feeds/gzip-cut": "failed truncated",
    "/feeds/hundred-thousand": "listed",
    "/feeds/json-deep": "failed malformed",
    "/feeds/liar": "listed",
    "/feeds/malformed": "failed malformed",
    "/feeds/mislabelled": "listed",
    "/feeds/nested": "failed malformed",
    "/feeds/no-feed": "failed malformed",
    "/feeds/redirect-loop": "failed too_many_redirects",
    "/feeds/to-canary": "failed forbidden_address",
    "/feeds/to-file": "failed bad_url",
    "/feeds/utf-16": "listed",
    "/maps/bomb-br.xml": "failed too_large",
    "/maps/bomb.xml.gz": "failed malformed",
    "/maps/entity-bomb.xml": "listed",
    "/maps/external-entity.xml": "listed",
    "/maps/itself.xml": "listed",
    "/maps/loop-a.xml": "listed",
    "/maps/many.xml": "listed",
    "/maps/to-canary.xml": "listed",
    "/sections/binary": "failed malformed",
    "/sections/links": "failed malformed",
    "/sections/nested": "failed malformed",
    "/sections/session-ids": "listed",
}
# What comes of every visit at the other doors: outcome and reason by path.
DOORS = {
    "busy_date": {"failed rate_limited", "listed"},
    "busy_seconds": {"failed rate_limited", "listed"},
    "deep": {"listed", "failed timeout"},
    "robots_3mb": {"listed", "stored", "skipped robots"},
    "robots_500": {"failed http_error"},  # what cannot be asked forbids everything (RFC 9309, 2.3.1.4)
    "robots_5mb": {"failed too_large"},
    "robots_binary": {"listed", "stored"},
    "robots_loop": {"listed", "stored"},  # redirects that do not end: no rules (RFC 9309, 2.3.1.2)
    "slow": {"failed timeout", "listed"},
}


@dataclass(frozen=True)
class Night:
    """What one crawl left behind."""

    folder: Path
    ports: dict[str, int]
    listings: list[str]
    hits: dict[str, dict[str, int]]  # requests by door and path
    exit_code: int
    stderr: str
    seconds: float
    peak: int  # bytes of the whole process tree
    canary: int  # connections to the address that nobody may reach

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "archive.db")) as db:
            return db.execute(sql, values).fetchall()

    def outcomes(self, source: str) -> dict[str, list[str]]:
        """Outcome and reason of every visit to a source, by path."""
        found: dict[str, list[str]] = {}
        for url, outcome, reason in self.rows(
            "select url, outcome, reason from fetches where source = ?", source
        ):
            path = url.removeprefix(f"http://127.0.0.1:{self.ports[source]}")
            found.setdefault(path, []).append(f"{outcome} {reason or ''}".strip())
        return found


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


def spent(folder: Path) -> dict[str, object]:
    """Crawls the hostile papers in `folder`, and says how it went."""
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    with canary() as (port, hits), papers(port, secret) as site:
        assert site.stdout is not None
        told = json.loads(site.stdout.readline())
        (folder / "sources.toml").write_text(sources(told["ports"], told["listings"]), encoding="utf-8")
        began = time.monotonic()
        with (folder / "stderr").open("w") as stderr, (folder / "stdout").open("w") as stdout:
            crawl = subprocess.Popen(
                [sys.executable, "-c", CRAWL, "crawl"], cwd=folder, stdout=stdout, stderr=stderr
            )
            peak = watched(crawl)
        seconds = time.monotonic() - began
        asked, _ = site.communicate()
    return {
        **told,
        "hits": json.loads(asked),
        "exit_code": crawl.returncode,
        "stderr": (folder / "stderr").read_text(encoding="utf-8"),
        "seconds": seconds,
        "peak": peak,
        "canary": len(hits),
    }


@contextmanager
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A port on this machine that notes who comes."""
    hits: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def note() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller:
                    hits.append(caller.recv(1000))

        threading.Thread(target=note, daemon=True).start()
        yield listening.getsockname()[1], hits
        listening.shutdown(socket.SHUT_RDWR)


@contextmanager
def papers(canary: int, secret: Path) -> Iterator[subprocess.Popen[str]]:
    site = subprocess.Popen(
        [sys.executable, str(SITE), str(canary), str(secret)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with site:
        try:
            yield site
        finally:
            site.kill()


def sources(ports: dict[str, int], listings: list[str]) -> str:
    """sources.toml: the healthy paper last, everything at a delay of none."""
    feeds = [path for path in listings if path.startswith("/feed")]
    maps = [path for path in listings if path.startswith("/maps/")]
    sections = [path for path in listings if path not in feeds and path not in maps]
    more = {
        "hostile": {"feeds": feeds, "sitemaps": maps, "sections": sections},
        "deep": {"feeds": [], "sitemaps": ["/sitemap.xml"], "sections": ["/stall/"], "max_requests": 20},
    }
    text = ['[defaults]\ncontact = "test@example.org"\ndelay = 0.0\n']
    for name, port in sorted(ports.items(), key=lambda item: item[0] == "healthy"):
        home = f"http://{'localhost' if name == 'healthy' else '127.0.0.1'}:{port}"
        keys: dict[str, Any] = {"feeds": ["/feed/"], "sitemaps": []} | more.get(name, {})
        keys["sitemaps"] = [home + path for path in keys["sitemaps"]] or "off"
        keys |= {"id": name, "name": name, "homepage": f"{home}/", "exclude": ["/left-out/", "/calendar/"]}
        text += [
            "[[source]]",
            "allow_private = true",
            *(f"{key} = {json.dumps(value)}" for key, value in keys.items()),
        ]
    return "\n".join(text)


def watched(process: subprocess.Popen[bytes]) -> int:
    """Waits for the end; gives the most memory (bytes, shared pages counted once) that the process tree had."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(memory(pid) for pid in tree(process.pid)))
        time.sleep(0.1)
        if process.args and peak > 4 * MEMORY:
            process.kill()
    return peak


def tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(of for child in children for of in tree(int(child)))]


def memory(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


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
    assert "default-src 'none'" in policy and "script-src" not in policy.replace("script-src 'self'", "")
    assert len(body) < 8_000_000
    tags = re.findall(rb"<(?:script|img|iframe|object|embed|meta|base|form|a)\b[^>]*>", body)
    for tag in tags:
        assert not re.search(rb"\son\w+\s*=|javascript:|data:|file:|169\.254|vbscript:", tag), tag[:200]
    assert not re.search(rb"<script(?![^>]*\ssrc=)", body)
