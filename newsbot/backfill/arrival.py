"""What comes back from the workers: pages that were read, with their records, and what was left out on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pipelines.capture import Packed
from pipelines.items import Visit


@dataclass(slots=True)
class Arrival:
    """A page, or only the numbers since the one before."""

    records: int = 0  # looked at since the arrival before
    left: Counter[str] = field(default_factory=Counter)  # of them, by why they were left out
    failed: Counter[str] = field(default_factory=Counter)  # of them, by what was wrong with them
    hosts: Counter[str] = field(default_factory=Counter)  # of those that no source has
    begins: int | None = None  # where the first record behind the asked place begins
    visit: Visit | None = None  # with its reading, and with its capture where that stays in its place
    record: Packed | None = None  # to be kept with the visit, where it is an article

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.records or self.begins is not None or self.visit is not None)
