"""Rows of signatures and their bands: articles of other sources with nearly the same text."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

from pipelines.decisions import Peer
from pipelines.items import Reading, Signature
from pipelines.store.judgement import Judgement
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, insert, insert_all, instant, moment

WINDOW: Final = timedelta(
    days=7
)  # between the two publications: a wire story that is older is told as history
WEEKS: Final = 2  # of first sight whose bands are kept, this one and the last: the table stays small for ever
MOST_ROWS: Final = 4000  # of bands looked at: a source that prints one page ten thousand times costs no more
MOST_COMPARED: Final = 12  # articles, those with most bands in common first

_CANDIDATES: Final = """
SELECT a.id, a.source, a.cluster, a.url, a.headline,
    CASE WHEN a.published_precision IS NOT NULL THEN a.published_sort END,
    s.algorithm, s.shingles, s.signature, CASE WHEN sources.store = 'metadata' THEN NULL ELSE t.text END
FROM (SELECT article, count(*) AS shared FROM
        (SELECT story_bands.article FROM json_each(:weeks) AS weeks CROSS JOIN json_each(:bands) AS bands
         CROSS JOIN story_bands ON week = weeks.value AND band = bands.value LIMIT :rows)
      GROUP BY article) AS found
JOIN articles a ON a.id = found.article JOIN story_signatures s ON s.article = a.id
LEFT JOIN article_text t ON t.article = a.id LEFT JOIN sources ON sources.id = a.source
WHERE a.source != :source AND a.state != 'withheld' AND a.id != :own
AND abs(julianday(a.published_sort) - julianday(:published)) <= :days
ORDER BY found.shared DESC, a.id LIMIT :most"""


def near(
    connection: sqlite3.Connection,
    reading: Reading,
    source: str,
    own: int | None,
    seen_at: datetime,
    judgement: Judgement,
) -> tuple[Peer, ...]:
    """Articles of other sources with nearly the text of `reading`, the most alike first; none for a short text."""
    signature = reading.signature
    if signature is None:
        return ()
    week = week_of(seen_at)
    asked = {
        "weeks": json.dumps([week - ago for ago in range(WEEKS)]),
        "bands": json.dumps(signature.bands),
        "rows": MOST_ROWS,
        "source": source,
        "own": own or 0,
        "published": _published(reading, seen_at),
        "days": WINDOW.days,
        "most": MOST_COMPARED,
    }
    found = []
    for row in connection.execute(_CANDIDATES, asked):
        number, its_source, cluster, url, headline, published, algorithm, groups, numbers, text = row
        share = judgement.is_near(reading.text, signature, text, algorithm, groups, numbers)
        if share:
            found.append(Peer(number, its_source, cluster, url, headline, published, share))
    return tuple(sorted(found, key=lambda peer: (-peer.likeness, peer.id)))


def keep_signature(
    connection: sqlite3.Connection, article: int, signature: Signature | None, now: datetime
) -> None:
    """Writes the signature of an article's text in place of an older one; bands of weeks that are over go.

    Bands of an earlier text stay until then: the story did run there.
    """
    if signature is None:
        connection.execute("DELETE FROM story_signatures WHERE article = ?", (article,))
        return
    row: dict[str, Value] = {
        "article": article,
        "algorithm": signature.algorithm,
        "shingles": signature.shingles,
        "signature": signature.numbers,
    }
    insert(connection, "story_signatures", row, how="INSERT OR REPLACE")
    (first_seen_at,) = connection.execute(
        "SELECT first_seen_at FROM articles WHERE id = ?", (article,)
    ).fetchone()
    week, over = week_of(moment(first_seen_at) or now), week_of(now) - WEEKS
    if week > over:
        bands = ((week, band, article) for band in signature.bands)
        insert_all(connection, "story_bands", ("week", "band", "article"), bands)
    connection.execute("DELETE FROM story_bands WHERE week <= ?", (over,))


def week_of(at: datetime) -> int:
    """Weeks since 1970."""
    return int(at.timestamp() // (7 * 86_400))


def _published(reading: Reading, seen_at: datetime) -> str:
    published = reading.published
    if published.at is not None:
        return instant(published.at)
    return published.day.isoformat() if published.day is not None else instant(seen_at)
