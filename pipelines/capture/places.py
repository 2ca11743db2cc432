"""Where a record lies: the path of its file, refused where a row leads out of the folder of the captures."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipelines.capture.writer import OPEN

LARGEST_RECORD: Final = 64 * 1024 * 1024  # bytes, packed


class Unreadable(ValueError):
    """A capture cannot be read; its text is a sentence that names the file and the place in it."""


class Erased(Unreadable):
    """The page was erased on purpose: by a takedown, or because its time was over."""


def place_of(folder: Path, file: str, offset: int, length: int, where: str) -> Path:
    """The path of `file` in `folder`, with the ending `.open` where its run still writes it or was killed.

    Raises Unreadable, with a sentence that begins with `where`, for a path outside `folder` or an impossible place.
    """
    root = folder.resolve()
    path = (root / file).resolve()
    if not path.is_relative_to(root) or path == root:
        raise Unreadable(f"{where} lies outside the folder of the captures.")
    if offset < 0 or not 0 < length <= LARGEST_RECORD:
        raise Unreadable(f"{where} has an impossible place or length ({length}).")
    return path if path.is_file() else path.with_name(path.name + OPEN)
