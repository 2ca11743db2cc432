"""What is alarming about a source: pure decisions over its days, with no opinion before there is a history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import Final

from newsbot.health.expecting import against_expectations
from newsbot.health.finding import FIELDS, Field, Finding
from newsbot.sources import Expect
from pipelines.reasons import sentence_of
from pipelines.store.health import HealthDay, ListingHealth, SourceHealth

HISTORY: Final = 56  # days that a baseline looks back
LONG_HISTORY: Final = 120  # days in which the longest gap of a quiet source is looked for
SETTLING: Final = 2  # first days of a source, on which its backlog comes in, are no measure
WEEKS: Final = 3  # of the same weekday, before a number of articles is called unusual
MISSED: Final = 15  # articles that empty days in a row should have brought, before they are called a silence
GAPS: Final = 6  # gaps between days with articles, before the longest of them is a measure
SAMPLE: Final = 8  # articles that a share is taken of
KNOWN: Final = 50  # articles before that, which say what is usual
PATIENCE: Final = timedelta(hours=24)  # that a listing fails before it is called gone


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual for a source, from days before the one that is judged."""

    weekday: tuple[int, ...]  # articles on the same weekdays, oldest first
    longest_gap: int | None  # visited days from one with articles to the next; None before there were enough
    shares: dict[Field, float]  # usual share of articles, or words an article; without fields not known yet


def judge(health: SourceHealth, expect: Expect, now: datetime) -> list[Finding]:
    """What is wrong with a source at `now`, as its last whole UTC day tells it, and its listings now.

    A source that was not visited on that day is not judged by it: a crawl that did not run says nothing about a
    newspaper.
    """
    yesterday = now.date() - timedelta(days=1)
    found = list(_listings(health.listings, now))
    days = [day for day in health.days if day.day <= yesterday]
    last = days[-1] if days else None
    if last is not None and last.day == yesterday:
        usual = baseline(days[SETTLING:], yesterday)
        found += _numbers(health, days, last, usual)
        found += _fields(days[SETTLING:], yesterday, usual)
        found += _robots(health, yesterday)
        found += _certificate(health, last)
        found += against_expectations(expect, days[SETTLING:], yesterday)
    return found


def baseline(days: Sequence[HealthDay], day: date) -> Baseline:
    """What is usual before `day`."""
    before = [one for one in days if day - timedelta(days=HISTORY) <= one.day < day]
    with_articles = [number for number, one in enumerate(days) if one.stored and one.day < day]
    gaps = [b - a for a, b in pairwise(with_articles)]
    return Baseline(
        weekday=tuple(one.stored for one in before if one.day.weekday() == day.weekday()),
        longest_gap=max(gaps) if len(gaps) >= GAPS else None,
        shares=_shares(before),
    )


def _shares(days: Sequence[HealthDay]) -> dict[Field, float]:
    shares: dict[Field, float] = {}
    for field in FIELDS:
        whole = sum(field.of(day) for day in days)
        if whole >= KNOWN:
            shares[field] = sum(field.value(day) for day in days) / whole
    return shares


def _numbers(
    health: SourceHealth, days: Sequence[HealthDay], last: HealthDay, usual: Baseline
) -> Iterator[Finding]:
    """Silence and sudden drops, against the same weekdays, and for quiet sources against their longest gap."""
    expected = _expected(usual.weekday)
    least = min(usual.weekday, default=0)
    missed = _missed(days)
    weekday = f"{last.day:%A}"
    why = _most_frequent(health, last.day)
    gap = _gap(days)
    if missed >= MISSED and expected and least > 0:
        begun = f"for {gap} days" if gap and gap > 1 else f"on {last.day}"
        said = f"no new article {begun}, where a {weekday} usually brings {expected:.0f}{why}"
        yield Finding("silence", "articles", said)
    elif gap is not None and usual.longest_gap is not None and gap > 3 * usual.longest_gap + 3:
        said = f"no new article for {gap} days, where the longest pause was {usual.longest_gap} days{why}"
        yield Finding("silence", "articles", said)
    elif expected is not None and last.stored < min(expected - 4 * sqrt(expected), 0.5 * least):
        said = (
            f"{last.stored} new articles on {last.day}, where a {weekday} usually brings {expected:.0f}{why}"
        )
        yield Finding("drop", "articles", said)


