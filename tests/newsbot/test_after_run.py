"""After a crawl: alarms are told once and cleared once, saved searches find what is new, what is old is erased."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsbot.after_run import after_run
from newsbot.sources import Sources, load
from pipelines import dedupe
from pipelines.items import Kind, Reading, Visit
from pipelines.store import Archive, PlannedSource, alarms
from pipelines.store.sqlite import sqlite3

NOW = datetime(2026, 11, 25, 3, 15, tzinfo=UTC)
SOURCE = """
[[source]]
id = "herald"
name = "The Herald"
homepage = "https://herald.example/"
"""


class House:
    """An archive with sixty healthy days of one source, and a sources.toml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "archive.db"
        self.now = NOW
        with Archive.open(self.path, judgement=dedupe, now=lambda: self.now) as archive:
            asyncio.run(archive.plan([PlannedSource("herald", "The Herald")], NOW))
        self.day(*(NOW - timedelta(days=back) for back in range(60, 0, -1)), stored=20)

    def day(self, *days: datetime, stored: int) -> None:
        counted = ("visits", "words", "stored", "with_date", "with_byline", "with_headline", "read")
        numbers = (25, 400 * stored, *[stored] * 5)
        with closing(sqlite3.connect(self.path)) as db, db:
            db.executemany(
                f"INSERT OR REPLACE INTO source_health (source, day, {', '.join(counted)})"  # noqa: S608
                " VALUES ('herald', ?, ?, ?, ?, ?, ?, ?, ?)",
                [(at.date().isoformat(), *numbers) for at in days],
            )

    def sql(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as db, db:
            return db.execute(sql, values).fetchall()

    def sources(self, more: str = "", source: str = SOURCE) -> Sources:
        file = self.folder / "sources.toml"
        file.write_text(source + more)
        return load(file)

    def store(self, name: str, text: str) -> None:
        url = f"https://herald.example/{name}"
        reading = Reading(version="1", url=url, is_article=True, headline=f"News of {name}", text=text)
        with Archive.open(self.path, judgement=dedupe, now=lambda: self.now) as archive:
            archive.commit_now(
                Visit(url, dedupe.url_key(url), "herald", Kind.ARTICLE, self.now, status=200, reading=reading)
            )

    def standing(self) -> list[str]:
        with closing(sqlite3.connect(self.path)) as db:
            return [alarm.alarm for alarm in alarms.standing(db)]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def listener(house: House, ending: int = 0, form: str = "json") -> str:
    """A command that writes what it reads behind what it read before."""
    script = house.folder / "listen.py"
    script.write_text(
        "import os, sys\n"
        f"open({str(house.folder / 'heard')!r}, 'a').write(sys.stdin.read())\n"
        f"open({str(house.folder / 'environment')!r}, 'w').write(' '.join(os.environ))\n"
        f"sys.exit('no network' if {ending} else 0)\n"
    )
    return f'\n[alerts]\nformat = "{form}"\ncommand = ["{sys.executable}", "{script}"]\n'


def heard(house: House) -> list[dict[str, Any]]:
    file = house.folder / "heard"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_an_alarm_is_raised_told_once_and_cleared(house: House) -> None:
    sources = house.sources(listener(house))
    house.day(NOW - timedelta(days=1), stored=0)
    (raised,) = after_run(sources, house.path, NOW).raised
    assert raised.startswith(
        "The Herald: no new article on 2026-11-24, where a Tuesday usually brings 20; `newsbot crawl"
    )
    assert after_run(sources, house.path, NOW + timedelta(minutes=15)).raised == ()
    assert house.standing() == ["silence"]
    house.day(NOW, stored=20)
    (cleared,) = after_run(sources, house.path, NOW + timedelta(days=1)).cleared
    assert "no new article" in cleared
    after_run(sources, house.path, NOW + timedelta(days=1, minutes=15))
    assert [(len(news["raised"]), len(news["cleared"])) for news in heard(house)] == [(1, 0), (0, 1)]
    assert house.standing() == []


def test_an_alarm_lasts_while_no_crawl_looks(house: House) -> None:
    sources = house.sources()
    house.day(NOW - timedelta(days=1), stored=0)
    after_run(sources, house.path, NOW)
    after_run(sources, house.path, NOW + timedelta(days=3))  # no visit in between
    assert house.standing() == ["silence"]


def test_the_alarms_of_a_source_that_left_the_file_are_over(house: House) -> None:
    house.day(NOW - timedelta(days=1), stored=0)
    after_run(house.sources(), house.path, NOW)
    house.sql("UPDATE sources SET state = 'retired'")
    after_run(house.sources(), house.path, NOW)
    assert house.standing() == []


def test_what_could_not_be_told_is_told_next_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    house.day(NOW - timedelta(days=1), stored=0)
    (fault,) = after_run(house.sources(listener(house, 1)), house.path, NOW).faults
    assert "no network" in fault
    (house.folder / "heard").unlink()
    assert after_run(house.sources(listener(house)), house.path, NOW).faults == ()
    assert [len(news["raised"]) for news in heard(house)] == [1]
    assert "SECRET_TOKEN" not in (house.folder / "environment").read_text()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param('["/no/such/program"]', "cannot be run", id="no such program"),
        pytest.param(
            f'["{sys.executable}", "-c", "import time; time.sleep(60)"]', "took longer", id="too slow"
        ),
    ],
)
def test_a_command_that_does_not_work_costs_the_crawl_nothing(house: House, command: str, said: str) -> None:
    house.day(NOW - timedelta(days=1), stored=0)
    sources = house.sources(f'\n[alerts]\ncommand = {command}\ntimeout = "0.3s"\n')
    (fault,) = after_run(sources, house.path, NOW).faults
    assert said in fault and fault.endswith(".")


