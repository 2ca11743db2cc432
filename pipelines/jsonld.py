"""JSON-LD of a page as a flat list of nodes, broken JSON mended where the breakage is a known one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

MAX_BLOCK = 1_000_000  # characters of one script block; real ones stay below 0.3 M
MAX_TOTAL = 3_000_000  # characters of all blocks of one page
MAX_NODES = 400
MAX_DEPTH = 12

_NESTED = ("@graph", "mainEntity", "mainEntityOfPage")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_DOUBLE_COMMA = re.compile(r",(?:\s*,)+")
_MISSING_COMMA = re.compile(r'(?<=["}\]])(\s*\n\s*)(?="[^"\n]{1,60}"\s*:)')
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')


def nodes(blocks: Iterator[str] | list[str]) -> tuple[dict[str, Any], ...]:
    """The nodes of all `<script type="application/ld+json">` blocks, outermost first.

    `@graph`, `mainEntity` and `mainEntityOfPage` are opened; `itemListElement` is not (it lists other
    pages). A block that cannot be mended is left out. Blocks past the limits are left out.
    """
    found: list[dict[str, Any]] = []
    total = 0
    for block in blocks:
        total += len(block)
        if len(block) > MAX_BLOCK or total > MAX_TOTAL:
            break
        for value in load(block):
            _flatten(value, found, 0)
    return tuple(found[:MAX_NODES])


def load(block: str) -> list[Any]:
    """The JSON values of one block: usually one, none where it cannot be mended."""
    for mended in _mendings(block):
        try:
            return [json.loads(mended, strict=False)]  # not strict: raw newlines inside strings
        except RecursionError:
            return []
        except ValueError:
            continue
    return _in_a_row(_trimmed(block))


def _mendings(block: str) -> Iterator[str]:
    """The block as it is, then with one known breakage after the other mended."""
    yield block
    text = _trimmed(block)
    yield text
    if "&quot;" in text or "&#34;" in text:
        text = unescape(text)
        yield text
    text = _TRAILING_COMMA.sub("", _DOUBLE_COMMA.sub(",", text))
    yield text
    text = _BAD_ESCAPE.sub(r"\\\\", _MISSING_COMMA.sub(r",\1", text))
    yield text
    yield _TRAILING_COMMA.sub("", unescape(text))


def _trimmed(block: str) -> str:
    previous, text = None, block.strip().lstrip("\ufeff")
    while previous != text:
        previous, text = text, _WRAPPING.sub("", text).strip()
    return text.rstrip("; \n\t")


def _in_a_row(text: str) -> list[Any]:
    """Several objects one after the other, with or without commas; stops at the first broken one."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = 0
    while at < len(text) and len(values) < MAX_NODES:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
        while at < len(text) and text[at] in " \t\r\n,;":
            at += 1
    return values


def _flatten(value: Any, found: list[dict[str, Any]], depth: int) -> None:
    if depth > MAX_DEPTH or len(found) >= MAX_NODES:
        return
    if isinstance(value, list):
        for item in value:
            _flatten(item, found, depth + 1)
    elif isinstance(value, dict):
        if len(value) > 1 or "@graph" not in value:
            found.append(value)
        for key in _NESTED:
            if isinstance(value.get(key), (dict, list)):
                _flatten(value[key], found, depth + 1)


def types_of(node: dict[str, Any]) -> frozenset[str]:
    """The `@type` names of a node without their namespace."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in names if isinstance(name, str))
