"""What an older capture says of an article that the archive has: pure."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from typing import Final

from pipelines.decisions import Decision, Earlier, Known, KnownArticle, Stage, Write
from pipelines.dedupe.changes import changed_fields, less_than_before
from pipelines.items import Note, Reading, Visit
from pipelines.reasons import Outcome, Reason

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def decide_past(visit: Visit, reading: Reading, known: Known) -> Decision | None:
    """What the archive does with a capture that is older than what it has seen of its article; None where it is newer,
    and counts as a visit of a crawl.

    `known.stages` are the versions of the article. The words of a neighbouring version only say that it was seen sooner
    (or nothing); others become a version of their own at the time of the capture. Nothing newer is touched. What other
    rules had read cannot be compared: a difference might be ours.
    """
    article, stages, at = known.article, known.stages, visit.visited_at
    if article is None or not stages:
        return None
    newest = max(stages[-1].seen_at, known.confirmed_at or stages[-1].seen_at)
    if at >= newest:
        return None
    behind = bisect_right([stage.seen_at for stage in stages], at)
    before = stages[behind - 1] if behind else None
    after = stages[behind] if behind < len(stages) else None
    if before is not None and not _changed(before, reading):
        return Decision(Outcome.UNCHANGED, Reason.SAME_TEXT, article=article.id)
    if after is not None and not _changed(after, reading):
        return _sooner(article, after, behind)
    neighbours = [stage for stage in (before, after) if stage is not None]
    if any(stage.words.reading != reading.version for stage in neighbours):
        return Decision(Outcome.SKIPPED, Reason.OTHER_RULES, article=article.id)
    less = less_than_before(neighbours[-1].words, reading)
    if less:
        return Decision(Outcome.SKIPPED, Reason.LESS_THAN_BEFORE, less, article=article.id)
    changed = changed_fields(before.words, reading) if before is not None else ()
    again = changed_fields(_as_known(reading), _as_reading((after or stages[-1]).words))
    return Decision(
        Outcome.REVISED,
        Reason.EARLIER_VERSION,
        ", ".join(changed or again),
        write=Write.EARLIER,
        article=article.id,
        earlier=Earlier(behind, changed=changed, changed_again=again),
    )


def _sooner(article: KnownArticle, after: Stage, behind: int) -> Decision:
    """The words of the next stage stood there sooner than was known; that our reading had made them tells nothing."""
    decision = Decision(Outcome.UNCHANGED, Reason.SAME_TEXT, article=article.id)
    if after.made_by == "reading":
        return decision
    return Decision(
        Outcome.UNCHANGED,
        Reason.SAME_TEXT,
        write=Write.EARLIER,
        article=article.id,
        earlier=Earlier(behind, same=True),
    )


def _changed(stage: Stage, reading: Reading) -> bool:
    return stage.words.content_hash != reading.content_hash and bool(changed_fields(stage.words, reading))


def _as_known(reading: Reading) -> KnownArticle:
    """A reading as if the archive had it."""
    return KnownArticle(
        id=0,
        public_id="",
        source="",
        state="published",
        first_seen_at=_NEVER,
        reading=reading.version,
        content_hash=reading.content_hash,
        headline=reading.headline,
        lede=reading.lede,
        byline=reading.byline,
        text=reading.text,
        word_count=reading.word_count,
        paywalled=reading.paywalled,
        notes=tuple(note.text for note in reading.notes),
    )


def _as_reading(words: KnownArticle) -> Reading:
    """What the archive has as if it had been read now."""
    return Reading(
        words.reading or "",
        "",
        True,
        headline=words.headline,
        lede=words.lede,
        byline=words.byline,
        text=words.text or "",
        word_count=words.word_count,
        content_hash=words.content_hash or "",
        notes=tuple(Note("correction", text) for text in words.notes or ()),
    )
