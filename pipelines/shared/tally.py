"""What a run of the shared frontier has seen so far, source by source."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.items import Committed, Kind, Visit
from pipelines.reasons import Outcome
from pipelines.store import RunSummary, SourceSummary


@dataclass(slots=True)
class Tally:
    """Numbers of visits by source, outcome and reason. The archive may decide otherwise (twins, corrections): this is what
    the crawler saw."""

    names: dict[str, str] = field(default_factory=dict)  # of the sources
    visits: int = 0
    lost: int = 0  # visits that another crawler repeats
    received_bytes: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)  # (source, outcome)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (source, outcome, reason)

    def count(self, visit: Visit, done: Committed) -> None:
        """Adds a visit that is in the outbox."""
        self.visits += 1
        self.received_bytes += visit.received_bytes
        listing = visit.kind is not Kind.ARTICLE
        self.outcomes[visit.source, "found"] += done.new_links
        self.outcomes[visit.source, "listings"] += listing
        if done.outcome in (Outcome.SKIPPED, Outcome.FAILED):
            self.reasons[visit.source, done.outcome.value, done.reason or ""] += 1
        elif not listing:
            self.outcomes[visit.source, done.outcome.value] += 1

    def as_json(self) -> str:
        """By source, without zeros, for `runs.counts`."""
        told: dict[str, dict[str, object]] = {}
        for (source, name), number in self.outcomes.items():
            if number:
                told.setdefault(source, {})[name] = number
        for (source, outcome, reason), number in self.reasons.items():
            by_reason = told.setdefault(source, {}).setdefault(outcome, {})
            assert isinstance(by_reason, dict)
            by_reason[reason] = number
        return json.dumps(told)

    def summary(self, run: int, started_at: datetime, ended_at: datetime | None, state: str) -> RunSummary:
        """As `run_summary` of archive.db has it."""
        sources = {source for source, *_ in (*self.outcomes, *self.reasons)}
        rows = [self._source(source) for source in sources]
        return RunSummary(
            run=run,
            started_at=started_at,
            ended_at=ended_at,
            state=state,
            exit_code=None,
            visits=self.visits,
            received_bytes=self.received_bytes,
            sources=tuple(sorted(rows, key=lambda row: (row.name, row.source))),
        )

    def _source(self, source: str) -> SourceSummary:
        def number(name: str) -> int:
            return self.outcomes[source, name]

        def by_reason(outcome: Outcome) -> Mapping[str, int]:
            return {
                reason: number
                for (of, told, reason), number in self.reasons.items()
                if of == source and told == outcome.value
            }

        return SourceSummary(
            source=source,
            name=self.names.get(source, source),
            listings=number("listings"),
            found=number("found"),
            stored=number("stored"),
            revised=number("revised"),
            unchanged=number("unchanged"),
            gone=number("gone"),
            skipped=by_reason(Outcome.SKIPPED),
            failed=by_reason(Outcome.FAILED),
        )
