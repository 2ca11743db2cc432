"""What a judgement on a source is made of: fields with their shares, and findings."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Final, Literal

from pipelines.store.health import HealthDay

Name = Literal["headline", "date", "byline", "words"]
RARE: Final = 1e-5  # of 300 sources with four fields each, chance then accuses four a year

_VALUES: Final[dict[str, str]] = {
    "headline": "with_headline",
    "date": "with_date",
    "byline": "with_byline",
    "words": "words",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a source."""

    alarm: str  # silence, drop, layout, feed, robots, certificate or expect
    field: str  # articles, headline, date, byline, words, the address of a listing, or nothing
    sentence: str  # without the name of the source, without a full stop


@dataclass(frozen=True, slots=True)
class Field:
    """Something that new articles should have."""

    name: Name

    def value(self, day: HealthDay) -> int:
        """How many articles of a day have it; of `words`, how many words they have."""
        number: int = getattr(day, _VALUES[self.name])
        return number

    def of(self, day: HealthDay) -> int:
        """How many articles that is of."""
        return day.read if self.name == "headline" else day.stored

    def fell(self, usual: float, now: float, articles: int) -> bool:
        """Whether `now`, the share of so many articles, is far below what is usual: by a quarter at least, and by more
        than chance makes of it (once in 100,000 days). Words: less than two fifths of their usual number.
        """
        if self.name == "words":
            return now < 0.4 * usual
        return now < usual - 0.25 and _chance(round(now * articles), articles, min(usual, 0.98)) < RARE

    def shown(self, share: float) -> str:
        """A share as a person reads it."""
        return f"{share:.0f}" if self.name == "words" else f"{share:.0%}"


FIELDS: Final[tuple[Field, ...]] = (Field("headline"), Field("date"), Field("byline"), Field("words"))


def _chance(most: int, articles: int, share: float) -> float:
    """How probable it is that at most so many of the articles have what a `share` of all has (binomial)."""
    return sum(
        exp(
            lgamma(articles + 1) - lgamma(k + 1) - lgamma(articles - k + 1)
            + k * log(share) + (articles - k) * log(1 - share)
        )
        for k in range(most + 1)
    )  # fmt: skip
