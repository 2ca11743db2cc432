"""collect(): what crawlers left in the outbox of a shared frontier goes into the archive; what `newsbot collect` calls."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from newsbot.clock import utc_now
from newsbot.collect.counting import Tallies
from newsbot.collect.rereading import Rereader
from newsbot.log import event
from pipelines import dedupe
from pipelines.capture import check_folder
from pipelines.items import Committed, Kind, Rules, Visit
from pipelines.shared.collecting import Letter, MovedFile, Outbox
from pipelines.shared.connecting import Address
from pipelines.shared.faults import FromNewer, Undecodable
from pipelines.store import RunLock, SourceSummary, read_about
from pipelines.store.inbox import Delivery, Inbox

logger = logging.getLogger(__name__)

NAME: Final = "newsbot collect"


@dataclass(frozen=True, slots=True)
class CollectOrder:
    """What is asked for. `rules` are those of sources.toml by source; others are as the archive knows them."""

    frontier: str  # its address
    archive: Path
    rules: dict[str, Rules] = field(default_factory=dict)
    take_over: bool = False
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What came of it."""

    frontier: str  # its id
    visits: int  # taken into the archive
    rows: tuple[SourceSummary, ...]  # source by source
    aside: dict[str, int]  # rows that cannot be collected and stay in the outbox, by why
    unread: dict[str, int]  # pages that could not be read again by today's rules, by why
    waiting: int  # visits that came in the meantime, or wait behind one that is set aside
    seconds: float
    archive: Path


def collect(order: CollectOrder, advanced: Callable[[int], None] = lambda _: None) -> CollectReport:
    """Empties the outbox into the archive; blocks. `advanced` is told of each so many visits taken in.

    Whatever stops this, at any moment, nothing is lost and nothing comes twice: the next call goes on from there. Raises
    AlreadyRunning where a crawl holds the archive's lock or another collector is at work, ConfigurationError where
    another archive collects the frontier, FrontierUnusable, ArchiveUnusable or NoRoom.
    """
    began = time.monotonic()
    path = order.archive
    address = Address(order.frontier)
    with ExitStack() as opened:
        lock = RunLock.acquire(path, NAME, utc_now())
        opened.callback(lock.release)
        outbox = Outbox.open(address)
        opened.callback(outbox.close)
        place = str(path.resolve())
        outbox.claim(read_about(path).get("archive_id"), place, take_over=order.take_over)
        check_folder(path.parent / "captures")
        inbox = Inbox.open(path, judgement=dedupe, now=utc_now())
        opened.callback(inbox.close)
        outbox.claim(inbox.identity(), place, take_over=order.take_over)
        rereader = Rereader(inbox, order.rules, order.workers)
        opened.callback(rereader.close)
        desk = _Desk(outbox, inbox, rereader, advanced)
        desk.open()
        desk.empty()
        desk.close()
        return CollectReport(
            frontier=outbox.frontier,
            visits=desk.tallies.visits,
            rows=desk.tallies.rows(),
            aside=dict(outbox.aside()),
            unread=dict(rereader.unread),
            waiting=outbox.waiting(),
            seconds=time.monotonic() - began,
            archive=path,
        )


