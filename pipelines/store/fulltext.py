"""Full-text search over headline and text: FTS5 whose content is a view.

External content on `articles` itself breaks snippet, rebuild, integrity-check and delete, because the text lives in
another table; over a view all of them work (measured). There are no triggers: the writer adds a whole batch with one
INSERT..SELECT (1.7 times faster), and whoever changes headline, text or the withheld state of an article calls
`remove` before and `add` after.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from pipelines.store.sqlite import sqlite3

TABLE: Final = "articles_fts"
CONTENT: Final = "articles_words"

FULLTEXT_DDL: Final = (
    f"""CREATE VIEW {CONTENT} AS
SELECT articles.id AS id, articles.headline AS headline, article_text.text AS text
FROM articles JOIN article_text ON article_text.article = articles.id
WHERE articles.state != 'withheld'""",  # noqa: S608
    f"""CREATE VIRTUAL TABLE {TABLE} USING fts5(
    headline, text, content='{CONTENT}', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
)""",
)


def remove(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Takes articles out of the index: to be called while the view still shows what was indexed."""
    connection.execute(
        f"""INSERT INTO {TABLE} ({TABLE}, rowid, headline, text)
        SELECT 'delete', id, headline, text FROM {CONTENT} WHERE id IN (SELECT value FROM json_each(?))""",  # noqa: S608
        (json.dumps(list(articles)),),
    )


def add(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Puts articles into the index as the view shows them now; withheld ones are not in it."""
    connection.execute(
        f"""INSERT INTO {TABLE} (rowid, headline, text)
        SELECT id, headline, text FROM {CONTENT} WHERE id IN (SELECT value FROM json_each(?))""",  # noqa: S608
        (json.dumps(list(articles)),),
    )


def rebuild(connection: sqlite3.Connection) -> None:
    """Makes the whole index anew from the view."""
    connection.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('rebuild')")  # noqa: S608


def sound(connection: sqlite3.Connection) -> bool:
    """Whether the index says what the view says (FTS5's integrity-check with rank 1 compares with the content)."""
    try:
        connection.execute(f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
    except sqlite3.DatabaseError:
        return False
    return True
