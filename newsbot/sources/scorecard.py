"""The score card of a probe: how many of the sampled articles have each field, with an example."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from pipelines.items import Reading

ENOUGH_WORDS = 60  # of a body; shorter ones are teasers, galleries and briefs


@dataclass(frozen=True, slots=True)
class Sample:
    """One article that a probe tried."""

    url: str
    reading: Reading | None  # None: it could not be fetched or read
    obstacle: str | None = None  # a sentence


@dataclass(frozen=True, slots=True)
class FieldScore:
    """One line of the card."""

    field: str  # headline, date, byline, text, dateline
    have: int  # articles that have it
    of: int  # articles that were tried
    example: str  # of the first that has it; empty: none has

    @property
    def share(self) -> float:
        """0 to 1; 0 where nothing was tried."""
        return self.have / self.of if self.of else 0.0


def score_card(samples: Sequence[Sample]) -> tuple[FieldScore, ...]:
    """One line a field. A page that could not be read has none of them."""
    readings = [
        sample.reading for sample in samples if sample.reading is not None and sample.reading.is_article
    ]
    lines = [_line(name, shown, readings, len(samples)) for name, shown in _FIELDS]
    words = [reading.word_count for reading in readings if reading.word_count]
    enough = sum(count >= ENOUGH_WORDS for count in words)
    example = f"{median(words):,.0f} words in the middle, {min(words):,} at least" if words else ""
    return (*lines[:3], FieldScore("text", enough, len(samples), example), lines[3])


def _line(name: str, shown: Callable[[Reading], str], readings: Sequence[Reading], tried: int) -> FieldScore:
    values = [value for reading in readings if (value := shown(reading))]
    return FieldScore(name, len(values), tried, values[0][:100] if values else "")


def _date(reading: Reading) -> str:
    published = reading.published
    day = published.at or published.day
    return (
        f"{day.isoformat()} ({published.origin})"
        if day and published.origin
        else day.isoformat()
        if day
        else ""
    )


_FIELDS: tuple[tuple[str, Callable[[Reading], str]], ...] = (
    ("headline", lambda reading: reading.headline or ""),
    ("date", _date),
    ("byline", lambda reading: reading.byline or ""),
    ("dateline", lambda reading: reading.dateline.printed if reading.dateline else ""),
)
