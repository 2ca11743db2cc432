"""What a person expects of a source (`expect` in sources.toml), against its last seven days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from newsbot.health.finding import Field, Finding
from newsbot.sources import Expect
from pipelines.store.health import HealthDay

WEEK: Final = 7  # days
LEAST: Final = 10  # articles that a share is taken of


def against_expectations(expect: Expect, days: Sequence[HealthDay], day: date) -> Iterator[Finding]:
    """What the week that ends with `day` is short of. Silent before a source was visited on all its days."""
    week = [one for one in days if day - timedelta(days=WEEK) < one.day <= day]
    if len(week) < WEEK:
        return
    articles = sum(one.stored for one in week)
    if expect.articles_a_day is not None:
        fewest, most = expect.articles_a_day
        if not fewest <= articles / WEEK <= most:
            said = f"{articles / WEEK:.1f} new articles a day in the last week; {fewest:g} to {most:g} are expected"
            yield Finding("expect", "articles", said)
    for field, least in ((Field("date"), expect.with_date), (Field("byline"), expect.with_byline)):
        if least is None or articles < LEAST:
            continue
        share = sum(field.value(one) for one in week) / articles
        if share < least:
            said = f"{share:.0%} of the last week's articles have a {field.name}; {least:.0%} are expected"
            yield Finding("expect", field.name, said)
