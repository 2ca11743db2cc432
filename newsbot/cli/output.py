"""Files that a command writes: whole or not at all, and never over one that is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from newsbot.whole_file import write_whole
from pipelines.errors import ConfigurationError


def write(pieces: Iterable[str | bytes], file: Path | None, *, force: bool) -> None:
    """Text in UTF-8, or bytes, to a file, or to stdout where there is none (or it is `-`).

    A full disk or Ctrl-C leaves no half of an export behind. Raises ConfigurationError where the file exists.
    """
    if file is None or str(file) == "-":
        for piece in pieces:
            click.echo(_bytes(piece), nl=False)
        return
    refuse_to_overwrite(file, force=force)
    write_whole(file, map(_bytes, pieces))


def refuse_to_overwrite(file: Path, *, force: bool) -> None:
    """Raises ConfigurationError where the file exists and `force` is not given, or has no folder to be in."""
    if not file.parent.is_dir():
        raise ConfigurationError(f"{file.parent} is no folder: make it first.")
    if file.is_dir():
        raise ConfigurationError(f"{file} is a folder; name a file in it.")
    if file.exists() and not force:
        raise ConfigurationError(f"{file} exists and was left alone; --force overwrites it.")


def counted(number: int, noun: str) -> str:
    """`1 article`, `2,000 articles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _bytes(text: str | bytes) -> bytes:
    """UTF-8; a lone surrogate, which UTF-8 may not carry, becomes a question mark."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")
