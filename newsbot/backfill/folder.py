"""Pages that lie in a folder as files, with a list of their addresses."""

from __future__ import annotations

import csv
import gzip
import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from newsbot.backfill.arrival import Arrival
from newsbot.backfill.files import Part, Row
from newsbot.backfill.gate import Gate, keeps_record, visit_of
from newsbot.backfill.terms import Terms
from newsbot.bulk.unit import Spoiled, Step, Unit
from newsbot.settings import PAGE_MAXSIZE
from pipelines.capture import pack
from pipelines.errors import ConfigurationError
from pipelines.reading import read
from pipelines.reasons import Reason

AT_ONCE: Final = 50  # files of a unit
COLUMNS: Final = ("file", "url", "captured_at", "source")
_HEADERS: Final = [(b"Content-Type", b"text/html")]


@dataclass(slots=True)
class Listed:
    """A list of files, as far as it could be taken."""

    rows: list[Row] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # sentences about lines that could not
    unlisted: int = 0  # files of the folder that no line names


def listed_in(folder: Path, file: Path) -> Listed:
    """Reads a list: CSV with a header, columns file and url, and captured_at and source where they are known.

    Raises ConfigurationError where it is no such list. A line that names a file outside of the folder, or one that is
    not there, is wrong and costs only itself.
    """
    listed = Listed()
    root = folder.resolve()
    named: set[Path] = set()
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
        lines = csv.DictReader(opened)
        missing = [name for name in COLUMNS[:2] if name not in (lines.fieldnames or ())]
        if missing:
            raise ConfigurationError(
                f"{file} has no column {' and no column '.join(missing)}: its first line has to name file and url, "
                "and may name captured_at and source."
            )
        try:
            for line in lines:
                _take(listed, root, named, lines.line_num, line)
        except csv.Error as error:
            raise ConfigurationError(
                f"{file} cannot be read behind line {lines.line_num}: {error}."
            ) from error
    listed.unlisted = sum(path.is_file() and path.resolve() not in named for path in folder.rglob("*"))
    if file.resolve().is_relative_to(root):
        listed.unlisted -= 1  # the list itself
    return listed


def _take(listed: Listed, root: Path, named: set[Path], number: int, line: dict[str, str | None]) -> None:
    name, url = (line.get("file") or "").strip(), (line.get("url") or "").strip()
    path = (root / name).resolve()
    printed = (line.get("captured_at") or "").strip()
    at = _instant(printed)
    if not name or not path.is_relative_to(root):
        listed.wrong.append(f"Line {number} names no file of the folder: {name[:100]!r}.")
    elif not path.is_file():
        listed.wrong.append(f"Line {number}: there is no file {name[:100]!r}.")
    elif printed and at is None:
        listed.wrong.append(f"Line {number}: {printed[:40]!r} is no time; write 2014-06-22T18:30:00Z.")
    elif path in named:
        listed.wrong.append(f"Line {number} names {name[:100]!r} a second time.")
    else:
        named.add(path)
        listed.rows.append(Row(name, url, at, (line.get("source") or "").strip() or None))


def _instant(printed: str) -> datetime | None:
    """An instant in ISO 8601; without an offset UTC, without a time the beginning of its day."""
    try:
        at = datetime.fromisoformat(printed)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def units_of(folder: Path, rows: Sequence[Row]) -> Iterator[tuple[Unit, str]]:
    """Some files at a time, with what tells that they are still the same."""
    place = str(folder.resolve())
    for number in range(0, len(rows), AT_ONCE):
        some = tuple(rows[number : number + AT_ONCE])
        told = hashlib.sha256()
        for row in some:
            stat = (folder / row.file).stat()
            told.update(repr((row, stat.st_size, stat.st_mtime_ns)).encode())
        last = number + AT_ONCE >= len(rows)
        part = Part(0, len(some), last, some)
        yield Unit(f"{place}#{number}", place, 0, len(some), part), told.hexdigest()[:32]


def read_files(terms: Terms, unit: Unit, spoiled: Spoiled | None) -> Iterator[Step]:
    """Reads the files of a unit; see `newsbot.bulk.unit.Work`."""
    gate = Gate(terms)
    part = unit.cargo
    assert isinstance(part, Part)
    for number, row in enumerate(part.rows):
        if number < unit.start:
            continue
        spoils = spoiled if spoiled is not None and spoiled.at == number else None
        arrival = _arrival(gate, terms, Path(unit.place), row, spoils)
        arrival.hosts, gate.hosts = gate.hosts, arrival.hosts
        yield Step(number + 1, arrival)


def _arrival(gate: Gate, terms: Terms, folder: Path, row: Row, spoiled: Spoiled | None) -> Arrival:
    told = Arrival(records=1)
    path = folder / row.file
    try:
        at = row.captured_at or datetime.fromtimestamp(path.stat().st_mtime, UTC)
        owner = gate.owner(row.url, at, row.source)
        if isinstance(owner, str):
            told.left[owner] += 1
            return told
        if spoiled is not None:
            told.visit = visit_of(row.url, owner, at, reason=spoiled.reason, detail=spoiled.detail)
            return told
        body = _page(path)
    except OSError:
        told.failed["unreadable_file"] += 1
        return told
    if body is None or not body:
        told.failed[Reason.TOO_LARGE if body is None else Reason.EMPTY] += 1
        return told
    if terms.heads_only:
        told.visit = visit_of(row.url, owner, at, status=200, received_bytes=len(body))
        return told
    reading = read(body, {}, row.url, at, (), owner.rules())
    if not gate.speaks(reading):
        told.left["other_language"] += 1
        return told
    told.visit = visit_of(row.url, owner, at, status=200, received_bytes=len(body), reading=reading)
    if keeps_record(owner, reading):
        told.record = pack(row.url, 200, _HEADERS, body, at)
    return told


def _page(path: Path) -> bytes | None:
    """The page in a file, compressed by gzip or not; None where it is larger than newsbot reads. Raises OSError."""
    with path.open("rb") as file:
        raw = file.read(PAGE_MAXSIZE + 1)
    if raw.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(path) as opened:
                raw = opened.read(PAGE_MAXSIZE + 1)
        except (EOFError, zlib.error) as error:
            raise OSError(str(error)) from error
    return raw if len(raw) <= PAGE_MAXSIZE else None
