"""The table at the end of a crawl: per source, what was found and what came of it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from newsbot.cli.table import table
from pipelines.reasons import sentence_of

if TYPE_CHECKING:
    from newsbot.crawl import CrawlReport, SharedReport
    from pipelines.store import SourceSummary

COUNTS = ("found", "stored", "revised", "unchanged", "gone")
MOST_REASONS = 3  # in one cell; below the table stands each that occurred
HEADER = ("source", *COUNTS, "skipped", "failed")


def summary(report: CrawlReport) -> Iterator[str]:
    """The table, then each reason that stands in it, once, in a sentence. Nothing for a run without a visit."""
    if not report.rows:
        if report.state == "finished":
            yield "Nothing was due: listings are looked at as often as `every` says; --all looks at them now."
        return
    yield from lines(report.rows)


def lines(sources: Sequence[SourceSummary]) -> Iterator[str]:
    """The table of some sources, then each reason that stands in it; nothing for no source."""
    if not sources:
        return
    rows = [_row(line.name or line.source, [line]) for line in sources]
    if len(sources) > 1:
        rows.append(_row("all", sources))
    yield from table(HEADER, rows, right=range(1, 1 + len(COUNTS)))
    reasons = _reasons(line.skipped for line in sources) + _reasons(line.failed for line in sources)
    if reasons:
        yield ""
        for reason in sorted(reasons):
            yield f"{reason} ({reasons[reason]:,}): {sentence_of(reason)}"


def closing(report: CrawlReport, *, sample: bool = False) -> Iterator[str]:
    """How long it took, what went over the wire, where the archive lies and how to browse it."""
    yield ""
    if report.ended_by == "deadline":
        yield "The deadline came before all was visited; the next crawl goes on from there."
    elif report.state == "stopped":
        yield "The crawl was stopped before its end; the next one goes on from there."
    yield (
        f"{report.seconds:.1f} s, {report.requests:,} requests, {report.received_bytes / 1e6:.1f} MB received."
    )
    if report.shared is not None:
        yield from _left_to_collect(report.shared)
        return
    here = str(report.archive) == "archive.db"
    if sample and here:  # from `make run`, where `newsbot` need not be on the path
        yield f"The archive is {report.archive}. Browse it: make serve, then open http://127.0.0.1:8001/"
    else:
        named = "" if here else f" --db {shlex.quote(str(report.archive))}"
        yield f"The archive is {report.archive}. Browse it: newsbot serve{named}"


def _left_to_collect(shared: SharedReport) -> Iterator[str]:
    if shared.repeated:
        yield f"{shared.repeated:,} visits are repeated by other crawlers, which had taken over the hosts."
    yield (
        f"{shared.waiting:,} visits wait in the shared frontier ({shared.frontier}). Bring them into the archive: "
        "newsbot collect"
    )


def _row(name: str, lines: Iterable[SourceSummary]) -> list[str]:
    lines = list(lines)
    counts = [f"{sum(getattr(line, count) for line in lines):,}" for count in COUNTS]
    return [
        name,
        *counts,
        _told(_reasons(line.skipped for line in lines)),
        _told(_reasons(line.failed for line in lines)),
    ]


def _reasons(counted: Iterable[Mapping[str, int]]) -> Counter[str]:
    reasons: Counter[str] = Counter()
    for one in counted:
        reasons.update({str(reason): number for reason, number in one.items()})
    return +reasons


def _told(reasons: Counter[str]) -> str:
    """`3: 2 robots, 1 noarchive`, or 0; of many reasons the three that occur most often."""
    if not reasons:
        return "0"
    told = [f"{number} {reason}" for reason, number in reasons.most_common(MOST_REASONS)]
    if len(reasons) > MOST_REASONS:
        told.append("…")
    return told[0] if len(reasons) == 1 else f"{reasons.total()}: {', '.join(told)}"
