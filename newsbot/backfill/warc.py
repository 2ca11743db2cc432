"""What a worker does with a WARC file or a part of one: its records looked at, the pages that are wanted read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from time import monotonic
from typing import BinaryIO, Final

from newsbot.backfill.arrival import Arrival
from newsbot.backfill.gate import Gate, keeps_record, visit_of
from newsbot.backfill.opening import folder_of, name_of, opened
from newsbot.backfill.terms import Terms
from newsbot.bulk.unit import Spoiled, Step, Unit
from newsbot.settings import PAGE_MAXSIZE
from newsbot.sources import Source
from newsbot.sources.walls import wall
from pipelines.capture import (
    ForeignPage,
    Head,
    NoAnswer,
    NotUnpacked,
    NoWarc,
    Record,
    kept_record,
    page_in,
    records_in,
)
from pipelines.document import is_other_media
from pipelines.errors import NothingDone
from pipelines.items import CaptureRef
from pipelines.reading import read
from pipelines.reasons import Reason

PAUSE: Final = 1.0  # seconds after which it is told how far it has come, where nothing is wanted
TOLD: Final = 500  # records that are looked at between two words, at most
_TYPES: Final = frozenset(
    ("warcinfo", "resource", "request", "metadata", "revisit", "conversion", "continuation")
)


def read_warc(terms: Terms, unit: Unit, spoiled: Spoiled | None) -> Iterator[Step]:
    """Goes through the records of a unit; see `newsbot.bulk.unit.Work`. Raises NothingDone where the file is no WARC."""
    with closing(opened(unit.place)) as file:
        try:
            yield from _Reader(terms, unit).steps(file, spoiled)
        except NoWarc as fault:
            raise NothingDone(f"{unit.place} {fault}.") from fault


class _Reader:
    """One unit on its way."""

    def __init__(self, terms: Terms, unit: Unit) -> None:
        self._terms = terms
        self._unit = unit
        self._gate = Gate(terms)
        self._told = Arrival()
        self._told_at = monotonic()
        self._owner: Source | None = None  # of the record that was looked at last

    def steps(self, file: BinaryIO, spoiled: Spoiled | None) -> Iterator[Step]:
        """A step for each page that is read, and for what lies between two of them."""
        reached = self._unit.start
        for record in records_in(file, reached, self._unit.end, self._wants):
            if record.head is None and not record.fault:
                self._told.begins = reached = record.end
                yield self._step(reached)
                continue
            head = record.head
            if head is not None and record.block is not None:
                if self._told:
                    yield self._step(head.offset)  # from here on it may take long, or end this process
                if spoiled is not None and head.offset == spoiled.at:
                    self._spoil(head, spoiled)
                else:
                    self._page(record, head, record.block)
                self._told.records += 1
                yield self._step(record.end)
            else:
                self._told.records += 1
                if fault := record.fault or (Reason.TOO_LARGE if record.too_large else None):
                    self._told.failed[fault] += 1
            if self._told.records >= TOLD or monotonic() - self._told_at > PAUSE:
                yield self._step(record.end)
            reached = record.end
        yield self._step(reached)

    def _step(self, reached: int) -> Step:
        told, self._told = self._told, Arrival()
        told.hosts, self._gate.hosts = self._gate.hosts, told.hosts
        self._told_at = monotonic()
        return Step(reached, told if told else None)

    def _wants(self, head: Head) -> bool:
        if head.type != "response":
            why = head.type if head.type in _TYPES else "other_record"
        else:
            owner = self._gate.owner(head.url, head.date)
            if isinstance(owner, Source):
                self._owner = owner
                return True
            why = owner
        self._told.left[why] += 1
        return False

    def _page(self, record: Record, head: Head, block: bytes) -> None:
        """Reads a page; what is not read is counted."""
        owner, at = self._owner, head.date
        assert owner is not None and at is not None
        try:
            page = page_in(head, block, PAGE_MAXSIZE)
        except (NoAnswer, NotUnpacked) as fault:
            self._told.failed[fault.reason] += 1
            return
        if why := _no_page(page):
            self._told.left[why] += 1
            return
        size = len(page.answer.payload)
        if self._terms.heads_only:
            self._told.visit = visit_of(head.url, owner, at, status=200, received_bytes=size)
            return
        reading = read(page.body, page.headers, head.url, at, (), owner.rules())
        if not self._gate.speaks(reading):
            self._told.left["other_language"] += 1
            return
        self._told.visit = visit_of(head.url, owner, at, status=200, received_bytes=size, reading=reading)
        if keeps_record(owner, reading):
            self._keep(record, head, page)

    def _keep(self, record: Record, head: Head, page: ForeignPage) -> None:
        """The record of an article: to be copied, or named where it lies if it can be read there as it is."""
        packed = kept_record(head, record.block or b"", record.raw, page)
        assert self._told.visit is not None
        if not self._terms.in_place or packed.raw is not record.raw:
            self._told.record = packed
            return
        ref = CaptureRef(
            file=name_of(self._unit.place),
            offset=head.offset,
            length=len(packed.raw),
            digest=packed.digest,
            captured_at=packed.captured_at,
            status=packed.status,
            media_type=packed.media_type,
            payload_bytes=packed.payload_bytes,
            place=folder_of(self._unit.place),
        )
        self._told.visit = replace(self._told.visit, capture=ref)

    def _spoil(self, head: Head, spoiled: Spoiled) -> None:
        """The page over which a reader came to its end: its failure is all that is known of it."""
        assert self._owner is not None and head.date is not None
        self._told.visit = visit_of(
            head.url, self._owner, head.date, reason=spoiled.reason, detail=spoiled.detail
        )


def _no_page(page: ForeignPage) -> str | None:
    """Why an answer is none that is read."""
    if wall(page.answer.status, page.headers):
        return Reason.BLOCKED
    if page.answer.status != 200:
        return f"status_{page.answer.status}"
    if not page.body:
        return Reason.EMPTY
    kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Reason.NOT_HTML if is_other_media(kind) else None
