"""`status --check`, `--days` and `--prometheus`, `alerts`, `retain`: what a monitor and an owner ask every night."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main

ALARM = """
insert into alarms (source, alarm, field, sentence, raised_at, seen_at) values
    ('gulf', 'silence', 'articles', 'no new article on 2026-01-02, where a Friday usually brings 20', '2026-01-03', '2026-01-03');
"""
VISITS = """
insert into urls (key, url, source, outcome, reason, first_seen_at) values
    ('https://gulf.example/4', 'u', 'gulf', 'skipped', 'not_article', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));
insert into fetches (run, key, url, source, kind, visited_at, outcome, reason) values
    (1, 'https://gulf.example/4', 'u', 'gulf', 'article', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'skipped', 'not_article');
"""
FILE = '[[source]]\nid = "gulf"\nname = "Gulf Courier"\nhomepage = "https://gulf.example/"\n'


def newsbot(command: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*command.split(), *arguments])


def change(archive: Path, sql: str) -> None:
    with closing(sqlite3.connect(archive)) as db:
        db.executescript(sql)


@pytest.mark.parametrize(
    ("harm", "more", "said"),
    [
        pytest.param(ALARM, "", "Gulf Courier: no new article", id="an alarm lasts"),
        pytest.param("update runs set exit_code = 3", "", "exit code 3", id="the last run failed"),
        pytest.param("update runs set state = 'killed', ended_at = null", "", "was killed", id="the last run was killed"),
        pytest.param("delete from runs", "", "No run has ended", id="no run"),
        pytest.param("select 1", " --max-age 26h", "too long ago", id="the last run is old"),
    ],
)  # fmt: skip
def test_a_check_fails_with_a_sentence(archive: Path, harm: str, more: str, said: str) -> None:
    assert newsbot(f"status --check --db {archive}").exit_code == 0
    change(archive, harm)
    result = newsbot(f"status --check{more} --db {archive}")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert said in line and line.endswith(".")


def test_metrics_are_what_prometheus_reads(archive: Path) -> None:
    change(archive, ALARM)
    change(archive, "update sources set id = 'gu\"lf\\' where id = 'nord'")
    lines = newsbot(f"status --prometheus --db {archive}").stdout.splitlines()
    sample = re.compile(r'newsbot_[a-z_]+(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? -?[0-9.e+]+')
    assert all(
        line.startswith(("# HELP newsbot_", "# TYPE newsbot_")) or sample.fullmatch(line) for line in lines
    )
    assert 'newsbot_articles{source="gulf"} 2' in lines
    assert 'newsbot_articles{source="gu\\"lf\\\\"} 0' in lines
    assert 'newsbot_alarms{source="gulf",alarm="silence"} 1' in lines
    assert "newsbot_last_run_exit_code 0" in lines
    typed = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(typed) == len(set(typed))


def test_days_tell_what_became_of_addresses_and_visits(archive: Path) -> None:
    change(archive, VISITS)
    told = newsbot(f"status gulf --days 2 --db {archive}").stdout
    assert "1: 1 not_article" in told
    (day,) = json.loads(newsbot(f"status gulf --days 2 --json --db {archive}").stdout)["days"]
    assert (day["seen"], day["dropped"], day["fetched"], day["skipped"]) == (
        1,
        {"not_article": 1},
        1,
        {"not_article": 1},
    )


def test_an_alarm_is_shown_with_what_to_do(archive: Path) -> None:
    change(archive, ALARM)
    assert "! 2026-01-03  Gulf Courier: no new article" in newsbot(f"status --db {archive}").stdout
    assert json.loads(newsbot(f"status --json --db {archive}").stdout)["alarms"][0]["alarm"] == "silence"
    assert "silence" in newsbot(f"alerts --db {archive}").stdout
    assert json.loads(newsbot(f"alerts --json --db {archive}").stdout)[0]["source"] == "gulf"


def test_an_unknown_source_is_a_wrong_command(archive: Path) -> None:
    assert newsbot(f"status nosuch --db {archive}").exit_code == 2


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        pytest.param(f'[alerts]\ncommand = ["{sys.executable}", "-c", "pass"]\n', 0, "took the message", id="it works"),
        pytest.param('[alerts]\ncommand = "/no/such/program"\n', 3, "cannot be run", id="no such program"),
        pytest.param("", 2, "nobody is told", id="no command"),
        pytest.param('[alerts]\ncomand = "x"\n', 2, 'did you mean "command"?', id="a slip of the pen"),
        pytest.param("[alerts]\ncommand = 3\n", 2, "must be a command", id="no command at all"),
        pytest.param("[alerts]\nformat = 'xml'\n", 2, '"json" or "text"', id="no such format"),
        pytest.param('[[alerts]]\ncommand = "x"\n', 2, "one table", id="two brackets"),
        pytest.param('[search]\nname = "x"\n', 2, "two brackets", id="one bracket"),
        pytest.param('[[search]]\nname = "x"\n', 2, "query is missing", id="a search for nothing"),
        pytest.param('[[search]]\nname = "x"\nquery = "a"\n' * 2, 2, "stands twice", id="two of one name"),
        pytest.param('[alert]\ncommand = "x"\n', 2, 'did you mean "alerts"?', id="a table of another name"),
    ],
)  # fmt: skip
def test_alerts_can_be_tried(archive: Path, more: str, code: int, said: str) -> None:
    file = archive.with_name("sources.toml")
    file.write_text(FILE + more)
    result = newsbot(f"alerts test --sources {file} --db {archive}")
    assert result.exit_code == code, result.output
    assert said in result.output


def test_retain_erases_what_is_old_and_says_so_first(archive: Path) -> None:
    file = archive.with_name("sources.toml")
    file.write_text(FILE + 'retain = "30d"\n')
    assert "No source" not in newsbot(f"retain --dry-run --sources {file} --db {archive}").stdout
    told = newsbot(f"retain --dry-run --json --sources {file} --db {archive}")
    assert [(one["source"], one["articles"]) for one in json.loads(told.stdout)["expired"]] == [("gulf", 2)]
    assert newsbot(f"retain --sources {file} --db {archive}").exit_code == 0
    with closing(sqlite3.connect(archive)) as db:
        assert db.execute("select id from articles").fetchall() == [(3,)]
    assert "Nothing is old enough." in newsbot(f"retain --sources {file} --db {archive}").stdout
    assert newsbot(f"doctor -q --db {archive}").stdout == ""
