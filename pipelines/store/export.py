"""The articles as rows for other programs: one SELECT, and its rows as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring  # what json.dumps(ensure_ascii=False) makes of a text
from math import isfinite
from typing import cast

from pipelines.store.batches import long_columns, take
from pipelines.store.comma_separated import guarded as guarded_text
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
_AS_LISTS: dict[str, str] = {
    "authors": "(SELECT json_group_array(author) FROM (SELECT author FROM article_authors"
    " WHERE article = articles.id ORDER BY position, author))",
    "tags": "(SELECT json_group_array(tag) FROM article_tags INDEXED BY sqlite_autoindex_article_tags_1"
    " WHERE article = articles.id)",
    "agencies": "(SELECT json_group_array(agency) FROM article_agencies INDEXED BY"
    " sqlite_autoindex_article_agencies_1 WHERE article = articles.id)",
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


def columns_of_dataset(with_text: bool = False) -> list[tuple[str, str, str]]:
    """The columns of an export where authors, tags and agencies are lists."""
    return [
        (name, kind, meaning.replace(", joined by '; '.", "."))
        for name, kind, meaning in columns_of_export(with_text)
    ]


EXCERPT_CHARACTERS = 300
"""How much of a lede is shown of a source whose `publish` is `excerpt`."""

# Withheld rows are few: an index on state finds them, and the indexes that facets and listings run on
# need no column `state` to leave them out.
SHOWN = "articles.id NOT IN (SELECT withheld.id FROM articles AS withheld WHERE withheld.state = 'withheld')"
"""The condition that leaves out what was taken down."""

# JSON lets these stand as they are, but many readers take them for the end of a line.
_LINE_ENDS = "\x85\u2028\u2029"


def articles_sql(
    where: str = "1",
    order: str = "articles.published_sort DESC, articles.id DESC",
    with_text: bool = False,
    *,
    publish: bool = False,
    by_month: bool = False,
) -> str:
    """The SELECT behind every export: `EXPORT_COLUMNS` in their order, then `text` if asked for.

    `where` and `order` are SQL over the columns of `articles` (values as parameters of the caller, never
    pasted in). Withheld articles are always left out. `publish` holds lede and text back where
    `sources.publish` says so, as the pages do: of `excerpt` 300 characters of the lede, of `metadata` nothing.
    `by_month` is for datasets: authors, tags and agencies as JSON lists, `published_month` as the last column, and the
    months one after the other in the order of their index, what has no date first.
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
    if by_month:
        columns |= _AS_LISTS | {"published_month": "articles.published_month"}
        order = f"articles.published_month, {order}"
    listed = ",\n  ".join(f"{sql} AS {name}" for name, sql in columns.items())
    return f"SELECT\n  {listed}\nFROM articles LEFT JOIN sources ON sources.id = articles.source\nWHERE ({where}) AND {SHOWN}\nORDER BY {order}"


def json_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """JSON Lines: one object a row with every column, empty ones as null, piece by piece."""
    members = (f"{encode_basestring(name).replace('%', '%%')}: %s" for name in columns)
    line = f"{{{', '.join(members)}}}\n"
    source, long = iter(rows), long_columns(columns)
    while batch := take(source, long):
        values = [_json_column(cells) for cells in zip(*batch, strict=True)]
        text = "".join(map(line.__mod__, zip(*values, strict=True)))
        for end in _LINE_ENDS:
            text = text.replace(end, f"\\u{ord(end):04x}")
        yield text


def _json_column(cells: Sequence[object]) -> list[str]:
    if set(map(type, cells)) == {str}:
        return list(map(encode_basestring, cast("Sequence[str]", cells)))
    return ["null" if cell is None else _json_value(cell) for cell in cells]


def _json_value(cell: object) -> str:
    if isinstance(cell, str):
        return encode_basestring(cell)
    finite = cell.__class__ is int or (isinstance(cell, float) and isfinite(cell))
    return repr(cell) if finite else json.dumps(cell)


def guarded(cell: object) -> object:
    """A cell that no spreadsheet runs: text that opens like a formula gets an apostrophe in front."""
    return guarded_text(cell) if isinstance(cell, str) else cell
