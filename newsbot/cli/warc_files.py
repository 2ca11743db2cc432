"""The WARC files of an export: one, or several of a bounded size, and all of them in their places or none."""

from __future__ import annotations

import hashlib
import heapq
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, Self

from newsbot.cli.output import refuse_to_overwrite

ENDING = ".warc.gz"
_RUN = 50_000  # lines of an index that are sorted in memory


@dataclass
class Written:
    """One file: its final name, and what is in it."""

    name: str
    records: int = 0
    bytes: int = 0
    sum: Any = field(default_factory=hashlib.sha256)

    def told(self) -> dict[str, Any]:
        """As it stands in a manifest."""
        return {
            "file": self.name,
            "records": self.records,
            "bytes": self.bytes,
            "sha256": self.sum.hexdigest(),
        }


class WarcFiles:
    """Writes members into `target`, or with `largest` into numbered files of at most so many bytes beside it.

    The files have hidden names until `finish` gives them their own; whoever is stopped before leaves nothing behind, and
    a kill -9 only hidden parts. `opening` makes the record with which a file of a name begins. Without a target the
    members go to stdout.
    """

    def __init__(self, target: Path | None, largest: int | None, opening: Callable[[str], bytes]) -> None:
        self.files: list[Written] = []
        self._target = target.resolve() if target else None
        self._largest = largest
        self._opening = opening
        self._out: BinaryIO | None = None
        self._parts: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._out is not None and self._target is not None:
            self._out.close()
        for part in self._parts:
            part.unlink(missing_ok=True)

    def add(self, *members: bytes) -> tuple[str, int]:
        """Writes members that belong together into one file. Gives its name and where the first one begins, bytes."""
        size = sum(map(len, members))
        if not self.files or (self._largest and self.files[-1].bytes + size > self._largest):
            self._begin()
        file = self.files[-1]
        offset = file.bytes
        for member in members:
            self._write(member)
        return file.name, offset

    def finish(self) -> None:
        """Gives every file its name; files of an earlier, longer export of that name are removed."""
        if not self.files:
            self._begin()
        if self._target is None:
            sys.stdout.buffer.flush()
            return
        self._close()
        for part, file in zip(self._parts, self.files, strict=True):
            part.replace(self._target.with_name(file.name))
        self._parts = []
        if self._largest:
            for old in numbered(self._target)[len(self.files) :]:
                old.unlink()

    def _begin(self) -> None:
        if self._target is None:
            self.files.append(Written("-"))
            self._out = sys.stdout.buffer
        else:
            self._close()
            name = self._target.name
            if self._largest:
                name = f"{name.removesuffix(ENDING)}-{len(self.files) + 1:05d}{ENDING}"
            part = self._target.with_name(f".{name}.{os.getpid()}.part")
            self._out = part.open("xb")
            self._parts.append(part)
            self.files.append(Written(name))
        self._write(self._opening(self.files[-1].name))

    def _write(self, member: bytes) -> None:
        assert self._out is not None
        self._out.write(member)
        file = self.files[-1]
        file.sum.update(member)
        file.bytes += len(member)
        file.records += 1

    def _close(self) -> None:
        if self._out is not None:
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()


def numbered(target: Path) -> list[Path]:
    """The numbered files of an export into `target` that are there, in their order."""
    stem = re.escape(target.name.removesuffix(ENDING))
    ours = re.compile(rf"{stem}-\d{{5}}{re.escape(ENDING)}")
    return sorted(path for path in target.parent.glob("*") if ours.fullmatch(path.name))


def refuse(target: Path, largest: int | None, *, force: bool) -> None:
    """Raises ConfigurationError where a file of the export exists and `force` is not given."""
    for file in (numbered(target) or [target]) if largest else [target]:
        refuse_to_overwrite(file, force=force)


class Sorted:
    """Lines in the order of their bytes, as indexes want them: runs in temporary files, merged; memory stays flat."""

    def __init__(self, held: ExitStack) -> None:
        self._held = held
        self._lines: list[bytes] = []
        self._runs: list[IO[bytes]] = []

    def add(self, line: bytes) -> None:
        """Takes a line with its end."""
        self._lines.append(line)
        if len(self._lines) == _RUN:
            run = self._held.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  the stack closes it
            run.writelines(sorted(self._lines))
            run.seek(0)
            self._runs.append(run)
            self._lines = []

    def __iter__(self) -> Iterator[bytes]:
        return heapq.merge(*self._runs, sorted(self._lines))
