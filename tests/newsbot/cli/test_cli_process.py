"""The command as a process: quick help, closed pipes, usage errors, data and talk apart."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsbot.cli import main

NEWSBOT = (sys.executable, "-c", "from newsbot.cli import main; main(prog_name='newsbot')")


def newsbot(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*NEWSBOT, *arguments], capture_output=True, text=True, timeout=50, **options)  # type: ignore[call-overload,no-any-return]


def test_help_costs_no_heavy_import() -> None:
    heavy = ("scrapy", "twisted", "lxml", "datasette", "trafilatura", "sqlite_utils", "dateparser", "asyncio")
    program = (
        "import sys; from newsbot.cli import main\n"
        "try: main(['--help'])\n"
        f"except SystemExit: print([name for name in {heavy} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50)
    assert result.stdout.splitlines()[-1] == "[]"


def test_help_takes_less_than_three_tenths_of_a_second_of_cpu() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    newsbot("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.3


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("crwal",), id="a command that does not exist"),
        pytest.param(("crawl", "--fast"), id="an option that does not exist"),
        pytest.param(("crawl", "--limit", "0"), id="a limit of nothing"),
        pytest.param(("crawl", "--sample", "--sources", "my.toml"), id="sources of one's own for the sample"),
        pytest.param(("crawl", "--since", "yesterday"), id="a day that is none"),
        pytest.param(("export", "xml"), id="a form that newsbot does not write"),
        pytest.param(("export", "jsonl", "--bom"), id="an option of another form"),
        pytest.param(("extract",), id="nothing to read"),
        pytest.param(("dateline",), id="no opening"),
        pytest.param(("dateline", "PARIS -", "--published", "soon"), id="a date that is none"),
        pytest.param(("explain",), id="no URL"),
    ],
)
def test_a_usage_error_exits_2_and_leaves_stdout_empty(arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage: " in result.stderr


@pytest.mark.parametrize("command", ["serve", "export csv", "status", "doctor", "explain https://a.example/"])
def test_an_archive_that_is_not_there_is_named_with_what_to_do(command: str, tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    result = CliRunner().invoke(main, [*command.split(), "--db", str(missing)])
    assert result.exit_code == 4
    assert str(missing) in result.stderr
    assert "newsbot crawl" in result.stderr
    assert not missing.exists()


@pytest.mark.skipif(os.name != "posix", reason="pipes as POSIX has them")
def test_a_reader_that_has_enough_ends_the_command_quietly() -> None:
    program = "import click\nfrom newsbot.cli.entry import Entry\ng = Entry('g')\n@g.command()\ndef pour():\n  for n in range(200_000): click.echo(n)\ng(['pour'])"
    pour = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert pour.stdout is not None
    assert pour.stderr is not None
    with pour.stdout, pour.stderr:
        assert pour.stdout.readline() == b"0\n"
        pour.stdout.close()
        assert pour.stderr.read() == b""
    assert pour.wait(timeout=30) == 0


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout.startswith("newsbot, version 0.")
