"""An id for a source that has none yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from urllib.parse import urlsplit

LONGEST = 32


def new_id(name: str, homepage: str, taken: Container[str] = ()) -> str:
    """A free id from the name of a paper, or from its host where the name has no Latin letters."""
    return _free(_slug(name) or _slug(_host(homepage)) or "source", taken)


def _slug(text: str) -> str:
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    letters = sum(char.isalpha() for char in text)
    words = re.findall(r"[a-z0-9]+", latin.replace("'", ""))
    if sum(map(len, words)) < letters / 2:  # what is left of a name in another script is no name
        return ""
    slug = ""
    for word in words:
        if slug and len(slug) + len(word) + 1 > LONGEST:
            break
        slug = f"{slug}-{word}".strip("-")[:LONGEST]
    return slug


def _host(homepage: str) -> str:
    """The telling word of a host: "arabtimes" of www.arabtimes.example."""
    try:
        host = urlsplit(homepage).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").split(".")[0]


def _free(slug: str, taken: Container[str]) -> str:
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free
