"""`newsbot extract`: a page on the disk, or many as JSON Lines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main

STORY = " ".join(["The old bridge over the river was opened again on Sunday after years of repair."] * 6)
PAGE = f"""<!doctype html><html lang="en"><head><title>Bridge opens again</title>
<meta property="og:type" content="article">
<meta property="article:published_time" content="2014-06-22T18:30:00+03:00">
<meta name="author" content="Ann Lee">
</head><body><article><h1>Bridge opens again</h1><p>{STORY}</p><p>{STORY} Traffic was light.</p>
<p>{STORY} Shops along the bank reopened too.</p></article></body></html>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    file.write_text(PAGE, encoding="utf-8")
    return file


def extract(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, ["extract", *arguments], input=given)


def answers(*rows: object) -> list[dict[str, Any]]:
    given = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    return [json.loads(line) for line in extract("--jsonl", given=given).stdout.splitlines()]


def test_a_person_reads_facts_and_text(page: Path) -> None:
    told = extract(str(page), "--url", "https://www.example.com/bridge").stdout
    assert "headline   Bridge opens again\n" in told
    assert "2014-06-22T18:30:00+03:00" in told
    assert "Shops along the bank reopened too." in told


def test_a_page_may_come_from_stdin() -> None:
    assert "Bridge opens again" in extract("-", given=PAGE).stdout


def test_json_has_everything_that_was_read(page: Path) -> None:
    reading = json.loads(extract(str(page), "--json").stdout)
    assert reading["headline"] == "Bridge opens again"
    assert any(candidate["chosen"] for candidate in reading["candidates"])


def test_a_page_that_is_no_article_says_why(tmp_path: Path) -> None:
    form = tmp_path / "form.html"
    form.write_text("<html><body><form><input name=q></form></body></html>")
    result = extract(str(form))
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr.startswith("newsbot: ")


def test_a_file_that_is_not_there_is_named() -> None:
    result = extract("nowhere.html")
    assert result.exit_code == 2
    assert "nowhere.html" in result.stderr


def test_every_line_gets_an_answer_with_its_id(page: Path) -> None:
    (answer,) = answers({"id": "a", "url": "https://www.example.com/bridge", "html_path": str(page)})
    assert answer["id"] == "a"
    assert answer["title"] == "Bridge opens again"
    assert answer["authors"] == ["Ann Lee"]
    assert answer["published_at"] == "2014-06-22T18:30:00+03:00"
    assert answer["language"] == "en"
    assert answer["text"].count("\n\n") == 2


def test_a_time_after_the_fetch_is_no_time_of_publication(page: Path) -> None:
    (answer,) = answers({"id": 1, "url": "", "html_path": str(page), "fetched_at": "2014-01-01T00:00:00Z"})
    assert answer["published_at"] != "2014-06-22T15:30:00+00:00"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param("{broken", "is not JSON", id="not JSON"),
        pytest.param({"id": 1}, "needs html_path", id="no path"),
        pytest.param({"id": 1, "html_path": "nowhere.html"}, "nowhere.html", id="no such file"),
        pytest.param({"id": 1, "html_path": "/"}, "directory", id="a folder"),
        pytest.param({"id": 1, "html_path": "a\x00b"}, "null byte", id="a path that cannot be"),
    ],
)
def test_a_bad_line_gets_a_sentence_and_the_next_one_is_read(page: Path, row: object, said: str) -> None:
    bad, good = answers(row, {"id": 9, "url": "", "html_path": str(page)})
    assert said in bad["error"]
    assert good["title"] == "Bridge opens again"


def test_a_page_that_is_no_article_gets_a_reason_and_is_no_error(tmp_path: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.touch()
    (answer,) = answers({"id": 1, "url": "", "html_path": str(empty)})
    assert answer["reason"]
    assert answer["published_at"] is None
    assert "error" not in answer


def test_bad_lines_are_counted_and_only_all_of_them_are_a_failure(page: Path) -> None:
    good = json.dumps({"id": 1, "url": "", "html_path": str(page)})
    some = extract("--jsonl", given="{broken\n" + good)
    assert some.exit_code == 0
    assert some.stderr == "1 of 2 pages could not be read; their objects say why.\n"
    assert extract("--jsonl", given="{broken\n").exit_code == 3


@pytest.mark.parametrize("name", ["page.html.gz", "page.html"])
def test_a_gzip_file_is_unpacked_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(PAGE.encode()))
    (answer,) = answers({"id": 1, "url": "", "html_path": str(tmp_path / name)})
    assert answer["title"] == "Bridge opens again"


def test_a_gzip_file_is_unpacked_no_further_than_a_page_may_be_long(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(b"<html>" + bytes(50_000_000)))
    (answer,) = answers({"id": 1, "url": "", "html_path": str(bomb)})
    assert answer["reason"] == "too_large"
    assert extract(str(bomb)).exit_code == 3


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(gzip.compress(PAGE.encode())[:200], id="cut off"),
        pytest.param(b"\x1f\x8bnonsense", id="no gzip inside"),
        pytest.param(gzip.compress(PAGE.encode())[:60] + b"\xff" * 60, id="damaged"),
    ],
)
def test_a_broken_gzip_file_gets_a_sentence(tmp_path: Path, broken: bytes) -> None:
    file = tmp_path / "page.gz"
    file.write_bytes(broken)
    (answer,) = answers({"id": 1, "url": "", "html_path": str(file)})
    assert "Not a whole gzip file" in answer["error"]
    result = extract(str(file))
    assert result.exit_code == 2
    assert "Not a whole gzip file" in result.stderr


PRINTED = {
    "an offset that is printed": ("2014-06-22T18:30:00+03:00", "2014-06-22T18:30:00+03:00"),
    "UTC": ("2014-06-22T18:30:00Z", "2014-06-22T18:30:00+00:00"),
    "a clock without zone": ("2014-06-22T18:30:00", "2014-06-22T18:30:00"),
    "a day": ("2014-06-22", "2014-06-22"),
}


@pytest.mark.parametrize(("printed", "told"), PRINTED.values(), ids=PRINTED.keys())
def test_no_more_is_told_of_the_time_than_is_known(tmp_path: Path, printed: str, told: str) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE.replace("2014-06-22T18:30:00+03:00", printed))
    (answer,) = answers({"id": 1, "url": "https://www.example.com/bridge", "html_path": str(file)})
    assert answer["published_at"] == told
