"""How a run ended, in a word and as an exit code."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from pipelines.store.ledger import RunSummary, SourceSummary

DEADLINE = 124  # as timeout(1) says it


@dataclass(frozen=True, slots=True)
class Ending:
    """What ended a run before its work was done, if anything did."""

    signal: int | None = None  # that stopped it
    deadline: bool = False  # it had come to its deadline
    closed: bool = False  # the spider was closed by something else (a Scrapy extension, for example)

    @property
    def early(self) -> bool:
        """Whether work that was due was left."""
        return self.signal is not None or self.deadline or self.closed

    @property
    def by(self) -> str | None:
        """What the column `runs.ended_by` says: SIGTERM, deadline …"""
        if self.signal is not None:
            return signal.Signals(self.signal).name
        return "deadline" if self.deadline else "closed" if self.closed else None


def exit_code(summary: RunSummary, ending: Ending) -> int:
    """0 all well, 1 some sources failed, 3 all of them, 124 the deadline came first, 128 + the signal that stopped
    the run (130, 143).

    A source failed when nothing of it was read: neither a listing nor an article.
    """
    if ending.signal is not None:
        return 128 + ending.signal
    if ending.deadline:
        return DEADLINE
    failed = [_failed(source) for source in summary.sources]
    if not any(failed):
        return 0
    return 3 if all(failed) else 1


def _failed(source: SourceSummary) -> bool:
    articles = source.stored + source.revised + source.unchanged + source.gone + sum(source.skipped.values())
    failures = sum(source.failed.values())
    return failures > 0 and not articles and failures >= source.listings
