"""Engines: units through processes that can be killed, results in batches, in the order of the units."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial

import pytest

from newsbot.bulk.engine import Batch, Engine, Spoiled, Step, Unit
from newsbot.bulk.local import LocalEngine

Pieces = dict[tuple[str, int], str]
SIZE = 60  # pieces of a unit


def count(bad: Pieces, unit: Unit, spoiled: Spoiled | None) -> Iterator[Step]:
    """Goes through the numbers of a unit; some of them are bad."""
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


def units(*names: str) -> list[Unit]:
    return [Unit(name, f"{name}.warc.gz", 0, SIZE) for name in names]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with LocalEngine(2, timeout=1.0) as engine:
        yield engine


def pieces(batches: list[Batch]) -> list[tuple[object, ...]]:
    return [result for batch in batches for result in batch.results]


def test_a_bad_page_costs_only_itself(engine: Engine) -> None:
    bad = {("a", 3): "die", ("b", 7): "hang", ("c", 0): "eat", ("c", 59): "raise"}
    batches = list(engine.run(partial(count, bad), units("a", "b", "c", "d")))
    expected: list[tuple[object, ...]] = []
    reasons = {
        "die": "reader_died",
        "hang": "reader_timeout",
        "eat": "reader_memory",
        "raise": "reader_fault",
    }
    for name in "abcd":
        for number in range(SIZE):
            if (name, number) in bad:
                expected.append((name, number, reasons[bad[name, number]]))
            elif number % 10:
                expected.append((name, number))
    assert pieces(batches) == expected  # in the order of the units, whoever was first
    assert [(batch.unit.name, batch.done) for batch in batches if batch.done] == [
        (name, True) for name in "abcd"
    ]
    assert all(len(batch.results) <= 50 and batch.fault is None for batch in batches)


def stubborn(unit: Unit, spoiled: Spoiled | None) -> Iterator[Step]:
    """Cannot even be passed over at one place."""
    for number in range(unit.start, 5):
        if number == 3 and unit.name == "a":
            raise ValueError("torn")
        yield Step(number + 1, number)


def test_a_unit_that_cannot_be_gone_on_with_is_given_up_with_its_fault(engine: Engine) -> None:
    first, second = engine.run(stubborn, units("a", "b"))
    assert (first.results, first.done, first.reached) == ([0, 1, 2], False, 3)
    assert first.fault is not None and first.fault.at == 3 and "torn" in first.fault.detail
    assert (second.results, second.done) == ([0, 1, 2, 3, 4], True)


def test_a_unit_is_gone_on_with_where_it_had_come_to(engine: Engine) -> None:
    (batch,) = engine.run(partial(count, {}), [Unit("a", "a.warc.gz", 55, SIZE)])
    assert batch.results == [("a", number) for number in range(55, SIZE)]


def test_whoever_has_enough_may_leave(engine: Engine) -> None:
    going = engine.run(partial(count, {}), units("a", "b", "c"))
    assert next(going).unit.name == "a"
    going.close()  # type: ignore[attr-defined]
    assert len(pieces(list(engine.run(partial(count, {}), units("d"))))) == 54
