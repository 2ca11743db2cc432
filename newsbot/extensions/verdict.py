"""How a run ended, as an exit code."""

from __future__ import annotations

from pipelines.store.ledger import RunSummary, SourceSummary


def exit_code(summary: RunSummary, stopped_by: int | None) -> int:
    """0 all well, 1 some sources failed, 3 all of them, 128 + the signal that stopped the run (130, 143).

    A source failed when nothing of it was read: neither a listing nor an article.
    """
    if stopped_by is not None:
        return 128 + stopped_by
    failed = [_failed(source) for source in summary.sources]
    if not any(failed):
        return 0
    return 3 if all(failed) else 1


def _failed(source: SourceSummary) -> bool:
    articles = source.stored + source.revised + source.unchanged + source.gone + sum(source.skipped.values())
    failures = sum(source.failed.values())
    return failures > 0 and not articles and failures >= source.listings
