"""backfill(): what readers find in files goes into the archive, batch by batch; what the commands of the group call."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final, Literal

import newsbot
from newsbot.backfill.arrival import Arrival
from newsbot.backfill.files import Seams, part_of
from newsbot.backfill.terms import Terms
from newsbot.bulk.engine import Batch, Engine, Unit, Work, engine_of
from newsbot.bulk.ledger import left, terms_of
from newsbot.clock import utc_now
from newsbot.sources import Source
from pipelines import dedupe
from pipelines.capture import CaptureWriter, Packed, check_folder, repair
from pipelines.errors import ConfigurationError, NewsbotError
from pipelines.items import CaptureRef, Committed
from pipelines.reading import READING_VERSION
from pipelines.reasons import Outcome
from pipelines.store import PlannedSource, RunLock, RunSummary, read_about
from pipelines.store.bulk import UnitRow
from pipelines.store.intake import Delivery, Intake

LOCK: Final = (
    ".backfill"  # behind the archive's name: a crawl may run beside a backfill, another backfill may not
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for."""

    archive: Path
    terms: Terms
    work: str  # backfill warc, backfill ccnews or backfill folder
    read: Work  # what a reader does with a unit
    units: Iterable[Unit]  # asked for as they are needed
    stamps: Mapping[str, str]  # by unit, there once it was asked for: what tells that its file is the same
    rest: Callable[
        [str, int], Unit
    ]  # of a file at a place, what lies behind one of its offsets, in one piece
    command: str
    engine: str = "local"
    workers: int | None = None
    measure: Literal["bytes", "files"] = "bytes"  # of what the whole is told in


@dataclass(slots=True)
class Report:
    """What came of it."""

    run: int | None = None  # none of a dry run
    sources: tuple[str, ...] = ()
    summary: RunSummary | None = None
    records: int = 0  # looked at
    done_before: int = 0  # units that the ledger had as done
    taken: Counter[str] = field(default_factory=Counter)  # pages by outcome
    earlier: int = 0  # versions that were put into the history of articles
    known: int = 0  # pages that were taken from the same file before
    wanted: Counter[str] = field(default_factory=Counter)  # of a dry run: pages by source
    left: Counter[str] = field(default_factory=Counter)  # records left out, by why
    failed: Counter[str] = field(default_factory=Counter)  # records that could not be read, by what was wrong
    hosts: Counter[str] = field(default_factory=Counter)  # that no source has
    faults: dict[str, str] = field(
        default_factory=dict
    )  # sentences about files that could not be read to their end
    seconds: float = 0.0
    stopped_by: int | None = None  # signal

    @property
    def exit_code(self) -> int:
        """0 all well, 1 something could not be read, 128 + the signal that stopped it."""
        if self.stopped_by is not None:
            return 128 + self.stopped_by
        return 1 if self.faults or self.failed else 0


