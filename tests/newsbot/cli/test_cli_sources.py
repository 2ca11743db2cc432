"""`newsbot init` and `newsbot sources`: the file that says whom we read, and lists in and out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main

TWO = """
[[source]]
id = "gulf"
name = "Gulf Courier"
homepage = "http://www.gulfcourier.example/"
every = "90m"

[[source]]
id = "nord"
name = "Nordhafen Zeitung"
homepage = "http://www.nordhafen.example/"
feeds = ["/rss.xml", "/en.xml"]
sitemaps = "off"
sections = ["/hafen/"]
include = ["/20"]
"""


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    file = tmp_path / "papers.toml"
    file.write_text(TWO, encoding="utf-8")
    return file


def sources(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["sources", "--sources", str(file), *arguments])


def test_init_writes_a_file_that_import_can_fill(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    assert CliRunner().invoke(main, ["init", "--sources", str(file)]).exit_code == 0
    table = tmp_path / "papers.csv"
    table.write_text("name,homepage\nGulf Courier,http://www.gulfcourier.example/\n")
    assert sources(file, "--import", str(table)).exit_code == 0
    assert sources(file).stdout.splitlines()[1].startswith("gulf-courier")
    assert file.read_text(encoding="utf-8").startswith("# Whom newsbot reads.")


def test_init_leaves_an_existing_file_alone(papers: Path) -> None:
    result = CliRunner().invoke(main, ["init", "--sources", str(papers)])
    assert result.exit_code == 2
    assert papers.read_text(encoding="utf-8") == TWO


def test_the_list_says_how_each_source_is_read(papers: Path) -> None:
    assert sources(papers).stdout.splitlines() == [
        "id    name               homepage                         found by                         every",
        "gulf  Gulf Courier       http://www.gulfcourier.example/  feeds of the homepage, sitemaps  90m",
        "nord  Nordhafen Zeitung  http://www.nordhafen.example/    2 feeds, 1 section               2h",
    ]


def test_json_has_every_key(papers: Path) -> None:
    gulf, nord = json.loads(sources(papers, "--json").stdout)
    assert (gulf["id"], gulf["every"], gulf["feeds"]) == ("gulf", 5400.0, None)
    assert nord["include"] == ["/20"]


@pytest.mark.parametrize("form", ["opml", "csv"])
def test_what_goes_out_comes_in_again(papers: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"papers.{form}"
    assert sources(papers, "--export", form, "-o", str(out)).exit_code == 0
    other = tmp_path / "other.toml"
    other.write_text("# mine\n", encoding="utf-8")
    result = sources(other, "--import", str(out))
    assert other.read_text(encoding="utf-8").startswith("# mine\n")
    assert "Nordhafen Zeitung" in sources(other).stdout, result.stderr


def test_csv_goes_to_stdout(papers: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(sources(papers, "--export", "csv").stdout)))
    assert [row["id"] for row in rows] == ["gulf", "nord"]


def test_what_is_there_is_not_added_twice(papers: Path, tmp_path: Path) -> None:
    table = tmp_path / "more.csv"
    table.write_text(
        "id,name,homepage\ngulf,Another,https://gulfcourier.example\nnord,New,http://new.example/\n"
    )
    result = sources(papers, "--import", str(table))
    assert result.stderr == f"1 added to {papers}, 1 were there, 0 could not be taken.\n"
    assert sources(papers).stdout.splitlines()[3].startswith("new ")


def test_a_bad_entry_costs_only_itself(papers: Path, tmp_path: Path) -> None:
    table = tmp_path / "more.csv"
    table.write_text("name,homepage,country\nBad,http://bad.example/,XX\nGood,http://good.example/,DE\n")
    result = sources(papers, "--import", str(table))
    assert result.exit_code == 1
    assert "country" in result.stderr
    assert "1 added" in result.stderr


def test_a_list_without_a_good_entry_does_nothing(papers: Path, tmp_path: Path) -> None:
    table = tmp_path / "more.csv"
    table.write_text("name,homepage,country\nBad,http://bad.example/,XX\n")
    assert sources(papers, "--import", str(table)).exit_code == 3
    assert papers.read_text(encoding="utf-8") == TWO


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--json", "--export", "csv"), "Give one of", id="two things at once"),
        pytest.param(("-o", "x.csv"), "belongs to --export", id="a file for nothing"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(papers: Path, arguments: tuple[str, ...], said: str) -> None:
    result = sources(papers, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_file_that_is_wrong_is_refused_with_file_source_and_key(papers: Path) -> None:
    papers.write_text(TWO.replace("every", "evry"), encoding="utf-8")
    result = sources(papers)
    assert result.exit_code == 2
    assert 'source "gulf"' in result.stderr
    assert "every" in result.stderr
