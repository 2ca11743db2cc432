"""`newsbot export`: articles out, as data on stdout or as a whole file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main
from pipelines.store.export import EXPORT_COLUMNS


def export(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["export", *arguments, "--db", str(archive)])


def rows(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"))))


def test_stdout_is_data_and_stderr_is_talk(archive: Path) -> None:
    result = export(archive, "csv")
    assert result.exit_code == 0
    assert [row["public_id"] for row in rows(result)] == ["ccc", "bbb", "aaa"]
    assert result.stderr == "3 articles written.\n"


def test_quiet_says_nothing(archive: Path) -> None:
    assert export(archive, "csv", "-q").stderr == ""


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        pytest.param(("--where", "source=gulf"), ["bbb", "aaa"], id="of a source"),
        pytest.param(("--where", "source=gulf", "--where", "country=IQ"), ["aaa"], id="two names: both hold"),
        pytest.param(
            ("--where", "country=IQ", "--where", "country=KW"), ["bbb", "aaa"], id="one name twice: either"
        ),
        pytest.param(("--where", "author=Bo Rask"), ["aaa"], id="of one of several authors"),
        pytest.param(("--where", "year=2014"), ["aaa"], id="of a year"),
        pytest.param(
            ("--since", "2026-01-01"), ["ccc", "bbb"], id="since a day, undated ones by first sight"
        ),
        pytest.param(("--until", "2014-06-22"), ["aaa"], id="until a day, which belongs to it"),
        pytest.param(("--where", "source=nobody"), [], id="none"),
    ],
)
def test_what_is_chosen_is_written(archive: Path, arguments: tuple[str, ...], found: list[str]) -> None:
    assert [row["public_id"] for row in rows(export(archive, "csv", *arguments))] == found


def test_formulas_are_disarmed_unless_told_otherwise(archive: Path) -> None:
    assert "'=HYPERLINK" in export(archive, "csv").stdout
    assert "'=HYPERLINK" not in export(archive, "csv", "--no-guard").stdout


def test_a_byte_order_mark_is_written_on_request(archive: Path) -> None:
    assert export(archive, "csv", "--bom").stdout_bytes.startswith(b"\xef\xbb\xbfpublic_id,")
    assert export(archive, "csv").stdout_bytes.startswith(b"public_id,")


def test_json_lines_have_every_column_and_the_text_on_request(archive: Path) -> None:
    lines = [json.loads(line) for line in export(archive, "jsonl", "--text").stdout.splitlines()]
    assert [line["text"] for line in lines] == ["Drei.", "Two.", "One."]
    assert tuple(lines[0]) == (*EXPORT_COLUMNS, "text")


def test_a_file_is_written_whole_and_not_overwritten(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "articles.csv"
    first = export(archive, "csv", "-o", str(out))
    assert (first.stdout, first.stderr) == ("", f"3 articles written to {out}.\n")
    assert len(out.read_text(encoding="utf-8").splitlines()) == 4
    again = export(archive, "csv", "-o", str(out), "--where", "source=nobody")
    assert again.exit_code == 2
    assert "exists and was left alone" in again.stderr
    assert len(out.read_text(encoding="utf-8").splitlines()) == 4
    assert export(archive, "csv", "-o", str(out), "--force", "--where", "source=nobody").exit_code == 0
    assert len(out.read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["csv", "nowhere/a.csv"], "is no folder: make it first", id="no folder to write into"),
        pytest.param(["warc", "nowhere/a.warc.gz"], "is no folder: make it first", id="nor for pages"),
        pytest.param(["csv", "a.csv", "-o", "b.csv"], "Two files are named", id="two files"),
        pytest.param(["xml"], "No such command", id="no such form"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_read(
    archive: Path, arguments: list[str], sentence: str
) -> None:
    result = export(archive, *arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_file_is_named_with_or_without_an_option_and_the_form_stands_anywhere(
    archive: Path, tmp_path: Path
) -> None:
    names = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for arguments in (
        ["csv", str(names[0])],
        ["csv", "-o", str(names[1])],
        ["-o", str(names[2]), "--db", str(archive), "csv"],
    ):
        assert CliRunner().invoke(main, ["export", *arguments, "--db", str(archive)]).exit_code == 0
    assert len({name.read_bytes() for name in names}) == 1
    assert export(archive, "csv", "-").stdout_bytes == names[0].read_bytes()


def test_a_file_that_is_no_archive_is_said_so(tmp_path: Path) -> None:
    text = tmp_path / "archive.db"
    text.write_text("This is no database, however long it is, and was never meant to be one.")
    result = export(text, "csv")
    assert result.exit_code == 4
    assert "damaged or no SQLite database" in result.stderr
