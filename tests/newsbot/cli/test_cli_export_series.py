"""Exports that can be repeated, described, continued, and narrowed by a search."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main
from pipelines.store import fulltext
from pipelines.store.export import EXPORT_COLUMNS


def export(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["export", *arguments, "--db", str(archive)])


def ids(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row["public_id"], row["state"]) for row in csv.DictReader(lines)]


def change(archive: Path, *statements: str) -> None:
    with closing(sqlite3.connect(archive)) as db, db:
        fulltext.prepare(db)
        for statement in statements:
            db.execute(statement)


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_the_same_archive_and_query_give_the_same_bytes(archive: Path, tmp_path: Path, form: str) -> None:
    files = [tmp_path / name for name in ("first", "second")]
    for file, options in zip(
        files, (("--where", "year=2014", "--text"), ("--text", "--where", "year=2014")), strict=True
    ):
        assert export(archive, form, "-o", str(file), *options).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    first, second = (json.loads(Path(f"{file}.manifest.json").read_text()) for file in files)
    for told in (first, second):
        del told["file"], told["made_at"]
    assert first == second
    assert first["rows"] == 1
    assert first["sha256"] == hashlib.sha256(files[0].read_bytes()).hexdigest()
    assert first["bytes"] == files[0].stat().st_size
    assert first["query"]["where"] == ["year=2014"]
    assert first["archive"]["change"] >= 3
    assert [column["name"] for column in first["columns"]] == [*EXPORT_COLUMNS, "text"]
    assert all(column["meaning"].endswith(".") for column in first["columns"])


def test_parquet_has_the_rows_and_types_of_the_csv(archive: Path, tmp_path: Path) -> None:
    export(archive, "parquet", "-o", str(tmp_path / "a.parquet"))
    table: Any = pq.read_table(tmp_path / "a.parquet")
    assert table.column_names == list(EXPORT_COLUMNS)
    rows = list(csv.DictReader(io.StringIO(export(archive, "csv", "--no-guard").stdout)))
    assert [
        {name: "" if cell is None else str(cell) for name, cell in row.items()} for row in table.to_pylist()
    ] == rows
    assert str(table.schema.field("revisions").type) == "int64"


def test_a_series_takes_what_is_new_changed_and_withdrawn(archive: Path, tmp_path: Path) -> None:
    one, two, three, four = (tmp_path / f"{number}.csv" for number in range(4))
    export(archive, "csv", "-o", str(one), "--since-last", "weekly")
    assert len(ids(one)) == 3
    export(archive, "csv", "-o", str(two), "--since-last", "weekly")
    assert ids(two) == []
    change(
        archive,
        "UPDATE articles SET headline = 'Bridge opens late', revisions = 1 WHERE public_id = 'aaa'",
        "UPDATE articles SET state = 'withheld' WHERE public_id = 'bbb'",
        "DELETE FROM article_text WHERE article = 3",
        "UPDATE urls SET article = NULL WHERE article = 3",
        "DELETE FROM articles WHERE id = 3",
    )
    export(archive, "csv", "-o", str(three), "--since-last", "weekly")
    assert ids(three) == [("aaa", "published"), ("bbb", "withheld"), ("ccc", "deleted")]
    change(archive, "INSERT INTO article_tags (article, tag) VALUES (1, 'bridge')")
    result = export(archive, "csv", "-o", str(four), "--since-last", "weekly")
    assert ids(four) == [("aaa", "published")]
    assert result.stderr == f"1 article written to {four}.\n"
    told = json.loads(Path(f"{four}.manifest.json").read_text())
    assert told["query"]["since_last"] == "weekly"
    with closing(sqlite3.connect(archive)) as db:
        assert [row[0] for row in db.execute("SELECT rows FROM exports ORDER BY id")] == [3, 0, 3, 1]
        assert db.execute("SELECT sha256 FROM exports ORDER BY id DESC").fetchone()[0] == told["sha256"]


def test_a_series_goes_on_with_what_it_began_with(archive: Path, tmp_path: Path) -> None:
    export(archive, "csv", "-o", str(tmp_path / "a.csv"), "--since-last", "weekly")
    other = export(archive, "csv", "-o", str(tmp_path / "b.csv"), "--since-last", "weekly", "--text")
    assert other.exit_code == 2
    assert "asked for {}, this one for something else" not in other.stderr
    assert "take the same options, or another name" in other.stderr
    assert not (tmp_path / "b.csv").exists()
    assert (
        export(archive, "csv", "-o", str(tmp_path / "b.csv"), "--since-last", "other", "--text").exit_code
        == 0
    )


def test_an_export_that_failed_is_not_remembered(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("precious")
    assert export(archive, "csv", "-o", str(tmp_path / "a.csv"), "--since-last", "weekly").exit_code == 2
    with closing(sqlite3.connect(archive)) as db:
        assert db.execute("SELECT count(*) FROM exports").fetchone() == (0,)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        pytest.param(("--search", "bridge"), ["aaa"], id="a word of the headline"),
        pytest.param(("--search", "oel OR bridge"), ["aaa"], id="no German texts, no umlauts written out"),
        pytest.param(("--search", 'author:"Bo Rask"'), ["aaa"], id="a filter in the search"),
        pytest.param(("--search", "opens -bridge"), [], id="left out"),
        pytest.param(("--url", "http://localhost:8001/archive/articles?source=gulf&order=relevance"), ["bbb", "aaa"], id="a listing"),
        pytest.param(("--url", "_search=one&country=IQ"), ["aaa"], id="a query string"),
        pytest.param(("--url", "_search=one", "--where", "country=KW"), [], id="both hold"),
    ],
)  # fmt: skip
def test_searches_and_listings_narrow_an_export(
    archive: Path, arguments: tuple[str, ...], found: list[str]
) -> None:
    result = export(archive, "csv", *arguments)
    assert [row["public_id"] for row in csv.DictReader(io.StringIO(result.stdout))] == found


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(
            ("csv", "--search", "(bridge"), "A bracket was opened and never closed.", id="an odd search"
        ),
        pytest.param(
            ("csv", "--url", "http://x/?nonsense=1"), "names something that is no filter", id="an odd address"
        ),
        pytest.param(("parquet",), "name a file", id="Parquet on a terminal"),
    ],
)
def test_what_cannot_be_exported_is_said(archive: Path, arguments: tuple[str, ...], sentence: str) -> None:
    result = export(archive, *arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_without_pyarrow_a_sentence(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = export(archive, "parquet", "-o", str(tmp_path / "a.parquet"))
    assert result.exit_code == 2
    assert "pip install 'newsbot[parquet]'" in result.stderr
    assert list(tmp_path.glob("*.parquet*")) == []
