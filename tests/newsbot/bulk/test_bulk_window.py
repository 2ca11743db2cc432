"""The window of units under way: in their order whoever comes first, and never more than there is room for."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.bulk import window as windows
from newsbot.bulk.parcel import Parcel
from newsbot.bulk.unit import Spoiled, Unit
from newsbot.bulk.window import Window
from pipelines.reasons import Reason


def parcel(unit: Unit, number: int, last: bool, fault: bool = False) -> Parcel:
    spoiled = Spoiled(number, Reason.READER_DIED, "") if fault else None
    return Parcel(unit, [pickle.dumps((unit.name, number))], last and not fault, spoiled if last else None)


@given(sizes=st.lists(st.integers(1, 4), max_size=12), ordered=st.booleans(), data=st.data())
def test_whatever_comes_first_units_come_in_their_order(
    sizes: list[int], ordered: bool, data: st.DataObject
) -> None:
    units = [Unit(f"u{number}", "") for number in range(len(sizes))]
    left = dict(zip((unit.name for unit in units), sizes, strict=True))
    window = Window(units, 2, ordered)
    going: list[Unit] = []
    found: list[tuple[str, int]] = []
    while True:
        while (unit := window.next()) is not None:
            going.append(unit)
        assert len(going) <= 6  # two workers with two units ahead each
        if not going:
            break
        unit = data.draw(st.sampled_from(going))
        left[unit.name] -= 1
        window.put(parcel(unit, left[unit.name], left[unit.name] == 0, fault=unit.name == "u1"))
        if left[unit.name] == 0:
            going.remove(unit)
        found += [result for batch in window.released() for result in batch.results]
    expected = [
        (unit.name, n) for unit, size in zip(units, sizes, strict=True) for n in reversed(range(size))
    ]
    assert (found if ordered else sorted(found)) == (expected if ordered else sorted(expected))


def test_what_waits_for_its_turn_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "ROOM", 40)
    window = Window([Unit(name, "") for name in "abcdefgh"], 2, True)
    first, second, third = (unit for _ in range(3) if (unit := window.next()) is not None)
    window.put(parcel(second, 0, False))
    assert window.may_go("b") and window.may_go("c")
    window.put(parcel(third, 0, False))
    assert not window.may_go("b") and not window.may_go("c") and window.next() is None
    assert window.may_go("a")  # all wait for it
    window.put(parcel(first, 0, True))
    assert window.may_go("c") and window.next() is not None
    assert [batch.unit.name for batch in window.released()] == ["a", "b"]
