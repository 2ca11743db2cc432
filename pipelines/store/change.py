"""`articles.change`: a number that grows with every write to an article, so that readers know what is new to them.

Triggers keep it, whoever writes: a row of `articles`, or one of its authors, tags or agencies. A reader that has
seen everything up to a number asks for the rows behind it, and for the rows of `deleted_articles` behind it. Numbers
are never given twice: a deletion takes one as well, so that the greatest number never falls.

`table.transform()` of sqlite-utils drops triggers: whoever rebuilds a table calls `keep` afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipelines.store.sqlite import sqlite3

# Both looks end at the last entry of an index.
LAST: Final = "max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles))"
"""SQL: the greatest number given so far; 0 in an empty archive."""

_SIDES: Final = ("article_authors", "article_tags", "article_agencies")


def _triggers() -> dict[str, str]:
    number = f"UPDATE articles SET change = 1 + {LAST} WHERE id = "  # noqa: S608  no value in it
    made = {
        "articles_change_insert": f"AFTER INSERT ON articles BEGIN {number} new.id; END",
        # Its own UPDATE changes the number, and so does a loader that gives numbers itself: no second one then.
        "articles_change_update": f"AFTER UPDATE ON articles WHEN new.change IS old.change BEGIN {number} new.id; END",
        "articles_change_delete": "AFTER DELETE ON articles BEGIN"  # noqa: S608
        " INSERT OR REPLACE INTO deleted_articles (article, public_id, change)"
        f" VALUES (old.id, old.public_id, 1 + max(ifnull(old.change, 0), {LAST})); END",
    }
    for table in _SIDES:
        made[f"{table}_change_insert"] = f"AFTER INSERT ON {table} BEGIN {number} new.article; END"
        made[f"{table}_change_update"] = (
            f"AFTER UPDATE ON {table} BEGIN {number} old.article; {number} new.article; END"
        )
        made[f"{table}_change_delete"] = f"AFTER DELETE ON {table} BEGIN {number} old.article; END"
    return made


TRIGGERS: Final[dict[str, str]] = _triggers()
"""Trigger by its name: what stands behind CREATE TRIGGER name."""


def facets_file(archive: Path) -> Path:
    """The file beside an archive in which the reading room keeps its facets up to a change; made anew where it is missing."""
    return archive.with_name(f"{archive.name}-facets")


def keep(connection: sqlite3.Connection) -> None:
    """Numbers articles that have none, in the order of their ids, and creates the triggers that are missing."""
    (last,) = connection.execute(f"SELECT {LAST}").fetchone()
    (first,) = connection.execute("SELECT ifnull(min(id), 0) FROM articles WHERE change IS NULL").fetchone()
    offset = max(0, last + 1 - first)
    connection.execute("UPDATE articles SET change = id + ? WHERE change IS NULL", (offset,))
    for name, body in TRIGGERS.items():
        connection.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")


def missing(connection: sqlite3.Connection) -> list[str]:
    """Names of the triggers that somebody dropped; `keep` makes them again."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return sorted(TRIGGERS.keys() - {name for (name,) in rows})


@contextmanager
def loading(connection: sqlite3.Connection) -> Iterator[None]:
    """Many rows at once without a trigger for each; call it inside a transaction.

    Articles written in here get their numbers at the end where their `change` is null. Whoever changes rows that
    were there before sets their `change` to null too. A fault leaves what the transaction's rollback leaves.
    """
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")
    yield
    keep(connection)
