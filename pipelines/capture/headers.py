"""Header lines of an answer taken together."""

from __future__ import annotations

from collections.abc import Iterable


def joined(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Lower-case name -> value, repeated lines joined by a comma (RFC 9110, 5.3)."""
    values: dict[str, str] = {}
    for name, value in lines:
        key = name.lower()
        values[key] = f"{values[key]}, {value}" if key in values else value
    return values
