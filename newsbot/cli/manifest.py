"""What stands beside an export: all that is needed to understand it, to check it, and to make it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from newsbot import __version__


class Sealed:
    """Pieces of a file on their way into it, counted and summed up."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._sum = hashlib.sha256()
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._sum.update(piece)
            self.bytes += len(piece)
            yield piece

    @staticmethod
    def of(piece: bytes) -> str:
        """The checksum of one piece."""
        return hashlib.sha256(piece).hexdigest()

    @property
    def sha256(self) -> str:
        """The checksum of all pieces so far."""
        return self._sum.hexdigest()


def manifest_of(file: Path) -> Path:
    """`articles.csv` has its manifest in `articles.csv.manifest.json`."""
    return file.with_name(f"{file.name}.manifest.json")


def manifest(
    file: Path,
    form: str,
    query: dict[str, Any],
    rows: int,
    sealed: Sealed,
    archive: dict[str, Any],
    columns: Iterable[tuple[str, str, str]],
    made_at: str,
) -> bytes:
    """The manifest as JSON. The same `archive` and the same `query` give a file with the same `sha256`."""
    whole = {
        "file": file.name,
        "format": form,
        "rows": rows,
        "bytes": sealed.bytes,
        "sha256": sealed.sha256,
        "query": query,
        "archive": archive,
        "made_by": f"newsbot {__version__}",
        "made_at": made_at,
        "columns": [{"name": name, "type": kind, "meaning": meaning} for name, kind, meaning in columns],
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def manifest_of_files(
    form: str,
    query: dict[str, Any],
    told: dict[str, Any],
    files: list[dict[str, Any]],
    archive: dict[str, Any],
    made_at: str,
) -> bytes:
    """The manifest of an export into several files, as JSON: `files` with the checksum of each, `told` of all of them."""
    whole = {
        "format": form,
        **told,
        "query": query,
        "archive": archive,
        "made_by": f"newsbot {__version__}",
        "made_at": made_at,
        "files": files,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()
