"""The state of an archive for Prometheus: text format 0.0.4, for the textfile collector or any script that serves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from pipelines.store.alarms import Alarm
from pipelines.store.summary import SourceStatus
from pipelines.store.values import moment

Sample = tuple[Mapping[str, str], float | None]


def metrics(
    sources: Sequence[SourceStatus],
    alarms: Sequence[Alarm],
    last_run: Mapping[str, object] | None,
    sizes: Mapping[str, int],
) -> Iterator[str]:
    """Lines of metrics; what is not known yet has no line. `sizes`: archive_bytes and disk_free_bytes."""
    active = [source for source in sources if source.state == "active"]
    yield from _metric("articles", "Articles in the archive.", _each(sources, lambda one: one.articles))
    yield from _metric(
        "articles_last_day",
        "Articles first seen in the last 24 hours.",
        _each(active, lambda one: one.last_day),
    )
    yield from _metric("due", "Addresses that are due to be visited.", _each(active, lambda one: one.waiting))
    yield from _metric(
        "failures_last_day",
        "Visits that failed in the last 24 hours.",
        [({"source": one.source, "reason": why}, n) for one in active for why, n in one.failures.items()],
    )
    yield from _metric(
        "last_visit_timestamp_seconds",
        "When the source was visited last.",
        _each(active, lambda one: _seconds(one.last_visit_at)),
    )
    standing = Counter((alarm.source, alarm.alarm) for alarm in alarms)
    yield from _metric(
        "alarms",
        "Alarms that last.",
        [
            ({"source": source, "alarm": alarm}, number)
            for (source, alarm), number in sorted(standing.items())
        ],
    )
    yield from _metric("alarms_standing", "Alarms that last, of all sources.", [({}, len(alarms))])
    yield from _last_run(last_run)
    for name, size in sizes.items():
        yield from _metric(name, "Size in bytes.", [({}, size)])


def _last_run(run: Mapping[str, object] | None) -> Iterator[str]:
    if run is None:
        return
    began, ended = moment(str(run["started_at"])), moment(str(run["ended_at"] or ""))
    code = run["exit_code"]
    yield from _metric(
        "last_run_start_timestamp_seconds", "When the last run began.", [({}, _seconds(began))]
    )
    yield from _metric("last_run_end_timestamp_seconds", "When the last run ended.", [({}, _seconds(ended))])
    yield from _metric(
        "last_run_exit_code", "Its exit code.", [({}, float(code) if isinstance(code, int) else None)]
    )


def _each(sources: Iterable[SourceStatus], value: Callable[[SourceStatus], float | None]) -> list[Sample]:
    return [({"source": source.source}, value(source)) for source in sources]


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at is not None else None


def _metric(name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    known = [(labels, value) for labels, value in samples if value is not None]
    if not known:
        return
    yield f"# HELP newsbot_{name} {meaning}"
    yield f"# TYPE newsbot_{name} gauge"
    for labels, value in known:
        told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"newsbot_{name}{f'{{{told}}}' if told else ''} {value:.17g}"


def _escaped(text: str) -> str:
    """A label's value: the format knows these three escapes."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
