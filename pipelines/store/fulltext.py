"""Full-text search over headline and text: FTS5 whose content is a view of folded texts.

External content on `articles` itself breaks snippet, rebuild, integrity-check and delete, because the text lives in
another table; over a view all of them work (measured). There are no triggers: the writer adds a whole batch with one
INSERT..SELECT (1.7 times faster), and whoever changes headline, text or the withheld state of an article calls
`remove` before and `add` after.

The view folds every text by a function of ours (`folding.fold`), so that nothing is stored twice: whatever reads the
view needs `prepare` on its connection. MATCH and bm25 need no function and work in any program that reads SQLite.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from pipelines.store.folding import fold
from pipelines.store.sqlite import sqlite3

TABLE: Final = "articles_fts"
CONTENT: Final = "articles_words"

FUNCTION: Final = "newsbot_fold_1"
"""The function in the view. A folding that writes texts otherwise gets another number, and a migration that calls
`renew`: what the old one indexed has to be indexed anew, because FTS5 deletes by the words that it is told."""

_VIEW: Final = f"""CREATE VIEW {CONTENT} AS
SELECT articles.id AS id, {FUNCTION}(articles.headline) AS headline, {FUNCTION}(article_text.text) AS text
FROM articles JOIN article_text ON article_text.article = articles.id
WHERE articles.state != 'withheld'"""  # noqa: S608
_INDEX: Final = f"""CREATE VIRTUAL TABLE {TABLE} USING fts5(
    headline, text, content='{CONTENT}', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2 categories ''L* N* Co Mn Mc'''
)"""

FULLTEXT_DDL: Final = (_VIEW, _INDEX)


def prepare(connection: sqlite3.Connection) -> None:
    """Gives a connection the function that the view calls; doing so twice is no fault."""
    try:
        connection.execute(f"SELECT {FUNCTION}('')")  # replacing it while a statement runs would be refused
    except sqlite3.OperationalError:
        connection.create_function(FUNCTION, 1, fold, deterministic=True)


def current(connection: sqlite3.Connection) -> bool:
    """Whether the index of this archive is folded and cut up as this newsbot does it."""
    made = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE name IN (?, ?)", (CONTENT, TABLE)
    ).fetchall()
    return {row[0]: row[1] for row in made} == {CONTENT: _VIEW, TABLE: _INDEX}


def renew(connection: sqlite3.Connection) -> None:
    """Makes view and index as this newsbot has them, and indexes everything; nothing where they are so already."""
    if current(connection):
        return
    connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
    connection.execute(f"DROP VIEW IF EXISTS {CONTENT}")
    for statement in FULLTEXT_DDL:
        connection.execute(statement)
    rebuild(connection)


def remove(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Takes articles out of the index: to be called while the view still shows what was indexed."""
    prepare(connection)
    connection.execute(
        f"""INSERT INTO {TABLE} ({TABLE}, rowid, headline, text)
        SELECT 'delete', id, headline, text FROM {CONTENT} WHERE id IN (SELECT value FROM json_each(?))""",  # noqa: S608
        (json.dumps(list(articles)),),
    )


def add(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Puts articles into the index as the view shows them now; withheld ones are not in it."""
    prepare(connection)
    connection.execute(
        f"""INSERT INTO {TABLE} (rowid, headline, text)
        SELECT id, headline, text FROM {CONTENT} WHERE id IN (SELECT value FROM json_each(?))""",  # noqa: S608
        (json.dumps(list(articles)),),
    )


def rebuild(connection: sqlite3.Connection) -> None:
    """Makes the whole index anew from the view."""
    prepare(connection)
    connection.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('rebuild')")  # noqa: S608


def sound(connection: sqlite3.Connection) -> bool:
    """Whether the index says what the view says (FTS5's integrity-check with rank 1 compares with the content)."""
    prepare(connection)
    try:
        connection.execute(f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
    except sqlite3.DatabaseError:
        return False
    return True
