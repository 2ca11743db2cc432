"""`newsbot status` and `newsbot explain`: what is there, and what happened to one address."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main

STORY = """
update articles set published_precision = 'day', published_from = 'dateline', published_confidence = 0.8 where id = 1;
insert into evidence (key, kind, origin, title, printed, seen_in, seen_at) values
    ('https://gulf.example/1', 'found', 'feed', 'Bridge \x1b[31mopens', 'Sun, 22 Jun 2014', 'http://gulf.example/feed',
     '2026-01-01T03:00:30Z');
insert into evidence (key, kind, origin, name, printed, role, confidence, chosen, note, seen_at) values
    ('https://gulf.example/1', 'date', 'dateline', 'June 22', 'BAGHDAD, June 22', 'published', 0.8, 1, '', '2026'),
    ('https://gulf.example/1', 'date', 'htmldate', null, '2026-01-01', 'published', 0.1, 0, 'a footer', '2026');
insert into fetches (run, key, url, source, kind, visited_at, status, outcome, reason, detail) values
    (1, 'https://gulf.example/1', 'http://gulf.example/1', 'gulf', 'article', '2026-01-01T03:01:00Z', 200, 'stored',
     null, null),
    (1, 'https://gulf.example/1', 'http://gulf.example/1', 'gulf', 'article', '2026-01-02T03:01:00Z', 304, 'unchanged',
     'not_modified', null),
    (1, 'https://gulf.example/1', 'http://gulf.example/1', 'gulf', 'article', '2026-01-04T03:01:00Z', 500, 'failed',
     'http_error', '500 Internal Server Error');
insert into revisions (article, kind, changed, seen_at, headline) values
    (1, 'publisher', 'headline', '2026-01-03T03:01:00Z', 'Bridge to open');
insert into frontier (key, url, source, kind, host, due_at, first_due_at) values
    ('https://gulf.example/1', 'http://gulf.example/1', 'gulf', 'article', 'gulf.example', '2026-02-01T00:00:00Z', '2026');
"""


def newsbot(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--db", str(archive)])


@pytest.fixture
def told(archive: Path) -> Path:
    with closing(sqlite3.connect(archive)) as db:
        db.executescript(STORY)
    return archive


def test_status_counts_each_source_and_the_last_runs(archive: Path) -> None:
    lines = [" ".join(line.split()) for line in newsbot(archive, "status").stdout.splitlines()]
    assert lines[1].startswith("Gulf Courier 2 0")
    assert lines[3].startswith("all 3 0")
    assert lines[-1] == "1 2026-01-01 03:00 finished 0 3 0 0 0 0 0"


def test_status_as_json_has_sources_and_runs(archive: Path) -> None:
    answer = json.loads(newsbot(archive, "status", "--json").stdout)
    assert [row["source"] for row in answer["sources"]] == ["gulf", "nord"]
    assert answer["runs"][0]["state"] == "finished"


def test_the_story_is_told_in_the_order_of_time(told: Path) -> None:
    text = newsbot(told, "explain", "http://www.gulf.example/1?utm_source=x#top").stdout
    assert "Article aaa of gulf, published: “Bridge opens”" in text
    assert "Published 2014-06-22 (from dateline, confidence 0.8)." in text
    steps = [line for line in text.splitlines() if line.startswith("2026-0")]
    assert [step[:16] for step in steps] == [
        "2026-01-01 03:00",
        "2026-01-01 03:01",
        "2026-01-02 03:01",
        "2026-01-03 03:01",
        "2026-01-04 03:01",
    ]
    assert (
        "The feed http://gulf.example/feed named it as “Bridge [31mopens”, dated “Sun, 22 Jun 2014”."
        in steps[0]
    )
    assert "stored as a new article" in steps[1]
    assert "304: nothing has changed" in steps[2]
    assert steps[3].endswith("The publisher changed headline. The headline was “Bridge to open”.")
    assert "The server answered with an error. (500 Internal Server Error)" in steps[4]
    assert "It is due at 2026-02-01 00:00." in text


def test_every_candidate_for_the_date_is_shown_and_the_chosen_one_marked(told: Path) -> None:
    lines = newsbot(told, "explain", "gulf.example/1").stdout.splitlines()
    assert any(line.startswith("*  dateline June 22") for line in lines)
    assert any("htmldate" in line and line.endswith("a footer") for line in lines)


def test_scraped_text_does_not_steer_the_terminal(told: Path) -> None:
    assert "\x1b" not in newsbot(told, "explain", "gulf.example/1").stdout


def test_the_story_as_json_is_the_rows(told: Path) -> None:
    story = json.loads(newsbot(told, "explain", "gulf.example/1", "--json").stdout)
    assert [visit["outcome"] for visit in story["fetches"]] == ["stored", "unchanged", "failed"]


def test_an_address_that_was_never_heard_of_is_said_so(archive: Path) -> None:
    result = newsbot(archive, "explain", "https://elsewhere.example/")
    assert result.exit_code == 3
    assert "has never heard of https://elsewhere.example/" in result.stderr


def test_what_is_no_address_is_a_usage_error(archive: Path) -> None:
    assert newsbot(archive, "explain", "ftp://gulf.example/1").exit_code == 2


def test_an_address_that_only_a_redirect_led_to_is_explained_by_the_one_asked(told: Path) -> None:
    with closing(sqlite3.connect(told)) as db, db:
        db.execute("update fetches set final_url = 'https://gulf.example/moved/1' where status = 500")
    result = CliRunner().invoke(main, ["explain", "https://gulf.example/moved/1", "--db", str(told)])
    assert result.exit_code == 0, result.output
    assert "It led to https://gulf.example/moved/1." in result.stdout


@pytest.mark.parametrize(
    "command", ["status", "alerts", "doctor", "takedown --list", "explain https://a.example/x"]
)
def test_an_archive_of_an_older_newsbot_is_said_in_a_sentence_and_can_be_mended(
    command: str, tmp_path: Path
) -> None:
    old = tmp_path / "archive.db"
    dump = Path(__file__).parents[2] / "pipelines" / "store" / "archive_m001.sql"
    with closing(sqlite3.connect(old)) as db:
        db.executescript(dump.read_text())
    result = CliRunner().invoke(main, [*command.split(), "--db", str(old)])
    assert (result.exit_code, result.stdout) == (4, "")
    assert "doctor --repair" in result.stderr
    CliRunner().invoke(main, ["doctor", "--repair", "--db", str(old)])
    assert CliRunner().invoke(main, [*command.split(), "--db", str(old)]).exit_code in (0, 1, 3)
