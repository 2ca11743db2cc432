"""What a terminal shows of bulk work: how much of the whole is done, how fast, and where the cluster shows more."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from newsbot.bulk.engine import Engine


class Picture(NamedTuple):
    """What bulk work tells while it goes on."""

    advanced: Callable[[int], None]  # so much more of the whole is done
    began: Callable[[Engine], None]  # the engine stands


@contextmanager
def picture(label: str, length: int, noun: str, *, shown: bool) -> Iterator[Picture]:
    """A bar with a rate on stderr while the block lasts, where it is `shown` and a terminal; the address of the
    cluster's dashboard is told once, wherever stderr goes, unless not `shown`."""

    def began(engine: Engine) -> None:
        if shown and engine.dashboard:
            click.echo(f"What the workers do: {engine.dashboard}", err=True)

    if not shown or not sys.stderr.isatty():
        yield Picture(lambda _: None, began)
        return
    begun_at = time.monotonic()
    with click.progressbar(
        length=length,
        label=label,
        file=sys.stderr,
        show_pos=True,
        item_show_func=lambda rate: rate,
    ) as bar:

        def advanced(number: int) -> None:
            done = bar.pos + number
            seconds = time.monotonic() - begun_at
            bar.update(number, f"{done / seconds:.1f} {noun}/s" if seconds >= 1 else None)

        yield Picture(advanced, began)
