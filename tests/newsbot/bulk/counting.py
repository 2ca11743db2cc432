"""Works for the engines: numbers that stand for pages, some of which their reader does not survive."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping

from newsbot.bulk.unit import Spoiled, Step, Unit

Bad = Mapping[tuple[str, int], str]
"""What happens at a number of a unit: die, hang, eat, raise."""


def count(bad: Bad, unit: Unit, spoiled: Spoiled | None) -> Iterator[Step]:
    """Goes through the numbers of a unit; every tenth has no result."""
    assert unit.end is not None
    for number in range(unit.start, unit.end):
        if spoiled is not None and spoiled.at == number:
            yield Step(number + 1, (unit.name, number, str(spoiled.reason)))
            continue
        act = bad.get((unit.name, number))
        if act == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif act == "hang":
            time.sleep(600)
        elif act == "eat":
            bytearray(4 * 2**30)
        elif act == "raise":
            raise ValueError("no parser likes it")
        yield Step(number + 1, (unit.name, number) if number % 10 else None)


def expected(bad: Bad, name: str, size: int) -> list[tuple[object, ...]]:
    """What `count` finds in a unit of that size."""
    reasons = {
        "die": "reader_died",
        "hang": "reader_timeout",
        "eat": "reader_memory",
        "raise": "reader_fault",
    }
    return [
        (name, number, reasons[bad[name, number]]) if (name, number) in bad else (name, number)
        for number in range(size)
        if number % 10 or (name, number) in bad
    ]


def torn(unit: Unit, spoiled: Spoiled | None) -> Iterator[Step]:
    """Can in no way be gone on with behind its sixtieth number."""
    assert unit.end is not None
    for number in range(unit.start, unit.end):
        if number == 60:
            raise ValueError("torn")
        yield Step(number + 1, number)
