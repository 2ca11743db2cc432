"""`newsbot correct`: a person's word, checked, kept with its reason, and taken back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main
from newsbot.cli.corrected import parsed
from pipelines.errors import ConfigurationError

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def newsbot(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--db", str(archive)])


def row(archive: Path, sql: str) -> tuple[Any, ...]:
    with closing(sqlite3.connect(archive)) as db:
        (one,) = db.execute(sql).fetchall()
    return tuple(one)


def test_a_correction_is_kept_shown_and_taken_back(archive: Path) -> None:
    done = newsbot(
        archive, "correct", "gulf.example/1?utm_source=x", "headline=Bridge closes", "published_day=2013-06-22",
        "--reason", "the desk said so", "--author", "ann",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Bridge opens" in done.output and "Bridge closes" in done.output
    assert row(
        archive, "SELECT headline, published_year, published_sort, published_from FROM articles WHERE id = 1"
    ) == ("Bridge closes", 2013, "2013-06-22", "correction")
    assert row(archive, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'closes'") == (1,)
    listed = newsbot(archive, "correct", "--list")
    assert "the desk said so" in listed.output and "ann" in listed.output
    rows = json.loads(newsbot(archive, "correct", "gulf.example/1", "--json").output)
    assert {"headline", "published_day"} <= {one["field"] for one in rows}
    undone = newsbot(archive, "correct", "gulf.example/1", "--undo", "headline", "--undo", "published_day")
    assert undone.exit_code == 0, undone.output
    assert row(archive, "SELECT headline, published_year FROM articles WHERE id = 1") == (
        "Bridge opens",
        2014,
    )
    assert newsbot(archive, "correct", "--list").output == "Nothing was corrected.\n"


def test_an_empty_value_says_that_there_is_none(archive: Path) -> None:
    assert newsbot(archive, "correct", "gulf.example/1", "country=", "--reason", "no place").exit_code == 0
    assert row(archive, "SELECT country FROM articles WHERE id = 1") == (None,)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["gulf.example/1", "headline=X"], 2, "--reason"),
        ([], 2, "Name an address"),
        (["gulf.example/9", "headline=X", "--reason", "r"], 3, "no article"),
        (["gulf.example/1", "headlin=X", "--reason", "r"], 2, 'did you mean "headline"?'),
        (["gulf.example/1", "country=Iraq", "--reason", "r"], 2, 'did you mean "IQ"?'),
        (["gulf.example/1", "published_day=2014-02-30", "--reason", "r"], 2, "no day"),
        (["gulf.example/1", "published_at=2014-06-22", "--reason", "r"], 2, "published_day"),
        (["gulf.example/1", "published_at=2014-06-22T10:00", "--reason", "r"], 2, "no offset"),
        (["gulf.example/1", "headline=", "--reason", "r"], 2, "cannot be empty"),
        (["gulf.example/1", "headline", "--reason", "r"], 2, "FIELD=VALUE"),
        (["gulf.example/1", "--undo", "byline"], 2, "was not corrected"),
        (["gulf.example/1", "--undo", "state"], 2, "no field"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    archive: Path, arguments: list[str], code: int, said: str
) -> None:
    done = newsbot(archive, "correct", *arguments)
    assert done.exit_code == code
    assert said in done.output
    assert row(archive, "SELECT count(*) FROM corrections") == (0,)


def test_a_wall_clock_is_that_of_the_source() -> None:
    found = parsed(["published_at=2014-06-22T01:30"], "Asia/Kuwait", NOW)["published_at"]
    assert isinstance(found, datetime)
    assert found.isoformat() == "2014-06-22T01:30:00+03:00"


@pytest.mark.parametrize(
    "value", ["published_at=2026-11-23T12:00:00Z", "published_day=2026-11-30", "published_day=1066-10-14"]
)
def test_a_date_that_cannot_be_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match=r"future|before 1600"):
        parsed([value], "UTC", NOW)
    with pytest.raises(ConfigurationError, match="twice"):
        parsed(["place=Basra", "place=Faw"], None, NOW)


def test_explain_tells_of_it(archive: Path) -> None:
    newsbot(archive, "correct", "gulf.example/1", "place=Basra", "--reason", "the map", "--author", "ann")
    told = newsbot(archive, "explain", "gulf.example/1").output
    assert "ann corrected place: “Basra”, read as nothing. (the map)" in told
