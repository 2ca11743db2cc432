"""The seam of the command: every error is one sentence on stderr and an exit code."""

from __future__ import annotations

import errno

import click
import pytest
from click.testing import CliRunner

from newsbot.cli.entry import Entry
from pipelines import errors
from pipelines.store.sqlite import sqlite3


def run_raising(error: BaseException):
    group = Entry("newsbot")

    @group.command()
    def stumble() -> None:
        raise error

    return CliRunner().invoke(group, ["stumble"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        pytest.param(
            errors.NewsbotError("Two sources failed."), 1, "Two sources failed.", id="some sources failed"
        ),
        pytest.param(errors.ConfigurationError("Key x."), 2, "Key x.", id="configuration"),
        pytest.param(errors.NothingDone("All failed."), 3, "All failed.", id="nothing done"),
        pytest.param(errors.ArchiveUnusable("Locked."), 4, "Locked.", id="archive unusable"),
        pytest.param(errors.NoRoom("Full."), 5, "Full.", id="no room"),
        pytest.param(errors.AlreadyRunning("Run 3."), 75, "Run 3.", id="another run holds the lock"),
        pytest.param(
            OSError(errno.ENOSPC, "No space left", "out.csv"),
            5,
            "out.csv",
            id="the system says the disk is full",
        ),
        pytest.param(
            PermissionError(errno.EACCES, "Permission denied", "out.csv"),
            2,
            "Permission denied: out.csv",
            id="a file that may not be written",
        ),
        pytest.param(
            sqlite3.DatabaseError("database disk image is malformed"),
            4,
            "malformed",
            id="SQLite's own words become a sentence",
        ),
        pytest.param(KeyboardInterrupt(), 130, "stopped", id="Ctrl-C"),
        pytest.param(
            click.UsageError("Say what."), 2, "Say what.", id="click's usage errors stay as they are"
        ),
    ],
)
def test_an_error_is_a_sentence_and_an_exit_code(error: BaseException, code: int, said: str) -> None:
    result = run_raising(error)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_closed_pipe_is_no_failure() -> None:
    result = run_raising(BrokenPipeError())
    assert (result.exit_code, result.output) == (0, "")


def test_a_fault_of_ours_is_not_dressed_up_as_a_sentence() -> None:
    assert isinstance(run_raising(ZeroDivisionError()).exception, ZeroDivisionError)


def test_the_sentence_names_the_command() -> None:
    assert run_raising(errors.NoRoom("Full.")).stderr == "newsbot: Full.\n"
