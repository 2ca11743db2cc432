"""Engines: units through processes that can be killed, results in batches, in the order of the units."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from newsbot.bulk.engine import Batch, Engine, Unit
from newsbot.bulk.local import LocalEngine

from .counting import count, expected, torn

SIZE = 70  # pieces of a unit


def units(*names: str) -> list[Unit]:
    return [Unit(name, f"{name}.warc.gz", 0, SIZE) for name in names]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with LocalEngine(2, timeout=2.0) as engine:
        yield engine


def pieces(batches: list[Batch]) -> list[tuple[object, ...]]:
    return [result for batch in batches for result in batch.results]


def test_a_bad_page_costs_only_itself(engine: Engine) -> None:
    bad = {("a", 3): "die", ("b", 7): "hang", ("c", 0): "eat", ("c", 69): "raise"}
    batches = list(engine.run(partial(count, bad), units("a", "b", "c", "d")))
    assert pieces(batches) == [  # in the order of the units, whoever was first
        piece for name in "abcd" for piece in expected(bad, name, SIZE)
    ]
    assert [batch.unit.name for batch in batches if batch.done] == ["a", "b", "c", "d"]
    assert all(len(batch.results) <= 50 and batch.fault is None for batch in batches)


def test_a_unit_that_cannot_be_gone_on_with_is_given_up_with_its_fault(engine: Engine) -> None:
    batches = list(engine.run(torn, units("a")))
    assert pieces(batches) == list(range(60))
    fault = batches[-1].fault
    assert fault is not None and (fault.at, batches[-1].reached) == (60, 60) and "torn" in fault.detail
    assert not any(batch.done for batch in batches)


def test_a_unit_is_gone_on_with_where_it_had_come_to(engine: Engine) -> None:
    (batch,) = engine.run(partial(count, {}), [Unit("a", "a.warc.gz", 65, SIZE)])
    assert batch.results == [("a", number) for number in range(65, SIZE)]


def test_whoever_has_enough_may_leave(engine: Engine) -> None:
    going = engine.run(partial(count, {}), units("a", "b", "c"))
    assert next(iter(going)).unit.name == "a"
    going.close()  # type: ignore[attr-defined]
    assert pieces(list(engine.run(partial(count, {}), units("d")))) == expected({}, "d", SIZE)
