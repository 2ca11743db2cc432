"""Rows of revisions: what stood there before a change was seen."""

from __future__ import annotations

from datetime import datetime

from pipelines.decisions import Decision
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import bound

_KEEP = """
INSERT INTO revisions (article, kind, changed, seen_at, headline, lede, byline, text, content_hash, reading, capture,
    new_capture, modified_at, notes)
SELECT a.id, ?, ?, ?, a.headline, a.lede, a.byline, t.text, a.content_hash, a.reading, a.capture, ?,
    a.modified_at, (SELECT group_concat(text, char(10, 10)) FROM
        (SELECT text FROM article_notes WHERE article = a.id ORDER BY position))
FROM articles a LEFT JOIN article_text t ON t.article = a.id WHERE a.id = ?"""


def keep_revision(
    connection: sqlite3.Connection,
    article: int,
    decision: Decision,
    seen_at: datetime,
    new_capture: int | None,
) -> None:
    """Copies the article as it stands into `revisions`: to be called before it is changed."""
    connection.execute(
        _KEEP,
        (decision.revision, ",".join(decision.changed), bound(seen_at), new_capture, article),
    )
