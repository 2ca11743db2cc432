"""Rows of articles: the browse row, the text, and the side rows: authors, tags, pictures, notes, entries …"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from pipelines.items import Published, Reading, Visit
from pipelines.store import corrections
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, insert, insert_all, instant, update

# What a reading writes beside the browse row and the text; a new reading takes the place of all of it.
_SIDE_TABLES: Final = (
    "article_authors", "article_tags", "article_agencies", "article_images", "article_notes", "live_entries",
    "removed_blocks",
)  # fmt: skip


def keeps_text(connection: sqlite3.Connection, source: str) -> bool:
    """Whether the policy of a source keeps text (`store` in sources.toml)."""
    row = connection.execute("SELECT store FROM sources WHERE id = ?", (source,)).fetchone()
    return row is None or row[0] != "metadata"


def store_article(
    connection: sqlite3.Connection, visit: Visit, reading: Reading, public_id: str, capture: int | None
) -> int:
    """Writes a new article with all its rows and gives its id."""
    text_kept = keeps_text(connection, visit.source)
    row: dict[str, Value] = {
        "public_id": public_id,
        "url": visit.url,
        "source": visit.source,
        "first_seen_at": visit.visited_at,
        "capture": capture,
        **read_columns(reading, text_kept),
        **published_columns(reading.published, visit.visited_at),
    }
    article = insert(connection, "articles", row)
    _side_rows(connection, article, reading, text_kept)
    return article


def replace_article(
    connection: sqlite3.Connection,
    article: int,
    source: str,
    reading: Reading,
    capture: int | None,
    columns: Mapping[str, Value],
) -> None:
    """Puts a new reading in the place of the old one; `columns` are set beside it (state, changed_at …).

    A date that was known is not replaced by none, and what a person corrected stays corrected.
    """
    text_kept = keeps_text(connection, source)
    row = {**read_columns(reading, text_kept), **columns}
    if capture is not None:
        row["capture"] = capture
    if reading.published.day is not None or reading.published.at is not None:
        row.update(published_columns(reading.published, None))
    update(connection, "articles", row, "id", article)
    for table in _SIDE_TABLES:
        connection.execute(f'DELETE FROM "{table}" WHERE article = ?', (article,))  # noqa: S608
    _side_rows(connection, article, reading, text_kept)
    corrections.apply(connection, article, row)


def published_columns(published: Published, first_seen_at: datetime | None) -> dict[str, Value]:
    """The `published_*` columns: null where nothing is known, `published_sort` never (falls back to first sight)."""
    day = published.day or (published.at.astimezone(UTC).date() if published.at is not None else None)
    sort = published.at or _iso(day) or first_seen_at
    row: dict[str, Value] = {
        "published_at": published.at,
        "published_day": _iso(day),
        "published_year": day.year if day else None,
        "published_month": f"{day:%Y-%m}" if day else None,
        "published_precision": published.precision if day else None,
        "published_from": published.origin,
        "published_confidence": published.confidence,
    }
    if sort is not None:
        row["published_sort"] = instant(sort) if isinstance(sort, datetime) else sort
    return row


def read_columns(reading: Reading, text_kept: bool) -> dict[str, Value]:
    """The columns of `articles` that a reading fills, without those of the date."""
    dateline = reading.dateline
    return {
        "headline": reading.headline,
        "lede": reading.lede if text_kept else None,
        "section": reading.section,
        "language": reading.language,
        "byline": reading.byline,
        "modified_at": reading.modified_at,
        "dateline": dateline.printed if dateline else None,
        "dateline_date": _iso(dateline.date) if dateline else None,
        "dateline_month_day": dateline.month_day if dateline else None,
        "place": dateline.place if dateline else None,
        "country": dateline.country if dateline else None,
        "word_count": reading.word_count,
        "paywalled": reading.paywalled,
        "form": reading.form,
        "content_hash": reading.content_hash,
        "reading": reading.version,
    }


def _side_rows(connection: sqlite3.Connection, article: int, reading: Reading, text_kept: bool) -> None:
    text: dict[str, Value] = {
        "article": article,
        "text": reading.text if text_kept else "",
        "markdown": reading.markdown if text_kept else "",
        "image": reading.image,
        "canonical_url": reading.canonical_url,
        "text_hash": reading.text_hash or None,
    }
    insert(connection, "article_text", text, how="INSERT OR REPLACE")
    authors = ((article, author, position) for position, author in enumerate(reading.authors))
    insert_all(connection, "article_authors", ("article", "author", "position"), authors)
    insert_all(connection, "article_tags", ("article", "tag"), ((article, tag) for tag in reading.tags))
    agencies = ((article, agency) for agency in reading.agencies)
    insert_all(connection, "article_agencies", ("article", "agency"), agencies)
    _images(connection, article, reading, text_kept)
    if text_kept:
        _prose_rows(connection, article, reading)
    _place(connection, reading)


def _images(connection: sqlite3.Connection, article: int, reading: Reading, text_kept: bool) -> None:
    """Pictures are metadata, and so is whom they are credited to; what is written beneath them is text."""
    rows = (
        (article, position, image.url, image.caption, image.credit, image.alt)
        if text_kept
        else (article, position, image.url, None, image.credit, None)
        for position, image in enumerate(reading.images)
    )
    columns = ("article", "position", "url", "caption", "credit", "alt")
    insert_all(connection, "article_images", columns, rows)


def _prose_rows(connection: sqlite3.Connection, article: int, reading: Reading) -> None:
    """Side rows that are the article's own words: a source that keeps metadata alone has none of them."""
    removed = (
        (article, position, block.rule, block.reason, block.text)
        for position, block in enumerate(reading.removed)
    )
    insert_all(connection, "removed_blocks", ("article", "position", "rule", "reason", "text"), removed)
    notes = (
        (article, position, note.kind, note.text, note.printed) for position, note in enumerate(reading.notes)
    )
    insert_all(connection, "article_notes", ("article", "position", "kind", "text", "printed"), notes)
    entries = (
        (article, position, entry.at, entry.printed, entry.headline, entry.byline, entry.text)
        for position, entry in enumerate(reading.entries)
    )
    columns = ("article", "position", "at", "printed", "headline", "byline", "text")
    insert_all(connection, "live_entries", columns, entries)


def _place(connection: sqlite3.Connection, reading: Reading) -> None:
    dateline = reading.dateline
    if dateline is None or not dateline.place:
        return
    row: dict[str, Value] = {
        "name": dateline.place,
        "country": dateline.country or "",
        "latitude": dateline.latitude,
        "longitude": dateline.longitude,
    }
    insert(connection, "places", row, how="INSERT OR IGNORE")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
