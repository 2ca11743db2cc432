"""Rows as Parquet, in pieces: the extra `parquet` (pyarrow)."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from pipelines.errors import ConfigurationError
from pipelines.store.export import columns_of_export
from pipelines.store.parquet_types import Types, utf8

_ROWS = 2_500  # of a row group, unless its texts are long
_CHARACTERS = 4_000_000  # of the cells of a row group: memory stays flat whatever the texts


def parquet_pieces(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A Parquet file of `columns` (name and SQLite type), piece by piece; the same rows give the same bytes.

    Its cells are those of the CSV. Raises ConfigurationError, before the first piece, where pyarrow is not installed.
    """
    arrow, parquet = _pyarrow()
    types = {"INTEGER": arrow.int64(), "REAL": arrow.float64()}
    meanings = {name: meaning for name, _, meaning in columns_of_export(True)}
    schema = arrow.schema(
        [
            arrow.field(
                name, types.get(kind, arrow.string()), metadata={"description": meanings.get(name, "")}
            )
            for name, kind in columns
        ]
    )

    def arrays(group: Sequence[Sequence[object]]) -> list[Any]:
        return [
            arrow.array(list(map(utf8, cells)), type=field.type)
            for cells, field in zip(zip(*group, strict=True), schema, strict=True)
        ]

    return _pieces(arrow, parquet, schema, iter(rows), arrays)


class TypedParquet:
    """Parquet files of one schema, with types: instants, days, lists, words. `types.unfit` says what did not fit."""

    def __init__(self, columns: Sequence[tuple[str, str, str]]) -> None:
        """`columns` are (name, SQLite type, meaning), the meaning becomes metadata of the field.

        Raises ConfigurationError where pyarrow is not installed.
        """
        self._arrow, self._parquet = _pyarrow()
        self.types = Types(self._arrow, columns)

    def pieces(self, rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
        """One file, piece by piece; its rows are those of `articles_sql(by_month=True)`."""

        def arrays(group: Sequence[Sequence[object]]) -> list[Any]:
            cells = zip(self.types.schema.names, zip(*group, strict=True), strict=True)
            return [self.types.array(name, column) for name, column in cells]

        return _pieces(self._arrow, self._parquet, self.types.schema, iter(rows), arrays)


def _pieces(
    arrow: Any, parquet: Any, schema: Any, rows: Iterator[Sequence[object]], arrays: Any
) -> Iterator[bytes]:
    sink = _Sink()
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        while group := list(islice(_bounded(rows), _ROWS)):
            batch = arrow.record_batch(arrays(group), schema=schema)
            writer.write_batch(batch, row_group_size=len(group))
            yield from sink.taken()
    yield from sink.taken()


def _bounded(rows: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    """Rows until their cells are as long together as a row group may be."""
    characters = 0
    for row in rows:
        yield row
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if characters >= _CHARACTERS:
            return


class _Sink:
    """A file for pyarrow to write into, from which the pieces are taken."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._at = 0

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self._at += len(self._pieces[-1])
        return len(self._pieces[-1])

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def taken(self) -> list[bytes]:
        pieces, self._pieces = self._pieces, []
        return pieces


def _pyarrow() -> tuple[Any, Any]:
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise ConfigurationError(
            "Parquet needs pyarrow, which is not installed: `pip install 'newsbot[parquet]'`, or take csv or jsonl."
        ) from error
