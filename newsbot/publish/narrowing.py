"""What narrows a page that is no listing: the same filters in its address, shown with links that drop them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from newsbot.publish import labels
from newsbot.publish.browse import Chip
from newsbot.publish.facets import label
from newsbot.publish.query import Query, parse


def asked(pairs: Iterable[tuple[str, str]], own: Iterable[str]) -> tuple[Query | None, dict[str, str]]:
    """The listing that an address speaks of, and the page's own parameters by name; None where it names a filter that is none."""
    names = frozenset(own)
    mine: dict[str, str] = {}
    others = []
    for name, value in pairs:
        if name in names:
            mine[name] = value.strip().replace("\x00", "")
        else:
            others.append((name, value))
    return parse(others), mine


def chips(
    query: Query, path: str, sources: Mapping[str, str], more: Iterable[tuple[str, str]] = ()
) -> list[Chip]:
    """One chip a filter. `more` are parameters of the page that its address keeps."""
    kept = list(more)
    return [
        Chip(
            labels.COLUMNS.get(name, name),
            label(name, value, sources),
            with_pairs(query.without_value(name, value).address(path), kept),
        )
        for name in sorted(query.picked)
        for value in query.picked[name]
    ]


def with_pairs(address: str, pairs: Iterable[tuple[str, str]]) -> str:
    """An address with further parameters, empty ones left out."""
    told = urlencode([(name, value) for name, value in pairs if value])
    if not told:
        return address
    return f"{address}{'&' if '?' in address else '?'}{told}"
