"""Reader processes that go through a whole piece of work by themselves and send what they find as they find it."""

from __future__ import annotations

import contextlib
import fcntl
import multiprocessing
import pickle
import signal
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from typing import Any, Final, NamedTuple

from pipelines import forkserver
from pipelines.confinement import MEMORY, STARTING, TIMEOUT, ReaderFault, confine
from pipelines.errors import NewsbotError
from pipelines.reasons import Reason

_HEAD: Final = struct.Struct("<Bq")  # what a frame is, and how far the work has come
_PIPE: Final = 1 << 20  # bytes that wait in the pipe: the reader works on while its results are being stored


class Frame(IntEnum):
    """What a reader sends."""

    BEGUN = 0  # it has loaded what the work needs, and begins
    STEP = 1  # a piece is done; its result comes with it
    PAUSED = 2  # as many results as were asked for, or as much time
    END = 3  # nothing is left
    FAULT = 4  # the work raised; (reason, detail) comes with it


class Piece(NamedTuple):
    """A frame as received. `packed` is the pickled result, or empty where the piece had none."""

    frame: Frame
    reached: int
    packed: bytes


Work = Callable[..., Iterator[tuple[int, Any]]]
"""A picklable generator function: yields (how far it has come, result or None). What it yields may be of any size,
but it has to yield within TIMEOUT seconds, else it is ended."""


class Stream:
    """One reader process and the two pipes to it. Not for several threads at once.

    The process is confined as those of `pipelines.workers`: nice, with a limit of memory. It may be begun by a
    daemonic process too (the workers of Dask are): it ends by itself when its pipes are closed.
    """

    def __init__(
        self, *, timeout: float = TIMEOUT, memory: int = MEMORY, preload: Sequence[str] = ()
    ) -> None:
        self.timeout = timeout
        multiprocessing.current_process().daemon = False  # what is daemonic may begin no process
        context = multiprocessing.get_context("forkserver")
        forkserver.start(preload)
        commands, self._commands = context.Pipe(duplex=False)
        self._frames, frames = context.Pipe(duplex=False)
        with contextlib.suppress(OSError, AttributeError):  # a system may allow less, or not have it
            fcntl.fcntl(frames.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
        self._process = context.Process(
            target=_serve, args=(commands, frames, memory, timeout), name="reader", daemon=True
        )
        self._heard_at = time.monotonic()
        self._begun = False
        try:
            self._process.start()
        except OSError as error:
            raise ReaderFault(Reason.READER_FAULT, f"no process can be started: {error}") from error
        finally:
            commands.close()
            frames.close()

    @property
    def pid(self) -> int | None:
        """Of the process."""
        return self._process.pid

    def begin(self, work: Work, *args: object, most: int, seconds: float = float("inf")) -> None:
        """Has it go through `work(*args)`, up to `most` results or for `seconds`. Its last work must have ended.

        Raises ReaderFault where the process is gone.
        """
        self._heard_at = time.monotonic()
        self._begun = False
        try:
            self._commands.send_bytes(pickle.dumps((work, args, most, seconds), pickle.HIGHEST_PROTOCOL))
        except OSError:
            raise self._died() from None

    def take(self) -> Piece:
        """The next piece; waits for it. Raises ReaderFault as `pipelines.workers` names what happened: then the
        process is gone, except where the work itself raised."""
        while True:
            if not self._frames.poll(max(0.0, self.deadline - time.monotonic())):
                self.close()
                raise ReaderFault(Reason.READER_TIMEOUT, f"stopped after {self.timeout:g} seconds")
            try:
                raw = self._frames.recv_bytes()
            except (EOFError, OSError):
                raise self._died() from None
            self._heard_at = time.monotonic()
            kind, reached = _HEAD.unpack_from(raw)
            if kind == Frame.BEGUN:
                self._begun = True
                continue
            if kind == Frame.FAULT:
                reason, detail = pickle.loads(raw[_HEAD.size :])  # noqa: S301  from a process of ours
                raise ReaderFault(reason, detail)
            return Piece(Frame(kind), reached, raw[_HEAD.size :])

    @property
    def deadline(self) -> float:
        """When it must have sent something, by time.monotonic."""
        return self._heard_at + self.timeout + (0 if self._begun else STARTING)

    def close(self) -> None:
        """Ends the process, whatever it does; doing so twice is no fault."""
        if self._commands.closed:
            return
        self._commands.close()
        self._frames.close()
        self._process.kill()
        self._process.join()
        self._process.close()

    def _died(self) -> ReaderFault:
        self._process.join(1.0)  # its pipe is closed: it is gone, or will be
        code = self._process.exitcode
        self.close()
        return ReaderFault(Reason.READER_DIED, f"the process ended with code {code}")

    def fileno(self) -> int:
        """What becomes readable when `take` need not wait."""
        return self._frames.fileno()


def ready(streams: Iterable[Stream]) -> list[Stream]:
    """Those of which `take` need not wait: a piece is there, or their time is over. Waits for the first."""
    going = list(streams)
    left = max(0.0, min(stream.deadline for stream in going) - time.monotonic())
    heard = set(wait_for([stream.fileno() for stream in going], left))
    now = time.monotonic()
    return [stream for stream in going if stream.fileno() in heard or stream.deadline <= now]


def _serve(commands: Connection, frames: Connection, memory: int, timeout: float) -> None:
    """The life of a reader process."""
    confine(memory)
    alarm = int(timeout + STARTING)
    try:
        while True:
            work, args, most, seconds = pickle.loads(commands.recv_bytes())  # noqa: S301  from our own parent
            _send(frames, Frame.BEGUN)
            _go(frames, _timed(work, args, alarm), most, seconds)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # nobody wants it any more


def _timed(work: Work, args: tuple[Any, ...], alarm: int) -> Iterator[tuple[int, Any]]:
    """The steps; one that takes too long ends the process, also where whoever began it is dead and cannot."""
    steps = iter(work(*args))
    while True:
        signal.alarm(alarm)
        try:
            step = next(steps, None)
        finally:
            signal.alarm(0)
        if step is None:
            return
        yield step


def _go(frames: Connection, steps: Iterator[tuple[int, Any]], most: int, seconds: float) -> None:
    reached = results = 0
    end = time.monotonic() + seconds
    try:
        for reached, result in steps:
            _send(frames, Frame.STEP, reached, b"" if result is None else _packed(result))
            results += result is not None
            if results >= most or time.monotonic() >= end:
                _send(frames, Frame.PAUSED, reached)
                return
        _send(frames, Frame.END, reached)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except MemoryError:
        detail = "more memory was needed than a reader may have"
        _send(frames, Frame.FAULT, reached, _packed((Reason.READER_MEMORY, detail)))
    except NewsbotError as fault:
        _send(frames, Frame.FAULT, reached, _packed((Reason.READER_FAULT, str(fault))))
    except Exception as fault:  # noqa: BLE001  the seam: a fault of one page becomes its reason
        detail = f"{type(fault).__name__}: {fault}"[:500]
        _send(frames, Frame.FAULT, reached, _packed((Reason.READER_FAULT, detail)))


def _packed(result: object) -> bytes:
    return pickle.dumps(result, pickle.HIGHEST_PROTOCOL)


def _send(frames: Connection, kind: Frame, reached: int = 0, packed: bytes = b"") -> None:
    frames.send_bytes(_HEAD.pack(kind, reached) + packed)
