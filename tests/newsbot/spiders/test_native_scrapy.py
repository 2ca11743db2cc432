"""`scrapy list`, `scrapy crawl`, `scrapy check` work as Scrapy users expect."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsbot.sample import SAMPLE_SOURCES, SampleServer
from newsbot.spiders.urls import addresses
from pipelines.errors import ConfigurationError

ROOT = Path(__file__).parents[3]
SCRAPY = Path(sys.executable).with_name("scrapy")


@pytest.fixture(scope="module")
def outlets() -> Iterator[str]:
    """The sample's hosts behind a proxy; gives its URL."""
    with SampleServer(1) as server:
        yield server.proxy


# What a person who knows Scrapy adds: a spider that has nothing to do with sources.toml, and an item pipeline that
# stands between reading and storing.
MINE = '''
from scrapy import Spider
from scrapy.exceptions import DropItem

from pipelines.items import Page


class Wanderer(Spider):
    """Follows every link of a paper, round in circles."""

    name = "wanderer"
    start_urls = ["http://basra-observer.example/"]

    def parse(self, response):
        yield {"url": response.url, "title": response.css("title::text").get()}
        yield from response.follow_all(css="a[href^='/'], a[href$='.htm']", callback=self.parse)


class SignedOnly:
    """Leaves out what nobody signed."""

    def process_item(self, item):
        if isinstance(item, Page) and item.visit.reading.is_article and not item.visit.reading.byline:
            raise DropItem("nobody signed it")
        return item
'''
SETTINGS = """
from newsbot.settings import *

SPIDER_MODULES = [*SPIDER_MODULES, "mine"]
ITEM_PIPELINES = {**ITEM_PIPELINES, "mine.SignedOnly": 500}
"""


def scrapy(
    folder: Path, proxy: str, *arguments: str, project: str = "newsbot.settings"
) -> subprocess.CompletedProcess[str]:
    """Run a Scrapy command that finds the sample's outlets."""
    settings = {"SAMPLE_PROXY": proxy, "NEWSBOT_SOURCES": str(SAMPLE_SOURCES), "LOG_LEVEL": "WARNING"}
    return subprocess.run(
        [
            SCRAPY,
            *arguments,
            *(word for name, value in settings.items() for word in ("-s", f"{name}={value}")),
        ],
        cwd=folder,
        env={
            **os.environ,
            "SCRAPY_SETTINGS_MODULE": project,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH")))),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [("list", "news\nprobe\nsitemaps\nurls\nwayback\n"), pytest.param("check", "OK", marks=pytest.mark.soak)],
)
def test_the_project_is_one_that_scrapy_knows(command: str, said: str) -> None:
    done = subprocess.run([SCRAPY, command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(outlets: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project that builds on ours, after a crawl of one source into an archive of another name."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "mine.py").write_text(MINE, encoding="utf-8")
    (folder / "my_settings.py").write_text(SETTINGS, encoding="utf-8")
    arguments = ("crawl", "news", "-a", "source=basra", "-o", "items.csv", "-s", "NEWSBOT_ARCHIVE=papers.db")
    done = scrapy(folder, outlets, *arguments, project="my_settings")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return folder


def test_crawl_news_writes_the_articles_of_one_source_as_csv(project: Path) -> None:
    with (project / "items.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with sqlite3.connect(project / "papers.db") as connection:
        stored = dict(connection.execute("SELECT url, headline FROM articles"))
    assert {row["source"] for row in rows} == {"basra"}
    assert {row["url"]: row["headline"] for row in rows if row["outcome"] == "stored"} == stored != {}
    assert not (project / "archive.db").exists()


def test_a_pipeline_between_reading_and_storing_may_leave_articles_out(project: Path) -> None:
    with sqlite3.connect(project / "papers.db") as connection:
        assert connection.execute("SELECT count(*) FROM articles WHERE byline IS NULL").fetchone() == (0,)
        left_out = connection.execute(
            "SELECT outcome, detail FROM fetches WHERE reason = 'excluded' AND kind = 'article'"
        ).fetchall()
        leased = connection.execute("SELECT count(*) FROM frontier WHERE state = 'leased'").fetchone()
    assert set(left_out) == {("skipped", "DropItem: nobody signed it")}
    assert leased == (0,)


def test_a_spider_of_ones_own_runs_under_the_same_settings_and_ends(project: Path, outlets: str) -> None:
    arguments = ("crawl", "wanderer", "-O", "pages.json", "-s", "DOWNLOAD_DELAY=0")
    done = scrapy(project, outlets, *arguments, project="my_settings")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    pages = json.loads((project / "pages.json").read_text(encoding="utf-8"))
    assert len(pages) == len({page["url"] for page in pages}) > 5
    assert not (project / "archive.db").exists()


@pytest.mark.soak
def test_scrapy_shell_fetches_under_the_same_settings(outlets: str, tmp_path: Path) -> None:
    address = "http://www.gulfcourier.example/"
    done = scrapy(tmp_path, outlets, "shell", address, "-c", "response.request.headers['User-Agent']")
    assert "newsbot/" in done.stdout, done.stderr
    assert not (tmp_path / "archive.db").exists()


@pytest.mark.soak
def test_crawl_news_heeds_limit_and_since(outlets: str, tmp_path: Path) -> None:
    arguments = ("crawl", "news", "-a", "source=nordhafen", "-a", "since=2026-06-30", "-a", "limit=3")
    done = scrapy(tmp_path, outlets, *arguments)
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "archive.db") as connection:
        days = [day for (day,) in connection.execute("SELECT published_day FROM articles")]
        (asked,) = connection.execute(
            "SELECT count(*) FROM fetches WHERE kind = 'article' AND status IS NOT NULL"
        ).fetchone()
        (old,) = connection.execute(
            "SELECT count(*) FROM fetches WHERE reason = 'too_old' AND status IS NULL"
        ).fetchone()
    assert asked == 3
    assert days
    assert min(days) >= "2026-06-30"
    assert old > 0


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


@pytest.mark.parametrize(
    ("url", "file", "said"),
    [
        ("example.org/story", "", "'example.org/story' is no http(s) address"),
        ("", "missing.txt", "missing.txt: the list of addresses cannot be read"),
        ("", "", "needs addresses"),
    ],
    ids=["no address", "no file", "nothing given"],
)
def test_crawl_urls_says_what_is_wrong_with_its_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, file: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=re.escape(said)):
        addresses(url, file)


@pytest.mark.soak
def test_probe_proposes_an_entry(outlets: str, tmp_path: Path) -> None:
    address = "http://www.gulfcourier.example/"
    done = scrapy(
        tmp_path, outlets, "crawl", "probe", "-a", f"url={address}", "-a", "delay=0", "-O", "probe.json"
    )
    assert done.returncode == 0, done.stderr
    (proposal,) = json.loads((tmp_path / "probe.json").read_text(encoding="utf-8"))
    assert proposal["entry"]["homepage"] == address
    assert proposal["entry"]["name"] == "Gulf Courier"
