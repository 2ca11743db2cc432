"""Searching on the terminal, one query or a file of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main
from newsbot.search.batch import Asked, read_batch
from pipelines.errors import ConfigurationError


def search(archive: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["search", *arguments, "--db", str(archive)], input=typed)


def test_one_search_is_counted_and_listed(archive: Path) -> None:
    assert search(archive, "bridge OR zurich").stdout == (
        "2 articles\n"
        "2026-01-01  nord  Zürich und Öl\n            http://nord.example/3\n"
        "2014-06-22  gulf  Bridge opens\n            http://gulf.example/1\n"
    )
    told = json.loads(search(archive, "bridge", "--json").stdout)
    assert (told["articles"], told["found"][0]["public_id"]) == (1, "aaa")
    assert search(archive, "bridge", "--where", "source=nord").stdout == "0 articles\n"


def test_each_query_of_a_file_gets_a_row(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "counts.csv"
    result = search(
        archive, "--batch", "-", "-o", str(out), typed="# words\nbridge\n\none OR two\n=nothing\n"
    )
    assert result.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [(row["query"], row["articles"], row["first_day"], row["sources"]) for row in rows] == [
        ("bridge", "1", "2014-06-22", "1"),
        ("one OR two", "2", "2014-06-22", "1"),
        ("'=nothing", "0", "", "0"),
    ]
    assert rows[0]["link"] == "http://127.0.0.1:8001/archive/articles?_search=bridge"


def test_columns_of_a_csv_are_kept_and_filters_stand_in_the_links(archive: Path) -> None:
    typed = 'topic,query\nroads,"bridge, opens"\nland,drei\n'
    result = search(
        archive, "--batch", "-", "--json", "--where", "year=2014", "--base", "https://n.example/", typed=typed
    )
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["topic"], row["articles"]) for row in rows] == [("roads", 1), ("land", 0)]
    assert rows[0]["link"] == "https://n.example/archive/articles?_search=bridge%2C+opens&published_year=2014"


def test_a_query_that_cannot_be_read_is_said_in_its_row(archive: Path) -> None:
    result = search(archive, "--batch", "-", typed="bridge\n(one\n")
    assert result.exit_code == 1
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["articles"] for row in rows] == ["1", ""]
    assert "A bracket was opened and never closed." in rows[1]["note"]
    assert "1 of 2 queries could not be read" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param((), "Give either a QUERY or --batch FILE.", id="nothing"),
        pytest.param(("-toll",), "", id="an option that is none"),
        pytest.param(("--", "-toll"), "needs a word that must occur", id="only what must not occur"),
        pytest.param(("a", "-o", "x"), "--output belongs to --batch", id="a file for one search"),
    ],
)
def test_what_cannot_be_searched_is_a_sentence(
    archive: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    result = (
        search(archive, *arguments)
        if "--" not in arguments
        else CliRunner().invoke(main, ["search", "--db", str(archive), *arguments])
    )
    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        pytest.param("a\n# b\n\n c \n", [Asked("a", {}), Asked("c", {})], id="lines"),
        pytest.param("\ufeffquery\na b\n", [Asked("a b", {})], id="a CSV of one column, from Excel"),
        pytest.param(
            'id,query\n1,"""a b"" c"\n2,\n', [Asked('"a b" c', {"id": "1"})], id="quotation marks in a CSV"
        ),
    ],
)
def test_files_of_queries(text: str, asked: list[Asked]) -> None:
    assert read_batch(text, "f") == asked


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("\n# a\n", "f holds no query", id="none"),
        pytest.param("id,query\n1,a,b\n", "f, line 2: it has more cells", id="a comma too many"),
        pytest.param("x" * 501, "query 1: it has more than 500", id="too long"),
        pytest.param("a\n" * 10_001, "10,001 queries", id="too many"),
    ],
)
def test_what_is_no_file_of_queries(text: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        read_batch(text, "f")
