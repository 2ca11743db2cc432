"""What newsbot says on stderr: short lines for people, objects for machines, no secrets, no tracebacks unasked."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsbot import log
from newsbot.log import clean, configure, event, say

NEWSBOT = Path(sys.executable).with_name("newsbot")
ours, theirs = logging.getLogger("newsbot.test"), logging.getLogger("scrapy.test")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    handlers, levels = (
        list(logging.root.handlers),
        {n: logging.getLogger(n).level for n in ("", *log.OURS, "scrapy")},
    )
    yield
    logging.root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    log._state["json"] = False


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def fault() -> None:
    try:
        raise TypeError("a page\nof two lines")
    except TypeError:
        ours.exception("The page could not be read")


def everything() -> None:
    theirs.info("theirs to know")
    theirs.warning("theirs, worse")
    ours.debug("a visit", extra=event("visit", url="https://a.example/"))
    ours.info("a host is held", extra=event("host_held", host="a.example"))
    ours.warning("the archive is locked", extra=event("archive_locked"))
    fault()


@pytest.mark.parametrize(
    ("how", "lines"),
    [
        pytest.param({"quiet": True}, 1, id="quiet: the error alone"),
        pytest.param({}, 3, id="as it is: warnings of everybody, and the error"),
        pytest.param({"verbose": 1}, 5, id="verbose: all of ours"),
        pytest.param({"as_json": True}, 4, id="for machines: what happens to the run too"),
    ],
)
def test_how_much_is_said(how: dict[str, bool], lines: int, capsys: pytest.CaptureFixture[str]) -> None:
    configure(**how)  # type: ignore[arg-type]
    everything()
    assert len(said(capsys)) == lines


def test_lines_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    everything()
    assert said(capsys) == [
        "newsbot: scrapy.test: theirs, worse",
        "newsbot: the archive is locked",
        "newsbot: The page could not be read (TypeError: a page of two lines)",
    ]


def test_where_in_the_code_a_fault_lies_is_told_to_who_asks(capsys: pytest.CaptureFixture[str]) -> None:
    configure(verbose=2)
    everything()
    lines = said(capsys)
    assert "newsbot: scrapy.test: theirs to know" in lines and "Traceback (most recent call last):" in lines


def test_objects_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    configure(as_json=True)
    everything()
    say("it ended", exit_code=4)
    rows = [json.loads(line) for line in said(capsys)]
    assert all(tuple(row)[:4] == log.KEYS for row in rows)
    assert [(row["level"], row["event"]) for row in rows] == [
        ("warning", "message"),
        ("info", "host_held"),
        ("warning", "archive_locked"),
        ("error", "message"),
        ("error", "error"),
    ]
    assert rows[0]["logger"] == "scrapy.test"
    assert (rows[1]["host"], rows[-1]["exit_code"]) == ("a.example", 4)


@pytest.mark.parametrize(
    ("message", "cleaned"),
    [
        ("https://ann:s3cret@a.example/x", "https://***@a.example/x"),
        ("to https://a.example/mail@home and on", "to https://a.example/mail@home and on"),
        ("Authorization: Basic YWJj then", "Authorization: *** then"),
        ("{'Authorization': 'Bearer abc.def'}", "{'Authorization': '***'}"),
        ("Set-Cookie: sid=1; Path=/", "Set-Cookie: ***; Path=/"),
        ("https://a.example/?token=abc&page=2", "https://a.example/?token=***&page=2"),
        ("a cookie wall: nothing was read", "a cookie wall: nothing was read"),
        ("two\nlines\x1b[31m and red", "two lines [31m and red"),
        ("x" * 9000, "x" * 2000),
    ],
)
def test_no_secret_and_no_control_character_is_said(message: str, cleaned: str) -> None:
    assert clean(message) == cleaned


def test_every_line_of_a_run_that_fails_is_an_object(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("[[source]]\n")
    done = subprocess.run(
        [NEWSBOT, "crawl", "--json-logs"], cwd=tmp_path, capture_output=True, text=True, timeout=30
    )
    (row,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert (done.returncode, row["event"], row["exit_code"]) == (2, "error", 2)
    assert "sources.toml" in row["message"]
