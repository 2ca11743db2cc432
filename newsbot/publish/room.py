"""What every page of the reading room needs to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsbot.publish.connections import Connections
from newsbot.publish.password import Gate
from newsbot.publish.policy import Policy
from newsbot.publish.remembered import Remembered


@dataclass(frozen=True)
class Room:
    """One archive being published."""

    path: Path
    name: str  # of the database, as it stands in URLs: the stem of the file
    base: str  # "/archive", the root of the database's own pages
    title: str
    connections: Connections
    policy: Policy
    remembered: Remembered  # counts, until the archive changes
    hosts: frozenset[str] | None  # host names that are answered; None answers to any
    gate: Gate | None  # who may come in; None: whoever asks
    say: Callable[[str], None]  # one line for the operator's terminal
