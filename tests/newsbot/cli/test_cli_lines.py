"""JSON Lines in and out: a bad line costs only itself."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from newsbot.cli import lines as module
from newsbot.cli.lines import read_lines, write_json, write_line


def written(row: dict[str, object]) -> bytes:
    @click.command()
    def command() -> None:
        write_line(row)

    return CliRunner().invoke(command).stdout_bytes


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        pytest.param(b"{broken\n", "Line 1 is not JSON", id="not JSON"),
        pytest.param(b"[1]\n", "not an object", id="JSON, but a list"),
        pytest.param(b"\xff\xfe\n", "not UTF-8", id="not UTF-8"),
        pytest.param(b"[" * 100_000 + b"\n", "Line 1 is not JSON", id="nested without end"),
    ],
)
def test_a_bad_line_costs_only_itself(raw: bytes, error: str) -> None:
    bad, good = read_lines(io.BytesIO(raw + b'{"id": 2}\n'))
    assert bad.error is not None
    assert error in bad.error
    assert (good.number, good.row, good.error) == (2, {"id": 2}, None)


def test_empty_lines_and_a_byte_order_mark_are_passed_over() -> None:
    only = list(read_lines(io.BytesIO(b'\xef\xbb\xbf{"id": 1}\n\n   \n')))
    assert [line.row for line in only] == [{"id": 1}]


def test_a_line_without_end_is_refused_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 50)
    long = b'{"text": "' + b"a" * 500 + b'"}\n'
    first, second = read_lines(io.BytesIO(long + b'{"id": 2}'))
    assert first.error == "Line 1 is longer than 50 bytes."
    assert second.row == {"id": 2}


@given(st.dictionaries(st.text(), st.text() | st.none() | st.integers()))
def test_what_is_written_is_one_line_that_reads_back(row: dict[str, object]) -> None:
    raw = written(row)
    assert raw.decode().splitlines() == [raw.decode().rstrip("\n")]
    assert json.loads(raw) == row


def test_a_lone_surrogate_does_not_stop_the_line() -> None:
    assert json.loads(written({"text": "a\ud800b"})) == {"text": "a?b"}


def test_dates_and_paths_are_written_as_text() -> None:
    row = {"day": date(2014, 6, 22), "at": datetime(2014, 6, 22, 18, tzinfo=UTC), "file": Path("a.db")}
    assert json.loads(written(row)) == {
        "day": "2014-06-22",
        "at": "2014-06-22T18:00:00+00:00",
        "file": "a.db",
    }


def test_a_document_is_indented_and_in_utf8() -> None:
    @click.command()
    def command() -> None:
        write_json({"headline": "Zürich"})

    assert CliRunner().invoke(command).stdout_bytes == '{\n  "headline": "Zürich"\n}\n'.encode()
