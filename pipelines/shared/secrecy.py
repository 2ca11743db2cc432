"""No password is told: addresses of databases as they may be printed, logged and kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_HIDDEN: Final = "***"
# To the last @ of the word: an @ in a password should be written %40, and often is not.
_IN_URL: Final = re.compile(r"(postgres(?:ql)?://[^\s:@/?]*:)\S*(?=@)", re.IGNORECASE)
_BY_NAME: Final = re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]+)", re.IGNORECASE)


def masked(text: str) -> str:
    """The text with the passwords of PostgreSQL addresses in it hidden: postgresql://bot:***@db.example/news."""
    return _BY_NAME.sub(rf"\1{_HIDDEN}", _IN_URL.sub(rf"\1{_HIDDEN}", text))


def without(text: str, secrets: Iterable[str]) -> str:
    """The text without these very words, whatever a library made of them."""
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, _HIDDEN)
    return text
