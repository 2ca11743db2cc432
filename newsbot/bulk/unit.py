"""What bulk work is made of: units, the steps through them, and the batches that come back; plain values all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from pipelines.reasons import Reason

MOST: Final = 50  # results of a batch: what the one writer takes in one transaction


@dataclass(frozen=True, slots=True)
class Unit:
    """A file, or a part of one. `start` moves on as it is worked through: a rerun begins where it had come to."""

    name: str  # by which the ledger knows it
    place: str  # the file as the workers see it, or its address
    start: int = 0  # where to begin: bytes, or whatever else `Step.reached` counts
    end: int | None = None  # what begins here or later belongs to another unit; None: to the end
    cargo: Any = None  # what else the work needs of this unit; crosses processes and machines with it


@dataclass(frozen=True, slots=True)
class Spoiled:
    """The piece of a unit at which a reader had to be ended, or raised."""

    at: int  # `reached` of the step before it, or `start` of the unit
    reason: Reason  # reader_timeout, reader_died, reader_memory or reader_fault
    detail: str


class Step(NamedTuple):
    """What a work yields for each piece of a unit, at least every few seconds."""

    reached: int  # how far it has come: where the next piece begins
    result: Any = None  # picklable; None where there is nothing to take in


Work = Callable[[Unit, Spoiled | None], Iterator[Step]]
"""A generator function at the top level of a module, or a functools.partial of one with plain values.

It begins at `unit.start`. Where the second argument is not None, a reader came to its end over the piece that begins
there: the work yields its failed result without looking into it, and goes on behind it. What it raises, hangs over or
dies of becomes such a Spoiled; over the same piece a second time, the unit is given up with it.
"""


@dataclass(slots=True)
class Batch:
    """Up to MOST results of one unit, in its order."""

    unit: Unit
    results: list[Any] = field(default_factory=list)
    reached: int = 0  # what lies before it is in this batch or an earlier one
    done: bool = False  # the last one of its unit
    fault: Spoiled | None = None  # why the unit was given up; `done` is False then

    @property
    def last(self) -> bool:
        """Nothing more comes of its unit."""
        return self.done or self.fault is not None
