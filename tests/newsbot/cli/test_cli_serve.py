"""`newsbot serve` and the count of long commands: what people see while something runs."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import newsbot.publish
from newsbot.cli import main
from newsbot.cli import progress as counting


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What is asked of the server, which here only says where it would be."""
    asked: list[tuple[Any, ...]] = []

    def serve(archive: Path, host: str, port: int, *, say: Callable[[str], None], **more: Any) -> None:
        asked.append((archive, host, port, more))
        say(f"Browse http://{host}:{port}/  (Ctrl-C stops)")

    monkeypatch.setattr(newsbot.publish, "serve", serve)
    return asked


def test_serve_passes_on_what_it_is_given(shown: list[tuple[Any, ...]], archive: Path) -> None:
    arguments = ["--port", "8080", "--name", "news.example", "--title", "Gulf", "--base-url", "/news/"]
    result = CliRunner().invoke(main, ["serve", "--db", str(archive), *arguments])
    assert result.stdout == "Browse http://127.0.0.1:8080/  (Ctrl-C stops)\n"
    more = {
        "title": "Gulf",
        "hosts": ("news.example",),
        "base_url": "/news/",
        "behind_proxy": False,
        "password_file": None,
    }
    assert shown == [(archive, "127.0.0.1", 8080, more)]


@pytest.mark.parametrize(
    ("arguments", "opened"),
    [
        pytest.param([], [], id="no browser unless asked for"),
        pytest.param(["--open"], ["http://127.0.0.1:8001/"], id="--open opens it where the server listens"),
    ],
)
def test_a_browser_is_opened_on_request(
    shown: list[Any], archive: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], opened: list[str]
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(webbrowser, "open", seen.append)
    CliRunner().invoke(main, ["serve", "--db", str(archive), *arguments])
    assert seen == opened


@pytest.mark.parametrize(
    ("terminal", "patience", "said"),
    [
        pytest.param(True, -1.0, "\r1 articles", id="a terminal sees the count"),
        pytest.param(True, 60.0, "", id="nothing in the first seconds"),
        pytest.param(False, -1.0, "", id="nothing where there is no terminal"),
    ],
)
def test_a_long_command_counts_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    terminal: bool,
    patience: float,
    said: str,
) -> None:
    monkeypatch.setattr(counting, "PATIENCE", patience)
    monkeypatch.setattr(counting, "PACE", 0.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    counter = counting.Counter("articles", shown=True)
    assert list(counter.each("abc")) == ["a", "b", "c"]
    assert counter.count == 3
    stderr = capsys.readouterr().err
    assert stderr.startswith(said)
    assert bool(stderr) == bool(said)
