"""Checks of single values in sources.toml: a TOML value goes in, the value newsbot works with comes out.

Every check raises ValueError with the end of a sentence that begins with the key: "must be …, not …".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from newsbot.sources.source import LONGEST_URL, Expect
from newsbot.sources.spelling import meant

Check = Callable[[object], object]

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_BYTES = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}


def shown(value: object) -> str:
    """A value as a person wrote it, cut to 60 characters."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def text(value: object) -> str:
    """A text that is not empty, on one line."""
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {shown(value)}")
    stripped = value.strip()
    if not stripped or not stripped.isprintable():
        raise ValueError("must be one line of text, and not empty")
    return stripped


def identifier(value: object) -> str:
    """`[a-z0-9_-]+`: it becomes part of file names, CSV cells and URLs of the archive."""
    word = text(value)
    if not re.fullmatch(r"[a-z0-9_-]{1,64}", word):
        raise ValueError(
            f"must be at most 64 small letters, digits, hyphens or underscores, not {shown(value)}"
        )
    return word


def boolean(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false without quotes, not {shown(value)}")
    return value


def number(least: float, most: float) -> Check:
    """A number between two bounds, both allowed."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError(f"must be a number from {least:g} to {most:g}, not {shown(value)}")
        return float(value)

    return check


def whole(least: int) -> Check:
    """A whole number, no less than `least`."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f"must be a whole number from {least} up, not {shown(value)}")
        return value

    return check


def size(value: object) -> int:
    """Bytes, as a whole number or as text such as "200MB" (decimal units)."""
    if isinstance(value, str) and (match := re.fullmatch(r"(\d{1,9})\s*([KMG]B)?", value.strip())):
        value = int(match[1]) * _BYTES[match[2] or ""]
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f'must be a number of bytes or a size such as "200MB", not {shown(value)}')
    return value


def duration(value: object) -> float:
    """Seconds, from text such as "45s", "30m", "2h", "7d" or "2w"."""
    match = (
        re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([smhdw])", value.strip())
        if isinstance(value, str)
        else None
    )
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if seconds <= 0:
        raise ValueError(f'must be a duration such as "30m", "2h" or "7d", not {shown(value)}')
    return seconds


def retention(value: object) -> float | None:
    """Seconds to keep an article, or None for "forever"."""
    if value == "forever":
        return None
    try:
        return duration(value)
    except ValueError:
        raise ValueError(f'must be "forever" or a duration such as "365d", not {shown(value)}') from None


def one_of(*words: str) -> Check:
    """One word of a list."""

    def check(value: object) -> str:
        if value not in words:
            choice = ", ".join(f'"{word}"' for word in words[:-1]) + f' or "{words[-1]}"'
            raise ValueError(f"must be {choice}, not {shown(value)}")
        return str(value)

    return check


def list_of(check: Check) -> Check:
    """A list whose every entry passes `check`; a tuple comes out."""

    def check_all(value: object) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise ValueError(f"must be a list in square brackets, not {shown(value)}")
        checked = []
        for position, entry in enumerate(value, 1):
            try:
                checked.append(check(entry))
            except ValueError as error:
                raise ValueError(f"(entry {position}) {error}") from None
        return tuple(checked)

    return check_all


def address(value: object) -> str:
    """An absolute http or https URL with a host, without user name, password or spaces."""
    url = text(value)
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or re.search(r'[\s<>"\\]', url):
        raise ValueError(f'must be a URL such as "https://www.example.com/", not {shown(value)}')
    if parts.username is not None or parts.password is not None:
        raise ValueError("must be a URL without user name and password")
    if len(url) > LONGEST_URL:
        raise ValueError(f"must be a URL of at most {LONGEST_URL} characters")
    return url if parts.path else f"{parts.scheme}://{parts.netloc}/" + url.partition(parts.netloc)[2]


def address_or_path(value: object) -> str:
    """An absolute URL as in `address`, or a path such as "/world/" of the homepage's host."""
    if isinstance(value, str) and re.fullmatch(r'/(?!/)[^\s<>"\\]*', value) and len(value) <= LONGEST_URL:
        return value
    try:
        return address(value)
    except ValueError:
        raise ValueError(f'must be a path such as "/world/" or a whole URL, not {shown(value)}') from None


def sitemaps(value: object) -> object:
    """ "auto", "off", or a list of URLs or paths."""
    if value in ("auto", "off"):
        return value
    if isinstance(value, list):
        return list_of(address_or_path)(value)
    raise ValueError(f'must be "auto", "off" or a list of URLs, not {shown(value)}')


def contact(value: object) -> str:
    """An e-mail address or a URL by which a publisher can reach the operator."""
    word = text(value)
    if not re.fullmatch(r"[^\s@()<>;]+@[^\s@()<>;]+\.[^\s@()<>;]+", word):
        try:
            return address(word)
        except ValueError:
            raise ValueError(f"must be an e-mail address or a URL, not {shown(value)}") from None
    return word


def expect(value: object) -> Expect:
    """The table of expectations: `articles_a_day = [fewest, most]`, `with_date` and `with_byline` as shares."""
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a table such as {{ with_date = 0.9 }}, not {shown(value)}")
    checks: dict[str, Check] = {
        "articles_a_day": _span,
        "with_date": number(0, 1),
        "with_byline": number(0, 1),
    }
    fields: dict[str, Any] = {}
    for key, entry in value.items():
        if key not in checks:
            raise ValueError(f'has no key "{key}"{meant(key, checks) or "; it takes " + ", ".join(checks)}')
        try:
            fields[key] = checks[key](entry)
        except ValueError as error:
            raise ValueError(f"(key {key}) {error}") from None
    return Expect(**fields)


def _span(value: object) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2:
        low, high = (number(0, 1e6)(entry) for entry in value)
        if isinstance(low, float) and isinstance(high, float) and low <= high:
            return low, high
    raise ValueError(f"must be two numbers such as [5, 200], the fewest first, not {shown(value)}")
