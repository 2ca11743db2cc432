"""What an article said, taken out of every table that has a row of it: whatever the schema gains is emptied too."""

from __future__ import annotations

from typing import Final

from pipelines.store import clusters, fulltext
from pipelines.store.schema import TABLES, Table
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import insert

_STAYS: Final = frozenset(
    ("id", "public_id", "url", "source", "first_seen_at", "published_sort", "state", "change")
)
"""Columns of an emptied article's row: what its address and its place in the archive need."""
_NOT_WORDS: Final = frozenset(("articles", "urls", "deleted_articles"))
"""Tables that name an article and hold nothing that it said."""


def empty_article(connection: sqlite3.Connection, article: int) -> dict[str, int]:
    """Leaves of an article a withheld row without words; gives the numbers of rows by table."""
    reached = _side_rows(connection, article)
    (articles,) = (table for table in TABLES if table.name == "articles")
    settings = ", ".join(
        f'"{column.name}" = {_nothing(column.type)}'
        for column in articles.columns
        if column.name not in _STAYS
    )
    connection.execute(
        f"UPDATE articles SET {settings}, state = 'withheld', published_sort = first_seen_at WHERE id = ?",  # noqa: S608
        (article,),
    )
    insert(connection, "article_text", {"article": article})  # every article has its text row
    return reached


def delete_article(connection: sqlite3.Connection, article: int) -> dict[str, int]:
    """Takes an article away with all its rows; its addresses stay, and lead to none."""
    reached = _side_rows(connection, article)
    connection.execute("UPDATE urls SET article = NULL WHERE article = ?", (article,))
    connection.execute("DELETE FROM articles WHERE id = ?", (article,))
    return reached


def leave_cluster(connection: sqlite3.Connection, article: int) -> int | None:
    """Takes an article out of its story, which counts its articles anew; gives the story's number."""
    row = connection.execute("SELECT cluster FROM articles WHERE id = ?", (article,)).fetchone()
    cluster: int | None = row[0] if row else None
    if cluster is not None:
        connection.execute("UPDATE articles SET cluster = NULL WHERE id = ?", (article,))
        clusters.count(connection, cluster)
    return cluster


def rejoin_cluster(connection: sqlite3.Connection, article: int, cluster: int | None) -> None:
    """Puts an article back into the story that it had left, where that is still there."""
    if connection.execute("SELECT 1 FROM clusters WHERE id = ?", (cluster,)).fetchone():
        connection.execute("UPDATE articles SET cluster = ? WHERE id = ?", (cluster, article))
        clusters.count(connection, cluster or 0)


def _side_rows(connection: sqlite3.Connection, article: int) -> dict[str, int]:
    fulltext.remove(connection, (article,))
    _dissolve(connection, leave_cluster(connection, article))
    reached = {"articles": 1, "articles_fts": 1}
    for table in _of_articles():
        rows = connection.execute(f'DELETE FROM "{table.name}" WHERE article = ?', (article,)).rowcount  # noqa: S608
        reached[table.name] = rows
    return reached


def _dissolve(connection: sqlite3.Connection, cluster: int | None) -> None:
    """A story of one article is none."""
    members = "SELECT count(*) FROM articles WHERE cluster = ?"
    if cluster is not None and connection.execute(members, (cluster,)).fetchone()[0] < 2:
        connection.execute("UPDATE articles SET cluster = NULL WHERE cluster = ?", (cluster,))
        connection.execute("DELETE FROM clusters WHERE id = ?", (cluster,))


def _of_articles() -> list[Table]:
    return [
        table
        for table in TABLES
        if table.name not in _NOT_WORDS and any(column.name == "article" for column in table.columns)
    ]


def _nothing(declared: str) -> str:
    """What stands in an emptied column: its default, else NULL."""
    _, has_default, value = declared.partition("DEFAULT ")
    return value.split(" REFERENCES")[0] if has_default else "NULL"
