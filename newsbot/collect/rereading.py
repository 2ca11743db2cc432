"""Pages that the archive read by other rules than the crawler: read again, so that only the publisher's changes count."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from pipelines.items import Found, KeptPage, Reading, Rules, Visit
from pipelines.reading import version_of
from pipelines.store.inbox import Inbox
from pipelines.workers import Readers

OTHER_RULES: Final = "the crawler read it by other rules than these"
_PLACE: Final = re.compile(r"^The capture at \d+ in \S+ |(?<= )\d+(?= )")


class Rereader:
    """Reads kept pages as `ReadPipeline` does; its reader processes start when the first page asks for them."""

    def __init__(self, inbox: Inbox, rules: dict[str, Rules], workers: int | None) -> None:
        self.unread: Counter[str] = (
            Counter()
        )  # pages that could not be read again, by why: their changes count as ours
        self._inbox = inbox
        self._rules = dict(rules)
        self._workers = workers
        self._opened = ExitStack()
        self._runner: asyncio.Runner | None = None
        self._readers: Readers | None = None

    def close(self) -> None:
        """Ends the reader processes."""
        self._opened.close()

    def with_rereadings(self, visits: Sequence[Visit]) -> list[Visit]:
        """The visits; those to articles that other rules had read with today's reading of the page that is kept."""
        read = [visit.key for visit in visits if visit.reading is not None and visit.reading.is_article]
        kept = self._inbox.kept_pages(read) if read else {}
        waiting = [visit for visit in visits if self._differs(visit, kept)]
        if not waiting:
            return list(visits)
        evidence = self._inbox.evidence([visit.key for visit in waiting])
        jobs = [
            (kept[visit.key], evidence.get(visit.key, ()), self._rules[visit.source]) for visit in waiting
        ]
        found = dict(zip(map(id, waiting), self._run(jobs), strict=True))
        return [self._joined(visit, found.get(id(visit))) for visit in visits]

    def _differs(self, visit: Visit, kept: dict[str, KeptPage]) -> bool:
        page, reading = kept.get(visit.key), visit.reading
        if page is None or reading is None or page.read_by == reading.version:
            return False
        if visit.source not in self._rules:
            self._rules[visit.source] = self._inbox.rules(visit.source)
        if version_of(self._rules[visit.source]) == reading.version:
            return True
        self.unread[OTHER_RULES] += 1
        return False

    def _joined(self, visit: Visit, found: Reading | str | None) -> Visit:
        if isinstance(found, str):
            self.unread[_PLACE.sub("", found).strip(" .")] += 1
            return visit
        return visit if found is None else replace(visit, reread=found)

    def _run(self, jobs: Sequence[tuple[KeptPage, Sequence[Found], Rules]]) -> list[Reading | str]:
        if self._runner is None or self._readers is None:
            self._runner = self._opened.enter_context(asyncio.Runner())
            self._readers = Readers(self._workers)
            self._opened.callback(self._readers.close)
        folder = self._inbox.path.parent / "captures"
        return self._runner.run(_all(self._readers, folder, jobs))


async def _all(
    readers: Readers, folder: Path, jobs: Sequence[tuple[KeptPage, Sequence[Found], Rules]]
) -> list[Reading | str]:
    return list(await asyncio.gather(*(readers.reread(folder, *job) for job in jobs)))
