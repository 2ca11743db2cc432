"""After a takedown no sentence of the article is in any file: the database, its log, and captures that are opened."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsbot.care import tombstones
from newsbot.cli import main
from pipelines.capture import Erased, read_capture
from pipelines.store import RunLock
from pipelines.store.sqlite import sqlite3

PORT = "https://herald.example/port"


def takedown(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["takedown", "--db", str(archive), *arguments])


def erase(archive: Path, *arguments: str) -> Result:
    return takedown(archive, PORT, "--mode", "erase", "--reason", "asked by the person", *arguments)


def test_erasing_takes_every_sentence_out_of_every_file(night: Any, tools: Any) -> None:
    night.end()
    folder = night.path.parent
    said = night.sentences["port"]
    assert len(said) > 60
    assert tools.found_in(folder, said) == said
    result = erase(night.path)
    assert result.exit_code == 0, result.output
    assert tools.found_in(folder, said) == set()
    for name in ("mill", "fair"):
        assert tools.found_in(folder, night.sentences[name]) == night.sentences[name]
    assert CliRunner().invoke(main, ["doctor", "--all", "--db", str(night.path)]).exit_code == 0


def test_the_captures_are_erased_in_place_and_the_others_are_read_as_before(night: Any, tools: Any) -> None:
    night.end()
    erase(night.path)
    erased = read = 0
    for key, file, offset, length, erased_at in tools.rows(
        night.path, "SELECT key, file, offset, length, erased_at FROM captures"
    ):
        if key.endswith("port"):
            with pytest.raises(Erased):
                read_capture(night.path.parent / "captures", file, offset, length)
            assert erased_at
            erased += 1
        else:
            assert read_capture(night.path.parent / "captures", file, offset, length).status == 200
            read += 1
    assert (erased, read) == (2, 2)


def test_hiding_keeps_everything_and_shows_nothing(night: Any, tools: Any) -> None:
    night.end()
    assert takedown(night.path, PORT, "--reason", "court order").exit_code == 0
    assert tools.found_in(night.path.parent, night.sentences["port"]) == night.sentences["port"]
    assert "port" not in CliRunner().invoke(main, ["export", "csv", "-q", "--db", str(night.path)]).stdout
    assert takedown(night.path, PORT, "--undo", "--reason", "lifted").exit_code == 0
    assert "port" in CliRunner().invoke(main, ["export", "csv", "-q", "--db", str(night.path)]).stdout


def test_the_receipt_says_what_was_reached(night: Any) -> None:
    night.end()
    receipt = json.loads(erase(night.path, "--by", "ann", "--json").stdout)
    (one,) = receipt["receipts"]
    assert (one["action"], one["source"], one["author"]) == ("erase", "herald", "ann")
    assert one["reached"].items() >= {"articles": 1, "revisions": 1, "captures": 2, "evidence": 1}.items()
    assert receipt["erased"] == {"captures": 2, "failed": [], "swept": True, "sweep_waits_for": ""}


def test_the_receipt_for_people_names_what_is_out_of_reach(night: Any) -> None:
    night.end()
    with closing(sqlite3.connect(night.path)) as db, db:
        db.execute(
            "INSERT INTO exports (name, made_at, query, rows, sha256) VALUES ('a.csv', '2027-01-01', 'all', 3, 'x')"
        )
    told = erase(night.path).stdout
    for said in (
        "Erased: article",
        "asked by the person",
        "a.csv: cannot be recalled",
        "2 pages were erased",
    ):
        assert said in told


def test_it_runs_beside_a_crawl_which_then_has_to_sweep(night: Any, tools: Any) -> None:
    with RunLock.acquire(night.path, "newsbot crawl"):
        result = erase(night.path)
        night.store("fresh")
    assert result.exit_code == 0, result.output
    assert "a crawl is at work" in result.stdout
    night.end()
    assert CliRunner().invoke(main, ["doctor", "--repair", "--db", str(night.path)]).exit_code == 0
    assert tools.found_in(night.path.parent, night.sentences["port"]) == set()
    assert tools.found_in(night.path.parent, night.sentences["fresh"]) == night.sentences["fresh"]


def test_a_page_that_a_crawl_had_on_its_way_is_erased_by_the_next_repair(night: Any, tools: Any) -> None:
    erase(night.path)
    night.store("port", 3)
    night.end()
    assert tools.found_in(night.path.parent, night.sentences["port"])
    assert CliRunner().invoke(main, ["doctor", "--db", str(night.path)]).exit_code == 1
    assert CliRunner().invoke(main, ["doctor", "--repair", "--db", str(night.path)]).exit_code == 0
    assert tools.found_in(night.path.parent, night.sentences["port"]) == set()


def test_a_capture_that_cannot_be_erased_is_told_and_tried_again(night: Any, tools: Any) -> None:
    night.end()
    captures = night.path.parent / "captures"
    captures.rename(captures.with_name("away"))
    result = erase(night.path)
    assert result.exit_code == 1
    assert "cannot be erased" in result.stdout and "doctor --repair" in result.stdout
    captures.with_name("away").rename(captures)
    assert CliRunner().invoke(main, ["doctor", "--repair", "--db", str(night.path)]).exit_code == 0
    assert tools.found_in(night.path.parent, night.sentences["port"]) == set()


def test_tombstones_are_written_beside_the_archive(night: Any) -> None:
    night.end()
    erase(night.path)
    takedown(night.path, "https://herald.example/mill", "--reason", "court order")
    takedown(night.path, "https://herald.example/mill", "--undo", "--reason", "lifted")
    stones = tombstones.read(tombstones.file_of(night.path))
    assert [(stone.key[-4:], stone.mode) for stone in stones] == [("port", "erased"), ("mill", "lifted")]


def test_a_torn_last_line_of_the_file_of_tombstones_is_passed_over(night: Any) -> None:
    night.end()
    erase(night.path)
    file = tombstones.file_of(night.path)
    file.write_text(file.read_text() + '{"key": "https://herald.ex')
    assert len(tombstones.read(file)) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["https://a.example/x", "--reason", "r"], 3, "never heard of", id="an unknown address"),
        pytest.param(["ftp://a", "--reason", "r"], 2, "no web address", id="no address"),
        pytest.param(["https://herald.example/feed", "--reason", "r"], 2, "is a feed", id="a listing"),
        pytest.param([PORT, "--undo", "--reason", "r"], 2, "was not taken down", id="nothing to undo"),
        pytest.param([PORT], 2, "Say why", id="no reason"),
        pytest.param([PORT, "--reason", "  "], 2, "Say why", id="an empty reason"),
        pytest.param([], 2, "Name an address", id="nothing"),
        pytest.param([PORT, "https://a.example/x", "--reason", "r"], 3, "never heard", id="one of two unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_is_changed(
    night: Any, tools: Any, arguments: list[str], code: int, said: str
) -> None:
    night.end()
    result = takedown(night.path, *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert tools.rows(night.path, "SELECT * FROM tombstones") == []


def test_an_unknown_address_can_be_kept_out_all_the_same(night: Any, tools: Any) -> None:
    night.end()
    assert takedown(night.path, "https://herald.example/x", "--reason", "r", "--anyway").exit_code == 0
    assert tools.rows(night.path, "SELECT mode FROM tombstones") == [("hidden",)]


def test_a_dry_run_and_a_list_change_nothing(night: Any, tools: Any) -> None:
    night.end()
    assert "article" in takedown(night.path, PORT, "--dry-run").stdout
    assert "Nothing was taken down." in takedown(night.path, "--list").stdout
    assert tools.rows(night.path, "SELECT * FROM tombstones") == []
    takedown(night.path, PORT, "--reason", "court order")
    assert "court order" in takedown(night.path, "--list").stdout
    assert json.loads(takedown(night.path, "--list", "--json").stdout)[0]["mode"] == "hidden"


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'newsbot', 'm999_later', '2030')")


HARM: list[Any] = [
    pytest.param(lambda file: file.write_bytes(b"no database " * 999), 4, "damaged", id="no database"),
    pytest.param(lambda file: file.unlink(), 4, "There is no archive", id="no file"),
    pytest.param(newer, 4, "newer newsbot", id="of a newer newsbot"),
]


@pytest.mark.parametrize(("harm", "code", "said"), HARM)
def test_an_archive_that_cannot_be_used_is_said_in_a_sentence(
    night: Any, harm: Callable[[Path], Any], code: int, said: str
) -> None:
    night.end()
    harm(night.path)
    result = erase(night.path)
    assert (result.exit_code, result.stdout) == (code, "")
    (line,) = result.stderr.splitlines()
    assert said in line and line.endswith(".")
