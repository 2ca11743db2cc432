"""`[alerts]` and `[[search]]` of sources.toml: who is told what a crawl found."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from newsbot.sources.source import Alerts, Search
from newsbot.sources.spelling import meant
from newsbot.sources.values import Check, duration, one_of, shown, text


def command(value: object) -> tuple[str, ...]:
    """A program with its arguments: a list, or a line that is cut as a shell cuts it; no shell is run."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value) and value[0]:
        return tuple(value)
    try:
        parts = tuple(shlex.split(text(value)))
    except ValueError:
        parts = ()
    if not parts:
        raise ValueError(
            f'must be a command such as ["mail", "-s", "newsbot", "me@example.org"], not {shown(value)}'
        )
    return parts


def query(value: object) -> str:
    """A search as it is typed in the reading room."""
    words = text(value)
    if len(words) > 500:
        raise ValueError("must be a search of at most 500 characters")
    return words


ALERTS: dict[str, tuple[Check, str, str, str]] = {
    "command": (command, '["mail", "-s", "newsbot", "me@example.org"]', "nobody is told",
                "The program that is run after a crawl which raised or cleared an alarm, or found new hits."),
    "format": (one_of("json", "text"), '"text"', "json",
               "What it reads from stdin: a JSON object, or lines for people."),
    "timeout": (duration, '"30s"', "30s", "How long it may take before it is stopped."),
}  # fmt: skip
SEARCH: dict[str, tuple[Check, str, str, str]] = {
    "name": (text, '"harbour"', "must be given", "What the search is called when its hits are told."),
    "query": (query, '"harbour OR port"', "must be given",
              "The search, as in the reading room; only articles that came in since the last crawl are told."),
}  # fmt: skip


def alerts_of(table: object) -> Alerts:
    """`[alerts]` checked. Raises ValueError with the end of a sentence."""
    if not isinstance(table, dict):
        raise ValueError("must be one table; write [alerts] with one bracket, once")
    return Alerts(**_checked(table, ALERTS))


def search_of(table: Mapping[str, object]) -> Search:
    """One `[[search]]` checked. Raises ValueError with the end of a sentence."""
    fields = _checked(table, SEARCH)
    for key in SEARCH:
        if key not in fields:
            raise ValueError(f"{key} is missing; write {key} = {SEARCH[key][1]}, for example")
    return Search(**fields)


def _checked(table: Mapping[str, object], keys: Mapping[str, tuple[Check, str, str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in table.items():
        if name not in keys:
            raise ValueError(f'"{name}" is not a key{meant(name, keys) or "; it takes " + ", ".join(keys)}')
        try:
            fields[name] = keys[name][0](value)
        except ValueError as error:
            raise ValueError(f"{name} {error}") from None
    return fields


def table_of(keys: Mapping[str, tuple[Check, str, str, str]]) -> list[str]:
    """The lines of a Markdown table of keys, for the docs."""
    lines = ["| key | example | left out | meaning |", "|---|---|---|---|"]
    return lines + [
        f"| `{name}` | `{takes}` | {default} | {meaning} |"
        for name, (_, takes, default, meaning) in keys.items()
    ]
