"""The words by which pages name what is not the article (labels.toml), folded for comparison."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from pipelines.clean.runs import key_of

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3041-\u30ff\u4e00-\u9fff]")


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    with files("pipelines.clean").joinpath("labels.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def labels(section: str) -> frozenset[str]:
    """All labels of a section of labels.toml, in every language, folded."""
    return frozenset(key_of(label) for words in _table()[section].values() for label in words)


@cache
def starts(section: str) -> tuple[str, ...]:
    """The same, longest first: for the beginning of a line."""
    return tuple(sorted(labels(section), key=lambda label: (-len(label), label)))


@cache
def _by_first_word(section: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for label in starts(section):
        first = label.split()[0]
        found.setdefault("" if _UNSPACED.search(first) else first, []).append(label)
    return {first: tuple(words) for first, words in found.items()}


def starts_with(section: str, first: str) -> tuple[str, ...]:
    """Those of `starts` whose first word is this one, and those in scripts that set no spaces."""
    index = _by_first_word(section)
    return index.get(first, ()) + index.get("", ())


def starts_among(section: str, words: Iterable[str]) -> list[str]:
    """Those of `starts` whose first word is one of these, in any order, and those in scripts that set no spaces."""
    index = _by_first_word(section)
    return [label for first in index.keys() & {*words, ""} for label in index[first]]


def by_language(section: str) -> dict[str, list[str]]:
    """The labels of a section as written, by language."""
    return {language: list(words) for language, words in _table()[section].items()}
