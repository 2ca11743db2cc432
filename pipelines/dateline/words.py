"""The closed word lists of the dateline grammar, from words.tsv."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pipelines.dateline.folding import fold

_FILE = Path(__file__).with_name("words.tsv")


@lru_cache(maxsize=32)
def words(name: str) -> frozenset[str]:
    """The folded words of one list; lists may run over several lines.

    Raises KeyError for a list that words.tsv does not have.
    """
    found: set[str] = set()
    for line in _FILE.read_text("utf-8").splitlines():
        listed, _, printed = line.partition("\t")
        if listed == name:
            found.update(fold(word.replace("_", " ")) for word in printed.split())
    if not found:
        raise KeyError(name)
    return frozenset(found)
