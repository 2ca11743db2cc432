"""A realistic archive of any size, written by the product's own store code; the same for the same seed.

    python -m bench archive --articles 100000 --db archive.db
    python -m bench archive --articles 1000000 --times 10 --narrow --db ten.db     no texts, no full-text index

Rows are written by the functions that the crawl uses; indexes and the numbers of changes are made at the end, all at
once. `--times` copies the articles by SQL, each copy with seconds, authors, tags and wire stories of its own. The file
has its name only when it is whole.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from bench.multiply import multiply
from bench.stories import LAST, Outlet, Press, Story
from pipelines import dedupe
from pipelines.decisions import Decision
from pipelines.items import Committed
from pipelines.reasons import Outcome
from pipelines.store import change, fulltext, urls
from pipelines.store.articles import store_article
from pipelines.store.captures import keep_capture
from pipelines.store.evidence import keep_dates
from pipelines.store.migrations import index_ddl
from pipelines.store.opening import open_writable
from pipelines.store.revisions import keep_revision
from pipelines.store.schema import TABLES
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, insert, update

_TOLD_EVERY = 50_000


def build(path: Path, press: Press, times: int = 1) -> float:
    """Writes the archive of a press to `path`, which must not be there, `times` over; gives articles a second."""
    part = path.with_name(path.name + ".part")
    for left in path.parent.glob(part.name + "*"):
        left.unlink()
    began = time.monotonic()
    connection = open_writable(part, LAST, 30, create=True)
    try:
        _load(connection, press, times)
    finally:
        connection.close()
    part.rename(path)
    return press.total * times / (time.monotonic() - began)


def _load(connection: sqlite3.Connection, press: Press, times: int) -> None:
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -1000000"):
        connection.execute(f"PRAGMA {pragma}")
    # Dates are written after a look for older ones of the same URL: that index stays.
    indexes = [statement for table in TABLES if table.name != "evidence" for statement in index_ddl(table)]
    for statement in indexes:
        connection.execute(f"DROP INDEX {statement.split()[2]}")
    connection.execute("BEGIN")
    _sources(connection, press.outlets)
    with change.loading(connection):
        _articles(connection, press)
        for copy in multiply(connection, times):
            _say(f"copy {copy} of {times - 1}")
    connection.execute("COMMIT")
    _say(f"{len(indexes)} indexes")
    for statement in indexes:
        connection.execute(statement)
    _clusters(connection)
    connection.execute("PRAGMA analysis_limit = 400")  # as the writer does when a crawl ends
    connection.execute("PRAGMA optimize = 0x10002")
    connection.execute("PRAGMA journal_mode = WAL")


def _articles(connection: sqlite3.Connection, press: Press) -> None:
    began, done = time.monotonic(), 0
    for batch in press.stories():
        stored = [_article(connection, story, press.narrow) for story in batch]
        if not press.narrow:
            fulltext.add(connection, stored)
        done += len(stored)
        if done % _TOLD_EVERY == 0 or done == press.total:
            _say(f"{done:,} articles, {done / (time.monotonic() - began):,.0f} a second")


def _article(connection: sqlite3.Connection, story: Story, narrow: bool) -> int:
    visit, reading = story.visit, story.reading
    capture = keep_capture(connection, visit, f"{visit.source}.example")
    article = store_article(connection, visit, reading, dedupe.public_id(visit.key), capture)
    columns: dict[str, Value] = {"cluster": story.cluster and story.cluster + 1, "state": story.state}
    if story.revised_at is not None:
        decision = Decision(Outcome.REVISED, revision="publisher", changed=("headline",), article=article)
        keep_revision(connection, article, decision, story.revised_at, None)
        columns |= {
            "headline": f"{reading.headline}, updated",
            "changed_at": story.revised_at,
            "revisions": 1,
        }
    if story.cluster or story.state != "published" or story.revised_at is not None:
        update(connection, "articles", columns, "id", article)
    if not narrow:
        keep_dates(connection, visit.key, reading, visit.visited_at)
        urls.visited(connection, visit, Committed(Outcome.STORED, article=article))
    return article


def _sources(connection: sqlite3.Connection, outlets: Iterable[Outlet]) -> None:
    for outlet in outlets:
        row: dict[str, Value] = {
            "id": outlet.id,
            "name": outlet.name,
            "homepage": f"https://{outlet.id}.example/",
            "country": outlet.country,
            "language": outlet.language,
            "first_seen_at": LAST,
        }
        insert(connection, "sources", row)


def _clusters(connection: sqlite3.Connection) -> None:
    """A wire story is a cluster where more than one outlet ran it."""
    connection.execute(
        "INSERT INTO clusters (id, text_hash, articles, first_article)"
        " SELECT cluster, printf('%032x', cluster - 1), count(*), min(id) FROM articles"
        " WHERE cluster IS NOT NULL GROUP BY cluster HAVING count(DISTINCT source) > 1"
    )
    connection.execute(
        "UPDATE articles SET cluster = NULL WHERE cluster IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM clusters WHERE clusters.id = articles.cluster)"
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> None:
    """Write one archive and tell how fast it went."""
    parser = argparse.ArgumentParser(prog="python -m bench archive", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words", type=int, default=180, help="words of a text on average")
    parser.add_argument("--narrow", action="store_true", help="no texts, captures, evidence, full-text index")
    parser.add_argument(
        "--times", type=int, default=1, help="so many times as many, by SQL; only with --narrow"
    )
    asked = parser.parse_args(arguments)
    if asked.times > 1 and not asked.narrow:
        sys.exit("Only narrow archives are multiplied: copies have no texts.")
    if asked.db.exists():
        sys.exit(f"{asked.db} is there already: name another file.")
    rate = build(asked.db, Press(asked.seed, asked.articles, asked.narrow, asked.words), asked.times)
    size = asked.db.stat().st_size / 1e6
    print(
        f"{asked.db}: {asked.articles * asked.times:,} articles, {size:,.0f} MB, {rate:,.0f} articles a second"
    )
