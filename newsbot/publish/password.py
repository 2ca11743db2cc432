"""A password before the whole reading room: pages, feeds, exports, pictures, everything (HTTP Basic, RFC 7617).

Passwords are hashed as datasette-auth-passwords does it (the extra `password`), so its hashes can be used here. Its own
gate is not: it hashes at every request, twice, in the thread that answers everybody; 0.3 s of CPU for each icon.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import importlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from newsbot.publish.asgi import App, Receive, Scope, Send, header
from pipelines.errors import ConfigurationError

_WAITING = 20  # guesses that may wait for their turn; each takes about 0.2 s of one core
_REMEMBERED = 1000  # right answers that need no second look
_LONGEST = 1000  # characters of an Authorization header

_ASKED = "This archive wants a name and a password.\n"
_BUSY = "Too many passwords are being looked at just now. Try again in a moment.\n"


class Gate:
    """Lets those in who know a password."""

    def __init__(self, hashes: dict[str, str], title: str) -> None:
        self._hashes = hashes
        self._realm = title.encode("ascii", "ignore").decode().translate({ord('"'): None, ord("\\"): None})
        self._verify = _library().verify_password
        self._unknown = next(iter(hashes.values()))  # an unknown name takes as long as a known one
        self._secret = secrets.token_bytes(32)
        self._right: set[bytes] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="password")  # guessing takes one core at most
        self._waiting = 0

    def before(self, app: App) -> App:
        """The app behind the gate."""

        async def gated(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            given = header(scope, b"authorization")
            if await self._lets_in(given):
                await app(scope, receive, send)
            elif self._waiting >= _WAITING:
                await _say(send, 429, _BUSY, [(b"retry-after", b"5")])
            else:
                challenge = f'Basic realm="{self._realm}", charset="UTF-8"'.encode()
                await _say(send, 401, _ASKED, [(b"www-authenticate", challenge)])

        return gated

    async def _lets_in(self, given: str) -> bool:
        found = _credentials(given)
        if found is None:
            return False
        mark = hmac.digest(self._secret, given.encode("latin-1", "replace"), hashlib.sha256)
        if mark in self._right:
            return True
        if self._waiting >= _WAITING:
            return False
        name, password = found
        self._waiting += 1
        try:
            right = await asyncio.get_running_loop().run_in_executor(
                self._thread, self._is_right, name, password
            )
        finally:
            self._waiting -= 1
        if right and len(self._right) < _REMEMBERED:
            self._right.add(mark)
        return right

    def _is_right(self, name: str, password: str) -> bool:
        known = self._hashes.get(name)
        return bool(self._verify(password, known or self._unknown)) and known is not None


def _credentials(given: str) -> tuple[str, str] | None:
    """Name and password of an Authorization header; None where it holds none."""
    scheme, _, packed = given.partition(" ")
    if scheme.lower() != "basic" or len(given) > _LONGEST:
        return None
    try:
        name, colon, password = base64.b64decode(packed.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon else None


async def _say(send: Send, status: int, sentence: str, headers: list[tuple[bytes, bytes]]) -> None:
    body = sentence.encode()
    start = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*start, *headers]})
    await send({"type": "http.response.body", "body": body})


def read_passwords(file: Path) -> dict[str, str]:
    """Names with the hashes of their passwords, from lines of NAME:HASH; lines with # are comments.

    Raises ConfigurationError with file and line for what is none, and where the extra is not installed.
    """
    _library()
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise ConfigurationError(f"The password file {file} cannot be read: {reason}.") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, _, hashed = line.partition(":")
        if not name or not _is_hash(hashed):
            raise ConfigurationError(
                f"{file}, line {number}: write NAME:HASH. `newsbot password NAME` asks for a password and prints the line."
            )
        found[name] = hashed
    if not found:
        raise ConfigurationError(
            f"The password file {file} names nobody, so nobody could come in: `newsbot password NAME >> {file}` adds one."
        )
    return found


def line_for(name: str, password: str) -> str:
    """A line of a password file. Raises ConfigurationError for a name that Basic authentication cannot carry."""
    if not name or ":" in name or name.startswith("#") or not name.isprintable() or name != name.strip():
        raise ConfigurationError(f"{name!r} cannot be a name: it may hold no colon and not begin with #.")
    if not password:
        raise ConfigurationError("The password is empty.")
    return f"{name}:{_library().hash_password(password)}"


def _is_hash(hashed: str) -> bool:
    parts = hashed.split("$")
    return len(parts) == 4 and parts[0] == "pbkdf2_sha256" and parts[1].isdecimal() and all(parts)


def _library() -> Any:
    try:
        return importlib.import_module("datasette_auth_passwords.utils")
    except ImportError as error:
        raise ConfigurationError(
            "Passwords need datasette-auth-passwords, which is not installed: `pip install 'newsbot[password]'`."
        ) from error
