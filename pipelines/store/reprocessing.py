"""Articles that other rules had read: found again with their captures, compared, and taken in anew."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pipelines.decisions import Decision
from pipelines.items import Found, KeptPage, Reading, Rules
from pipelines.store import fulltext
from pipelines.store.articles import keeps_text, published_columns, read_columns
from pipelines.store.evidence import found_of
from pipelines.store.judgement import Judgement
from pipelines.store.known import known_article
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import bound, moment
from pipelines.store.visits import Reindexing, take_reread

_CHOSEN: Final = """
FROM articles a WHERE a.id > :after AND a.state != 'withheld'
AND (:sources IS NULL OR a.source IN (SELECT value FROM json_each(:sources)))
AND (:since IS NULL OR a.published_sort >= :since)"""
_NEXT: Final = f"""
SELECT a.id, (SELECT key FROM urls WHERE article = a.id AND alias_of IS NULL ORDER BY first_seen_at, key LIMIT 1),
    a.public_id, a.source, a.reading, c.file, c.offset, c.length, c.url, c.captured_at, c.place
{_CHOSEN.replace("FROM articles a", "FROM articles a LEFT JOIN captures c ON c.id = a.capture")}
ORDER BY a.id LIMIT :limit"""  # noqa: S608
_COUNT: Final = f"SELECT count(*) {_CHOSEN}"
_STILL: Final = """
SELECT 1 FROM articles a LEFT JOIN captures c ON c.id = a.capture
WHERE a.id = ? AND a.reading IS ? AND c.file IS ? AND c.offset IS ? AND a.state != 'withheld'"""
_SIDES: Final = {
    "authors": "SELECT author FROM article_authors WHERE article = ? ORDER BY position",
    "tags": "SELECT tag FROM article_tags WHERE article = ? ORDER BY tag",
    "agencies": "SELECT agency FROM article_agencies WHERE article = ? ORDER BY agency",
    "notes": "SELECT text FROM article_notes WHERE article = ? ORDER BY position",
}
_UNTOLD: Final = frozenset(
    ("content_hash", "reading", "word_count", "published_year", "published_month", "published_sort",
     "published_confidence", "dateline_month_day", "lede", "form")
)  # fmt: skip  # they follow from others, or are no part of what a reader sees


@dataclass(frozen=True, slots=True)
class Kept:
    """An article to read again: where its capture lies (None: it was never captured) and what was said of it."""

    article: int
    key: str
    public_id: str
    source: str
    read_by: str | None
    page: KeptPage | None
    evidence: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that today's rules read differently, as printed in the archive."""

    field: str
    before: str | None
    after: str | None


def count(connection: sqlite3.Connection, sources: Collection[str] | None, since: date | None) -> int:
    """How many articles `kept_after` goes through in all."""
    number: int = connection.execute(_COUNT, _asked(0, sources, since)).fetchone()[0]
    return number


def kept_after(
    connection: sqlite3.Connection,
    after: int,
    limit: int,
    sources: Collection[str] | None,
    since: date | None,
) -> list[Kept]:
    """The next `limit` articles behind number `after`, withheld ones left out."""
    rows = connection.execute(_NEXT, {**_asked(after, sources, since), "limit": limit}).fetchall()
    found = found_of(connection, [row[1] for row in rows if row[1]])
    return [
        Kept(number, key, public_id, source, read_by, _page(place, read_by), found.get(key, ()))
        for number, key, public_id, source, read_by, *place in map(tuple, rows)
        if key
    ]


def rules_of(connection: sqlite3.Connection, source: str) -> Rules:
    """What the archive itself knows of a source, for one that sources.toml no longer has."""
    row = connection.execute(
        "SELECT name, language, country, timezone FROM sources WHERE id = ?", (source,)
    ).fetchone()
    return Rules(*row) if row is not None else Rules()


