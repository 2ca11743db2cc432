"""Files that a command writes: whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsbot.cli.output import write
from pipelines.errors import ConfigurationError


def test_the_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    write(["a,", "ü\r\n"], file, force=False)
    assert file.read_bytes() == "a,ü\r\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("precious")
    with pytest.raises(ConfigurationError, match="exists and was left alone"):
        write(["new"], file, force=False)
    assert file.read_text() == "precious"


def test_force_overwrites(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("old")
    write(["new"], file, force=True)
    assert file.read_text() == "new"


def test_what_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken() -> Iterator[str]:
        yield "half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(broken(), tmp_path / "out.csv", force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is a folder"):
        write(["x"], tmp_path, force=True)
