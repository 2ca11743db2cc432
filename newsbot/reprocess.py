"""reprocess(): every kept page by today's rules, and what that changes; what `newsbot reprocess` calls."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.decisions import Decision
from pipelines.items import Reading, Rules
from pipelines.reading import version_of
from pipelines.reasons import Outcome, Reason
from pipelines.store import open_readonly, reprocessing
from pipelines.store.locked import PATIENCE
from pipelines.store.opening import open_writable, sentence
from pipelines.store.reprocessing import Difference, Kept
from pipelines.store.sqlite import sqlite3
from pipelines.workers import Readers

BATCH: Final = 50  # articles a transaction: a crawl that runs beside it waits for some milliseconds
EXAMPLES: Final = 3  # of a field in a source
NEVER_CAPTURED: Final = "it was never captured"
_PLACE: Final = re.compile(r"^The capture at \d+ in \S+ |\d+")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. `rules` are those of sources.toml by source; others are read by what the archive knows."""

    archive: Path
    rules: dict[str, Rules]
    sources: Collection[str] | None = None
    since: date | None = None
    limit: int | None = None
    dry_run: bool = False
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One article in which a field reads otherwise."""

    public_id: str
    before: str | None
    after: str | None


@dataclass(slots=True)
class Report:
    """What came of it. `fields` counts articles by (source, field); `examples` has a few of each."""

    looked_at: int = 0
    current: int = 0  # were read by today's rules before
    same: int = 0  # read the same
    differ: int = 0  # read otherwise, in whatever field
    revisions: int = 0  # of them with other words: a revision of kind reading
    kept: Counter[str] = field(default_factory=Counter)  # today's rules were not let in, by why
    unread: Counter[str] = field(default_factory=Counter)  # no capture could be read, by why
    overtaken: int = 0  # visited by a crawl in the meantime
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[Example]] = field(default_factory=dict)


def reprocess(order: Order, advanced: Callable[[int], None] = lambda _: None) -> Report:
    """Reads the captures of an archive by today's rules and takes in what they find; blocks.

    Each batch is a short transaction, so that a crawl may run beside it; an article that a crawl has visited in the
    meantime is left to it. Whatever stops this, what was taken in stays, and the next call goes on from there.
    `advanced` is told of each so many articles done with. Raises ArchiveUnusable or NoRoom.
    """
    try:
        return asyncio.run(_reprocess(order, advanced))
    except sqlite3.Error as error:
        raise sentence(error, order.archive) from error


def total(order: Order) -> int:
    """How many articles are looked at."""
    with closing(open_readonly(order.archive)) as db:
        number = reprocessing.count(db, order.sources, order.since)
    return min(number, order.limit) if order.limit is not None else number


async def _reprocess(order: Order, advanced: Callable[[int], None]) -> Report:
    report = Report()
    with ExitStack() as opened:
        reads = opened.enter_context(closing(open_readonly(order.archive)))
        writes = None
        if not order.dry_run:
            writes = opened.enter_context(closing(open_writable(order.archive, utc_now(), PATIENCE, False)))
        readers = Readers(order.workers)
        opened.callback(readers.close)
        desk = _Desk(order, reads, writes, readers, report)
        async for batch in desk.read():
            desk.settle(batch)
            advanced(len(batch))
    return report


@dataclass(slots=True)
class _Desk:
    """Reads articles a batch at a time, and settles each batch."""

    order: Order
    reads: sqlite3.Connection
    writes: sqlite3.Connection | None
    readers: Readers
    report: Report
    _rules: dict[str, Rules] = field(default_factory=dict)

    async def read(self) -> AsyncIterator[list[tuple[Kept, Reading | str | None]]]:
        """Batches of articles with their readings: a sentence where there is none, None where it is not needed."""
        folder = self.order.archive.parent / "captures"

        async def one(kept: Kept) -> tuple[Kept, Reading | str | None]:
            rules = self.rules(kept.source)
            if kept.read_by == version_of(rules):
                return kept, None
            if kept.page is None:
                return kept, NEVER_CAPTURED
            return kept, await self.readers.reread(folder, kept.page, kept.evidence, rules)

        for batch in self.batches():
            yield list(await asyncio.gather(*map(one, batch)))

    def batches(self) -> Iterator[list[Kept]]:
        """The articles in the order of their numbers: memory stays flat, and what is done is not asked for again."""
        after, left = 0, self.order.limit
        while left is None or left > 0:
            size = BATCH if left is None else min(BATCH, left)
            batch = reprocessing.kept_after(self.reads, after, size, self.order.sources, self.order.since)
            if not batch:
                return
            after = batch[-1].article
            left = None if left is None else left - len(batch)
            yield batch

    def rules(self, source: str) -> Rules:
        """The rules of a source: of sources.toml, else what the archive has of it."""
        if source not in self._rules:
            self._rules[source] = self.order.rules.get(source) or reprocessing.rules_of(self.reads, source)
        return self._rules[source]

    def settle(self, batch: Sequence[tuple[Kept, Reading | str | None]]) -> None:
        """Takes a batch in, or only judges it, and counts."""
        self.report.looked_at += len(batch)
        read: list[tuple[Kept, Reading]] = []
        for kept, reading in batch:
            if reading is None:
                self.report.current += 1
            elif isinstance(reading, str):
                self.report.unread[_PLACE.sub("", reading).strip(" .")] += 1
            else:
                read.append((kept, reading))
        found = [reprocessing.differences(self.reads, kept, reading) for kept, reading in read]
        if self.writes is not None and read:
            decided = reprocessing.take(self.writes, read, utc_now(), dedupe)
        else:
            decided = [reprocessing.judged(self.reads, kept, reading, dedupe) for kept, reading in read]
        for (kept, _), differences, decision in zip(read, found, decided, strict=True):
            self.count(kept, differences, decision)

    def count(self, kept: Kept, differences: Sequence[Difference], decision: Decision | None) -> None:
        """One article's part of the report."""
        report = self.report
        if decision is None:
            report.overtaken += 1
            return
        if decision.outcome is Outcome.SKIPPED:
            report.kept[re.sub(r"\d+", "…", decision.detail) or str(decision.reason)] += 1
            return
        report.revisions += decision.reason is Reason.REREAD
        report.differ += bool(differences)
        report.same += not differences
        for difference in differences:
            place = (kept.source, difference.field)
            report.fields[place] += 1
            examples = report.examples.setdefault(place, [])
            if len(examples) < EXAMPLES:
                examples.append(Example(kept.public_id, *_where(difference)))


def _where(difference: Difference, around: int = 40) -> tuple[str | None, str | None]:
    """Both values; of long ones the place where they part."""
    before, after = difference.before, difference.after
    if not before or not after or max(len(before), len(after)) <= 3 * around:
        return before and before[: 3 * around], after and after[: 3 * around]
    at = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    start = max(0, (min(len(before), len(after)) if at is None else at) - around)
    mark = "…" if start else ""
    return mark + before[start : start + 3 * around], mark + after[start : start + 3 * around]
