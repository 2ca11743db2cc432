"""`scrapy list`, `scrapy crawl`, `scrapy check` work as Scrapy users expect."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsbot.sample import SAMPLE_SOURCES, SampleServer

ROOT = Path(__file__).parents[3]
SCRAPY = Path(sys.executable).with_name("scrapy")


@pytest.fixture(scope="module")
def outlets() -> Iterator[str]:
    """The sample's hosts behind a proxy; gives its URL."""
    with SampleServer(1) as server:
        yield server.proxy


def scrapy(folder: Path, proxy: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Scrapy command that finds the sample's outlets."""
    settings = {"SAMPLE_PROXY": proxy, "NEWSBOT_SOURCES": str(SAMPLE_SOURCES), "LOG_LEVEL": "WARNING"}
    return subprocess.run(
        [
            SCRAPY,
            *arguments,
            *(word for name, value in settings.items() for word in ("-s", f"{name}={value}")),
        ],
        cwd=folder,
        env={**os.environ, "SCRAPY_SETTINGS_MODULE": "newsbot.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(("command", "said"), [("list", "news\nprobe\nurls\n"), ("check", "OK")])
def test_the_project_is_one_that_scrapy_knows(command: str, said: str) -> None:
    done = subprocess.run([SCRAPY, command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout + done.stderr


def test_crawl_news_writes_the_articles_of_one_source_as_csv(outlets: str, tmp_path: Path) -> None:
    done = scrapy(tmp_path, outlets, "crawl", "news", "-a", "source=basra", "-o", "items.csv")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    with (tmp_path / "items.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        stored = dict(connection.execute("SELECT url, headline FROM articles"))
    assert {row["source"] for row in rows} == {"basra"}
    assert {row["url"]: row["headline"] for row in rows if row["outcome"] == "stored"} == stored != {}


def test_crawl_news_takes_no_more_articles_than_the_limit(outlets: str, tmp_path: Path) -> None:
    done = scrapy(tmp_path, outlets, "crawl", "news", "-a", "limit=3")
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        assert connection.execute("SELECT count(*) FROM fetches WHERE kind = 'article'").fetchone() == (3,)


def test_crawl_news_skips_what_its_listing_dates_before_since(outlets: str, tmp_path: Path) -> None:
    arguments = ("crawl", "news", "-a", "source=nordhafen", "-a", "since=2026-06-30")
    done = scrapy(tmp_path, outlets, *arguments)
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        days = [day for (day,) in connection.execute("SELECT published_day FROM articles")]
        old = connection.execute(
            "SELECT count(*) FROM fetches WHERE reason = 'too_old' AND status IS NULL"
        ).fetchone()
    assert days
    assert min(days) >= "2026-06-30"
    assert old[0] > 0


def test_crawl_urls_takes_a_list_and_nothing_else(outlets: str, tmp_path: Path) -> None:
    with SampleServer(1) as server:
        wanted = [url for url in server.newsroom.stories() if "gulfcourier" in url][:2]
    listed = "\n".join(["# two articles", *wanted, "", wanted[0]])
    (tmp_path / "urls.txt").write_text(listed, encoding="utf-8")
    done = scrapy(tmp_path, outlets, "crawl", "urls", "-a", "file=urls.txt")
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        stored = connection.execute("SELECT url, source FROM articles ORDER BY url").fetchall()
        asked = connection.execute("SELECT count(*) FROM fetches").fetchone()
    assert stored == [(url, "gulfcourier") for url in sorted(wanted)]
    assert asked == (2,)


def test_crawl_urls_says_what_is_no_address(outlets: str, tmp_path: Path) -> None:
    done = scrapy(tmp_path, outlets, "crawl", "urls", "-a", "url=example.org/story")
    assert "'example.org/story' is no http(s) address" in done.stderr
    assert not (tmp_path / "archive.db").exists()


def test_probe_proposes_an_entry(outlets: str, tmp_path: Path) -> None:
    address = "http://www.gulfcourier.example/"
    done = scrapy(
        tmp_path, outlets, "crawl", "probe", "-a", f"url={address}", "-a", "delay=0", "-O", "probe.json"
    )
    assert done.returncode == 0, done.stderr
    (proposal,) = json.loads((tmp_path / "probe.json").read_text(encoding="utf-8"))
    assert proposal["entry"]["homepage"] == address
    assert proposal["entry"]["name"] == "Gulf Courier"
