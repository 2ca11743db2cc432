"""More articles out of those that are there, by SQL: for archives too big to be written one article at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipelines.store.schema import TABLES
from pipelines.store.sqlite import sqlite3

_SIDES: Final = ("article_authors", "article_tags", "article_agencies")

# What makes a copy another article: a day has more of them, at other seconds; wire stories are its own.
_OTHERWISE: Final = {
    "id": "id + :offset",
    "public_id": "substr(public_id, 1, 9) || :letters",
    "url": "url || '-' || :copy",
    "headline": "headline || ' ' || :copy",
    "published_at": "substr(published_at, 1, 17) || :second || 'Z'",
    "published_sort": "CASE WHEN published_at IS NULL THEN published_sort ELSE substr(published_sort, 1, 17) || :second || 'Z' END",
    "cluster": "cluster + :offset",
    "change": "NULL",
    "article": "article + :offset",
    # A third of the names and a quarter of the tags occur in this copy only.
    "author": "CASE WHEN length(author) % 3 = 0 THEN author || ' ' || :roman ELSE author END",
    "tag": "CASE WHEN length(tag) % 4 = 0 THEN tag || ' ' || :copy ELSE tag END",
}


def multiply(connection: sqlite3.Connection, times: int) -> Iterator[int]:
    """Copies all articles until there are `times` as many; gives the number of each copy when it is there.

    Call it inside `change.loading`. Texts, revisions, captures and evidence are not copied.
    """
    (offset,) = connection.execute("SELECT max(id) FROM articles").fetchone()
    tables = {table.name: [column.name for column in table.columns] for table in TABLES}
    for copy in range(1, times):
        values = {
            "copy": str(copy),
            "offset": copy * offset,
            "letters": f"0{copy:02d}",  # no public id of the crawl has 0, 1, 8 or 9
            "second": f"{copy * 5 % 60:02d}",
            "roman": "I" * copy,
            "last": offset,
        }
        for name in ("articles", *_SIDES):
            key = "id" if name == "articles" else "article"
            columns = ", ".join(f'"{column}"' for column in tables[name])
            made = ", ".join(_OTHERWISE.get(column, f'"{column}"') for column in tables[name])
            connection.execute(
                f"INSERT INTO {name} ({columns}) SELECT {made} FROM {name} WHERE {key} <= :last",  # noqa: S608
                values,
            )
        yield copy
