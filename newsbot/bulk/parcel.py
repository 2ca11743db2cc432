"""Results on their way to the one writer, packed until their turn has come."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

from newsbot.bulk.unit import Batch, Spoiled, Unit


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a reader found in a stretch of a unit."""

    unit: Unit  # `start` behind that stretch
    packed: list[bytes]  # pickled results
    done: bool = False  # the unit is at its end
    fault: Spoiled | None = None  # why it was given up

    @property
    def last(self) -> bool:
        """Nothing more comes of this unit."""
        return self.done or self.fault is not None

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(map(len, self.packed))

    def batch(self) -> Batch:
        """Unpacked."""
        results = [pickle.loads(one) for one in self.packed]  # noqa: S301  from a reader of ours
        return Batch(self.unit, results, self.unit.start, self.done, self.fault)
