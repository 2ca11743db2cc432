"""date_article(): when one page was published, from where, by whom on the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from pipelines.dateline.candidates import PUBLISHED, Candidate, day_candidate, stated
from pipelines.dateline.parser import country_of, parse_dateline
from pipelines.dateline.prose_dates import last_resort
from pipelines.dateline.resolver import WEAK, Resolved, resolve, with_candidate
from pipelines.dateline.unmarked_dates import further
from pipelines.document import Document
from pipelines.items import DateCandidate, Dateline, Doubt, Found, Published, Rules

_FAR = timedelta(days=31)
_OPENING = 1_200  # characters handed to the grammar
_PARAGRAPHS = 4  # a repeated headline, a stand-first and a byline may stand before the story
_PUSHED = 900  # characters they may take together
_SURE_LATER = 0.7
_DATELINE_WEIGHT = {"printed": 0.85, "url": 0.8, "text": 0.78, "fetched": 0.7, "weekday": 0.65}


@dataclass(frozen=True, slots=True)
class Dated:
    """What a page says of its time, place and wire agency."""

    published: Published
    modified_at: datetime | None
    dateline: Dateline | None
    agencies: tuple[str, ...]
    candidates: tuple[DateCandidate, ...]
    doubts: tuple[Doubt, ...]


def date_article(
    document: Document,
    text: str,
    evidence: Sequence[Found],
    fetched_at: datetime,
    rules: Rules,
    language: str | None,
    *,
    story_at: int = 0,
) -> Dated:
    """Date one page.

    `text` is the cleaned body (removed blocks are no evidence), `evidence` what listings said, `fetched_at`
    aware, `story_at` where a stand-first that opens the text ends. The publication date is resolved from everything but the dateline; the dateline is parsed with it;
    where it is missing or weak the dateline's own date becomes a candidate, once. htmldate is asked only when
    even that tells nothing.
    """
    month_first = rules.country == "US"
    statements = stated(document, evidence, language, month_first=month_first)
    if not any(
        one.role == PUBLISHED and one.instant and one.instant.timed and one.confidence >= WEAK
        for one in statements
    ):
        statements += further(document, language or "en", month_first=month_first)
    judge = partial(
        resolve,
        fetched_at=fetched_at,
        timezone_name=rules.timezone,
        country=rules.country,
        domain=country_of(document.url),
    )
    resolved = judge(statements)
    dateline = _find_dateline(document, text, story_at, resolved, fetched_at, rules, language)
    more = _dateline_statement(dateline, resolved)
    if more is not None:
        resolved = judge(with_candidate(statements, more, more.confidence))
    elif resolved.published.day is None:
        guess = _last_resort(document, fetched_at)
        resolved = judge([*statements, guess]) if guess else resolved
    return Dated(
        resolved.published,
        resolved.modified_at,
        dateline,
        dateline.agencies if dateline else (),
        resolved.candidates,
        (*resolved.doubts, *_doubts(dateline, resolved.published)),
    )


def _find_dateline(
    document: Document,
    text: str,
    story_at: int,
    resolved: Resolved,
    fetched_at: datetime,
    rules: Rules,
    language: str | None,
) -> Dateline | None:
    """The dateline at the start of the text, else of one of the paragraphs that a stand-first may push it to."""
    published = resolved.published.day if _trusted(resolved) else None
    for number, start in enumerate(_openings(text)):
        found = parse_dateline(
            text[start : start + _OPENING],
            published=published,
            fetched_at=fetched_at,
            language=language,
            url=document.url,
            country=rules.country,
            body=text,
        )
        opens = number == 0 or start == story_at
        if found is not None and (opens or found.confidence >= _SURE_LATER):
            return replace(found, end=found.end + start)
    return None


def _openings(text: str) -> Iterator[int]:
    """Offsets at which the story may begin: the text, then the next paragraphs."""
    start = 0
    for _ in range(_PARAGRAPHS):
        yield start
        line_end = text.find("\n", start, _PUSHED)
        if line_end < 0:
            return
        start = line_end + len(text[line_end:_PUSHED]) - len(text[line_end:_PUSHED].lstrip())


def _trusted(resolved: Resolved) -> bool:
    return (resolved.published.confidence or 0) >= WEAK


def _dateline_statement(dateline: Dateline | None, resolved: Resolved) -> Candidate | None:
    """The dateline's date, where it has one of its own and nothing trusted says otherwise."""
    if dateline is None or dateline.date is None or dateline.year_from in (None, "published"):
        return None
    if not _trusted(resolved) or _contradicted(dateline, resolved.published):
        return day_candidate(
            "dateline",
            "date",
            dateline.printed,
            dateline.date,
            _DATELINE_WEIGHT.get(dateline.year_from or "", 0.6),
        )
    return None


def _contradicted(dateline: Dateline, published: Published) -> bool:
    """Weekday and named years of the text both contradict the metadata: then the metadata loses."""
    far = (
        published.day is not None and dateline.date is not None and abs(published.day - dateline.date) > _FAR
    )
    return far and dateline.year_from == "weekday"


def _last_resort(document: Document, fetched_at: datetime) -> Candidate | None:
    day = last_resort(document.tree, document.url, fetched_at.date())
    return day_candidate("htmldate", "find_date", day.isoformat(), day, 0.35) if day else None


def _doubts(dateline: Dateline | None, published: Published) -> Sequence[Doubt]:
    if dateline is None:
        return ()
    if dateline.month_day and dateline.date is None:
        return (
            Doubt(
                "dateline_year_open", f"“{dateline.printed[:80]}” names a day, and nothing tells its year."
            ),
        )
    if dateline.date and published.day and abs(published.day - dateline.date) > _FAR:
        return (
            Doubt(
                "dateline_far",
                f"The dateline says {dateline.date}, the page was published on {published.day}.",
            ),
        )
    return ()
