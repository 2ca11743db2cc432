"""What a collection brought, counted source by source as a crawl counts it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pipelines.items import Committed, Kind, Visit
from pipelines.reasons import Outcome
from pipelines.store import PlannedSource, SourceSummary

_OF_ARTICLES = {
    Outcome.STORED: "stored",
    Outcome.REVISED: "revised",
    Outcome.UNCHANGED: "unchanged",
    Outcome.GONE: "gone",
}


@dataclass(slots=True)
class _Tally:
    numbers: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)


class Tallies:
    """Counts visits as they are taken in."""

    def __init__(self) -> None:
        self.visits = 0
        self._names: dict[str, str] = {}
        self._tallies: dict[str, _Tally] = {}

    def name(self, sources: list[PlannedSource]) -> None:
        """Learns how sources are called."""
        self._names |= {source.id: source.name for source in sources}

    def count(self, visit: Visit, done: Committed) -> None:
        """One visit."""
        self.visits += 1
        tally = self._tallies.setdefault(visit.source, _Tally())
        tally.numbers["found"] += done.new_links
        tally.numbers["listings"] += visit.kind is not Kind.ARTICLE
        if done.outcome is Outcome.SKIPPED:
            tally.skipped[str(done.reason or "")] += 1
        elif done.outcome is Outcome.FAILED:
            tally.failed[str(done.reason or "")] += 1
        elif visit.kind is Kind.ARTICLE and done.outcome in _OF_ARTICLES:
            tally.numbers[_OF_ARTICLES[done.outcome]] += 1

    def rows(self) -> tuple[SourceSummary, ...]:
        """The sources that had a visit, by name."""
        rows = [
            SourceSummary(
                source=source,
                name=self._names.get(source, source),
                skipped=dict(tally.skipped),
                failed=dict(tally.failed),
                **{name: tally.numbers[name] for name in ("listings", "found", *_OF_ARTICLES.values())},
            )
            for source, tally in self._tallies.items()
        ]
        return tuple(sorted(rows, key=lambda row: (row.name, row.source)))
