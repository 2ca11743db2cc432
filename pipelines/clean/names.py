"""What blocks are called: class and id cut into words, the same for every rule that asks for names."""

from __future__ import annotations

import re
from functools import lru_cache

_BETWEEN = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


@lru_cache(maxsize=8192)  # themes repeat their names thousands of times
def words_of(name: str) -> str:
    """The words of a class or id in lower case, a hyphen before, between and behind: `-article-lead-text-`."""
    return f"-{_BETWEEN.sub('-', name)}-".lower()
