"""Where a record lies, and its bytes: the one door from a row of `captures` to what it names.

A row says `file`, `offset` and `length`, and with `place` (a URL of a folder) that the file lies elsewhere than in
captures/ beside the archive. Whoever reads, copies or erases a capture comes through here.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from pipelines.capture.writer import OPEN

LARGEST_RECORD: Final = 64 * 1024 * 1024  # bytes, packed


class Unreadable(ValueError):
    """A capture cannot be read; its text is a sentence that names the file and the place in it."""


class Erased(Unreadable):
    """The page was erased on purpose: by a takedown, or because its time was over."""


def named(file: str, offset: int, place: str | None = None) -> str:
    """The beginning of every sentence about a capture."""
    return f"The capture at {offset} in {file}" + (f" of {place}" if place else "")


def record_at(folder: Path, file: str, offset: int, length: int, place: str | None = None) -> bytes:
    """The record as it lies there, packed, unchecked; `folder` is captures/ beside the archive.

    Raises Unreadable where the file is missing, lies outside its folder or in a place that cannot be reached, or ends
    before the record does.
    """
    where = named(file, offset, place)
    if place is not None and urlsplit(place).scheme != "file":
        from pipelines.capture import stores  # what it needs is loaded for those who have captures elsewhere

        return stores.piece(place, file, offset, length, where)
    path = path_of(folder, file, offset, length, place)
    try:
        with path.open("rb") as opened:
            opened.seek(offset)
            raw = opened.read(length)
    except OSError as error:
        raise Unreadable(f"{where} cannot be read: {error.strerror}.") from error
    if len(raw) < length:
        raise Unreadable(f"{where} is cut short: {len(raw)} of {length} bytes.")
    return raw


def path_of(folder: Path, file: str, offset: int, length: int, place: str | None = None) -> Path:
    """The path of `file`, with the ending `.open` where its run still writes it or was killed.

    Raises Unreadable for a path outside its folder, an impossible place in the file, and a file that is on no disk of
    this machine.
    """
    where = named(file, offset, place)
    root = (folder if place is None else local_folder(place, where)).resolve()
    path = (root / file).resolve()
    if not path.is_relative_to(root) or path == root:
        raise Unreadable(f"{where} lies outside the folder of the captures.")
    if offset < 0 or not 0 < length <= LARGEST_RECORD:
        raise Unreadable(f"{where} has an impossible place or length ({length}).")
    return path if path.is_file() else path.with_name(path.name + OPEN)


def local_folder(place: str, where: str) -> Path:
    """The folder on this machine that a `file://` URL names (RFC 8089).

    Raises Unreadable, with a sentence that begins with `where`, for a folder of another machine and for other schemes.
    """
    parts = urlsplit(place)
    if parts.scheme != "file":
        raise Unreadable(f"{where} lies on no disk of this machine.")
    if parts.netloc.lower() not in ("", "localhost", socket.gethostname().lower()):
        raise Unreadable(f"{where} lies on the machine {parts.netloc}: run this there.")
    return Path(unquote(parts.path))