def _expected(weekday: Sequence[int]) -> float | None:
    return median(weekday) if len(weekday) >= WEEKS else None


def _missed(days: Sequence[HealthDay]) -> float:
    """Articles that the empty days at the end should have brought, each by its own weekday."""
    missed = 0.0
    for number in range(len(days) - 1, -1, -1):
        if days[number].stored:
            break
        missed += _expected(baseline(days[SETTLING:number], days[number].day).weekday) or 0.0
    return missed


def _gap(days: Sequence[HealthDay]) -> int | None:
    """Visited days since the last one with articles: days on which no crawl ran are no silence."""
    with_articles = [number for number, day in enumerate(days) if day.stored]
    return len(days) - 1 - with_articles[-1] if with_articles else None


def _most_frequent(health: SourceHealth, day: date) -> str:
    """What most of the visits of that day ended with, where they did not end well."""
    reasons = health.reasons.get(day, {})
    if not reasons:
        return ""
    reason = max(reasons, key=lambda one: (reasons[one], one))
    return f"; {reasons[reason]} visits ended so: {sentence_of(reason).rstrip('.')}"


def _fields(days: Sequence[HealthDay], day: date, usual: Baseline) -> Iterator[Finding]:
    """Fields that fell: one by itself is a drop, several at once are another layout."""
    fallen = []
    for field in FIELDS:
        if field not in usual.shares:
            continue
        now = _recent(days, day, field)
        if now is not None and field.fell(usual.shares[field], *now):
            fallen.append((field, usual.shares[field], now[0]))
    told = ", ".join(
        f"{field.name} {field.shown(was)} → {field.shown(share)}" for field, was, share in fallen
    )
    if len(fallen) > 1:
        yield Finding("layout", "", f"the pages seem to have another layout: {told}")
    elif fallen:
        yield Finding(
            "drop", fallen[0][0].name, f"new articles lack something that they used to have: {told}"
        )


def _recent(days: Sequence[HealthDay], day: date, field: Field) -> tuple[float, int] | None:
    """The share of the last day; where it has few articles, of up to the last seven."""
    whole = value = 0
    for back in range(7):
        for one in (one for one in days if one.day == day - timedelta(days=back)):
            whole += field.of(one)
            value += field.value(one)
        if whole >= SAMPLE:
            return value / whole, whole
    return None


def _robots(health: SourceHealth, day: date) -> Iterator[Finding]:
    """robots.txt forbids what it did not forbid before."""
    now = health.reasons.get(day, {}).get("robots", 0)
    before = sum(reasons.get("robots", 0) for past, reasons in health.reasons.items() if past < day)
    known = sum(one.visits for one in health.days if one.day < day)
    if now >= 3 and before == 0 and known >= KNOWN:
        yield Finding(
            "robots", "", f"robots.txt of the site forbids what it allowed before: {now} addresses on {day}"
        )


def _certificate(health: SourceHealth, last: HealthDay) -> Iterator[Finding]:
    """Most visits of the day failed for the secure connection."""
    failed = health.reasons.get(last.day, {}).get("tls", 0)
    if failed and 2 * failed > last.visits:
        said = f"{failed} of {last.visits} visits on {last.day} found no secure connection (certificate or protocol)"
        yield Finding("certificate", "", said)


def _listings(listings: Sequence[ListingHealth], now: datetime) -> Iterator[Finding]:
    """Feeds, sitemaps and sections that have failed three times in a row, for a day or longer."""
    for listing in listings:
        since = listing.failing_since
        if listing.failures < 3 or since is None or now - since < PATIENCE:
            continue
        status = f", status {listing.status}" if listing.status else ""
        ever = "" if listing.worked else "; it never worked"
        said = (
            f"the {listing.kind} has failed {listing.failures} times since {since:%Y-%m-%d}{status}{ever}: "
            f"{sentence_of(listing.reason).rstrip('.')}"
        )
        yield Finding("feed", listing.url, said)
