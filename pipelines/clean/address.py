"""Addresses as pages state them: made absolute, never trusted to be well formed."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit

_LONGEST = 2048  # characters of a URL


def parts_of(url: str) -> SplitResult:
    """The parts of a URL; all empty where it is malformed."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def absolute(page: str, address: str) -> str | None:
    """The address as an absolute http(s) URL, or None where it is none."""
    try:
        url = urljoin(page, address.strip())
        parts = urlsplit(url)
    except ValueError:
        return None
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or len(url) > _LONGEST
        or re.search(r"\s", url)
    ):
        return None
    return url


def same_host(one: SplitResult, other: SplitResult) -> bool:
    """Whether two addresses are of one host, `www.` aside."""
    hosts = [(parts.hostname or "").removeprefix("www.") for parts in (one, other)]
    return hosts[0] == hosts[1] != ""
