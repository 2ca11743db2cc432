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


class Counter:
    """Counts what passes through `each`, and shows the count while it runs. `count` is read afterwards."""

    def __init__(self, noun: str, *, shown: bool) -> None:
        self.noun = noun
        self.count = 0
        self._shown = shown and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    @contextmanager
    def told(self) -> Iterator[Callable[[int], None]]:
        """What is to be told of each so many things that are done, for work that counts by itself."""
        next_at = time.monotonic() + PATIENCE
        written = False

        def advanced(number: int) -> None:
            nonlocal next_at, written
            self.count += number
            if self._shown and time.monotonic() >= next_at:
                click.echo(f"\r{self.count:,} {self.noun}", err=True, nl=False)
                next_at = time.monotonic() + PACE
                written = True

        try:
            yield advanced
        finally:
            if written:
                click.echo("\r\x1b[K", err=True, nl=False)

    def each(self, things: Iterable[T]) -> Iterator[T]:
        """The things themselves."""
        next_at = time.monotonic() + PATIENCE
        written = False
        for thing in things:
            yield thing
            self.count += 1
            if self._shown and time.monotonic() >= next_at:
                click.echo(f"\r{self.count:,} {self.noun}", err=True, nl=False)
                next_at = time.monotonic() + PACE
                written = True
        if written:
            click.echo("\r\x1b[K", err=True, nl=False)
