"""What a worker of a cluster does at a time: a stretch of a unit, in a reader process of its own."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Final

from newsbot.bulk.parcel import Parcel
from newsbot.bulk.passage import Passage
from newsbot.bulk.unit import MOST, Unit, Work
from pipelines.confinement import JOBS
from pipelines.streams import Stream

SECONDS: Final = 10.0  # of work: where few pages are wanted, it is told how far it has come all the same
_READ_BY: Final = ("newsbot", "dateparser", "htmldate", "lxml", "trafilatura")  # what a reading depends on


@dataclass(slots=True)
class _Seat:
    """The reader process of one thread of a worker."""

    stream: Stream
    versions: dict[str, str]  # that it reads with
    left: int = JOBS  # results that it may still give


_SEATS: Final = threading.local()


@cache
def versions() -> dict[str, str]:
    """What has to be the same on all machines, so that a page reads the same on each."""
    from pipelines.reading import (
        READING_VERSION,
    )  # a second and 80 MB, which a worker's own process can do without

    return {name: version(name) for name in _READ_BY} | {"the reading": READING_VERSION}


def presented() -> dict[str, str]:
    """What the reader of a worker says of itself. Raises ReaderFault where there can be none."""
    return _seat().versions


def take_slice(
    work: Work, unit: Unit, needed: dict[str, str], seconds: float = SECONDS
) -> Parcel | dict[str, str]:
    """Goes on with a unit, for up to MOST results or so many seconds. Gives its own versions where they are not what
    is `needed`. Raises ReaderFault where no process can be started."""
    seat = _seat()
    if seat.versions != needed:
        return seat.versions
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
    stream = Stream()
    stream.begin(_tell, most=1)
    _SEATS.seat = seat = _Seat(stream, pickle.loads(stream.take().packed))  # noqa: S301  from our reader
    stream.take()
    return seat


def _tell() -> Iterator[tuple[int, dict[str, str]]]:
    yield 0, versions()