def test_alerts_can_be_lines_for_people(house: House) -> None:
    house.day(NOW - timedelta(days=1), stored=0)
    after_run(house.sources(listener(house, form="text")), house.path, NOW)
    assert "! The Herald: no new article" in (house.folder / "heard").read_text()


def test_a_saved_search_tells_what_came_in_since_the_last_look(house: House) -> None:
    sources = house.sources(listener(house) + '\n[[search]]\nname = "port"\nquery = "harbour -fish"\n')
    house.store("old", "The harbour of old.")
    after_run(sources, house.path, NOW)  # begins here
    house.store("new", "The harbour\x1b[31m is new.")
    house.store("fish", "The harbour has fish.")
    after_run(sources, house.path, NOW)
    after_run(sources, house.path, NOW)
    ((search,),) = [news["searches"] for news in heard(house)]
    assert (search["name"], search["articles"]) == ("port", 1)
    assert [hit["url"] for hit in search["hits"]] == ["https://herald.example/new"]


def test_hits_that_could_not_be_told_are_told_next_time(house: House) -> None:
    wanted = '\n[[search]]\nname = "port"\nquery = "harbour"\n'
    after_run(house.sources(wanted), house.path, NOW)
    house.store("new", "The harbour is new.")
    assert after_run(house.sources(listener(house, 1) + wanted), house.path, NOW).faults
    (house.folder / "heard").unlink()
    after_run(house.sources(listener(house) + wanted), house.path, NOW)
    assert [news["searches"][0]["articles"] for news in heard(house)] == [1]


def test_what_is_older_than_retain_is_erased(house: House) -> None:
    house.store("old", "The harbour of old.")
    house.now = NOW + timedelta(days=400)
    house.store("new", "The harbour is new.")
    sources = house.sources(source=SOURCE + 'retain = "365d"\n')
    assert after_run(sources, house.path, house.now).faults == ()
    assert house.sql("SELECT url FROM articles") == [("https://herald.example/new",)]
    assert house.sql("SELECT mode, reason FROM tombstones") == [("expired", "retain: kept for 365 days")]
    assert house.sql("SELECT action, url, receipt FROM takedowns") == [
        ("expire", "herald", '{"articles": 1, "pages": 0}')
    ]
    after_run(sources, house.path, house.now)
    assert len(house.sql("SELECT * FROM takedowns")) == 1


def test_an_archive_that_cannot_be_used_is_a_sentence(house: House) -> None:
    sources = house.sources()
    house.path.write_bytes(b"no database " * 999)
    (fault,) = after_run(sources, house.path, NOW).faults
    assert "damaged" in fault
