"""WARC files of others, record by record: gzip members, plain records, or all of them in one member.

A gzip member ends where its stream does, whatever the records in it say of their lengths: what is damaged or lies costs
only itself. See docs/decisions/reading-foreign-warcs.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import BinaryIO, Final

from pipelines.capture.tape import Damaged, Fault, Member, Tape, is_member, next_member

SHARED: Final = 1 << 62
"""Set in offsets of a file that is one gzip member from beginning to end: they count what it opens to."""

LARGEST_BLOCK: Final = 9 * 1024 * 1024  # bytes of a record that are kept: a page of 8 MB and its headers
_LARGEST_HEAD: Final = 64 * 1024
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_PLAIN: Final = b"\r\n\r\nWARC/1."  # how a record begins behind another one
_LONGEST: Final = 1 << 30  # bytes that a record may say to have
_PIECE: Final = 1 << 18  # bytes of a file that is not compressed read at once


class NoWarc(ValueError):
    """A file is no WARC file; the text is a sentence without its beginning."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a WARC record says of itself."""

    offset: int  # where it begins, in bytes of the file
    headers: dict[str, str]  # lower-case name -> value, the first of each name

    @property
    def type(self) -> str:
        """response, request, revisit, warcinfo …"""
        return self.headers.get("warc-type", "").lower()

    @property
    def url(self) -> str:
        """Target of the record; some tools put it in angle brackets."""
        return self.headers.get("warc-target-uri", "").strip("<> \t")

    @property
    def date(self) -> datetime | None:
        """WARC-Date as an aware instant; None where it is none."""
        try:
            at = datetime.fromisoformat(self.headers.get("warc-date", ""))
        except ValueError:
            return None
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Record:
    """One record, or what stands in the place of one.

    `block` is None where it was not wanted, is too large, or is damaged; `fault` says the last. Without head and fault
    it only tells where the first record from the asked place on begins.
    """

    end: int  # where the next one begins, in the measure of `offset`
    head: Head | None = None
    block: bytes | None = None
    raw: bytes | None = None  # the gzip member as it lies in the file, where it holds this record alone
    fault: Fault | None = None
    too_large: bool = False


Wanted = Callable[[Head], bool]


class _Flow:
    """Bytes that come in pieces, taken in lengths of our choosing. Every method raises Damaged as its source does."""

    def __init__(self, more: Callable[[], bytes], taken: int = 0) -> None:
        self.left = b""
        self.taken = taken  # bytes so far
        self._more = more

    def until_blank(self) -> bytes | None:
        """What comes before the first blank line; None where nothing comes any more."""
        while (found := _BLANK.search(self.left)) is None:
            piece = self._more() if len(self.left) < _LARGEST_HEAD else b""
            if not piece:
                if not self.left:
                    return None
                raise Damaged(Fault.DAMAGED, "its headers do not end")
            self.left += piece
        head = self.left[: found.start()]
        self._drop(found.end())
        return head

    def take(self, length: int, keep: int) -> tuple[bytes, int]:
        """Up to `length` bytes, of which the first `keep` are given, and how many there were."""
        kept: list[bytes] = []
        there = 0
        while there < length and self._fill():
            piece = self.left[: length - there]
            if there < keep:
                kept.append(piece[: keep - there])
            there += len(piece)
            self._drop(len(piece))
        return b"".join(kept), there

    def behind_line_ends(self) -> bool:
        """Whether anything comes behind the line ends that come now; passes over them."""
        while self._fill():
            text = self.left.lstrip(b"\r\n")
            self._drop(len(self.left) - len(text))
            if text:
                return True
        return False

    def _fill(self) -> bool:
        self.left = self.left or self._more()
        return bool(self.left)

    def _drop(self, length: int) -> None:
        self.left = self.left[length:]
        self.taken += length


def records_in(opened: BinaryIO, start: int, end: int | None, wanted: Wanted) -> Iterator[Record]:
    """The records of a WARC file that begin at `start` or behind it, and before `end`; `opened` can be sought in.

    Everything is given: without its block what is not wanted, what is too large, and what is damaged. Where `start` lies
    in the middle of a gzip member, the first one behind it is found, and told first of all. Raises NoWarc where the file is
    none, OSError.
    """
    opened.seek(0 if start & SHARED else start)
    tape = Tape(opened, 0 if start & SHARED else start)
    if start & SHARED:
        yield from _of_file(tape, start & ~SHARED, wanted)
    elif start == 0 and not tape.reach(1):
        raise NoWarc("is empty")
    elif tape.part(start, start + 5) == b"WARC/":
        yield from _flat(opened, start, wanted)
    elif start or _begins_warc(tape):
        yield from _packed(tape, start, end, wanted)
    else:
        raise NoWarc("is no WARC file")


