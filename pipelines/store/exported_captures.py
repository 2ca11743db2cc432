"""The captures of chosen articles, in the order in which they were made: what an export of WARC records copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.store.captures import place_column
from pipelines.store.export import SHOWN, articles_sql
from pipelines.store.sqlite import sqlite3

# Numbers of captures, never rows of them: a million take 16 MB of a temporary file, in the order of the table.
_ALL = """
  SELECT capture FROM chosen WHERE capture IS NOT NULL
  UNION ALL SELECT capture FROM revisions WHERE article IN (SELECT id FROM chosen) AND capture IS NOT NULL
  UNION ALL SELECT new_capture FROM revisions WHERE article IN (SELECT id FROM chosen) AND new_capture IS NOT NULL
  UNION ALL SELECT found.id FROM chosen JOIN urls ON urls.article = chosen.id JOIN captures AS found ON found.key = urls.key
"""
_LATEST = "SELECT capture FROM chosen WHERE capture IS NOT NULL"


@dataclass(frozen=True, slots=True)
class KeptCapture:
    """A row of `captures`, and the article that is read from it now, where there is one."""

    url: str
    file: str
    offset: int  # bytes
    length: int  # bytes
    place: str | None
    digest: str
    article: int | None


def captures_of(
    connection: sqlite3.Connection, where: str, parameters: Sequence[object], *, latest: bool
) -> Iterator[KeptCapture]:
    """The captures of the articles for which `where` (SQL over `articles`) holds, each once.

    All that were made of them, or with `latest` the one that each is read from now. What was erased or is to be, and
    what lies under an address that was taken down, is left out whatever is asked.
    """
    article = (
        "(SELECT articles.id FROM urls JOIN articles ON articles.id = urls.article"
        " WHERE urls.key = captures.key AND articles.capture = captures.id)"
    )
    columns = f'captures.url, file, "offset", length, {place_column(connection)}, digest, {article}'
    cursor = connection.cursor()
    cursor.row_factory = None
    for row in cursor.execute(f"{_select(columns, where, latest=latest)} ORDER BY captures.id", parameters):
        yield KeptCapture(*row)


def number_of_captures(
    connection: sqlite3.Connection, where: str, parameters: Sequence[object], *, latest: bool
) -> int:
    """How many rows `captures_of` gives."""
    return int(connection.execute(_select("count(*)", where, latest=latest), parameters).fetchone()[0])


def _select(columns: str, where: str, *, latest: bool) -> str:
    return f"""
        WITH chosen AS MATERIALIZED (SELECT articles.id, articles.capture FROM articles WHERE ({where}) AND {SHOWN})
        SELECT {columns}
        FROM captures WHERE captures.id IN ({_LATEST if latest else _ALL}) AND erased_at IS NULL
          AND captures.id NOT IN (SELECT capture FROM erasures)
          AND NOT EXISTS (SELECT 1 FROM tombstones WHERE tombstones.key = captures.key)"""  # noqa: S608  conditions of ours, values as parameters


def counts(connection: sqlite3.Connection, where: str, parameters: Sequence[object]) -> tuple[int, int]:
    """How many articles are chosen, and how many of them have no capture: their source keeps text alone, say."""
    row = connection.execute(
        f"SELECT count(*), count(*) - count(capture) FROM articles WHERE ({where}) AND {SHOWN}",  # noqa: S608
        parameters,
    ).fetchone()
    return int(row[0]), int(row[1])


def reading_of_article(connection: sqlite3.Connection, article: int) -> dict[str, object]:
    """What is read from an article's page now: the columns of an export with their values."""
    cursor = connection.cursor()
    cursor.row_factory = None
    row = cursor.execute(articles_sql("articles.id = ?"), (article,)).fetchone()
    return dict(zip((name for name, *_ in cursor.description), row or (), strict=False))
