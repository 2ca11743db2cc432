"""The history of an article, and an older capture put into it at its own time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from pipelines.decisions import Decision, Earlier, KnownArticle, Stage
from pipelines.items import Visit
from pipelines.reasons import Outcome
from pipelines.store.articles import keeps_text
from pipelines.store.revisions import keep_revision
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, insert, instant, moment, update

_REVISIONS: Final = """
SELECT kind, seen_at, headline, lede, byline, text, content_hash, reading, modified_at, notes
FROM revisions WHERE article = ? ORDER BY id"""
_CONFIRMED: Final = """
SELECT max(visited_at) FROM fetches WHERE key = ? AND outcome IN ('stored', 'revised', 'unchanged')
AND reason IS NOT 'earlier_version'"""
_CHANGES: Final = (
    "SELECT id, changed, seen_at, capture, new_capture FROM revisions WHERE article = ? ORDER BY id"
)
_STANDS: Final = """
SELECT first_seen_at, changed_at, revisions, published_precision, capture FROM articles WHERE id = ?"""
_STATES: Final = ("removed", "restored")


class _Change(NamedTuple):
    id: int
    changed: str
    seen_at: str
    capture: int | None
    new_capture: int | None


def stages_of(connection: sqlite3.Connection, article: KnownArticle) -> tuple[Stage, ...]:
    """The versions of an article, the oldest first; the last one is `article` itself."""
    stages: list[Stage] = []
    seen_at, made_by = article.first_seen_at, "first"
    for kind, changed_at, *words in connection.execute(_REVISIONS, (article.id,)):
        stages.append(Stage(seen_at, made_by, _words(article, *words)))
        seen_at, made_by = moment(changed_at) or seen_at, kind
    return (*stages, Stage(seen_at, made_by, article))


def confirmed_at(connection: sqlite3.Connection, key: str) -> datetime | None:
    """When a URL was last seen to show its article as the archive had it then."""
    row = connection.execute(_CONFIRMED, (key,)).fetchone()
    return moment(row[0])


def _words(
    article: KnownArticle,
    headline: str | None,
    lede: str | None,
    byline: str | None,
    text: str | None,
    content_hash: str | None,
    reading: str | None,
    modified_at: str | None,
    notes: str | None,
) -> KnownArticle:
    kept = article.text is not None
    return KnownArticle(
        id=article.id,
        public_id=article.public_id,
        source=article.source,
        state=article.state,
        first_seen_at=article.first_seen_at,
        reading=reading,
        content_hash=content_hash,
        headline=headline,
        lede=lede,
        byline=byline,
        text=text if kept else None,
        word_count=len((text or "").split()) if kept else article.word_count,
        notes=tuple((notes or "").split("\n\n")) if kept and notes else () if kept else None,
        modified_at=moment(modified_at),
    )


def put_earlier(
    connection: sqlite3.Connection, article: int, earlier: Earlier, visit: Visit, capture: int | None
) -> None:
    """Puts the capture of a visit into the history of an article, as was decided.

    Rows of `revisions` stay in the order of their numbers: what stood there before each change.
    """
    stands = connection.execute(_STANDS, (article,)).fetchone()
    first_seen_at, changed_at, number, precision, newest = stands
    changes = [_Change(*row) for row in connection.execute(_CHANGES, (article,))]
    at = instant(visit.visited_at)
    columns: dict[str, Value] = {}
    if earlier.behind == 0:
        columns["first_seen_at"] = at
        if precision is None:  # no date is known: sorted by first sight
            columns["published_sort"] = at
    if not earlier.same:
        ends_at = _put(connection, article, earlier, visit, capture, changes, first_seen_at, newest)
        columns["changed_at"] = max(changed_at or "", ends_at)
        columns["revisions"] = number + (2 if earlier.behind > len(changes) else 1)
    elif earlier.behind:
        connection.execute(
            "UPDATE revisions SET seen_at = ? WHERE id = ?", (at, changes[earlier.behind - 1].id)
        )
    if columns:
        update(connection, "articles", columns, "id", article)


def _put(
    connection: sqlite3.Connection,
    article: int,
    earlier: Earlier,
    visit: Visit,
    capture: int | None,
    changes: Sequence[_Change],
    first_seen_at: str,
    newest: int | None,
) -> str:
    """Writes the version of a visit between its neighbours; gives the instant at which it was over."""
    kept: tuple[str, ...] = ()
    if earlier.behind == 0:
        ends_at, next_capture = first_seen_at, changes[0].capture if changes else newest
    elif earlier.behind <= len(changes):
        change = changes[earlier.behind - 1]
        ends_at, next_capture = change.seen_at, change.new_capture
        kept = tuple(word for word in change.changed.split(",") if word in _STATES)
        connection.execute(
            "UPDATE revisions SET kind = 'publisher', changed = ?, seen_at = ?, new_capture = ? WHERE id = ?",
            (",".join(earlier.changed), instant(visit.visited_at), capture, change.id),
        )
    else:
        back = confirmed_at(connection, visit.key) or visit.visited_at
        ends_at, next_capture = instant(back), newest
        decision = Decision(Outcome.REVISED, revision="publisher", changed=earlier.changed)
        keep_revision(connection, article, decision, visit.visited_at, capture)
    row = _row(connection, article, visit, capture)
    changed = ",".join((*earlier.changed_again, *kept))
    row |= {"changed": changed, "seen_at": ends_at, "new_capture": next_capture}
    _in_order(
        connection, [change.id for change in changes], earlier.behind, insert(connection, "revisions", row)
    )
    return ends_at


def _row(connection: sqlite3.Connection, article: int, visit: Visit, capture: int | None) -> dict[str, Value]:
    """The words of a visit as a row of revisions has them."""
    reading = visit.reading
    assert reading is not None
    (source,) = connection.execute("SELECT source FROM articles WHERE id = ?", (article,)).fetchone()
    kept = keeps_text(connection, source)
    return {
        "article": article,
        "kind": "publisher",
        "headline": reading.headline,
        "lede": reading.lede if kept else None,
        "byline": reading.byline,
        "text": reading.text if kept else "",
        "content_hash": reading.content_hash,
        "reading": reading.version,
        "capture": capture,
        "modified_at": reading.modified_at,
        "notes": "\n\n".join(note.text for note in reading.notes) or None if kept else None,
    }


def _in_order(connection: sqlite3.Connection, ids: Sequence[int], position: int, new: int) -> None:
    """Numbers the rows of an article anew from a position on, at which the row `new` belongs."""
    if position >= len(ids):
        return
    rows = [new, *ids[position:]]
    numbers = [*ids[position:], new]
    for row in rows:
        connection.execute("UPDATE revisions SET id = ? WHERE id = ?", (-row, row))
    for row, number in zip(rows, numbers, strict=True):
        connection.execute("UPDATE revisions SET id = ? WHERE id = ?", (number, -row))
