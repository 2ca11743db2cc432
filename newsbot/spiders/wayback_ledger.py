"""What the archive knows of a backfill from a web archive: pages of the index, captures taken, evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from newsbot.clock import utc_now
from newsbot.spiders.wayback_index import PageAnswer
from pipelines.items import Committed, Found, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.store import open_readonly
from pipelines.store.bulk import UnitRow, note_unit, units_of
from pipelines.store.evidence import found_of
from pipelines.store.mementos import KnownCaptures, keep_named, known_captures, note

if TYPE_CHECKING:
    from newsbot.extensions.run import Run

WORK: Final = "backfill wayback"


class WaybackLedger:
    """The rows of one backfill; without a `run` (a dry run) they are only read, and nothing is remembered."""

    def __init__(self, run: Run | None, path: Path, terms: str) -> None:
        self._run = run
        self._path = path
        self._terms = terms

    async def units(self) -> dict[str, UnitRow]:
        """The pages of the index that were ever named, by name."""
        if self._run is None:
            return {}
        return await self._run.archive.call(lambda db: units_of(db, WORK, self._terms))

    async def known(self, keys: Collection[str]) -> dict[str, KnownCaptures]:
        """What the archive has of these pages."""
        if self._run is not None:
            return await self._run.archive.call(lambda db: known_captures(db, keys))
        if not self._path.exists():
            return {}
        with closing(open_readonly(self._path)) as connection:
            return known_captures(connection, keys)

    async def name(self, found: Iterable[Found]) -> dict[str, tuple[Found, ...]]:
        """Writes as evidence which captures the index names; gives all that is known to speak of these pages."""
        named = list(found)
        if self._run is None or not named:
            return {}
        keys = sorted({one.key for one in named})
        await self._run.archive.call(lambda db: keep_named(db, named, utc_now()))
        return await self._run.archive.call(lambda db: found_of(db, keys))

    async def finished(self, unit: UnitRow, found: PageAnswer) -> None:
        """A page of the index is done, or stays open where its row says so; those that follow it are open."""
        if self._run is None:
            return
        now, run = utc_now(), self._run.id
        following = [UnitRow(page.name, stamp=page.after or None) for page in found.following]
        if not found.whole:
            unit.reasons[Reason.TRUNCATED] += 1

        def write(db: Any) -> None:
            for row in (*following, unit):
                note_unit(db, WORK, self._terms, row, run, now)

        await self._run.archive.call(write)

    async def note(self, visit: Visit, outcome: Outcome) -> Committed:
        """Enters a capture that brought no page."""
        assert self._run is not None
        run = self._run.id
        return await self._run.archive.call(lambda db: note(db, run, visit, outcome))
