"""Columns as one file: numbers as arrays, words as bytes, nothing that runs when it is opened."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from newsbot.publish.columns.arrays import Rows
from newsbot.publish.columns.combined import Combined
from newsbot.publish.columns.names import Ids, Names, Values
from newsbot.publish.columns.several import Several
from newsbot.publish.columns.store import COMBINED, ORDERS, SEVERAL, VALUES, Store

_FORM: Final = 2  # of the file; another one is made anew


def save(store: Store, path: Path, newest: list[tuple[int, str]]) -> None:
    """Writes columns to a file that has its name only when it is whole. Raises OSError.

    `newest` are the articles that changed last: see `reading.newest`.
    """
    arrays: dict[str, Any] = {}
    head: dict[str, Any] = {"form": _FORM, "position": store.position, "newest": newest, "combinations": {}}
    for name, combined in store.combined.items():
        arrays[f"combined {name}"] = combined.numbers
        head["combinations"][name] = combined.combinations[1:]
    for name, order in store.orders.items():
        arrays[f"order {name}"] = order.days
    for name, several in store.several.items():
        arrays |= _packed(name, several, store.size)
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            np.savez(file, **arrays)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def load(path: Path) -> tuple[Store, list[tuple[int, str]]]:
    """Columns from a file, and the articles that had changed last then.

    Raises OSError, and ValueError where the file is damaged or of another form.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            if head["form"] != _FORM:
                raise ValueError(f"{path} has form {head['form']}")
            store = Store()
            store.position = int(head["position"])
            for name in COMBINED:
                combinations = [tuple(combination) for combination in head["combinations"][name]]
                store.combined[name] = Combined(COMBINED[name], combinations)
                store.combined[name].fill(arrays[f"combined {name}"])
            for name in ORDERS:
                store.orders[name].days = arrays[f"order {name}"]
            for name in SEVERAL:
                store.several[name] = _unpacked(name, arrays)
            return store, [(int(number), str(public_id)) for number, public_id in head["newest"]]
    except (KeyError, TypeError, EOFError, IndexError, BadZipFile) as error:
        raise ValueError(f"{path} is damaged: {error!r}") from error


def _packed(name: str, several: Several, size: int) -> dict[str, Any]:
    """The arrays of one facet, its tail packed with the rest, its strings in their order and none that nothing uses."""
    rows, numbers = several.pairs()
    names = several.names
    used = np.unique(numbers)
    if len(names) > names.sorted or len(used) < len(names):
        names, numbers = _renamed(names, used, numbers)
    packed = Several(names)
    packed.pack(rows, numbers, size)
    rest_rows, rest_numbers = packed.rest()
    arrays: dict[str, Any] = {
        f"lengths {name}": packed.lengths,
        f"numbers {name}": packed.numbers,
        f"rest rows {name}": rest_rows,
        f"rest numbers {name}": rest_numbers,
    }
    if isinstance(names, Ids):
        arrays |= {f"ids {name}": names.ids}
    elif isinstance(names, Names):
        arrays |= {f"joined {name}": np.frombuffer(names.joined, np.uint8), f"ends {name}": names.ends}
    return arrays


def _renamed(names: Values, used: Rows, numbers: Rows) -> tuple[Values, Rows]:
    """Only the values in use, in their order, and the numbers as these have them."""
    strings = [names.string(number) for number in used.tolist()]
    sorted_names = names.of(strings)
    ranks = np.zeros(len(names) + 1, np.int64)
    ranks[used] = [sorted_names.number(string) for string in strings]
    return sorted_names, ranks[numbers]


def _unpacked(name: str, arrays: Any) -> Several:
    several = Several(
        Ids(arrays[f"ids {name}"])
        if VALUES[name] is Ids
        else Names(arrays[f"joined {name}"].tobytes(), arrays[f"ends {name}"])
    )
    several.restore(
        arrays[f"lengths {name}"],
        arrays[f"numbers {name}"],
        arrays[f"rest rows {name}"],
        arrays[f"rest numbers {name}"],
    )
    return several
