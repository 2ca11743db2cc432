"""Stores of captures: folders behind an address that fsspec opens (s3, http, a shared disk), and files on their way there."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from pipelines.capture.places import LARGEST_RECORD, Unreadable
from pipelines.errors import ConfigurationError, NothingDone

_EXTRAS: Final = {"http": "remote", "https": "remote", "s3": "s3"}
# What fsspec opens with packages of their own is taken where these are installed; `memory` is for trying out.
_SCHEMES: Final = frozenset((*_EXTRAS, "file", "gs", "gcs", "abfs", "az", "memory"))
_SECONDS: Final = 30  # that a store may be silent
_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    # botocore's names; by itself it would try five times for a minute each
    "s3": {
        "config_kwargs": {"connect_timeout": 10, "read_timeout": _SECONDS, "retries": {"max_attempts": 3}}
    },
}
_LONGEST: Final = 300  # characters of another's words
# A store that cannot be reached costs some seconds a question: whoever looks at ten thousand captures asks it once.
_SILENCE: Final = 30.0  # seconds for which it is not asked again
_UNREACHED: Final = (
    "EndpointConnectionError",
    "ConnectTimeoutError",
    "ProxyConnectionError",
    "NoCredentialsError",
)
_silent: dict[str, tuple[float, str]] = {}  # place -> until when (monotonic), and what was said


def is_store(place: str) -> bool:
    """Whether a place is behind an address that only fsspec opens; `file://` is not."""
    return urlsplit(place).scheme not in ("", "file")


def check_store(place: str) -> str:
    """The address of a folder as `captures.place` has it, with a slash at its end.

    Raises ConfigurationError, with a sentence, where it is none, or where a package is missing that it needs.
    """
    parts = urlsplit(place)
    if parts.scheme not in _SCHEMES or not (parts.netloc or parts.path.strip("/")):
        raise ConfigurationError(
            f"{place} is no address of a folder: write s3://bucket/folder, or file:///mnt/share/folder."
        )
    if parts.password is not None or parts.query or parts.fragment:
        raise ConfigurationError(
            "The address of a store of captures must hold no password: rows of the archive name it. "
            "S3 takes its keys from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from ~/.aws."
        )
    place = place.rstrip("/") + "/"
    _opened(place)
    return place


def send(file: Path, place: str) -> int:
    """Puts a finished file into a store, whole, and makes sure that it is there; gives its size in bytes.

    Doing it again puts the same bytes there. Raises NothingDone, with a sentence, where the store does not take it;
    OSError where the file itself cannot be read.
    """
    size = file.stat().st_size
    with file.open("rb"):
        pass  # a fault of ours is not the store's
    system, root = _opened(place)
    target = f"{root.rstrip('/')}/{file.name}"
    try:
        if "local" in _protocols(system):
            system.makedirs(root, exist_ok=True)
        part = (
            target + ".part" if "local" in _protocols(system) else target
        )  # objects appear whole by themselves
        system.put_file(str(file), part)
        system.invalidate_cache()
        if part != target:
            system.mv(part, target)
        there = system.info(target)["size"]
    except Exception as error:
        raise NothingDone(f"{file.name} could not be sent to {place} ({_told(error)}).") from error
    if there != size:
        raise NothingDone(f"{file.name} did not arrive whole at {place}: {there} of {size} bytes.")
    return size


def fetch(place: str, name: str, to: Path) -> None:
    """A whole file of a store. Raises Unreadable."""
    if urlsplit(place).scheme not in _SCHEMES:
        raise Unreadable(f"{name} of {place} lies in a place that this newsbot cannot read.")
    try:
        system, root = _opened(place)
        system.get_file(f"{root.rstrip('/')}/{name}", str(to))
    except Exception as error:  # as above
        raise Unreadable(f"{name} of {place} cannot be read ({_told(error)}).") from error


def piece(place: str, name: str, offset: int, length: int, where: str) -> bytes:
    """So many bytes of a file in a store, by one request for that range.

    Raises Unreadable, with a sentence that begins with `where`, also where the file ends before.
    """
    if urlsplit(place).scheme not in _SCHEMES:
        raise Unreadable(f"{where} lies in a place that this newsbot cannot read.")
    if name.startswith("/") or ".." in name.split("/"):
        raise Unreadable(f"{where} lies outside the folder of the captures.")
    if offset < 0 or not 0 < length <= LARGEST_RECORD:
        raise Unreadable(f"{where} has an impossible place or length ({length}).")
    until, told = _silent.get(place, (0.0, ""))
    if time.monotonic() < until:
        raise Unreadable(f"{where} cannot be read: {told}.")
    try:
        system, root = _opened(place)
        raw = bytes(system.cat_file(f"{root.rstrip('/')}/{name}", start=offset, end=offset + length))
    except Exception as error:  # as above
        if _is_unreached(error):
            _silent[place] = (time.monotonic() + _SILENCE, _told(error))
        raise Unreadable(f"{where} cannot be read: {_told(error)}.") from error
    if len(raw) != length:
        raise Unreadable(f"{where} is cut short: {len(raw)} of {length} bytes.")
    return raw


def _opened(place: str) -> tuple[Any, str]:
    """The file system of an address, and the folder in it."""
    scheme = urlsplit(place).scheme
    try:
        import fsspec  # type: ignore[import-untyped]

        options = dict(_OPTIONS.get(scheme, {}))
        if scheme in ("http", "https"):
            import aiohttp

            options["client_kwargs"] = {
                "timeout": aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=_SECONDS)
            }
        return cast("tuple[Any, str]", fsspec.core.url_to_fs(place, **options))
    except ImportError as error:
        extra = _EXTRAS.get(scheme)
        wanted = f"pip install 'newsbot[{extra}]'" if extra else str(error)
        raise ConfigurationError(f"{place} needs another package ({_told(error)}): {wanted}.") from error
    except ValueError as error:
        raise ConfigurationError(f"{place} cannot be opened ({_told(error)}).") from error


def _is_unreached(error: BaseException) -> bool:
    """Whether nobody answered at all, or nobody may ask: another file of the store would fare no better."""
    if isinstance(error, FileNotFoundError | PermissionError | ValueError):
        return False
    return isinstance(error, OSError | ConfigurationError) or type(error).__name__ in _UNREACHED


def _protocols(system: Any) -> tuple[str, ...]:
    protocol = system.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)


def _told(error: BaseException) -> str:
    """What a library said, in one line."""
    with contextlib.suppress(AttributeError, IndexError):
        if isinstance(error, OSError) and error.strerror:
            return error.strerror[:_LONGEST]
    return " ".join(str(error).split())[:_LONGEST].rstrip(".") or type(error).__name__
