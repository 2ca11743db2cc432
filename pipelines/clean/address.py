"""Addresses as pages state them: made absolute, never trusted to be well formed."""

from __future__ import annotations

import ipaddress
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
    """The address as an absolute http(s) URL, or None where it is none.

    An address by number that the public network does not have (loopback, private, link-local) is none either, unless
    the page itself stands there: whoever reads the archive must not be led into a network of their own.
    """
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
        or _leads_inside(parts, page)
    ):
        return None
    return url


def _leads_inside(parts: SplitResult, page: str) -> bool:
    host = parts.hostname or ""
    if not (host[-1:].isdigit() or ":" in host):
        return False  # a name: only numbers are judged here
    try:
        inside = not ipaddress.ip_address(host).is_global
    except ValueError:
        inside = bool(
            re.fullmatch(r"[\d.x]+", host)
        )  # 127.1, 2130706433, 0x7f.1: nobody writes these in good faith
    return inside and host != parts_of(page).hostname


def same_host(one: SplitResult, other: SplitResult) -> bool:
    """Whether two addresses are of one host, `www.` aside."""
    hosts = [(parts.hostname or "").removeprefix("www.") for parts in (one, other)]
    return hosts[0] == hosts[1] != ""
