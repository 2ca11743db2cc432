"""The time, asked in one place: stages of `pipelines` get it handed."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import cache

from pipelines.errors import ConfigurationError

VARIABLE = "NEWSBOT_CLOCK"


def utc_now() -> datetime:
    """This moment, aware, in UTC.

    For tests of schedules: where the environment has NEWSBOT_CLOCK (ISO 8601 with an offset, "2026-01-05T03:15:00Z"),
    the process's time begins there at its first question and runs on from there as fast as the real one. Pace, timeouts
    and deadlines go by the machine's monotonic clock and do not change. Raises ConfigurationError where it is no instant.
    """
    return _shift() + datetime.now(UTC)


def simulated() -> str | None:
    """What NEWSBOT_CLOCK says, where it is set: a run whose time is not the real one has to say so."""
    return os.environ.get(VARIABLE) or None


@cache
def _shift() -> timedelta:
    """How far the process's time is ahead of the machine's."""
    given = simulated()
    if given is None:
        return timedelta(0)
    try:
        began = datetime.fromisoformat(given)
    except ValueError:
        began = None
    if began is None or began.tzinfo is None:
        raise ConfigurationError(
            f'{VARIABLE}={given!r} is no instant: write it with an offset, as "2026-01-05T03:15:00Z".'
        )
    return began - datetime.now(UTC)
