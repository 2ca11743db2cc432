"""Exactly what a listing shows as a file: CSV, JSON Lines or Parquet, complete at any size."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar

from newsbot.publish.asgi import Receive, Send
from newsbot.publish.connections import Connections
from newsbot.publish.query import Query, parse
from newsbot.publish.room import Room
from newsbot.publish.search import understand
from pipelines.errors import ConfigurationError
from pipelines.store.comma_separated import csv_pieces
from pipelines.store.export import articles_sql, columns_of_export, json_lines
from pipelines.store.parquet import parquet_pieces
from pipelines.store.sqlite import sqlite3

T = TypeVar("T")

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
OPTIONS = ("text", "bom", "guard")
_PIECE = 512 * 1024  # bytes between two turns: a turn costs a quarter of a millisecond, so much takes 25

# Exports take turns on two threads, piece by piece, so that a big one holds up neither pages nor other exports.
_EXECUTOR = ThreadPoolExecutor(2, thread_name_prefix="export")


@dataclass(frozen=True)
class Wanted:
    """An export as its URL asks for it: `text=1` with the text, `bom=1` for Excel, `guard=0` raw formulas."""

    query: Query
    kind: str = "csv"
    text: bool = False
    bom: bool = False
    guard: bool = True


def wanted(kind: str, pairs: list[tuple[str, str]]) -> Wanted | None:
    """What a URL asks for; None where it names a filter that this archive does not know."""
    query = parse(pair for pair in pairs if pair[0] not in OPTIONS)
    if query is None:
        return None
    options = dict(pairs)
    return Wanted(
        query.first_page(),
        kind,
        text=options.get("text", "0") not in ("", "0"),
        bom=options.get("bom", "0") not in ("", "0"),
        guard=options.get("guard", "1") != "0",
    )


class Export:
    """One running export: a connection of its own, one statement, its rows in pieces of text.

    Being one statement it reads one state of the archive from the first row to the last.
    """

    def __init__(self, connections: Connections, asked: Wanted) -> None:
        self._turn = threading.Lock()
        self._connection = connections.open()
        self._connection.row_factory = None
        where, parameters = asked.query.where()
        sql = articles_sql(where, with_text=asked.text, publish=True)
        try:
            self._pieces = self._written(asked, _rows(self._connection, sql, parameters))
        except (sqlite3.Error, ConfigurationError):
            self._connection.close()
            raise

    @staticmethod
    def _written(asked: Wanted, rows: Iterator[tuple[Any, ...]]) -> Iterator[str] | Iterator[bytes]:
        columns = columns_of_export(asked.text)
        names = [name for name, _, _ in columns]
        if asked.kind == "parquet":
            return parquet_pieces([(name, kind) for name, kind, _ in columns], rows)
        if asked.kind == "jsonl":
            return json_lines(names, rows)
        return csv_pieces(names, rows, bom=asked.bom, guard=asked.guard)

    def piece(self) -> bytes | None:
        """The next half megabyte of the file, about; None behind its end."""
        found: list[bytes] = []
        size = 0
        with self._turn:
            for piece in self._pieces:
                found.append(piece.encode("utf-8", "replace") if isinstance(piece, str) else piece)
                size += len(found[-1])
                if size >= _PIECE:
                    break
        return b"".join(found) or None

    def interrupt(self) -> None:
        """Stop the running statement (from any thread)."""
        self._connection.interrupt()

    def close(self) -> None:
        """Stop what runs and close the connection."""
        self.interrupt()
        with self._turn:
            self._connection.close()


def _rows(
    connection: sqlite3.Connection, sql: str, parameters: Sequence[object]
) -> Iterator[tuple[Any, ...]]:
    """All rows of a statement, text that is not UTF-8 replaced.

    The connection's own way to replace calls a function for every cell, 3 CPU s a million articles. Nearly every
    archive needs none: where one does, the statement runs once more, in the same state of the archive, from that row
    on with it.
    """
    replacing = connection.text_factory
    connection.execute("BEGIN")
    connection.text_factory = str
    read = 0
    try:
        for row in connection.execute(sql, parameters):
            yield row
            read += 1
    except sqlite3.OperationalError as error:
        if not str(error).startswith("Could not decode"):
            raise
    else:
        return
    connection.text_factory = replacing
    yield from islice(connection.execute(sql, parameters), read, None)


async def send_export(room: Room, asked: Wanted, receive: Receive, send: Send, head: bool = False) -> None:
    """Stream an export.

    A fault before the first row is raised, so that it becomes an ordinary error page. A fault after it ends
    the answer without its end: the server then drops the connection, and the reader's program sees an
    incomplete transfer instead of a short file that looks whole (RFC 9112, section 8).
    """
    asked = await room.connections.read(
        lambda snapshot: replace(
            asked, query=replace(asked.query, words=understand(snapshot, asked.query.words))
        )
    )
    headers = [
        (b"content-type", TYPES[asked.kind].encode()),
        (b"content-disposition", f'attachment; filename="{_file_name(room.name, asked.kind)}"'.encode()),
        (b"cache-control", b"no-store"),
    ]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    if head:
        await send(start)
        await send({"type": "http.response.body", "body": b""})
        return
    export = await _in_thread(lambda: Export(room.connections, asked))
    watch = asyncio.ensure_future(_interrupt_when_gone(export, receive))
    try:
        piece = await _in_thread(export.piece)
        await send(start)
        while piece is not None and not watch.done():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            try:
                piece = await _in_thread(export.piece)
            except sqlite3.Error as error:
                if not watch.done():
                    room.say(f"An export was broken off, because the archive could not be read on: {error}.")
                return
        await send({"type": "http.response.body", "body": b""})
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        await _in_thread(export.close)


async def _interrupt_when_gone(export: Export, receive: Receive) -> None:
    """A reader who hangs up stops the statement that runs for them."""
    while (await receive())["type"] != "http.disconnect":
        pass
    export.interrupt()


async def _in_thread(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_EXECUTOR, work)


def _file_name(name: str, kind: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "archive"
    return f"{safe}-articles.{kind}"
