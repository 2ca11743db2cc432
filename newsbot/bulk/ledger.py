"""What of bulk work is done already: units that are left out, or gone on with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from newsbot.bulk.unit import Unit
from pipelines.store.bulk import UnitRow


def terms_of(asked: Mapping[str, object]) -> str:
    """A digest of what was asked for: the same filters and rules give the same, in any order.

    Values are what JSON knows, else told by their repr (frozen dataclasses of plain values).
    """
    told = json.dumps(asked, sort_keys=True, default=repr, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def left(units: Iterable[Unit], known: Mapping[str, UnitRow], stamps: Mapping[str, str]) -> Iterator[Unit]:
    """The units that are not done, each from where it had come to.

    `stamps` tell by name whether a file is still the one that the ledger speaks of; another one begins anew.
    """
    for unit in units:
        row = known.get(unit.name)
        if row is None or row.stamp != stamps.get(unit.name, row.stamp):
            yield unit
        elif not row.done:
            yield replace(unit, start=max(unit.start, row.reached))
