"""What a worker does with a WARC file or a part of one: its records looked at, the pages that are wanted read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import PurePosixPath
from time import monotonic
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from newsbot.backfill.arrival import Arrival
from newsbot.backfill.opening import folder_of, opened
from newsbot.backfill.owners import Owners
from newsbot.backfill.terms import Terms
from newsbot.bulk.unit import Spoiled, Step, Unit
from newsbot.settings import PAGE_MAXSIZE
from newsbot.sources import Source
from pipelines.capture import (
    ForeignPage,
    Head,
    NoAnswer,
    NotUnpacked,
    Record,
    kept_record,
    page_in,
    records_in,
)
from pipelines.dedupe import host_of, url_key
from pipelines.document import is_other_media
from pipelines.items import CaptureRef, Kind, Reading, Visit
from pipelines.reading import read
from pipelines.reasons import Reason

PAUSE: Final = 1.0  # seconds after which it is told how far it has come, where nothing is wanted
TOLD: Final = 500  # records that are looked at between two words, at most
MOST_HOSTS: Final = 1000  # that no source has, counted by name


def read_warc(terms: Terms, unit: Unit, spoiled: Spoiled | None) -> Iterator[Step]:
    """Goes through the records of a unit; see `newsbot.bulk.unit.Work`."""
    reader = _Reader(terms, unit)
    with closing(opened(unit.place)) as file:
        yield from reader.steps(file, spoiled)


class _Reader:
    """One unit on its way."""

    def __init__(self, terms: Terms, unit: Unit) -> None:
        self._terms = terms
        self._unit = unit
        self._owners = Owners(terms)
        self._told = Arrival()
        self._told_at = monotonic()
        self._owner: Source | None = None  # of the record that was looked at last

    def steps(self, file: BinaryIO, spoiled: Spoiled | None) -> Iterator[Step]:
        start = self._unit.start
        for record in records_in(file, start, self._unit.end, self._wants):
            if record.head is None and not record.fault:
                self._told.begins = record.end
                yield self._step(record.end)
                continue
            self._told.records += 1
            if record.fault:
                self._told.failed[_fault(record.fault)] += 1
            elif record.too_large:
                self._told.failed[Reason.TOO_LARGE] += 1
            elif record.head is not None and record.block is not None:
                begins = record.head.offset
                if spoiled is not None and begins == spoiled.at:
                    yield from self._spoilt(record, record.head, spoiled)
                    continue
                if begins != start or self._told:
                    yield self._step(begins)  # from here on it may take long, or end this process
                yield from self._page(record, record.head, record.block)
            if self._told.records >= TOLD or monotonic() - self._told_at > PAUSE:
                yield self._step(record.end)
            start = record.end
        yield self._step(start)

    def _step(self, reached: int) -> Step:
        told, self._told = self._told, Arrival()
        self._told_at = monotonic()
        return Step(reached, told if told else None)

    def _wants(self, head: Head) -> bool:
        why = self._left_out(head)
        if why is not None:
            self._told.left[why] += 1
        return why is None

    def _left_out(self, head: Head) -> str | None:
        """Why a record is not read, as far as its own headers tell."""
        if head.type != "response":
            return head.type if head.type in _TYPES else "other_record"
        at = head.date
        if at is None:
            return "no_date"
        if not self._terms.in_time(at):
            return "outside_dates"
        try:
            host, self._owner = host_of(head.url), self._owners.of(head.url)
        except ValueError:
            return "no_address"
        return self._foreign(host, head.url, self._owner) or self._unkept(self._owner, head)

    def _foreign(self, host: str, url: str, owner: Source | None) -> str | None:
        """Why the address is not asked for."""
        hosts = self._terms.hosts
        if hosts and not any(host == one or host.endswith(f".{one}") for one in hosts):
            return "other_host"
        if owner is None:
            if len(self._told.hosts) < MOST_HOSTS:
                self._told.hosts[host] += 1
            return "no_source"
        if self._terms.ids and owner.id not in self._terms.ids:
            return "other_source"
        return None if owner.wants(url) else Reason.EXCLUDED

    def _unkept(self, owner: Source | None, head: Head) -> str | None:
        at = head.date
        return (
            Reason.EXPIRED
            if owner is not None and at is not None and not self._terms.keeps(owner, at)
            else None
        )

    def _page(self, record: Record, head: Head, block: bytes) -> Iterator[Step]:
        owner = self._owner
        assert owner is not None
        try:
            page = page_in(head, block, PAGE_MAXSIZE)
        except (NoAnswer, NotUnpacked) as fault:
            self._told.failed[fault.reason] += 1
            return
        if why := _no_page(page):
            self._told.left[why] += 1
            return
        if self._terms.heads_only:
            self._told.visit = _visit(head, owner, page, None)
        else:
            at = head.date
            assert at is not None
            reading = read(page.body, page.headers, head.url, at, (), owner.rules())
            if self._terms.languages and (reading.language or "") not in self._terms.languages:
                self._told.left["other_language"] += 1
                return
            self._told.visit = _visit(head, owner, page, reading)
            if reading.is_article and owner.store == "full" and _may_keep(owner, reading):
                self._keep(record, head, page)
        yield self._step(record.end)

    def _keep(self, record: Record, head: Head, page: ForeignPage) -> None:
        packed = kept_record(head, record.raw, page)
        assert self._told.visit is not None
        if self._terms.in_place and packed.raw is record.raw:
            ref = CaptureRef(
                file=PurePosixPath(urlsplit(self._unit.place).path).name,
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
        else:
            self._told.record = packed

    def _spoilt(self, record: Record, head: Head, spoiled: Spoiled) -> Iterator[Step]:
        """The page over which a reader came to its end: its failure is all that is known of it."""
        assert self._owner is not None
        visit = _visit(head, self._owner, None, None)
        self._told.visit = replace(visit, reason=spoiled.reason, detail=spoiled.detail)
        yield self._step(record.end)


_TYPES: Final = frozenset(
    ("warcinfo", "resource", "request", "metadata", "revisit", "conversion", "continuation")
)


def _fault(sentence: str) -> str:
    """A fault of a record by its kind: numbers and names left out, so that it can be counted."""
    return "damaged" if "says" not in sentence else "lying_length"


def _no_page(page: ForeignPage) -> str | None:
    """Why an answer is none that is read."""
    if page.answer.status != 200:
        return f"status_{page.answer.status}"
    if not page.body:
        return Reason.EMPTY
    kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Reason.NOT_HTML if is_other_media(kind) else None


def _may_keep(owner: Source, reading: Reading) -> bool:
    return owner.noarchive == "keep" or not reading.rights.noarchive


def _visit(head: Head, owner: Source, page: ForeignPage | None, reading: Reading | None) -> Visit:
    at = head.date
    assert at is not None
    return Visit(
        url=head.url,
        key=url_key(head.url),
        source=owner.id,
        kind=Kind.ARTICLE,
        visited_at=at,
        status=page.answer.status if page is not None else None,
        received_bytes=len(page.answer.payload) if page is not None else 0,
        reading=reading,
        revisit=owner.revisit,
        keep_noarchive=owner.noarchive == "keep",
        past=True,
    )
