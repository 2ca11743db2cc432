"""How far a long command is, on a terminal only, and only once it has taken two seconds."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

T = TypeVar("T")

PATIENCE = 2.0  # seconds before anything is shown
PACE = 0.2  # seconds between two counts


_WIDTH = 24  # of the bar, in columns


class Counter:
    """Counts what passes through `each`, and shows the count while it runs. `count` is read afterwards.

    `total` says how many there are, where that can be found out: it is asked once, when the first count is shown, and
    makes a bar of it.
    """

    def __init__(self, noun: str, *, shown: bool, total: Callable[[], int] | None = None) -> None:
        self.noun = noun
        self.count = 0
        self.total = total
        self._of = 0
        self._shown = shown and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._next_at = 0.0
        self._written = False

    @contextmanager
    def told(self) -> Iterator[Callable[[int], None]]:
        """What is to be told of each so many things that are done, for work that counts by itself."""
        self._begin()

        def advanced(number: int) -> None:
            self.count += number
            if self._shown and time.monotonic() >= self._next_at:
                self._show()

        try:
            yield advanced
        finally:
            self._end()

    def each(self, things: Iterable[T]) -> Iterator[T]:
        """The things themselves."""
        self._begin()
        try:
            for thing in things:
                yield thing
                self.count += 1
                if self._shown and time.monotonic() >= self._next_at:
                    self._show()
        finally:
            self._end()

    def _begin(self) -> None:
        self._next_at = time.monotonic() + PATIENCE
        self._written = False

    def _show(self) -> None:
        if self.total is not None:
            self._of, self.total = self.total(), None
        click.echo(f"\r{self._line()}", err=True, nl=False)
        self._next_at = time.monotonic() + PACE
        self._written = True

    def _line(self) -> str:
        if self._of < self.count:  # nobody knows, or more came in meanwhile
            return f"{self.count:,} {self.noun}"
        done = self.count / self._of
        bar = ("#" * round(done * _WIDTH)).ljust(_WIDTH, "-")
        return f"[{bar}] {done:4.0%}  {self.count:,} of {self._of:,} {self.noun}"

    def _end(self) -> None:
        if self._written:
            click.echo("\r\x1b[K", err=True, nl=False)
