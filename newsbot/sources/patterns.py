"""Checks of expressions in sources.toml: regular expressions for URLs, XPath for blocks of a page."""

from __future__ import annotations

import re
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from lxml import etree

from newsbot.sources.values import shown, text

LONGEST_PATTERN = 500  # characters of one regular expression or XPath


def pattern(value: object) -> re.Pattern[str]:
    """A regular expression that is searched for in URLs.

    Refused are patterns with a repeat inside a repeat such as `(a+)+`: Python's matcher can take for ever over
    them, and it runs on every link. What is left is bounded by the length of the pattern and of the URL.
    """
    if not isinstance(value, str) or not value:
        raise ValueError(f"must be a regular expression in quotes, not {shown(value)}")
    if len(value) > LONGEST_PATTERN:
        raise ValueError(f"must be a regular expression of at most {LONGEST_PATTERN} characters")
    try:
        compiled = re.compile(value)
        nested = _repeats_in_repeats(_parser.parse(value))
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"must be a regular expression, and {shown(value)} is none: {error}") from None
    if nested:
        raise ValueError(
            f"has a repeat inside a repeat in {shown(value)}, which can take for ever; one repeat is enough"
        )
    return compiled


def _repeats_in_repeats(tree: Any, inside: bool = False) -> bool:
    """Whether an open-ended repeat holds another one, in a parsed regular expression."""
    for operation, argument in tree:
        name = str(operation)
        repeats = name in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > 25
        if repeats and inside:
            return True
        inner = argument if isinstance(argument, tuple) else (argument,)
        for part in inner:
            branches = part if isinstance(part, list) else [part]
            for branch in branches:
                if isinstance(branch, _parser.SubPattern) and _repeats_in_repeats(branch, inside or repeats):
                    return True
    return False


def xpath(value: object) -> str:
    """An XPath 1.0 expression that selects elements of the page."""
    word = text(value)
    if len(word) > LONGEST_PATTERN:
        raise ValueError(f"must be an XPath of at most {LONGEST_PATTERN} characters")
    try:
        result = etree.XPath(word)(etree.fromstring("<html/>"))
    except etree.XPathError as error:
        raise ValueError(
            f"must be an XPath such as \"//aside[@class='related']\", and {shown(value)} is none: {error}"
        ) from None
    if not isinstance(result, list):
        raise ValueError(f"must be an XPath that selects elements, and {shown(value)} does not")
    return word
