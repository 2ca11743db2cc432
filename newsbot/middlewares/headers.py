"""Headers of an answer as plain text."""

from __future__ import annotations

from scrapy.http import Headers

from pipelines.capture.headers import joined


def pairs(headers: Headers) -> list[tuple[str, str]]:
    """Name and value of every header line, in the order received (names title-cased by Scrapy)."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name in headers
        for value in headers.getlist(name)
    ]


def plain(headers: Headers) -> dict[str, str]:
    """Lower-case name -> value, repeated lines joined by a comma (RFC 9110, 5.3)."""
    return joined(pairs(headers))


def media_type(headers: Headers) -> str:
    """The media type in lower case without its parameters; empty where the answer names none."""
    value = headers.get(b"Content-Type") or b""
    return value.decode("latin-1").partition(";")[0].strip().lower()
