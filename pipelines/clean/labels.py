"""The words by which pages name what is not the article (labels.toml), folded for comparison."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pipelines.clean.runs import key_of


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


def by_language(section: str) -> dict[str, list[str]]:
    """The labels of a section as written, by language."""
    return {language: list(words) for language, words in _table()[section].items()}
