"""What `newsbot crawl --every` starts, and the sentence that it says after each crawl."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from newsbot.clock import utc_now
from newsbot.log import say
from pipelines.errors import AlreadyRunning, ArchiveUnusable, ConfigurationError, NewsbotError, NoRoom

LEAST = 60.0  # seconds from start to start; starting takes two
_COUNTS = ("stored", "revised", "gone", "skipped", "failed")
_FAULTS: tuple[type[NewsbotError], ...] = (ConfigurationError, ArchiveUnusable, NoRoom, AlreadyRunning)


def again(given: Sequence[str], every: float, archive: Path, *, quiet: bool) -> int:
    """Crawls with the arguments that were `given` (but --every) until a signal comes; gives the exit code."""
    from newsbot.schedule.job import program
    from newsbot.supervise import Supervisor

    if every < LEAST:
        raise ConfigurationError("--every must be a minute or more.")
    last = _last_run(archive)

    def told(code: int, wait: float) -> None:
        nonlocal last
        run = _last_run(archive)
        fresh = run if run and run["id"] != (last or {}).get("id") else None
        last = run
        if not quiet:
            say(
                cycle(code, fresh, wait),
                name="cycle",
                level="info",
                exit_code=code,
                run=(fresh or {}).get("id"),
            )

    command = [*program(), "crawl", *without_every(given)]
    if not quiet and "--json" not in given:
        command.append(
            "--quiet"
        )  # what went wrong, and our sentence: a table every 15 minutes is nobody's reading
    return Supervisor(command, every, told).run()


def without_every(given: Sequence[str]) -> list[str]:
    """The arguments without --every and its value."""
    kept: list[str] = []
    arguments = iter(given)
    for argument in arguments:
        if argument == "--every":
            next(arguments, None)
        elif not argument.startswith("--every="):
            kept.append(argument)
    return kept


def cycle(code: int, run: Mapping[str, Any] | None, wait: float) -> str:
    """One sentence on a crawl that ended: what it brought, or why it did not begin, and when the next one is."""
    following = f"the next begins at {utc_now() + timedelta(seconds=wait):%H:%M} UTC."
    if run is None:
        why = next(
            (fault.when.rstrip(".") for fault in _FAULTS if fault.exit_code == code), f"It ended with {code}"
        )
        return f"{why[0].lower()}{why[1:]}; {following}"
    counts = [f"{run[name]:,} {name}" for name in _COUNTS if run[name]] or ["nothing new"]
    odd = f" (exit code {code})" if code else ""
    return f"run {run['id']}: {', '.join(counts)}, {run['requests']:,} requests{odd}; {following}"


def _last_run(archive: Path) -> dict[str, Any] | None:
    from pipelines.store import open_readonly

    try:
        with closing(open_readonly(archive)) as db:
            rows = [dict(row) for row in db.execute("SELECT * FROM runs ORDER BY id DESC LIMIT 20")]
    except NewsbotError:  # there is none yet, or the crawl itself says what is wrong with it
        return None
    return next((row for row in rows if not row.get("work")), None)  # a backfill may have begun beside it
