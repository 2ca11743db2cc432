"""The articles as rows for other programs: one SELECT, and its rows as CSV or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from pipelines.store.schema import TABLES

# What a column of an export is made of. The order and the names are stable: studies are built on them.
_COLUMNS: dict[str, str] = {
    "public_id": "articles.public_id",
    "url": "articles.url",
    "source": "articles.source",
    "source_name": "sources.name",
    "headline": "articles.headline",
    "byline": "articles.byline",
    "authors": "(SELECT group_concat(author, '; ') FROM (SELECT author FROM article_authors"
    " WHERE article = articles.id ORDER BY position, author))",
    "section": "articles.section",
    # The key (article, tag) gives tags in their order, so that nothing is sorted; likewise agencies.
    "tags": "(SELECT group_concat(tag, '; ') FROM article_tags INDEXED BY sqlite_autoindex_article_tags_1"
    " WHERE article = articles.id)",
    "agencies": "(SELECT group_concat(agency, '; ') FROM article_agencies INDEXED BY"
    " sqlite_autoindex_article_agencies_1 WHERE article = articles.id)",
    "language": "articles.language",
    "published_at": "articles.published_at",
    "published_day": "articles.published_day",
    "published_precision": "articles.published_precision",
    "published_from": "articles.published_from",
    "published_confidence": "articles.published_confidence",
    "modified_at": "articles.modified_at",
    "dateline": "articles.dateline",
    "dateline_date": "articles.dateline_date",
    "dateline_month_day": "articles.dateline_month_day",
    "place": "articles.place",
    "country": "articles.country",
    "lede": "articles.lede",
    "word_count": "articles.word_count",
    "paywalled": "articles.paywalled",
    "state": "articles.state",
    "revisions": "articles.revisions",
    "first_seen_at": "articles.first_seen_at",
    "changed_at": "articles.changed_at",
    "cluster": "articles.cluster",
    "form": "articles.form",
}
_TEXT = "(SELECT text FROM article_text WHERE article = articles.id)"
_POLICY = "sources.publish"

EXPORT_COLUMNS: tuple[str, ...] = tuple(_COLUMNS)

# What a column is beside those that the schema of `articles` tells.
_MEANINGS: dict[str, tuple[str, str]] = {
    "source_name": ("TEXT", "Name of the outlet."),
    "authors": ("TEXT", "Single names of the byline in their order, joined by '; '."),
    "tags": ("TEXT", "Tags and keywords of the outlet, joined by '; '."),
    "agencies": ("TEXT", "Wire agencies that the article is credited to, joined by '; '."),
    "text": ("TEXT", "Cleaned text, paragraphs separated by a blank line."),
    "state": (
        "TEXT",
        "published or gone (the publisher removed it); in an export of what is new also withheld (taken down here)"
        " and deleted (no longer in the archive), in rows that hold nothing but public_id.",
    ),
}


def columns_of_export(with_text: bool = False) -> list[tuple[str, str, str]]:
    """(name, SQLite type, meaning) of every column of an export: its data dictionary."""
    articles = next(table for table in TABLES if table.name == "articles")
    known = {column.name: (column.type.split()[0], column.meaning) for column in articles.columns} | _MEANINGS
    return [(name, *known[name]) for name in (*EXPORT_COLUMNS, *(("text",) if with_text else ()))]


EXCERPT_CHARACTERS = 300
"""How much of a lede is shown of a source whose `publish` is `excerpt`."""

# Withheld rows are few: an index on state finds them, and the indexes that facets and listings run on
# need no column `state` to leave them out.
SHOWN = "articles.id NOT IN (SELECT withheld.id FROM articles AS withheld WHERE withheld.state = 'withheld')"
"""The condition that leaves out what was taken down."""

# A cell that opens with one of these is run as a formula by spreadsheets (OWASP, "CSV Injection"; the
# full-width forms are taken for the plain ones by Excel).
_FORMULA_OPENINGS = frozenset("=+-@\t\r\n＝＋－＠")
_INVISIBLE = " \x00\u00a0\u200b\u200e\u200f\ufeff"

# JSON lets these stand as they are, but many readers take them for the end of a line.
_LINE_END = re.compile("[\x85\u2028\u2029]")

_CHUNK = 128 * 1024  # characters of CSV or JSON handed out at once


def articles_sql(
    where: str = "1",
    order: str = "articles.published_sort DESC, articles.id DESC",
    with_text: bool = False,
    *,
    publish: bool = False,
) -> str:
    """The SELECT behind every export: `EXPORT_COLUMNS` in their order, then `text` if asked for.

    `where` and `order` are SQL over the columns of `articles` (values as parameters of the caller, never
    pasted in). Withheld articles are always left out. `publish` holds lede and text back where
    `sources.publish` says so, as the pages do: of `excerpt` 300 characters of the lede, of `metadata` nothing.
    Being one statement it reads one state of the archive, however long it runs.
    """
    columns = dict(_COLUMNS)
    if with_text:
        columns["text"] = _TEXT
    if publish:
        columns["lede"] = (
            f"CASE {_POLICY} WHEN 'metadata' THEN NULL"
            f" WHEN 'excerpt' THEN substr(articles.lede, 1, {EXCERPT_CHARACTERS}) ELSE articles.lede END"
        )
        if with_text:
            columns["text"] = f"CASE {_POLICY} WHEN 'full' THEN {_TEXT} END"
    listed = ",\n  ".join(f"{sql} AS {name}" for name, sql in columns.items())
    return f"SELECT\n  {listed}\nFROM articles LEFT JOIN sources ON sources.id = articles.source\nWHERE ({where}) AND {SHOWN}\nORDER BY {order}"


def csv_lines(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, bom: bool = False, guard: bool = True
) -> Iterator[str]:
    """CSV by RFC 4180 (CRLF, quotes doubled), header first, in pieces of about 128 KiB of text.

    `bom` opens it with U+FEFF, by which Excel knows UTF-8. `guard` puts an apostrophe before text that a
    spreadsheet would run as a formula; switch it off where the reader is a program.
    """
    buffer = io.StringIO(newline="")
    if bom:
        buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        if guard:  # a letter or digit in front, as nearly every cell has, needs no second look
            row = [cell if cell.__class__ is not str or cell[:1].isalnum() else guarded(cell) for cell in row]
        writer.writerow(row)
        if buffer.tell() >= _CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def json_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """JSON Lines: one object a row with every column, empty ones as null, in pieces of about 128 KiB."""
    lines: list[str] = []
    size = 0
    for row in rows:
        line = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n"
        if _LINE_END.search(line):
            line = _LINE_END.sub(lambda end: f"\\u{ord(end[0]):04x}", line)
        lines.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield "".join(lines)
            lines.clear()
            size = 0
    if lines:
        yield "".join(lines)


def guarded(cell: object) -> object:
    """A cell that no spreadsheet runs: text that opens like a formula gets an apostrophe in front."""
    if not isinstance(cell, str) or not cell:
        return cell
    if cell[0] in _FORMULA_OPENINGS or cell.lstrip(_INVISIBLE)[:1] in _FORMULA_OPENINGS:
        return "'" + cell
    return cell
