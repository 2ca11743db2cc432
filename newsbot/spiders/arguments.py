"""Spider arguments: `-a name=value` gives text, whatever is meant."""

from __future__ import annotations


def is_true(given: str | bool) -> bool:
    """Whether `-a all=1` (or true, or yes) was said."""
    return str(given).lower() in ("1", "true", "yes")