class _Desk:
    """Takes letters out of the outbox a batch at a time, and writes the archive's word on each back.

    A batch goes three ways: into the archive with a note of its rows, in one transaction of SQLite; out of the outbox with
    the archive's word, in one transaction of PostgreSQL; its notes out of the archive, with the next batch. Killed after
    the first, it finds the notes and only does the second; killed after the second, it only forgets.
    """

    def __init__(
        self, outbox: Outbox, inbox: Inbox, rereader: Rereader, advanced: Callable[[int], None]
    ) -> None:
        self.tallies = Tallies()
        self._outbox = outbox
        self._inbox = inbox
        self._rereader = rereader
        self._advanced = advanced
        self._noted: set[int] = set()  # rows that are in the archive, and in the outbox still
        self._gone: list[int] = []  # rows that are out of the outbox, and whose notes are to be forgotten
        self._last_run = 0
        self._touched: set[int] = set()
        self._robots: dict[str, datetime | None] = {}

    def open(self) -> None:
        """Brings both sides in line after whatever ended the last collection; sources come as the frontier has them."""
        noted = self._inbox.noted(self._outbox.frontier)
        self._noted = self._outbox.still_there(noted) if noted else set()
        self._inbox.forget(self._outbox.frontier, [row for row in noted if row not in self._noted])
        self._outbox.try_aside_again()
        active, retired = self._outbox.sources()
        self._inbox.plan(active, retired, utc_now())
        self.tallies.name(active)
        self._last_run = self._inbox.last_run(self._outbox.frontier)
        self._learn_runs()

    def empty(self) -> None:
        """Until nothing waits."""
        while letters := self._outbox.next_letters():
            self._take(letters)
        self._inbox.forget(self._outbox.frontier, self._gone)

    def close(self) -> None:
        """What is told once nothing waits: ends of runs, files that moved, what was taken down."""
        self._learn_runs()
        self._end_runs()
        for moved in self._outbox.moved_files():
            self._inbox.move_captures(moved.file, moved.before, moved.place)
            self._outbox.knows(moved)
        self._outbox.withhold(self._inbox.withheld())

    def _take(self, letters: Sequence[Letter]) -> None:
        readable = self._readable(letters)
        fresh = [letter for letter in readable if letter.row not in self._noted]
        self._prepare(fresh)
        visits = self._rereader.with_rereadings(self._with_places(fresh))
        deliveries = [
            Delivery(letter.row, self._outbox.run_name(letter.run), visit)
            for letter, visit in zip(fresh, visits, strict=True)
        ]
        frontier = self._outbox.frontier
        done = self._inbox.take(frontier, deliveries, gone=self._gone, now=utc_now())
        self._gone = []
        unwritten = set()
        for letter, visit, committed in zip(fresh, visits, done, strict=True):
            if isinstance(committed, Committed):
                self.tallies.count(visit, committed)
            else:
                unwritten.add(letter.row)
                self._set_aside(letter, Undecodable(f"It could not be stored: {committed}"))
        self._let_go([letter for letter in readable if letter.row not in unwritten])
        self._advanced(len(letters))

    def _let_go(self, letters: Sequence[Letter]) -> None:
        """Out of the outbox, with the archive's word on each article."""
        visits = [letter.visit for letter in letters if isinstance(letter.visit, Visit)]
        articles = {visit.key for visit in visits if visit.kind is Kind.ARTICLE}
        answered = {dedupe.url_key(url) for visit in visits if (url := visit.final_url)} - articles
        words = list(self._inbox.words(articles))
        self._outbox.settle(letters, words, self._inbox.aliases(answered) if answered else [])
        self._gone = [letter.row for letter in letters]
        self._noted.difference_update(self._gone)

    def _readable(self, letters: Sequence[Letter]) -> list[Letter]:
        """The letters without those that are set aside now, and without what waits behind them."""
        readable = []
        held: set[str] = set()
        for letter in letters:
            if isinstance(letter.visit, Undecodable):
                self._set_aside(letter, letter.visit)
                if isinstance(letter.visit, FromNewer):
                    held.add(letter.key)
            elif letter.key not in held:
                readable.append(letter)
        return readable

    def _set_aside(self, letter: Letter, fault: Undecodable) -> None:
        self._outbox.set_aside(letter.row, fault)
        logger.warning(
            "A visit to %s is set aside in the outbox (row %d): %s",
            letter.key,
            letter.row,
            fault,
            extra=event("set_aside", key=letter.key, row=letter.row, why=str(fault)),
        )

    def _prepare(self, letters: Sequence[Letter]) -> None:
        """What must stand in the archive before the visits: their runs, and the robots.txt of their hosts."""
        if any(letter.run > self._last_run for letter in letters):
            self._learn_runs()
        self._touched.update(letter.run for letter in letters)
        hosts = {dedupe.host_of(letter.visit.url) for letter in letters if isinstance(letter.visit, Visit)}
        asked = {host: self._robots.get(host) for host in sorted(hosts)}
        robots = self._outbox.robots(asked) if asked else []
        self._inbox.keep_robots(robots)
        self._robots |= {one.host: one.received_at for one in robots}

    def _with_places(self, letters: Sequence[Letter]) -> list[Visit]:
        """The visits; captures whose file went elsewhere in the meantime say so."""
        visits = [letter.visit for letter in letters if isinstance(letter.visit, Visit)]
        files = {visit.capture.file for visit in visits if visit.capture is not None}
        moved = {(one.file, one.before): one for one in self._outbox.moved_files(files)} if files else {}
        return [_moved(visit, moved) for visit in visits]

    def _learn_runs(self) -> None:
        """Every run of the frontier that the archive does not have yet."""
        runs = self._outbox.runs((), self._last_run)
        self._inbox.keep_runs([replace(run, state="running") for run in runs])
        self._last_run = max([self._last_run, *(self._outbox.run_number(run.name) for run in runs)])

    def _end_runs(self) -> None:
        """The ends of runs that have ended and whose visits are all in the archive."""
        open_ = {self._outbox.run_number(name) for name in self._inbox.open_runs(self._outbox.frontier)}
        asked = open_ | self._touched
        if not asked:
            return
        runs = self._outbox.runs(asked, self._last_run)
        ended = {self._outbox.run_number(run.name): run for run in runs if run.state != "running"}
        for number in self._outbox.with_letters(ended):
            del ended[number]
        self._inbox.keep_runs(list(ended.values()))


def _moved(visit: Visit, moved: dict[tuple[str, str], MovedFile]) -> Visit:
    capture = visit.capture
    if capture is None or (one := moved.get((capture.file, capture.place or ""))) is None:
        return visit
    return replace(visit, capture=replace(capture, place=one.place))
