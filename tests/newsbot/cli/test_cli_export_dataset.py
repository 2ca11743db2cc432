"""`newsbot export parquet --partition month`: a dataset that other programs read whole, or none."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main
from pipelines.store import parquet


def export(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["export", *arguments, "--db", str(archive)])


def dataset(archive: Path, folder: Path, *arguments: str) -> Result:
    return export(archive, "parquet", "--partition", "month", str(folder), *arguments)


@pytest.fixture
def dated(archive: Path) -> Path:
    """The archive with months as a crawl writes them, and two tags of which one looks like two."""
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("UPDATE articles SET published_month = substr(published_day, 1, 7), published_at = '2014-06-22T18:00:00Z' WHERE id = 1")  # fmt: skip
        db.execute("UPDATE articles SET published_month = substr(published_day, 1, 7) WHERE id = 2")
        db.execute("INSERT INTO article_tags VALUES (1, 'a; b'), (1, 'c')")
    return archive


def test_each_month_is_a_partition_that_duckdb_and_arrow_read(dated: Path, tmp_path: Path) -> None:
    out = tmp_path / "articles"
    result = dataset(dated, out, "--text")
    assert (result.exit_code, result.stderr) == (0, f"3 articles written to {out}.\n")
    months = {"2014-06": 1, "2026-01": 1, "undated": 1}
    files = [f"{out}/*/*.parquet"]
    counted = duckdb.execute("SELECT published_month, count(*) FROM read_parquet(?) GROUP BY 1", files)
    assert dict(counted.fetchall()) == months
    table: Any = ds.dataset(out, partitioning="hive").to_table()
    assert {month: table["published_month"].to_pylist().count(month) for month in months} == months
    as_pandas: Any = pq.read_table(out)["published_month"].unify_dictionaries().to_pylist()
    assert {month: as_pandas.count(month) for month in months} == months
    rows = {row["public_id"]: row for row in table.to_pylist()}
    written = csv.DictReader(io.StringIO(export(dated, "csv", "--no-guard", "--text").stdout))
    for row in written:
        assert (rows[row["public_id"]]["headline"], rows[row["public_id"]]["text"]) == (
            row["headline"],
            row["text"],
        )
    one = rows["aaa"]
    assert (one["authors"], one["tags"], one["agencies"]) == (["Ann Lee", "Bo Rask"], ["a; b", "c"], [])
    assert one["published_at"].isoformat() == "2014-06-22T18:00:00+00:00"
    assert one["published_day"].isoformat() == "2014-06-22"
    assert rows["ccc"]["published_day"] is None
    assert table.schema.field("source_name").metadata == {b"description": b"Name of the outlet."}
    kinds = "typeof(published_at), typeof(published_day), typeof(tags), typeof(source), typeof(paywalled)"
    found = duckdb.execute(f"SELECT DISTINCT {kinds} FROM read_parquet(?)", files)  # noqa: S608  of ours
    assert found.fetchall() == [("TIMESTAMP WITH TIME ZONE", "DATE", "VARCHAR[]", "VARCHAR", "BOOLEAN")]


def test_the_folder_says_what_it_is_and_can_be_checked(dated: Path, tmp_path: Path) -> None:
    out, again = tmp_path / "articles", tmp_path / "again"
    for folder in (out, again):
        dataset(dated, folder, "--until", "2026-12-31", "--where", "source=gulf")
    told = json.loads((out / "_manifest.json").read_text())
    assert told["query"] == {
        "where": ["source=gulf"],
        "until": "2026-12-31",
        "text": False,
        "partition": "month",
    }
    assert (told["rows"], [file["rows"] for file in told["files"]]) == (2, [1, 1])
    sums = (out / "_SHA256SUMS").read_text().splitlines()
    for line, file in zip(sums, told["files"], strict=True):
        digest, name = line.split("  ")
        assert digest == hashlib.sha256((out / name).read_bytes()).hexdigest() == file["sha256"]
    assert sums == (again / "_SHA256SUMS").read_text().splitlines(), (
        "the same archive and query: the same bytes"
    )
    types = {column["name"]: column["type"] for column in told["columns"]}
    assert (types["tags"], types["published_at"]) == ("list<item: string>", "timestamp[us, tz=UTC]")
    assert all(column["meaning"].endswith(".") for column in told["columns"])


def test_what_stands_there_is_replaced_only_on_request_and_only_by_its_like(
    dated: Path, tmp_path: Path
) -> None:
    out = tmp_path / "articles"
    out.mkdir()
    assert dataset(dated, out).exit_code == 0, "an empty folder is in nobody's way"
    assert "--force replaces it" in dataset(dated, out).stderr
    assert dataset(dated, out, "--force", "--where", "source=nobody").exit_code == 0
    assert ds.dataset(out, partitioning="hive").count_rows() == 0
    (out / "_manifest.json").unlink()
    refused = dataset(dated, out, "--force")
    assert (refused.exit_code, "something else than an export" in refused.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_export_that_fails_in_the_middle_leaves_nothing(
    dated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: parquet.TypedParquet, rows: Any) -> Any:
        yield b"PAR1"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet.TypedParquet, "pieces", fail)
    result = dataset(dated, tmp_path / "new" / "articles")
    assert (result.exit_code, "is no folder" in result.stderr) == (2, True)
    result = dataset(dated, tmp_path / "articles", "--since-last", "weekly")
    assert result.exit_code == 5
    assert {path.name for path in tmp_path.iterdir()} <= {"archive.db", "archive.db-wal", "archive.db-shm", "archive.db.lock"}  # fmt: skip
    with closing(sqlite3.connect(dated)) as db:
        assert db.execute("SELECT count(*) FROM exports").fetchone() == (0,)


def test_a_series_brings_what_is_new_and_what_left(dated: Path, tmp_path: Path) -> None:
    dataset(dated, tmp_path / "one", "--since-last", "weekly")
    with closing(sqlite3.connect(dated)) as db, db:
        db.execute("UPDATE articles SET state = 'withheld' WHERE public_id = 'bbb'")
        db.execute("UPDATE articles SET section = 'News' WHERE public_id = 'aaa'")
    dataset(dated, tmp_path / "two", "--since-last", "weekly")
    found = duckdb.execute(
        "SELECT public_id, state, published_month FROM read_parquet(?) ORDER BY 1",
        [f"{tmp_path}/two/*/*.parquet"],
    )
    assert found.fetchall() == [("aaa", "published", "2014-06"), ("bbb", "withheld", "undated")]


def test_what_is_no_instant_is_left_empty_and_counted(dated: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(dated)) as db, db:
        db.execute("UPDATE articles SET modified_at = 'yesterday', published_day = '2014-13-01' WHERE id = 1")
    dataset(dated, tmp_path / "articles")
    told = json.loads((tmp_path / "articles" / "_manifest.json").read_text())
    assert told["left_empty"] == {"published_day": 1, "modified_at": 1}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param((), "--partition writes a folder: name it", id="no folder"),
        pytest.param(("-",), "--partition writes a folder: name it", id="stdout"),
        pytest.param(("x", "--no-manifest"), "known to be an export", id="no manifest"),
        pytest.param(("x", "-o", "y"), "Two files are named", id="two names"),
    ],
)
def test_what_makes_no_dataset_is_refused(archive: Path, arguments: tuple[str, ...], sentence: str) -> None:
    result = export(archive, "parquet", "--partition", "month", *arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
