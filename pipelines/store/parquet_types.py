"""What the columns of an export are in Arrow: times, days, lists and repeated words instead of text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date
from typing import Any, Final

from pipelines.store.values import moment

LISTS: Final = ("authors", "tags", "agencies")
"""Columns that hold several values; the SELECT gives them as JSON (`articles_sql(by_month=True)`)."""

_INSTANTS: Final = frozenset(("published_at", "modified_at", "first_seen_at", "changed_at"))
_DAYS: Final = frozenset(("published_day", "dateline_date"))
_WORDS: Final = frozenset(
    (
        "source", "source_name", "section", "language", "published_precision", "published_from",
        "place", "country", "state", "form",
    )
)  # fmt: skip


class Types:
    """Typed arrays of the columns of an export. `unfit` counts cells by column that were left empty because they are
    not of their type: an archive that somebody else has written into.
    """

    def __init__(self, arrow: Any, columns: Sequence[tuple[str, str, str]]) -> None:
        """`columns` are (name, SQLite type, meaning)."""
        self.unfit: Counter[str] = Counter()
        self._arrow = arrow
        self.schema = arrow.schema(
            [
                arrow.field(name, self._type(name, kind), metadata={"description": meaning})
                for name, kind, meaning in columns
            ]
        )

    def _type(self, name: str, kind: str) -> Any:
        arrow = self._arrow
        if name in _INSTANTS:
            return arrow.timestamp("us", tz="UTC")
        if name in _DAYS:
            return arrow.date32()
        if name in LISTS:
            return arrow.list_(arrow.string())
        if name in _WORDS:
            return arrow.dictionary(arrow.int32(), arrow.string())
        if name == "paywalled":
            return arrow.bool_()
        return {"INTEGER": arrow.int64(), "REAL": arrow.float64()}.get(kind, arrow.string())

    def array(self, name: str, cells: Sequence[object]) -> Any:
        """The cells of a column as an array of its type."""
        if name in _INSTANTS or name in _DAYS:
            return self._times(name, cells)
        kind = self.schema.field(name).type
        if name in LISTS:
            return self._arrow.array([_list(cell) for cell in cells], type=kind)
        if name == "paywalled":
            return self._arrow.array([None if cell is None else bool(cell) for cell in cells], type=kind)
        words = self._arrow.array(list(map(utf8, cells)), type=self._plain(kind))
        return words.dictionary_encode() if name in _WORDS else words

    def _plain(self, kind: Any) -> Any:
        return self._arrow.string() if self._arrow.types.is_dictionary(kind) else kind

    def _times(self, name: str, cells: Sequence[object]) -> Any:
        kind = self.schema.field(name).type
        try:
            return self._arrow.array(cells, type=self._arrow.string()).cast(kind)
        except (self._arrow.ArrowInvalid, self._arrow.ArrowTypeError):
            read = _instant if name in _INSTANTS else _day
            times = [read(cell) for cell in cells]
            self.unfit[name] += sum(
                time is None and cell is not None for time, cell in zip(times, cells, strict=True)
            )
            return self._arrow.array(times, type=kind)


def utf8(cell: object) -> object:
    """Parquet wants UTF-8: a lone surrogate becomes a question mark."""
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) and not cell.isascii() else cell


def _list(cell: object) -> list[object]:
    """What JSON text lists; nothing listed is an empty list."""
    return [utf8(value) for value in json.loads(cell)] if isinstance(cell, str) else []


def _instant(cell: object) -> object:
    at = moment(cell) if isinstance(cell, str) else None
    return at.astimezone(UTC) if at else None


def _day(cell: object) -> date | None:
    try:
        return date.fromisoformat(cell) if isinstance(cell, str) else None
    except ValueError:
        return None