def _begins_warc(tape: Tape) -> bool:
    try:
        return is_member(tape, 0) and Member(tape, 0).more().startswith(b"WARC/")
    except Damaged:
        return False


def _packed(tape: Tape, start: int, end: int | None, wanted: Wanted) -> Iterator[Record]:
    """Gzip members from `start` on; behind a damaged one the next that begins a record."""
    at = next_member(tape, start, end) if start else 0
    if start and at is not None:
        yield Record(at)
    while at is not None and (end is None or at < end):
        tape.forget(at)
        try:
            for record in _of_member(tape, at, wanted):
                yield record
                if record.end & SHARED:  # the whole file is this member
                    yield from _of_file(tape, record.end & ~SHARED, wanted)
                    return
            behind, fault = record.end, Fault.DAMAGED
        except Damaged as damage:
            behind, fault = at + 1, damage.kind
        if is_member(tape, behind):
            at = behind
        elif not tape.reach(behind + 1):
            at = None
        else:
            at = next_member(tape, behind)
            yield Record(at if at is not None else behind, fault=fault)


def _of_member(tape: Tape, at: int, wanted: Wanted) -> Iterator[Record]:
    """The records of the gzip member at `at`: one, as the standard wants it, or several.

    Only the last of several says where the member ends: a rerun begins with the member again.
    """
    member = Member(tape, at)
    flow = _Flow(member.more)
    alone = True
    while True:
        record = _record(flow, at, wanted)
        if record is None:
            raise Damaged(Fault.DAMAGED, "nothing is in it")
        if not flow.behind_line_ends():
            raw = tape.part(at, member.end) if alone and record.block is not None else None
            yield replace(record, end=member.end, raw=raw)
            return
        if not flow.left.startswith(b"WARC/"):
            raise Damaged(Fault.LENGTH, "it is longer than it says")
        alone = False
        yield replace(record, end=flow.taken | SHARED if at == 0 else at)


def _of_file(tape: Tape, start: int, wanted: Wanted) -> Iterator[Record]:
    """The records of a file that is one gzip member, from what it opens to at `start` on."""
    member = Member(tape, 0, bounded=False)
    flow = _Flow(member.more)
    flow.take(start, 0)
    try:
        while (record := _record(flow, flow.taken | SHARED, wanted)) is not None:
            flow.behind_line_ends()
            yield replace(record, end=flow.taken | SHARED)
            tape.forget(member.end)
    except Damaged as damage:  # nothing behind it can be had
        yield Record(flow.taken | SHARED, fault=damage.kind)


def _flat(opened: BinaryIO, start: int, wanted: Wanted) -> Iterator[Record]:
    """Records that are not compressed; behind a damaged one the next line that begins like one."""
    at: int | None = start
    while at is not None:
        opened.seek(at)
        tape = Tape(opened, at)
        flow = _Flow(_pieces(tape, at), at)
        try:
            while (record := _record(flow, at, wanted)) is not None:
                flow.behind_line_ends()
                yield replace(record, end=flow.taken)
                at = flow.taken
            return
        except Damaged as damage:
            opened.seek(at + 1)
            found = Tape(opened, at + 1).find(_PLAIN, at + 1)
            behind = found + 4 if found is not None else None
            yield Record(behind if behind is not None else at + 1, fault=damage.kind)
            at = behind


def _pieces(tape: Tape, at: int) -> Callable[[], bytes]:
    def more() -> bytes:
        nonlocal at
        tape.forget(at)
        piece = tape.part(at, at + _PIECE)
        at += len(piece)
        return piece

    return more


def _record(flow: _Flow, offset: int, wanted: Wanted) -> Record | None:
    """The next record of a flow, whose end its caller knows; None where nothing comes. Raises Damaged."""
    raw = flow.until_blank()
    if raw is None:
        return None
    version, *lines = raw.decode("utf-8", "replace").splitlines()
    if not version.startswith("WARC/"):
        raise Damaged(Fault.DAMAGED, "no WARC record begins there")
    head = Head(offset, _named(lines))
    told = head.headers.get("content-length", "")
    if not (told.isascii() and told.isdecimal() and len(told) < 12 and int(told) <= _LONGEST):
        raise Damaged(Fault.LENGTH, f"its Content-Length is {told[:40]!r}")
    length = int(told)
    keep = LARGEST_BLOCK if wanted(head) else 0
    block, there = flow.take(length, keep)
    if there < length:
        raise Damaged(Fault.LENGTH, f"it has {there:,} bytes and says {length:,}")
    if not keep:
        return Record(0, head)
    return Record(0, head, too_large=True) if length > keep else Record(0, head, block)


def _named(lines: Iterable[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return headers
