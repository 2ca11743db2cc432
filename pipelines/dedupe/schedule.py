"""When to look at a URL again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

EVERY: Final = 86_400.0  # seconds between visits of a listing whose source does not say
LONGEST_WAIT: Final = timedelta(days=1)
ATTEMPTS: Final = 6  # failures in a row after which an article that was never had is given up
HOST_PATIENCE: Final = 3  # failures in a row after which a whole host is left alone for a while
STUB_WINDOW: Final = timedelta(days=1)  # breaking news begins as two lines, and is an article an hour later


def next_revisit(revisit: Sequence[float], first_due_at: datetime, now: datetime) -> datetime | None:
    """The first moment of the revisit schedule (seconds after `first_due_at`) that lies ahead; None after the last."""
    moments = (first_due_at + timedelta(seconds=seconds) for seconds in sorted(revisit))
    return next((moment for moment in moments if moment > now), None)


def back_off(failures: int) -> timedelta:
    """The wait after so many failures in a row: 5, 20, 80 minutes, 5 and 21 hours, then a day.

    Six attempts span more than a day, so that a night's outage of a site costs it no article.
    """
    times: int = 4 ** min(max(failures, 1) - 1, 6)
    return min(timedelta(minutes=5) * times, LONGEST_WAIT)


def host_rest(failures: int, now: datetime) -> datetime | None:
    """Until when a host is left alone after so many failures in a row; None while it is trusted."""
    return now + back_off(failures - HOST_PATIENCE + 1) if failures >= HOST_PATIENCE else None
