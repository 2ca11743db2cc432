"""Rows of captures and of what their pages say about rights."""

from __future__ import annotations

from pipelines.items import CaptureRef, Visit
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, insert


def keep_capture(connection: sqlite3.Connection, visit: Visit) -> int | None:
    """Writes where the page lies and gives the capture's id; None where nothing was captured.

    A page that asks not to be archived has its row too: a record that no row points to could not be erased.
    """
    capture = visit.capture
    if capture is None:
        return None
    number = adopt(connection, visit.key, visit.final_url or visit.url, capture)
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
        }
        insert(connection, "rights", says)
    return number


def adopt(connection: sqlite3.Connection, key: str, url: str, capture: CaptureRef) -> int:
    """Writes the row of a capture alone, and gives its id."""
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
    }
    return insert(connection, "captures", row)
