"""Rows of captures and of what their pages say about rights."""

from __future__ import annotations

from pipelines.items import CaptureRef, Visit
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, insert


def keep_capture(connection: sqlite3.Connection, visit: Visit, host: str) -> int | None:
    """Writes where the page lies and gives the capture's id; None where nothing was captured.

    `host` is the one asked: where its robots.txt is known, the page was fetched because it allowed that. A page that asks not to be archived has its row too: a record that no row points to could not be erased.
    """
    capture = visit.capture
    if capture is None:
        return None
    number = adopt(connection, visit.key, visit.final_url or visit.url, capture, visit.memento)
    if visit.reading is not None:
        rights = visit.reading.rights
        says: dict[str, Value] = {
            "capture": number,
            "robots": rights.robots,
            "noarchive": rights.noarchive,
            "nosnippet": rights.nosnippet,
            "noai": rights.noai,
            "tdm_reservation": rights.tdm_reservation,
            "licence": rights.licence,
            "robots_allowed": (not visit.is_past and _robots_known(connection, host)) or None,
            "paywalled": visit.reading.paywalled,
        }
        insert(connection, "rights", says)
    return number


def _robots_known(connection: sqlite3.Connection, host: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM hosts WHERE host = ? AND robots_at IS NOT NULL", (host,)
    ).fetchone()
    return row is not None


def adopt(
    connection: sqlite3.Connection, key: str, url: str, capture: CaptureRef, memento: str | None = None
) -> int:
    """Writes the row of a capture alone, and gives its id; `memento` is the address of a web archive that gave it."""
    row: dict[str, Value] = {
        "key": key,
        "url": url,
        "file": capture.file,
        "offset": capture.offset,
        "length": capture.length,
        "digest": capture.digest,
        "captured_at": capture.captured_at,
        "status": capture.status,
        "media_type": capture.media_type,
        "payload_bytes": capture.payload_bytes,
        "place": capture.place,
        "memento": memento,
    }
    return insert(connection, "captures", row)


def place_column(connection: sqlite3.Connection) -> str:
    """The expression of `captures.place`: an archive that 0.2.0 or older wrote last has no such column."""
    columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(captures)")}
    return "place" if "place" in columns else "NULL"
