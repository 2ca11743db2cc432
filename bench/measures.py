"""How near a reading comes to what is known of its page: body, headline, authors, publication date."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import fmean
from typing import NamedTuple

from bench.corpora import Page

_WORD = re.compile(r"\w+")
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
_MARKS = str.maketrans(dict.fromkeys("‘’‚", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("–—‑", "-"))
_BY = re.compile(r"^(?:by|von|par|por|di|af|av|door)\s+")
_RUN = 4  # words


class Read(NamedTuple):
    """What was read in a page, as `newsbot extract --jsonl` tells it."""

    text: str
    headline: str | None
    authors: tuple[str, ...]
    published: str | None  # ISO 8601


class Overlap(NamedTuple):
    """Runs of four words shared by two texts, those of the one and those of the other, as parts of all."""

    both: float
    extra: float
    missed: float

    @property
    def precision(self) -> float:
        """Part of what was read that belongs there."""
        return _part(self.both, self.extra) if self.extra or self.missed else 1.0

    @property
    def recall(self) -> float:
        """Part of what belongs there that was read."""
        return _part(self.both, self.missed) if self.extra or self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return _harmonic(self.precision, self.recall)


def body_f1(pages: Sequence[Page], read: Sequence[Read]) -> float:
    """F1 of mean precision and mean recall over runs of four words, as article-extraction-benchmark counts.

    Of several right bodies the nearest one counts. Pages where nothing was read have no precision.
    """
    best = [
        max((_overlap(body, one.text) for body in page.answers.bodies), key=lambda overlap: overlap.f1)
        for page, one in zip(pages, read, strict=True)
    ]
    precision = fmean([overlap.precision for overlap in best if overlap.both or overlap.extra] or [0.0])
    recall = fmean([overlap.recall for overlap in best if overlap.both or overlap.missed] or [0.0])
    return _harmonic(precision, recall)


def _overlap(known: str, read: str) -> Overlap:
    want, got = _runs(known), _runs(read)
    both = (want & got).total()
    everything = want.total() + got.total() - both or 1
    return Overlap(both / everything, (got.total() - both) / everything, (want.total() - both) / everything)


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.translate(_INVISIBLE))
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)))


def segment_f1(pages: Sequence[Page], read: Sequence[Read]) -> float:
    """F1 over pieces of text: those that must be there and are, against those missing and those that must not be."""
    found = missed = wrong = 0
    for page, one in zip(pages, read, strict=True):
        text = " ".join(one.text.split())
        there = sum(" ".join(piece.split()) in text for piece in page.answers.present) if text else 0
        found += there
        missed += len(page.answers.present) - there
        wrong += sum(" ".join(piece.split()) in text for piece in page.answers.absent) if text else 0
    return 2 * found / (2 * found + missed + wrong or 1)


def headline(pages: Sequence[Page], read: Sequence[Read]) -> float:
    """Part of the headlines that are right, but for case, quotation marks, dashes and white space."""
    return fmean(
        _plain(one.headline or "") == _plain(page.answers.headline)
        for page, one in zip(pages, read, strict=True)
        if page.answers.headline
    )


def author_f1(pages: Sequence[Page], read: Sequence[Read]) -> float:
    """Mean F1 of the sets of names, over the pages that name authors."""
    scores = []
    for page, one in zip(pages, read, strict=True):
        if page.answers.authors:
            want, got = _names(page.answers.authors), _names(one.authors)
            scores.append(2 * len(want & got) / (len(want) + len(got)) if want or got else 1.0)
    return fmean(scores)


def _names(names: Sequence[str]) -> set[str]:
    plain = (_BY.sub("", _plain(name)).strip(" .,;:|-") for name in names)
    return {name for name in plain if name}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_MARKS)
    return " ".join(folded.split()).casefold()


def day(pages: Sequence[Page], read: Sequence[Read]) -> float:
    """Part of the known dates whose day is right, where the paper is or in UTC."""
    return fmean(bool(_days(want) & _days(got)) if got else False for want, got in _dates(pages, read))


def wrong_days(pages: Sequence[Page], read: Sequence[Read]) -> int:
    """Dates told whose day is wrong: worse than none."""
    return sum(got is not None and not _days(want) & _days(got) for want, got in _dates(pages, read))


def minute(pages: Sequence[Page], read: Sequence[Read]) -> float:
    """Part of the known dates read to the minute. A clock without zone is right where the answer has none either."""
    return fmean(
        got is not None and _timed(printed) and _minute(want) == _minute(got)
        for (want, got), printed in zip(_dates(pages, read), _printed(pages, read), strict=True)
    )


def _dates(pages: Sequence[Page], read: Sequence[Read]) -> list[tuple[datetime, datetime | None]]:
    return [
        (page.answers.published, datetime.fromisoformat(one.published) if one.published else None)
        for page, one in zip(pages, read, strict=True)
        if page.answers.published
    ]


def _printed(pages: Sequence[Page], read: Sequence[Read]) -> list[str]:
    return [
        one.published or ""
        for page, one in zip(pages, read, strict=True)
        if page.answers.published is not None
    ]


def _timed(printed: str) -> bool:
    return len(printed) > len("2014-06-22")


def _days(moment: datetime) -> set[object]:
    return {moment.date(), _in_utc(moment).date()}


def _minute(moment: datetime) -> datetime:
    return _in_utc(moment).replace(second=0, microsecond=0)


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _part(right: float, other: float) -> float:
    return right / (right + other) if right else 0.0


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
