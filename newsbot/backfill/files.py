"""WARC files cut into units, and whether the cuts were right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from newsbot.backfill.opening import Stated
from newsbot.bulk.unit import Unit


@dataclass(frozen=True, slots=True)
class Part:
    """What a unit of a backfill is of its file."""

    start: int  # where it begins, whatever a rerun goes on from
    size: int  # in the same measure
    last: bool = True  # whether its file ends with it
    rows: tuple[Row, ...] = ()  # of a list of files: what it says of each


@dataclass(frozen=True, slots=True)
class Row:
    """What a list says of a file of a folder."""

    file: str  # relative to the folder
    url: str
    captured_at: datetime | None = None  # None: when the file was last changed
    source: str | None = None  # id


RANGE: Final = 8 * 1024 * 1024  # bytes of a file that a worker takes at once: some hundred pages


def units_of(file: Stated) -> Iterator[Unit]:
    """The parts of a file, one behind the other; a small file is one."""
    starts = range(0, max(1, file.size - RANGE // 2), RANGE) if file.members else range(1)
    for start in starts:
        end = start + RANGE if start != starts[-1] else file.size
        part = Part(start, end - start, start == starts[-1])
        yield Unit(name_of(file.place, start), file.place, start, end, cargo=part)


def part_of(unit: Unit) -> Part:
    """Its cargo."""
    assert isinstance(unit.cargo, Part)
    return unit.cargo


def name_of(place: str, start: int) -> str:
    """Of the part of a file that begins there."""
    return f"{place}#{start}" if start else place


@dataclass(slots=True)
class Seams:
    """Whether each part of a file begins where the one before it ends.

    A worker that begins in the middle of a gzip member looks for the next one by its magic bytes, and a page may hold
    such bytes of its own: made to pass for the record of any address. What was found counts where the part before it,
    read record by record, ends there.
    """

    ends: dict[str, int | None] = field(default_factory=dict)  # by unit; None: given up, so that nobody knows
    wrong: dict[str, int] = field(
        default_factory=dict
    )  # files by place -> where their rest has to be read from
    dropped: dict[str, list[str]] = field(default_factory=dict)  # units of that rest, by file

    def fits(self, unit: Unit, begins: int | None) -> bool:
        """Whether the first batch of a unit may be taken in; `begins` is where its first record was found."""
        start = part_of(unit).start
        if unit.place in self.wrong:
            return self._drop(unit)
        before = self.ends.get(name_of(unit.place, start - RANGE)) if start else None
        if before is None or (before == begins if begins is not None else before >= (unit.end or before)):
            return True
        self.wrong[unit.place] = before
        return self._drop(unit)

    def _drop(self, unit: Unit) -> bool:
        self.dropped.setdefault(unit.place, []).append(unit.name)
        return False

    def close(self, unit: Unit, reached: int | None, begins: int | None) -> int | None:
        """Notes where a unit ended, and gives it: a part in which nothing begins ends where the one before it does."""
        start = part_of(unit).start
        if start and begins is None and reached is not None:
            reached = self.ends.get(name_of(unit.place, start - RANGE)) or reached
        self.ends[unit.name] = reached
        return reached


def rest_of(place: str, reached: int) -> Unit:
    """Everything in a file behind an offset, in one piece."""
    return Unit(f"{place}#{reached}-", place, reached, None, cargo=Part(reached, 0))
