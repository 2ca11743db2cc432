"""A file read once from a place on, and the gzip members in it: found, unpacked under a limit, found again after damage."""

from __future__ import annotations

import zlib
from enum import StrEnum
from typing import BinaryIO, Final

_PIECE: Final = 1 << 18  # bytes read at once
_STEP: Final = 1 << 16  # bytes unpacked at once, whatever they open to
_MAGIC: Final = b"\x1f\x8b\x08"  # RFC 1952: a gzip member that is deflated
_BOMB: Final = 256 * 1024 * 1024  # bytes; what opens to more is left where it is
_PROOF: Final = 4096  # bytes by which a member is known to begin a WARC record


class Fault(StrEnum):
    """What is wrong with a record of a file."""

    TORN = "torn"  # the file ends before it does
    DAMAGED = "damaged"  # its bytes are no whole record
    BOMB = "bomb"  # it opens to more than any page
    LENGTH = "lying_length"  # it has another length than it says


class Damaged(Exception):
    """What lies at a place is no whole record; the text is the end of a sentence."""

    def __init__(self, kind: Fault, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class Tape:
    """What was read of a file and is still wanted. Offsets are bytes from the file's beginning."""

    def __init__(self, opened: BinaryIO, at: int) -> None:
        """`opened` stands at `at`."""
        self._opened = opened
        self._base = at
        self._held = bytearray()
        self._over = False

    def reach(self, end: int) -> bool:
        """Reads on to `end`; False where the file ends before."""
        while not self._over and self._base + len(self._held) < end:
            piece = self._opened.read(max(_PIECE, end - self._base - len(self._held)))
            self._over = not piece
            self._held += piece
        return self._base + len(self._held) >= end

    def part(self, start: int, end: int) -> bytes:
        """What lies there, or as much of it as the file has."""
        self.reach(end)
        return bytes(self._held[start - self._base : end - self._base])

    def forget(self, before: int) -> None:
        """Lets go of what lies before a place."""
        if before - self._base > _PIECE:
            del self._held[: before - self._base]
            self._base = before

    def find(self, wanted: bytes, at: int, before: int | None = None) -> int | None:
        """Where `wanted` begins next, from `at` on and before `before`; None where it does not. Forgets what lies
        before what was found."""
        while before is None or at < before:
            found = self._held.find(wanted, at - self._base)
            if found >= 0:
                return self._base + found if before is None or self._base + found < before else None
            end = self._base + len(self._held)
            at = max(at, end - len(wanted) + 1)
            self.forget(at)
            if not self.reach(end + 1):
                return None
        return None


class Member:
    """One gzip member of a tape, unpacked piece by piece."""

    def __init__(self, tape: Tape, offset: int, *, bounded: bool = True) -> None:
        self.end = offset  # behind what was unpacked so far
        self.over = False  # nothing more comes, and `end` is the end of the member
        self._tape = tape
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
        self._waiting = b""
        self._most = _BOMB if bounded else None
        self._opened = 0

    def more(self) -> bytes:
        """The next piece; empty at the end. Raises Damaged."""
        while not self.over:
            if not self._waiting:
                self._waiting = self._tape.part(self.end, self.end + _STEP)
                if not self._waiting:
                    raise Damaged(Fault.TORN, "the file ends before it does")
            packed = len(self._waiting)
            try:
                piece = self._inflater.decompress(self._waiting, _STEP)
            except zlib.error as error:
                raise Damaged(Fault.DAMAGED, "its compression is damaged") from error
            self.over = self._inflater.eof
            left = self._inflater.unused_data if self.over else self._inflater.unconsumed_tail
            self.end += packed - len(left)
            self._waiting = left
            self._opened += len(piece)
            if self._most is not None and self._opened > self._most:
                raise Damaged(Fault.BOMB, f"it opens to more than {self._most:,} bytes")
            if piece:
                return piece
        return b""


def is_member(tape: Tape, at: int) -> bool:
    """Whether a gzip member begins here."""
    return tape.part(at, at + len(_MAGIC)) == _MAGIC


def next_member(tape: Tape, at: int, before: int | None = None) -> int | None:
    """Where the next gzip member begins, from `at` on and before `before`, that opens like a WARC record; None where
    none does.

    By its magic bytes alone: where nothing is known of what lies before. A page may hold such bytes of its own, so that
    what is found this way counts only where the record before it ends here, or is damaged.
    """
    found = tape.find(_MAGIC, at, before)
    while found is not None:
        try:
            begin = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(tape.part(found, found + _PROOF), 5)
        except zlib.error:
            begin = b""
        if begin == b"WARC/":
            return found
        found = tape.find(_MAGIC, found + 1, before)
    return None
