"""The bar of long commands: on a terminal only, of all there is where that is known."""

from __future__ import annotations

import sys

import pytest

from newsbot.cli import progress
from newsbot.cli.progress import Counter


@pytest.mark.parametrize(
    ("total", "lines"),
    [
        pytest.param(None, ["1 articles", "2 articles"], id="a count where nobody knows how many there are"),
        pytest.param(
            2, [f"[{'#' * 12}{'-' * 12}]  50%  1 of 2 articles", f"[{'#' * 24}] 100%  2 of 2 articles"], id="a bar"
        ),
        pytest.param(1, [f"[{'#' * 24}] 100%  1 of 1 articles", "2 articles"], id="more than were counted"),
    ],
)  # fmt: skip
def test_on_a_terminal_it_shows_how_far_it_is(
    total: int | None, lines: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "PACE", 0.0)
    counter = Counter("articles", shown=True, total=None if total is None else lambda: total)
    assert list(counter.each("ab")) == ["a", "b"]
    assert capsys.readouterr().err.split("\r") == ["", *lines, "\x1b[K"]


def test_elsewhere_it_is_silent_and_counts_nothing_in_advance(capsys: pytest.CaptureFixture[str]) -> None:
    counter = Counter("articles", shown=True, total=lambda: pytest.fail("counted for nobody"))
    assert list(counter.each("ab")) == ["a", "b"]
    assert counter.count == 2
    assert capsys.readouterr().err == ""
