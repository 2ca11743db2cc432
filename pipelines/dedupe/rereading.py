"""What to do when today's rules read a capture that older ones had read: pure."""

from __future__ import annotations

from pipelines.decisions import Decision, KnownArticle, Write
from pipelines.dedupe.changes import less_than_before
from pipelines.dedupe.decision import what_changed
from pipelines.items import Doubt, Reading
from pipelines.reasons import Outcome, Reason


def decide_reread(article: KnownArticle, reading: Reading) -> Decision:
    """What the archive does with `reading`, which is of the very capture that `article` was read from.

    Other words are ours, not the publisher's: a revision of kind reading. A reading that finds no article, no text,
    no headline where there was one, or much less of it, replaces nothing and leaves a doubt.
    """
    if article.state == "withheld":
        return Decision(Outcome.SKIPPED, Reason.WITHHELD, article=article.id)
    if reading.version == article.reading:
        return Decision(Outcome.UNCHANGED, Reason.SAME_TEXT, article=article.id)
    worse = _worse(article, reading)
    if worse:
        doubt = Doubt("reads_as_less", f"Today's rules ({reading.version}) were not let in: {worse}")
        return Decision(Outcome.SKIPPED, Reason.LESS_THAN_BEFORE, worse, article=article.id, doubts=(doubt,))
    changed = what_changed(article, reading)
    if not changed:
        return Decision(Outcome.UNCHANGED, Reason.SAME_TEXT, write=Write.REFRESH, article=article.id)
    return Decision(
        Outcome.UNCHANGED,
        Reason.REREAD,
        ", ".join(changed),
        write=Write.REPLACE,
        article=article.id,
        revision="reading",
        changed=changed,
    )


def _worse(article: KnownArticle, reading: Reading) -> str:
    """Why the reading is no better than what we have, as a sentence; empty where it may be."""
    if not reading.is_article:
        return f"they find no article in the capture ({reading.detail or reading.reason})."
    if article.headline and not reading.headline:
        return "they find no headline in the capture."
    return less_than_before(article, reading)