class _Stopped(BaseException):
    """A signal wants an end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def backfill(
    order: Order,
    advanced: Callable[[int], None] = lambda _: None,
    began: Callable[[Engine], None] = lambda _: None,
) -> Report:
    """Reads units and takes in what they bring; blocks. Crawls may run beside it.

    Each batch is one transaction with how far its unit was read: whatever stops this, the next call goes on from there.
    `advanced` is told of each so many bytes done with. Raises a NewsbotError with its exit code where it could not begin
    or had to stop: AlreadyRunning, ArchiveUnusable, NoRoom, ConfigurationError.
    """
    begun = time.monotonic()
    if "sample" in read_about(order.archive):
        raise ConfigurationError(
            f"{order.archive} holds the sample newsroom, with which real news must not mix: name another archive."
        )
    with engine_of(order.engine, order.workers) as engine:
        began(engine)
        report = _dry(order, engine, advanced) if order.terms.heads_only else _real(order, engine, advanced)
    report.seconds = time.monotonic() - begun
    return report


def _dry(order: Order, engine: Engine, advanced: Callable[[int], None]) -> Report:
    report = Report()
    with _signals():
        try:
            for batch in engine.run(order.read, order.units):
                for arrival in batch.results:
                    _count(report, arrival)
                    if arrival.visit is not None:
                        report.wanted[arrival.visit.source] += 1
                if batch.fault is not None:
                    report.faults[batch.unit.place] = batch.fault.detail
                if batch.done or batch.fault is not None:
                    advanced(_length(order, batch.unit))
        except _Stopped as stop:
            report.stopped_by = stop.signum
    return report


def _real(order: Order, engine: Engine, advanced: Callable[[int], None]) -> Report:
    folder = order.archive.parent / "captures"
    with ExitStack() as opened:
        opened.enter_context(RunLock.acquire(Path(f"{order.archive}{LOCK}"), order.command, utc_now()))
        check_folder(folder)
        repair(folder)
        intake = Intake.open(order.archive, judgement=dedupe, now=utc_now())
        opened.callback(intake.close)
        run = intake.begin(
            order.work,
            order.command,
            newsbot.__version__,
            READING_VERSION,
            [_planned(source) for source in order.terms.sources],
            utc_now(),
        )
        captures = CaptureWriter(folder, run)
        opened.callback(captures.close)
        desk = _Desk(order, intake, captures, run, advanced)
        report = desk.report
        fault: NewsbotError | None = None
        try:
            with _signals():
                desk.go(engine)
        except _Stopped as stop:
            report.stopped_by = stop.signum
        except NewsbotError as error:
            fault = error
        _end(intake, run, report, fault)
        if fault is not None:
            raise fault
        report.summary = intake.summary(run)
    return report


def _end(intake: Intake, run: int, report: Report, fault: NewsbotError | None) -> None:
    """The last word of the run's row; where the fault is the archive's own, the next run calls this one killed."""
    by = signal.Signals(report.stopped_by).name if report.stopped_by is not None else None
    code = report.exit_code if fault is None else fault.exit_code
    state = "finished" if fault is None and by is None else "stopped"
    try:
        intake.end(run, state, code, utc_now(), by or (str(fault) if fault is not None else None))
    except NewsbotError:
        if fault is None:
            raise


class _Desk:
    """Settles what comes back of the units, one batch after the other, while the next are being read."""

    def __init__(
        self,
        order: Order,
        intake: Intake,
        captures: CaptureWriter,
        run: int,
        advanced: Callable[[int], None],
    ) -> None:
        self.report = Report(run=run)
        self._order = order
        self._intake = intake
        self._captures = captures
        self._run = run
        self._advanced = advanced
        self._terms = terms_of(order.terms.asked())
        self._rows = intake.units(order.work, self._terms)
        self._seams = Seams({name: row.reached for name, row in self._rows.items() if row.done})
        self._begins: dict[str, int | None] = {}  # of units under way: where their first record was found
        self._rest_stamps: dict[str, str] = {}
        self._writer = ThreadPoolExecutor(1, "intake")
        self._under_way: Future[None] | None = None

    def go(self, engine: Engine) -> None:
        """Everything that is not done."""
        try:
            self._run_units(engine, self._order.units)
            for place, reached in list(self._seams.wrong.items()):
                unit = self._order.rest(place, reached)
                self._rest_stamps[unit.name] = self._stamp(self._seams.dropped[place][0]) or ""
                self._seams.wrong.pop(place)
                self._run_units(engine, [unit])
                self._note_dropped(place)
            self._settled()
        finally:
            self._writer.shutdown(wait=True)

    def _run_units(self, engine: Engine, units: Iterable[Unit]) -> None:
        for batch in engine.run(self._order.read, self._left(units)):
            self._take(batch)

    def _left(self, units: Iterable[Unit]) -> Iterator[Unit]:
        for unit in units:
            stamp = self._stamp(unit.name)
            going = next(left([unit], self._rows, {unit.name: stamp} if stamp else {}), None)
            if going is None:
                self.report.done_before += 1
                self._advanced(_length(self._order, unit))
            else:
                row = self._rows.get(unit.name)
                if row is None or going.start == unit.start:  # a new one, or a file that is another one now
                    self._rows[unit.name] = UnitRow(unit.name, unit.start, size=unit.end, stamp=stamp)
                    self._seams.ends.pop(unit.name, None)
                yield going

    def _stamp(self, unit: str) -> str | None:
        return self._rest_stamps.get(unit) or self._order.stamps.get(unit)

    def _take(self, batch: Batch) -> None:
        unit = batch.unit
        if unit.name not in self._begins:
            resumed = self._rows[unit.name].reached != part_of(unit).start
            begins = batch.results[0].begins if batch.results else None
            self._begins[unit.name] = begins
            if not resumed and not self._seams.fits(unit, begins):
                self._begins[unit.name] = -1
        over = batch.done or batch.fault is not None
        if unit.name not in self._seams.dropped.get(unit.place, ()):
            if batch.fault is not None:
                self.report.faults[unit.place] = batch.fault.detail
            reached: int | None = batch.reached
            if over:
                reached = self._seams.close(
                    unit, reached if batch.fault is None else None, self._begins[unit.name]
                )
            self._settle(batch.results, self._rows[unit.name], reached, batch.done)
        if over:
            self._advanced(_length(self._order, unit))

    def _settle(self, arrivals: Sequence[Arrival], row: UnitRow, reached: int | None, done: bool) -> None:
        """Hands a batch to the writing thread, once the one before it is written."""
        self._settled()
        deliveries = [self._delivery(one) for one in arrivals if one.visit is not None]
        self._under_way = self._writer.submit(self._write, arrivals, deliveries, row, reached, done)

    def _settled(self) -> None:
        """Waits for the batch that is being written; raises what went wrong with it."""
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None

    def _delivery(self, arrival: Arrival) -> Delivery:
        assert arrival.visit is not None
        return Delivery(
            arrival.visit, partial(self._keep, arrival.record) if arrival.record is not None else None
        )

    def _keep(self, record: Packed) -> CaptureRef:
        return self._captures.put(record)

    def _write(
        self,
        arrivals: Sequence[Arrival],
        deliveries: Sequence[Delivery],
        row: UnitRow,
        reached: int | None,
        done: bool,
    ) -> None:
        def noted(committed: Sequence[Committed]) -> tuple[str, str, UnitRow]:
            _add(row, arrivals, committed)
            row.reached, row.done = reached if reached is not None else row.reached, done
            return self._order.work, self._terms, row

        committed = self._intake.take(self._run, deliveries, self._captures, utc_now, noted)
        for arrival in arrivals:
            _count(self.report, arrival)
        for one in committed:
            _tell(self.report, one)

    def _note_dropped(self, place: str) -> None:
        """Parts that were cut wrong are done with the rest of their file."""
        self._settled()
        for name in self._seams.dropped.pop(place):
            row = self._rows[name]
            row.reached, row.done = self._seams.ends.get(name) or row.reached, True
            self._intake.take(
                self._run,
                (),
                self._captures,
                utc_now,
                lambda _, row=row: (self._order.work, self._terms, row),  # type: ignore[misc]
            )


def _add(row: UnitRow, arrivals: Sequence[Arrival], committed: Sequence[Committed]) -> None:
    """The numbers of a batch, in the ledger."""
    for arrival in arrivals:
        row.records += arrival.records
        row.skipped += arrival.left.total()
        row.failed += arrival.failed.total()
        row.reasons += arrival.left + arrival.failed
    for one in committed:
        row.stored += one.outcome is Outcome.STORED
        row.known += one.outcome in (Outcome.UNCHANGED, Outcome.REVISED)
        row.skipped += one.outcome is Outcome.SKIPPED
        row.failed += one.outcome is Outcome.FAILED
        if one.reason is not None and one.outcome in (Outcome.SKIPPED, Outcome.FAILED):
            row.reasons[one.reason] += 1


def _count(report: Report, arrival: Arrival) -> None:
    report.records += arrival.records
    report.left += arrival.left
    report.failed += arrival.failed
    report.hosts += arrival.hosts


def _tell(report: Report, done: Committed) -> None:
    if done.outcome is Outcome.UNCHANGED and done.reason is None:
        report.known += 1
        return
    report.taken[done.outcome] += 1
    report.earlier += done.reason == "earlier_version"


def _length(order: Order, unit: Unit) -> int:
    """How much of the whole a unit is."""
    part = part_of(unit)
    return part.size if order.measure == "bytes" else int(part.last)


def _planned(source: Source) -> PlannedSource:
    return PlannedSource(
        id=source.id,
        name=source.name,
        homepage=source.homepage,
        country=source.country,
        language=source.language,
        timezone=source.timezone,
        store=source.store,
        publish=source.publish,
        every=source.every,
        noarchive=source.noarchive,
        retain=source.retain,
    )


@contextmanager
def _signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block at once, as _Stopped; a second one does what it does elsewhere."""

    def stop(signum: int, _: FrameType | None) -> None:
        for each, before in kept.items():
            signal.signal(each, before)
        raise _Stopped(signum)

    kept = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, before in kept.items():
            signal.signal(each, before)
