"""Common Crawl's news files: the lists of their paths, as they are published month by month, and which days they hold."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from newsbot.backfill.opening import is_address, opened
from pipelines.errors import ConfigurationError

BASE: Final = "https://data.commoncrawl.org/"
LONGEST_FILE: Final = timedelta(days=1)
"""Between the first record of a file, which its name tells, and its last: some hours, in quiet times of 2016 most of a
day. A file that began so long before a day may hold pages of it."""

_NAME: Final = re.compile(r"CC-NEWS-(\d{14})-\d+\.warc(?:\.gz)?\Z")
_LARGEST_LIST: Final = 64 * 1024 * 1024  # bytes; a month has some 500 lines of 70


def paths_in(place: str) -> list[str]:
    """The lines of a list (warc.paths or warc.paths.gz), a file or an address. Raises ConfigurationError, OSError."""
    with closing(opened(place)) as file:
        raw = file.read(_LARGEST_LIST + 1)
    try:
        text = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigurationError(f"{place} is a damaged list: {error}.") from error
    lines = [line.strip() for line in text.decode("utf-8", "replace").splitlines()]
    paths = [line for line in lines if line and not line.startswith("#")]
    if wrong := next((line for line in paths if begun_at(line) is None), None):
        raise ConfigurationError(
            f"{place} is no list of CC-NEWS files: {wrong[:100]!r} is not as "
            "crawl-data/CC-NEWS/2019/02/CC-NEWS-20190211111110-00095.warc.gz."
        )
    return paths


def begun_at(path: str) -> datetime | None:
    """When the file was begun, as its name says; None where it has no such name."""
    named = _NAME.search(path)
    if named is None:
        return None
    try:
        return datetime.strptime(named[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def of_days(paths: Iterable[str], since: date | None, until: date | None) -> Iterator[str]:
    """The files that may hold captures of these days, each once, in the order of their names' times."""
    dated = {path: begun for path in paths if (begun := begun_at(path)) is not None}
    for path in sorted(dated, key=lambda path: (dated[path], path)):
        begun = dated[path]
        if since is not None and (begun + LONGEST_FILE).date() < since:
            continue
        if until is None or begun.date() <= until:
            yield path


def place_of(base: str, path: str) -> str:
    """Where a file of a list lies: below an address, or below a folder, in which it may also lie by its name alone."""
    if is_address(base):
        return f"{base.rstrip('/')}/{path.lstrip('/')}"
    whole = Path(base) / path.lstrip("/")
    alone = Path(base) / whole.name
    return str(alone if alone.is_file() and not whole.is_file() else whole)
