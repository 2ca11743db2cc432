"""sources.toml to frozen dataclasses; whatever is wrong is one sentence with file, source and key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsbot.sources.alerts import alerts_of, search_of
from newsbot.sources.keys import BY_NAME, REQUIRED, SHARED, Key
from newsbot.sources.source import Alerts, Defaults, Search, Source, Sources
from newsbot.sources.spelling import meant
from newsbot.sources.values import contact
from pipelines.errors import ConfigurationError

LARGEST = 20_000_000  # bytes; some 50,000 sources

_TABLES = ("defaults", "alerts", "source", "search")
_CONTACT = Key("contact", '"editor@example.org"', contact, "Goes into the user agent.", "none")
_DEFAULTS = {"contact": _CONTACT, **SHARED}


def load(path: str | Path, *, begun: bool = False) -> Sources:
    """Read and check a sources.toml. `begun` takes one without a source too, or none at all: `newsbot add` writes it.

    Raises ConfigurationError with one sentence that names the file, the source (its id, or its number where it
    has none) and the key.
    """
    path = Path(path)
    if begun and not path.exists():
        return Sources(path, Defaults(), ())
    return parse(read_text(path), path, begun=begun)


def parse(text: str, path: Path, *, begun: bool = False) -> Sources:
    """`load` for a text in hand; `path` is only named in sentences."""
    tables = _tables(text, path)
    defaults = _defaults(tables.get("defaults", {}), path)
    entries = tables.get("source", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigurationError(f"{path}: write [[source]] with two brackets, once for each source.")
    sources: dict[str, Source] = {}
    for number, entry in enumerate(entries, 1):
        source = _source(entry, defaults, number, path)
        if source.id in sources:
            raise ConfigurationError(
                f'{path}: source {number}: id "{source.id}" stands twice; each source needs its own.'
            )
        sources[source.id] = source
    if not sources and not begun:
        raise ConfigurationError(f"{path}: there is no [[source]] in it; `newsbot add URL` writes one.")
    return Sources(path, defaults, tuple(sources.values()), _alerts(tables, path), _searches(tables, path))


def check_entry(entry: Mapping[str, object], path: Path) -> Source:
    """One `[[source]]` table by itself, before it is written to `path`. Raises ConfigurationError."""
    return _source(entry, Defaults(), 1, path)


def read_text(path: Path) -> str:
    """The text of a sources file. Raises ConfigurationError: not there, not readable, too large, not UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file; `newsbot init` writes one.") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: it cannot be read ({error.strerror or error}).") from None
    if len(data) > LARGEST:
        raise ConfigurationError(f"{path}: it is larger than {LARGEST // 10**6} MB; split it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}: line {line} is not UTF-8; save the file as UTF-8.") from None


def _tables(text: str, path: Path) -> dict[str, Any]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: this is not TOML: {_first_small(str(error))}.") from None
    except RecursionError:
        raise ConfigurationError(
            f"{path}: this is not TOML that newsbot reads: it is nested too deeply."
        ) from None
    for name in tables:
        if name not in _TABLES:
            hint = (
                meant(name, _TABLES)
                or "; the file has [defaults], [alerts], [[source]] and [[search]] tables."
            )
            raise ConfigurationError(f'{path}: "{name}" is not known at the top of the file{hint}')
    return tables


def _first_small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _defaults(table: object, path: Path) -> Defaults:
    where = f"{path}: [defaults]"
    if not isinstance(table, dict):
        raise ConfigurationError(f"{where}: must be one table; write [defaults] with one bracket, once.")
    for name in table:
        if name in BY_NAME and name not in _DEFAULTS:
            raise ConfigurationError(
                f"{where}: {name} belongs to a single source; move it to its [[source]]."
            )
    checked = _checked(table, _DEFAULTS, where)
    address = checked.pop("contact", None)
    return Defaults(str(address) if address else None, tuple(checked.items()))


def _alerts(tables: Mapping[str, Any], path: Path) -> Alerts:
    try:
        return alerts_of(tables.get("alerts", {}))
    except ValueError as error:
        raise ConfigurationError(f"{path}: [alerts]: {error}{_stop(error)}") from None


def _searches(tables: Mapping[str, Any], path: Path) -> tuple[Search, ...]:
    entries = tables.get("search", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigurationError(f"{path}: write [[search]] with two brackets, once for each search.")
    searches: dict[str, Search] = {}
    for number, entry in enumerate(entries, 1):
        try:
            search = search_of(entry)
        except ValueError as error:
            raise ConfigurationError(f"{path}: search {number}: {error}{_stop(error)}") from None
        if search.name in searches:
            raise ConfigurationError(f'{path}: search {number}: the name "{search.name}" stands twice.')
        searches[search.name] = search
    return tuple(searches.values())


def _stop(error: ValueError) -> str:
    return "" if str(error).endswith("?") else "."


def _source(entry: Mapping[str, object], defaults: Defaults, number: int, path: Path) -> Source:
    name = entry.get("id")
    where = f'{path}: source "{name}"' if isinstance(name, str) and name else f"{path}: source {number}"
    if "contact" in entry:
        raise ConfigurationError(f"{where}: contact is one for all sources; move it to [defaults].")
    checked = _checked(entry, BY_NAME, where)
    for key in REQUIRED:
        if key not in checked:
            raise ConfigurationError(
                f"{where}: {key} is missing; write {key} = {BY_NAME[key].takes}, for example."
            )
    fields: dict[str, Any] = {**dict(defaults.values), **checked}
    return Source(**fields)


def _checked(table: Mapping[str, object], keys: Mapping[str, Key], where: str) -> dict[str, object]:
    """The table's values, each through the check of its key."""
    checked: dict[str, object] = {}
    for name, value in table.items():
        key = keys.get(name)
        if key is None:
            raise ConfigurationError(
                f'{where}: "{name}" is not a key{meant(name, keys) or "; docs/add-a-source.md lists them."}'
            )
        try:
            checked[name] = key.check(value)
        except ValueError as error:
            raise ConfigurationError(f"{where}: {name} {error}{_stop(error)}") from None
    return checked
