"""reprocess(): every kept page by today's rules, and what that changes; what `newsbot reprocess` calls."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from newsbot.bulk.engine import LOCAL, Batch, Engine, Unit, Work, engine_of
from newsbot.bulk.rereading import Job, NoFolder, read_again
from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.decisions import Decision
from pipelines.errors import NewsbotError
from pipelines.items import Reading, Rules
from pipelines.reading import version_of
from pipelines.reasons import Outcome, Reason
from pipelines.store import open_readonly, reprocessing
from pipelines.store.locked import PATIENCE
from pipelines.store.opening import open_writable, sentence
from pipelines.store.reprocessing import Difference, Kept
from pipelines.store.sqlite import sqlite3

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
    engine: str = LOCAL  # or the address of a Dask scheduler


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


def reprocess(
    order: Order,
    advanced: Callable[[int], None] = lambda _: None,
    began: Callable[[Engine], None] = lambda _: None,
) -> Report:
    """Reads the captures of an archive by today's rules and takes in what they find; blocks.

    Each batch is a short transaction, so that a crawl may run beside it; an article that a crawl has visited in the
    meantime is left to it. Whatever stops this, what was taken in stays, and the next call goes on from there.
    `advanced` is told of each so many articles done with, `began` of the engine once it stands. Raises ArchiveUnusable
    or NoRoom, and NewsbotError where the engine cannot go on.
    """
    try:
        with engine_of(order.engine, order.workers) as engine:
            began(engine)
            return _reprocess(order, engine, advanced)
    except sqlite3.Error as error:
        raise sentence(error, order.archive) from error


def total(order: Order) -> int:
    """How many articles are looked at."""
    with closing(open_readonly(order.archive)) as db:
        number = reprocessing.count(db, order.sources, order.since)
    return min(number, order.limit) if order.limit is not None else number


def _reprocess(order: Order, engine: Engine, advanced: Callable[[int], None]) -> Report:
    report = Report()
    with ExitStack() as opened:
        reads = opened.enter_context(closing(open_readonly(order.archive)))
        writes = None
        if not order.dry_run:
            writes = opened.enter_context(closing(open_writable(order.archive, utc_now(), PATIENCE, False)))
        desk = _Desk(order, reads, writes, report, advanced)
        for batch in engine.run(desk.work(engine), desk.units()):
            desk.settle(batch)
    return report


@dataclass(slots=True)
class _Desk:
    """Gives out articles, some at a time, and settles what comes back of them."""

    order: Order
    reads: sqlite3.Connection
    writes: sqlite3.Connection | None
    report: Report
    advanced: Callable[[int], None]
    _rules: dict[str, Rules] = field(default_factory=dict)
    _out: dict[str, list[Kept]] = field(default_factory=dict)  # by the unit that reads them

    @property
    def folder(self) -> Path:
        """Of the captures, as every worker has to see it."""
        return self.order.archive.resolve().parent / "captures"

    def work(self, engine: Engine) -> Work:
        """What readers do."""
        return partial(read_again, engine.remote and self.folder.is_dir())

    def units(self) -> Iterator[Unit]:
        """The articles that have to be read. Articles are numbered as they came in: a run of them is a stretch of a
        WARC file."""
        for batch in self.batches():
            asked = [kept for kept in batch if self.asked(kept)]
            self.report.looked_at += len(batch)
            self.advanced(len(batch) - len(asked))
            jobs = tuple(
                Job(kept.page, kept.evidence, self.rules(kept.source))
                for kept in asked
                if kept.page is not None
            )
            if jobs:
                name = f"articles {asked[0].article} to {asked[-1].article}"
                self._out[name] = asked
                yield Unit(name, str(self.folder), 0, len(jobs), jobs)

    def asked(self, kept: Kept) -> bool:
        """Whether an article has to be read; where not, it is counted here."""
        if kept.read_by == version_of(self.rules(kept.source)):
            self.report.current += 1
            return False
        if kept.page is None:
            self.report.unread[NEVER_CAPTURED] += 1
            return False
        return True

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

    def settle(self, batch: Batch) -> None:
        """Takes a batch in, or only judges it, and counts."""
        out = self._out[batch.unit.name]
        took, results = len(batch.results), batch.results
        if batch.fault is not None:  # nothing else of that unit could be read
            results = [*results, *[batch.fault.detail] * (len(out) - took)]
        read: list[tuple[Kept, Reading]] = []
        for kept, result in zip(out, results, strict=False):
            if isinstance(result, NoFolder):
                raise NewsbotError(result.sentence)
            if isinstance(result, str):
                self.report.unread[_PLACE.sub("", result).strip(" .")] += 1
            else:
                read.append((kept, result))
        self.take(read)
        self.advanced(len(results))
        if batch.last:
            del self._out[batch.unit.name]
        else:
            del out[:took]

    def take(self, read: Sequence[tuple[Kept, Reading]]) -> None:
        """Readings into the archive."""
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
