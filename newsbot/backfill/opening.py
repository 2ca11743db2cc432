"""Files to read from: on this machine, or at an address that fsspec opens (http, https, s3)."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast
from urllib.parse import urlsplit

from pipelines.errors import ConfigurationError, NothingDone

WAITS: Final = (0.5, 2.0, 5.0)  # seconds before it is asked again; a reader may keep still for thirty
BLOCK: Final = 4 * 1024 * 1024  # bytes asked for at once of a file elsewhere
_MAGIC: Final = b"\x1f\x8b\x08"  # RFC 1952
_EXTRAS: Final = {"http": "remote", "https": "remote", "s3": "s3"}


@dataclass(frozen=True, slots=True)
class Stated:
    """What is known of a file before it is read."""

    place: str  # a path of this machine, or an address
    size: int  # bytes
    stamp: str  # what tells that it is still the same
    members: bool = True  # whether it is made of gzip members, as far as its first bytes tell


def is_address(place: str) -> bool:
    """Whether a place is an address and no path."""
    return "://" in place


def stated(place: str) -> Stated:
    """Size and stamp of a file. Raises NothingDone where there is none, ConfigurationError where an extra is missing."""
    if not is_address(place):
        path = Path(place).resolve()
        try:
            told = path.stat()
        except OSError as error:
            raise NothingDone(f"{place} cannot be read ({error.strerror}).") from error
        if not path.is_file():
            raise NothingDone(f"{place} is no file.")
        with path.open("rb") as file:
            return Stated(
                str(path), told.st_size, f"{told.st_size} {told.st_mtime_ns}", file.read(3) == _MAGIC
            )
    info = _info(place)
    size = info.get("size")
    if not isinstance(size, int):
        raise NothingDone(f"{place} does not say how long it is, so that it cannot be read in parts.")
    mark = info.get("ETag") or info.get("etag") or info.get("LastModified") or info.get("mtime") or ""
    return Stated(place, size, f"{size} {mark}".strip(), urlsplit(place).path.endswith(".gz"))


def opened(place: str) -> BinaryIO:
    """The file, at its beginning; it can be sought in. Raises OSError, ConfigurationError where an extra is missing."""
    if not is_address(place):
        return Path(place).open("rb")
    return cast(BinaryIO, Patient(place))


class Patient:
    """A file elsewhere that is asked for again where the connection was lost, from the byte that comes next (Range)."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._file: Any = None
        self._at = 0

    def seek(self, offset: int) -> int:
        """Goes to an offset from the beginning."""
        self._at = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all that is left where it is negative. Raises NothingDone once it was asked in vain."""
        for wait in (*WAITS, None):
            try:
                if self._file is None:
                    system, path = _system(self._place)
                    self._file = system.open(path, "rb", block_size=BLOCK, cache_type="readahead")
                self._file.seek(self._at)
                piece: bytes = self._file.read(size)
            except ConfigurationError:
                raise
            except Exception as error:  # the seam: every file system raises errors of its own libraries
                self.close()
                if wait is None:
                    raise NothingDone(f"{self._place} cannot be read on ({_told(error)}).") from error
                time.sleep(wait)
            else:
                self._at += len(piece)
                return piece
        raise AssertionError

    def close(self) -> None:
        """Lets go of the connection; reading opens it again."""
        if self._file is not None:
            with contextlib.suppress(Exception):
                self._file.close()
            self._file = None


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def name_of(place: str) -> str:
    """The name of the file in its folder."""
    return place.rpartition("/")[2]


def folder_of(place: str) -> str:
    """The address of the folder that a file lies in, as `captures.place` has it."""
    return place.rpartition("/")[0] if is_address(place) else Path(place).parent.as_uri()


def _info(place: str) -> dict[str, Any]:
    system, path = _system(place)
    try:
        info: dict[str, Any] = system.info(path)
    except FileNotFoundError as error:
        raise NothingDone(f"{place} is not there.") from error
    except Exception as error:  # the seam: every file system raises errors of its own libraries
        raise NothingDone(f"{place} cannot be read ({_told(error)}).") from error
    return info


def _system(place: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    scheme = urlsplit(place).scheme
    extra = _EXTRAS.get(scheme)
    if extra is None:
        raise ConfigurationError(f"{place}: newsbot reads files, http://, https:// and s3:// addresses.")
    try:
        import fsspec  # type: ignore[import-untyped]

        return cast("tuple[Any, str]", fsspec.core.url_to_fs(place))
    except ImportError as error:
        raise ConfigurationError(
            f"{place} needs another package ({error}): pip install 'newsbot[{extra}]'."
        ) from error
