"""What a backfill from a web archive is asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from newsbot.spiders.wayback_index import INTERNET_ARCHIVE, Scope, endpoint_of

ARCHIVE: Final = "web archive"  # the source under which the requests go out; no row has it
VERSIONS: Final = 3
DELAY: Final = 1.0  # seconds; the Internet Archive takes 60 questions a minute to its index (edgi-govdata-archiving/wayback)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a backfill from a web archive is asked for."""

    source: str
    archive: str = INTERNET_ARCHIVE  # the address before the timestamps of mementos
    index: str = ""  # of its CDX server, where it is not known by the archive's address
    prefix: str = ""  # only captures whose address begins so
    first: str = "19960101000000"  # timestamps, both included
    last: str = "20991231235959"
    versions: int = VERSIONS  # captures of an article, at most

    def scope(self, homepage: str) -> Scope:
        """What the index is asked for: the whole site of the source, or what begins with `prefix`."""
        endpoint = self.index or endpoint_of(self.archive)
        if self.prefix:
            return Scope(endpoint, self.prefix, "prefix")
        parts = urlsplit(homepage)
        return Scope(endpoint, (parts.netloc or homepage).removeprefix("www."), "domain")

    @property
    def digest(self) -> str:
        """By which the ledger of bulk work knows them."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    def memento(self, timestamp: str, url: str) -> str:
        """The address of a capture as it was received (`id_`: nothing rewritten)."""
        return f"{self.archive.rstrip('/')}/{timestamp}id_/{url.replace('#', '%23')}"
