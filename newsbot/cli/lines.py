"""JSON Lines in and out: one object a line, and a bad line costs only itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from pathlib import PurePath
from typing import Any, BinaryIO

import click

from pipelines.errors import NothingDone

LONGEST = 16 * 1024 * 1024  # bytes of one line; a text of a million words is a third of that

# JSON lets these stand as they are, but many readers take them for the end of a line.
_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line that came in: its object, or a sentence that says why there is none."""

    number: int  # from 1
    row: dict[str, Any]
    error: str | None = None


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """The lines of a stream; empty ones are passed over. Never raises for what a line says."""
    number = 0
    while raw := stream.readline(LONGEST + 1):
        number += 1
        if len(raw) > LONGEST and not raw.endswith(b"\n"):
            while (rest := stream.readline(LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield Line(number, {}, f"Line {number} is longer than {LONGEST:,} bytes.")
        elif raw.strip():
            yield _line(number, raw)


def _line(number: int, raw: bytes) -> Line:
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Line(number, {}, f"Line {number} is not UTF-8.")
    except (ValueError, RecursionError) as error:
        return Line(number, {}, f"Line {number} is not JSON: {error}.")
    if not isinstance(row, dict):
        return Line(number, {}, f"Line {number} is JSON, but not an object.")
    return Line(number, row)


def answer_lines(stream: BinaryIO, answer: Callable[[Line], dict[str, Any]], noun: str) -> None:
    """The answer to each line of `stream`, as a line on stdout; those with an `error` are counted on stderr.

    Raises NothingDone where no line could be answered.
    """
    lines = failed = 0
    for line in read_lines(stream):
        lines += 1
        row = answer(line)
        failed += "error" in row
        write_line(row)
    if failed:
        click.echo(f"{failed} of {lines} {noun}s could not be read; their objects say why.", err=True)
    if lines and failed == lines:
        raise NothingDone(f"No {noun} could be read.")


def write_line(row: dict[str, Any]) -> None:
    """One object on stdout, in UTF-8 whatever the locale."""
    click.echo(_bytes(json.dumps(row, ensure_ascii=False, default=_plain)))


def write_json(value: Any) -> None:
    """One indented JSON document on stdout, in UTF-8 whatever the locale."""
    click.echo(_bytes(json.dumps(value, ensure_ascii=False, indent=2, default=_plain)))


def _bytes(text: str) -> bytes:
    """UTF-8; a lone surrogate, which JSON may carry and UTF-8 may not, becomes a question mark."""
    return text.translate(_LINE_ENDS).encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    """What JSON has no word for: times as ISO 8601, paths and patterns as text, dataclasses as objects."""
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, re.Pattern):
        return value.pattern
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
