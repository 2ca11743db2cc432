"""What a worker of a cluster does at a time: a stretch of a unit, in a reader process of its own."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Final

from newsbot.bulk.parcel import Parcel
from newsbot.bulk.passage import Passage
from newsbot.bulk.unit import MOST, Unit, Work
from pipelines.reading import READING_VERSION
from pipelines.streams import Stream
from pipelines.workers import JOBS

SECONDS: Final = 10.0  # of work: where few pages are wanted, it is told how far it has come all the same
_READ_BY: Final = ("newsbot", "dateparser", "htmldate", "lxml", "trafilatura")  # what a reading depends on


@dataclass(slots=True)
class _Seat:
    """The reader process of one thread of a worker, and how many results it may still give."""

    stream: Stream
    left: int = JOBS


_SEATS: Final = threading.local()


@cache
def versions() -> dict[str, str]:
    """What has to be the same on all machines, so that a page reads the same on each."""
    return {name: version(name) for name in _READ_BY} | {"the reading": READING_VERSION}


def presented() -> dict[str, str]:
    """What a worker says of itself when it is asked."""
    return versions()


def take_slice(
    work: Work, unit: Unit, needed: dict[str, str], seconds: float = SECONDS
) -> Parcel | dict[str, str]:
    """Goes on with a unit, for up to MOST results or so many seconds. Gives its own versions where they are not what
    is `needed`. Raises ReaderFault where no process can be started."""
    ours = versions()
    if ours != needed:
        return ours
    seat = _seat()
    passage = Passage(work, unit, seat.stream, Stream, most=MOST, seconds=seconds)
    while not (passage.over or passage.paused):
        passage.take()
    if passage.stream is not seat.stream:
        seat.stream, seat.left = passage.stream, JOBS
    parcel = passage.parcel()
    seat.left -= len(parcel.packed)
    return parcel


def _seat() -> _Seat:
    """The reader of this thread; a new one where it has read so many pages: parsers leak."""
    seat: _Seat | None = getattr(_SEATS, "seat", None)
    if seat is not None and seat.left > 0:
        return seat
    if seat is not None:
        seat.stream.close()
    _SEATS.seat = seat = _Seat(Stream())
    return seat
