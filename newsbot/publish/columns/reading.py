"""Columns from an archive: all of it at once, or what changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from newsbot.publish.columns.arrays import width
from newsbot.publish.columns.combined import Combination, Combined, numbered
from newsbot.publish.columns.names import Ids, Names
from newsbot.publish.columns.orders import day_number
from newsbot.publish.columns.several import Several
from newsbot.publish.columns.store import COMBINED, ORDERS, Row, Store
from pipelines.store import change
from pipelines.store.sqlite import sqlite3

Query = Callable[[str, Sequence[object]], Sequence[Sequence[Any]]]
"""Runs one SELECT with parameters and gives its rows."""

_FIELDS: Final = {name: f"articles.{name}" for fields in COMBINED.values() for name in fields} | {
    "published_year": "CAST(articles.published_year AS TEXT)",
    "paywalled": "CAST(articles.paywalled AS TEXT)",
    "revised": "CASE WHEN articles.revisions > 0 THEN '1' ELSE '0' END",
}
_SELECT: Final = "SELECT articles.id, {} FROM articles".format(  # noqa: S608  no value in it
    ", ".join((*_FIELDS.values(), *ORDERS, "CAST(articles.cluster AS TEXT)", "articles.state = 'withheld'"))
)
_SIDES: Final = {"agency": "article_agencies", "author": "article_authors", "tag": "article_tags"}
_AT_ONCE: Final = 20_000
_SPARSE: Final = 1_000_000  # ids without an article that columns may have room for

NEWEST: Final = 64  # articles by which an archive is known again


class TooSparse(Exception):
    """The ids of this archive lie too far apart for columns by id."""


def read_all(connection: sqlite3.Connection) -> Store:
    """The columns of a whole archive, from one state of it. 15 to 27 CPU seconds a million articles.

    Raises TooSparse, and sqlite3.Error (an archive that is older than `articles.change` among others).
    """
    connection.execute("BEGIN")
    try:
        return _read(connection)
    finally:
        connection.execute("ROLLBACK")


def _read(connection: sqlite3.Connection) -> Store:
    store = Store()
    (last, count) = connection.execute("SELECT max(id), count(*) FROM articles").fetchone()
    size = (last or 0) + 1
    if size > 4 * count + _SPARSE:
        raise TooSparse(f"{count} articles have ids up to {last}")
    (store.position,) = connection.execute(f"SELECT {change.LAST}").fetchone()
    _articles(connection, store, size)
    shown = store.combined["kind"].numbers != 0
    for name, table in _SIDES.items():
        _several(connection, store, name, table, shown)
    return store


def _articles(connection: sqlite3.Connection, store: Store, size: int) -> None:
    numbers = {name: np.zeros(size, np.uint32) for name in COMBINED}
    known: dict[str, dict[Combination, int]] = {name: {} for name in COMBINED}
    days: dict[str | None, int] = {}
    clusters: list[tuple[int, int]] = []
    for order in store.orders.values():
        order.days = np.zeros(size, np.uint16)
    places = _places()
    for rows in _batches(connection.execute(f"{_SELECT} WHERE articles.state <> 'withheld'")):
        columns = list(zip(*rows, strict=True))
        ids = np.array(columns[0], np.int64)
        for name, place in places.items():
            numbers[name][ids] = numbered(known[name], zip(*columns[place], strict=True))
        for at, order in enumerate(store.orders.values(), 1 + len(_FIELDS)):
            order.days[ids] = [_day(days, instant) for instant in columns[at]]
        clusters += [
            (id_, int(cluster)) for id_, cluster in zip(columns[0], columns[-2], strict=True) if cluster
        ]
    for name, fields in COMBINED.items():
        store.combined[name] = Combined(fields, list(known[name]))
        store.combined[name].fill(numbers[name])
    clusters.sort()
    pairs = np.array(clusters, np.int64).reshape(-1, 2)
    ids, numbers_of = np.unique(pairs[:, 1], return_inverse=True)
    store.several["cluster"] = Several(Ids(ids.astype(width(int(ids.max(initial=0))))))
    store.several["cluster"].pack(pairs[:, 0], numbers_of + 1, size)


def _places() -> dict[str, slice]:
    """Where the fields of each combined column stand in a row."""
    places, at = {}, 1
    for name, fields in COMBINED.items():
        places[name] = slice(at, at + len(fields))
        at += len(fields)
    return places


def _day(known: dict[str | None, int], instant: str | None) -> int:
    day = instant[:10] if instant else None
    number = known.get(day)
    if number is None:
        number = known[day] = day_number(day)
    return number


def _several(
    connection: sqlite3.Connection, store: Store, name: str, table: str, shown: npt.NDArray[np.bool_]
) -> None:
    known: dict[str, int] = {}
    ids: list[npt.NDArray[np.int64]] = []
    numbers: list[npt.NDArray[np.uint32]] = []
    select = f"SELECT article, {name} FROM {table} WHERE {name} <> '' ORDER BY article, {name}"  # noqa: S608
    for rows in _batches(connection.execute(select)):
        articles, values = zip(*rows, strict=True)
        ids.append(np.array(articles, np.int64))
        numbers.append(np.array([known.setdefault(value, len(known)) for value in values], np.uint32))
    names = Names.of(known)
    # Numbers were given in the order of appearance; they become those of the order of strings.
    place = {string: at for at, string in enumerate(names.strings(), 1)}
    ranks = np.array([place[value] for value in known], np.uint32)
    rows_of = np.concatenate(ids) if ids else np.zeros(0, np.int64)
    numbers_of = ranks[np.concatenate(numbers)] if numbers else np.zeros(0, np.uint32)
    rows_of, numbers_of = _kept(rows_of, numbers_of, shown)
    store.several[name] = Several(names)
    store.several[name].pack(rows_of, numbers_of, len(shown))


def _kept(
    rows: npt.NDArray[np.int64], numbers: npt.NDArray[np.uint32], shown: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    kept = rows < len(shown)
    kept[kept] = shown[rows[kept]]
    return rows[kept], numbers[kept]


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    while rows := cursor.fetchmany(_AT_ONCE):
        yield rows


def changes(query: Query, position: int, last: int) -> list[Row]:
    """Articles that were written or deleted behind a number of changes and up to another, as they are now."""
    rows: dict[int, Row] = {}
    between = (position, last)
    for (deleted,) in query("SELECT article FROM deleted_articles WHERE change > ? AND change <= ?", between):
        rows[deleted] = Row(deleted, None)
    read = query(f"{_SELECT} WHERE articles.change > ? AND articles.change <= ?", between)
    several: dict[int, dict[str, list[str]]] = {row[0]: {} for row in read if not row[-1]}
    asked = json.dumps(list(several))
    for name, table in _SIDES.items():
        select = f"SELECT article, {name} FROM {table} WHERE {name} <> '' AND article IN (SELECT value FROM json_each(?))"  # noqa: S608
        for article, value in query(select, (asked,)):
            several[article].setdefault(name, []).append(value)
    places = _places()
    for row in read:
        if row[-1]:
            rows[row[0]] = Row(row[0], None)
            continue
        combined = {name: tuple(row[at]) for name, at in places.items()}
        values = several[row[0]] | ({"cluster": [row[-2]]} if row[-2] else {})
        rows[row[0]] = Row(row[0], combined, values, tuple(row[1 + len(_FIELDS) : -2]))
    return list(rows.values())


def newest(query: Query, position: int) -> list[tuple[int, str]]:
    """The articles that changed last, as of a number of changes: by them a saved store knows its archive again."""
    rows = query(
        "SELECT change, public_id FROM articles WHERE change <= ? ORDER BY change DESC LIMIT ?",
        (position, NEWEST),
    )
    return [(int(number), str(public_id)) for number, public_id in rows]
