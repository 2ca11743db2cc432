"""Captures that no row names: a killed crawl wrote them and never committed. Adopted, they can be erased too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.capture import Unreadable, records_of
from pipelines.dedupe import url_key
from pipelines.items import CaptureRef
from pipelines.store.captures import place_column
from pipelines.store.sqlite import sqlite3

_NAMED = 'SELECT "offset" FROM captures WHERE file = ? AND {} IS NULL'


def orphans(connection: sqlite3.Connection, folder: Path, file: str) -> Iterator[tuple[str, str, CaptureRef]]:
    """Key, address and place of each page of `file` that no row names. Raises Unreadable."""
    named = {offset for (offset,) in connection.execute(_NAMED.format(place_column(connection)), (file,))}
    for url, ref in records_of(folder, file):
        if ref.offset in named:
            continue
        try:
            yield url_key(url), url, ref
        except ValueError:  # an address that was taken once and is none by today's rules
            yield url, url, ref


def all_orphans(
    connection: sqlite3.Connection, folder: Path
) -> tuple[list[tuple[str, str, CaptureRef]], list[str]]:
    """The pages that no row names in all closed files of `folder`, and a sentence for each file that is damaged.

    Reads every file to its end.
    """
    found: list[tuple[str, str, CaptureRef]] = []
    unread: list[str] = []
    for path in sorted(folder.glob("**/*.warc.gz")):
        try:
            found.extend(orphans(connection, folder, str(path.relative_to(folder))))
        except Unreadable as error:
            unread.append(str(error))
    return found, unread
