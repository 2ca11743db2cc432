"""Rows of corrections: what a person set right, and what every later reading must leave as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from pipelines.items import Corrected
from pipelines.store import fulltext
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Bound, Value, bound, instant, update

# A correction of one of these sets the columns behind it too: they follow from it.
FOLLOWING: Final[dict[str, tuple[str, ...]]] = {
    "headline": (),
    "lede": (),
    "byline": (),
    "section": (),
    "language": (),
    "published_at": (
        "published_day", "published_year", "published_month", "published_sort", "published_precision",
        "published_from", "published_confidence",
    ),
    "published_day": (
        "published_at", "published_year", "published_month", "published_sort", "published_precision",
        "published_from", "published_confidence",
    ),
    "dateline": (),
    "dateline_date": ("dateline_month_day",),
    "place": (),
    "country": (),
}  # fmt: skip
_COLUMNS: Final = frozenset(FOLLOWING) | {name for names in FOLLOWING.values() for name in names}
ORIGIN: Final = "correction"  # `published_from` of a date that a person set


def columns_of(field: str, value: Corrected) -> dict[str, Value]:
    """The columns that a correction of `field` sets; a datetime must be aware, and its own calendar day counts.

    Raises KeyError for a field that cannot be corrected.
    """
    FOLLOWING[field]
    if field == "published_at" and isinstance(value, datetime):
        return _published(value, value.date(), "second" if value.second else "minute")
    if field == "published_day" and isinstance(value, date):
        return _published(None, value, "day")
    if field == "dateline_date" and isinstance(value, date):
        return {field: value.isoformat(), "dateline_month_day": f"--{value:%m-%d}"}
    if value is None:
        return dict.fromkeys((field, *FOLLOWING[field]))
    return {field: value if isinstance(value, str) else value.isoformat()}


def _published(at: datetime | None, day: date, precision: str) -> dict[str, Value]:
    return {
        "published_at": at,
        "published_day": day.isoformat(),
        "published_year": day.year,
        "published_month": f"{day:%Y-%m}",
        "published_sort": instant(at) if at is not None else day.isoformat(),
        "published_precision": precision,
        "published_from": ORIGIN,
        "published_confidence": 1.0,
    }


def apply(connection: sqlite3.Connection, article: int, row: Mapping[str, Value]) -> None:
    """Sets what a person corrected once more, after a reading wrote `row`: corrections win over every reading.

    What the reading found instead is kept as the value before.
    """
    rows = connection.execute("SELECT field, value FROM corrections WHERE article = ?", (article,)).fetchall()
    corrected = {field: value for field, value in rows if field in _COLUMNS}
    if not corrected:
        return
    connection.executemany(
        "UPDATE corrections SET before = ? WHERE article = ? AND field = ?",
        [(bound(row[field]), article, field) for field in corrected if field in row],
    )
    update(connection, "articles", corrected, "id", article)


def correct(
    connection: sqlite3.Connection,
    article: int,
    columns: Mapping[str, Value],
    author: str,
    reason: str,
    made_at: datetime,
) -> None:
    """Writes corrections of columns as rows and sets them, in the caller's transaction; the search index follows.

    A column that was corrected before keeps the value that the reading had.
    """
    now = _current(connection, article, columns)
    for name, value in columns.items():
        connection.execute(
            """INSERT INTO corrections (article, field, value, author, reason, made_at, before)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (article, field) DO UPDATE SET
            value = excluded.value, author = excluded.author, reason = excluded.reason, made_at = excluded.made_at""",
            (article, name, bound(value), bound(author), bound(reason), instant(made_at), now[name]),
        )
    _set(connection, article, columns)


def undo(connection: sqlite3.Connection, article: int, field: str) -> bool:
    """Takes the correction of a field back, with the columns that followed it: the reading's values return.

    False where the field was not corrected.
    """
    names = [field, *FOLLOWING[field]]
    marks = ", ".join("?" * len(names))
    rows = dict(
        connection.execute(
            f"SELECT field, before FROM corrections WHERE article = ? AND field IN ({marks})",  # noqa: S608
            (article, *names),
        ).fetchall()
    )
    if field not in rows:
        return False
    if "published_sort" in rows and rows["published_sort"] is None:  # never empty
        del rows["published_sort"]
    _set(connection, article, rows)
    connection.execute(
        f"DELETE FROM corrections WHERE article = ? AND field IN ({marks})",  # noqa: S608
        (article, *names),
    )
    return True


def _current(connection: sqlite3.Connection, article: int, names: Collection[str]) -> dict[str, Bound]:
    if not set(names) <= _COLUMNS:
        raise KeyError(f"not correctable: {sorted(set(names) - _COLUMNS)}")
    listed = ", ".join(f'"{name}"' for name in names)
    row = connection.execute(f"SELECT {listed} FROM articles WHERE id = ?", (article,)).fetchone()  # noqa: S608
    return dict(zip(names, row, strict=True))


def _set(connection: sqlite3.Connection, article: int, columns: Mapping[str, Value]) -> None:
    fulltext.remove(connection, (article,))
    update(connection, "articles", columns, "id", article)
    fulltext.add(connection, (article,))


def listed(connection: sqlite3.Connection, article: int | None = None) -> list[sqlite3.Row]:
    """Corrections of one article, or all, the newest first; those that only follow from another one are left out.

    `connection` gives rows that know their column names.
    """
    named = ", ".join(f"'{name}'" for name in FOLLOWING)
    return connection.execute(
        f"""SELECT c.made_at, a.public_id, a.url, c.field, c.before, c.value, c.author, c.reason
        FROM corrections c JOIN articles a ON a.id = c.article
        WHERE (?1 IS NULL OR c.article = ?1) AND c.field IN ({named}) AND a.state != 'withheld'
        ORDER BY c.made_at DESC, c.article, c.field""",  # noqa: S608
        (article,),
    ).fetchall()
