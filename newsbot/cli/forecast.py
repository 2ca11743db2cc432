"""What a crawl would visit now: `newsbot crawl --dry-run`. Reads the sources and the frontier, changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from newsbot.cli.table import table
from pipelines.store import open_readonly
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import instant

if TYPE_CHECKING:
    from newsbot.sources import Source

# What a killed run has leased is freed when the next one begins, so it counts as due.
_DUE = """
    select kind = 'article', key from frontier
    where source = :source and state != 'parked' and (due_at <= :now or state = 'leased')
"""
_ALL = """
    select kind = 'article', key from frontier
    where source = :source and (
        kind != 'article' and state != 'parked'
        or kind = 'article' and (first_due_at >= :window or (state = 'due' and due_at <= :now))
    )
"""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a crawl would visit of one source; links that its listings name for the first time come on top."""

    source: str
    name: str
    listings: int
    articles: int


def forecast(sources: Sequence[Source], archive: Path, now: datetime, *, everything: bool) -> list[Forecast]:
    """One row a source. An archive that is not there yet is no fault: then every listing is due."""
    if not archive.exists():
        return [_row(source, set(), set(), 0) for source in sources]
    with closing(open_readonly(archive)) as db:
        return [_known(db, source, now, everything) for source in sources]


def told(rows: Sequence[Forecast], limit: int | None) -> Iterator[str]:
    """The forecast as a table, and what it cannot know."""
    yield from table(
        ("source", "listings due", "articles due"),
        [(row.name, f"{row.listings:,}", f"{row.articles:,}") for row in rows],
        right=(1, 2),
    )
    yield ""
    most = f" At most {limit:,} articles would be visited." if limit else ""
    yield f"Nothing was fetched. Articles that the listings name for the first time come on top.{most}"


def _known(db: sqlite3.Connection, source: Source, now: datetime, everything: bool) -> Forecast:
    window = now - timedelta(seconds=max(source.revisit, default=0.0))
    asked = {"source": source.id, "now": instant(now), "window": instant(window)}
    due = db.execute(_ALL if everything else _DUE, asked).fetchall()
    known = {key for (key,) in db.execute("select key from frontier where source = ?", (source.id,))}
    return _row(source, {key for article, key in due if not article}, known, sum(row[0] for row in due))


def _row(source: Source, due: Collection[str], known: Collection[str], articles: int) -> Forecast:
    """Listings that the archive has not met yet are due too."""
    from pipelines.dedupe import url_key

    new = {url_key(url) for url, _ in source.listings()} - set(known)
    return Forecast(source.id, source.name, len(due) + len(new), articles)
