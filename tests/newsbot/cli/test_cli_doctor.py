"""`newsbot doctor`: what is sound is said in a line, what is wrong in a sentence with an exit code."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main

CAPTURE = """
insert into captures (key, url, file, offset, length, digest, captured_at, status, payload_bytes)
    values ('https://gulf.example/1', 'http://gulf.example/1', 'gone.warc.gz', 0, 10, 'sha1:X', '2026', 200, 10)
"""


def doctor(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["doctor", "--db", str(archive), *arguments])


def change(archive: Path, sql: str) -> None:
    with closing(sqlite3.connect(archive)) as db:
        db.executescript(sql)


def test_a_sound_archive_gets_a_line_a_check_and_exit_code_0(archive: Path) -> None:
    result = doctor(archive)
    assert result.exit_code == 0, result.output
    assert all(line.startswith("ok ") for line in result.stdout.splitlines())
    assert "newsbot 0." in result.stdout
    assert "3 articles, each with its text row." in result.stdout


@pytest.mark.parametrize(
    ("harm", "check", "said"),
    [
        pytest.param(
            "delete from article_text where article = 1;", "texts", "1 of 3 articles", id="a text is missing"
        ),
        pytest.param(
            "update article_text set text = 'Other words.' where article = 1;",
            "search",
            "does not agree",
            id="the full-text index has other words",
        ),
        pytest.param(
            "insert into article_tags values (99, 'x');",
            "references",
            "1 rows of article_tags",
            id="a tag of no article",
        ),
        pytest.param(
            "insert into urls (key, url, source, first_seen_at) values ('k', 'u', 'gulf', '2026');",
            "ledger",
            "1 of 4 URLs",
            id="a URL that was lost silently",
        ),
        pytest.param(CAPTURE, "captures", "1 cannot be read", id="a capture whose file is gone"),
        pytest.param("update runs set state = 'running';", "leftovers", "Run 1", id="a run that never ended"),
    ],
)
def test_what_is_wrong_is_found(archive: Path, harm: str, check: str, said: str) -> None:
    change(archive, harm)
    result = doctor(archive)
    assert result.exit_code == 1, result.output
    wrong = [line for line in result.stdout.splitlines() if line.startswith("!")]
    assert any(check in line and said in line for line in wrong), result.stdout


def test_a_file_of_a_killed_run_is_found(archive: Path) -> None:
    (archive.parent / "captures").mkdir()
    (archive.parent / "captures" / "run-1.warc.gz.open").touch()
    assert "run-1.warc.gz.open" in doctor(archive).stdout


def test_a_torn_database_cannot_be_used(archive: Path) -> None:
    change(archive, "pragma journal_mode = delete;")
    pages = bytearray(archive.read_bytes())
    for start in range(4096 * 8, len(pages) - 4096, 4096):
        pages[start : start + 512] = b"\x5a" * 512
    archive.write_bytes(pages)
    assert doctor(archive).exit_code == 4


def test_quiet_says_only_what_is_wrong(archive: Path) -> None:
    assert doctor(archive, "-q").stdout == ""


def test_json_has_a_row_a_check(archive: Path) -> None:
    rows = json.loads(doctor(archive, "--json").stdout)
    assert {row["check"] for row in rows} >= {"versions", "integrity", "captures", "ledger"}
    assert all(row["ok"] for row in rows)


def test_nothing_is_changed(archive: Path) -> None:
    change(archive, "pragma wal_checkpoint(truncate);")
    before = archive.read_bytes()
    doctor(archive, "--all")
    change(archive, "pragma wal_checkpoint(truncate);")
    assert archive.read_bytes() == before
