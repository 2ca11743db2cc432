"""When to look at a URL again."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pipelines.decisions import Standing
from pipelines.items import Kind

EVERY: Final = 86_400.0  # seconds between visits of a listing whose source does not say
LONGEST_WAIT: Final = timedelta(days=1)
ATTEMPTS: Final = 6  # failures in a row after which an article that was never had is given up
HOST_PATIENCE: Final = 3  # failures in a row after which a whole host is left alone for a while
STUB_WINDOW: Final = timedelta(days=1)  # breaking news begins as two lines, and is an article an hour later

QUIET: Final = 2  # visits in a row without news that are nothing to go by: a night, a weekend
SLOWEST: Final = 8  # times `every`
LONGEST_FRESH: Final = timedelta(hours=6)  # that a ttl or max-age is obeyed for; some say a year
REST: Final = timedelta(days=30)  # between looks at what is not expected to change any more
OLD: Final = timedelta(days=30)  # without a change, after which a sitemap counts as finished
_LATE: Final = timedelta(days=3)  # after the end of its month, in which a sitemap may still gain something

# As in the addresses of archives: sitemap-2019-03.xml, /sitemaps/2019/03/14.xml, post-sitemap-201903.xml
_PERIOD: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Look:
    """The next look at a listing: when, why then in words, and the visits in a row that brought nothing new."""

    at: datetime
    why: str
    quiet: int = 0


def next_look(
    url: str, kind: Kind, every: float, fresh_for: float | None, standing: Standing, now: datetime
) -> Look:
    """When a listing is due again after a visit that got through.

    `every` (seconds) as the owner said it; where the last visits brought nothing new, slower: 2, 4 and at last 8 times
    `every`, but at least once a day, and at once `every` again when something new comes. What is not expected to change
    any more rests for 30 days (`standing.wake` brings it back sooner): maps of a month that is over, or that their index
    says to be unchanged for a month, and the further pages of a section. `fresh_for` (seconds that the server or feed
    calls the answer fresh) can only make the wait longer, up to six hours.
    """
    quiet = 0 if standing.fresh else standing.quiet + 1
    if not standing.named and (rests := _rests(url, kind, quiet, standing.lastmod, now)):
        return Look(now + REST, rests, quiet)
    factor = min(SLOWEST, 2 ** max(0, min(quiet, 10) - QUIET))
    wait = timedelta(seconds=every)
    slow = max(wait, min(wait * factor, LONGEST_WAIT))
    why = f"every {spoken(wait)}"
    if slow > wait:
        why = f"{spoken(slow)} instead of {why}, as the last {quiet} visits brought nothing new"
    held = min(timedelta(seconds=min(fresh_for or 0.0, 1e7)), LONGEST_FRESH)
    if held > slow:
        return Look(now + held, f"the site says that it stays as it is for {spoken(held)}", quiet)
    return Look(now + slow, why, quiet)


def _rests(url: str, kind: Kind, quiet: int, lastmod: str | None, now: datetime) -> str | None:
    """Why a listing that sources.toml does not name is laid to rest; None where it is not."""
    if kind is Kind.SECTION:
        return "a further page of a section, wanted again when the page before it is full of news"
    if kind is not Kind.SITEMAP or not quiet:
        return None
    end = period_end(url)
    if (
        end is not None
        and datetime(end.year, end.month, end.day, tzinfo=UTC) + timedelta(days=1) + _LATE < now
    ):
        return f"a map of a time that ended on {end.isoformat()}"
    changed = _moment(lastmod)
    if changed is not None and changed + OLD < now:
        return f"its index says that it has not changed since {changed.date().isoformat()}"
    return None


def period_end(url: str) -> date | None:
    """The last day of the year, month or day that an address names last; None where it names none."""
    found = list(_PERIOD.finditer(url.partition("://")[2].partition("/")[2]))
    if not found:
        return None
    year, month, day = (int(part) if part else 0 for part in found[-1].groups())
    try:
        return date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except ValueError:  # a 31st of a month that has 30 days
        return None


def spoken(wait: timedelta) -> str:
    """A wait in its largest even unit, as sources.toml would have it: 90m, 2h, 7d."""
    seconds = round(wait.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _moment(printed: str | None) -> datetime | None:
    try:
        read = datetime.fromisoformat((printed or "").strip())
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


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