def differences(connection: sqlite3.Connection, kept: Kept, reading: Reading) -> tuple[Difference, ...]:
    """Field by field what a reading finds otherwise than the archive has it; what a person corrected is left out."""
    article = kept.article
    text_kept = keeps_text(connection, kept.source)
    columns = {name: bound(value) for name, value in read_columns(reading, text_kept).items()}
    if reading.published.day is not None or reading.published.at is not None:
        columns |= {name: bound(value) for name, value in published_columns(reading.published, None).items()}
    corrected = {
        name for (name,) in connection.execute("SELECT field FROM corrections WHERE article = ?", (article,))
    }
    names = [name for name in columns if name not in _UNTOLD and name not in corrected]
    listed = ", ".join(f'"{name}"' for name in names)
    row = connection.execute(f"SELECT {listed} FROM articles WHERE id = ?", (article,)).fetchone()  # noqa: S608
    pairs = [(name, old, columns[name]) for name, old in zip(names, row, strict=True)]
    now = {
        "authors": sorted(dict.fromkeys(reading.authors), key=reading.authors.index),
        "tags": sorted(set(reading.tags)),
        "agencies": sorted(set(reading.agencies)),
        "notes": [note.text for note in reading.notes] if text_kept else [],
    }
    for name, sql in _SIDES.items():
        before = [value for (value,) in map(tuple, connection.execute(sql, (article,)))]
        pairs.append((name, "; ".join(before), "; ".join(now[name])))
    if text_kept:
        (text,) = connection.execute("SELECT text FROM article_text WHERE article = ?", (article,)).fetchone()
        pairs.append(("text", text, bound(reading.text)))
    return tuple(
        Difference(name, _printed(old), _printed(new))
        for name, old, new in pairs
        if (old or None) != (new or None)
    )


def take(
    connection: sqlite3.Connection,
    read: Sequence[tuple[Kept, Reading]],
    now: datetime,
    judgement: Judgement,
) -> list[Decision | None]:
    """Takes readings in, in one transaction of its own, and gives what was decided on each.

    None where a crawl has visited the article in the meantime, or somebody took it down: then it is not what was read
    any more. Raises sqlite3.Error.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        reindexing = Reindexing()
        decided = [_take(connection, kept, reading, now, judgement, reindexing) for kept, reading in read]
        fulltext.add(connection, reindexing.lost)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return decided


def judged(
    connection: sqlite3.Connection, kept: Kept, reading: Reading, judgement: Judgement
) -> Decision | None:
    """What `take` would decide; changes nothing."""
    known = known_article(connection, kept.key)
    return judgement.decide_reread(known, reading) if known is not None else None


def _take(
    connection: sqlite3.Connection,
    kept: Kept,
    reading: Reading,
    now: datetime,
    judgement: Judgement,
    reindexing: Reindexing,
) -> Decision | None:
    page = kept.page
    place = (page.file, page.offset) if page is not None else (None, None)
    if connection.execute(_STILL, (kept.article, kept.read_by, *place)).fetchone() is None:
        return None
    known = known_article(connection, kept.key)
    if known is None or known.id != kept.article:
        return None
    return take_reread(connection, kept.key, known, reading, now, judgement, reindexing)


def _asked(after: int, sources: Collection[str] | None, since: date | None) -> dict[str, str | int | None]:
    return {
        "after": after,
        "sources": json.dumps(sorted(sources)) if sources is not None else None,
        "since": since.isoformat() if since else None,
    }


def _page(place: Sequence[str | int | None], read_by: str | None) -> KeptPage | None:
    file, offset, length, url, captured_at, folder = place
    at = moment(str(captured_at)) if captured_at else None
    if file is None or at is None or not isinstance(offset, int) or not isinstance(length, int):
        return None
    return KeptPage(
        str(file), offset, length, str(url), at, read_by or "", str(folder) if folder is not None else None
    )


def _printed(value: object) -> str | None:
    return None if value is None or value == "" else str(value)
