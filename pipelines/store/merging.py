"""Another archive's rows into this one: by public id, with nothing of ours overwritten by less, and twice is as once.

The other archive is attached as `other`; it has today's schema (the caller opened a copy of it once). Tables of the
connection's own (`merge_*`, temporary) say which number of theirs is which of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.store import clusters, fulltext
from pipelines.store.merging_articles import merge_articles
from pipelines.store.schema import TABLES
from pipelines.store.sqlite import sqlite3


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did."""

    articles: int = 0  # that were new to this archive
    replaced: int = 0  # of which the other archive had a later version; ours became an earlier one
    added_versions: int = 0  # earlier versions that only the other archive had
    captures: int = 0
    runs: int = 0
    kept_out: int = 0  # articles that were taken down here
    conflicts: tuple[str, ...] = ()  # sentences


def merge(connection: sqlite3.Connection, files: Mapping[str, str]) -> Merged:
    """Takes over what `other` has, in the caller's transaction. `files` names each of its capture files as it is called
    here. Raises sqlite3.Error.
    """
    _sources(connection)
    runs = _runs(connection)
    captures = _captures(connection, files)
    articles = merge_articles(connection)
    _addresses(connection)
    _ledger(connection)
    _stories(connection)
    conflicts = (*articles.conflicts, *_tombstones(connection))
    fulltext.add(connection, articles.changed)
    for table in ("merge_runs", "merge_captures", "merge_articles"):
        connection.execute(f"DROP TABLE temp.{table}")
    return Merged(
        articles=articles.new,
        replaced=articles.replaced,
        added_versions=articles.versions,
        captures=captures,
        runs=runs,
        kept_out=articles.kept_out,
        conflicts=conflicts,
    )


def columns_of(table: str, *without: str) -> list[str]:
    """Columns of a table of the schema, without some."""
    (found,) = (one for one in TABLES if one.name == table)
    return [column.name for column in found.columns if column.name not in without]


def listed(columns: list[str], prefix: str = "") -> str:
    """Columns as they stand in SQL."""
    return ", ".join(f'{prefix}"{column}"' for column in columns)


def _sources(connection: sqlite3.Connection) -> None:
    """A source that is new here is retired until sources.toml names it."""
    columns = columns_of("sources", "state")
    connection.execute(
        f"INSERT OR IGNORE INTO main.sources ({listed(columns)}, state) SELECT {listed(columns)}, 'retired' FROM other.sources"  # noqa: S608
    )
    places = listed(columns_of("places"))
    connection.execute(f"INSERT OR IGNORE INTO main.places ({places}) SELECT {places} FROM other.places")  # noqa: S608


def _runs(connection: sqlite3.Connection) -> int:
    """Runs are the same where they began at the same time by the same command."""
    same = "m.started_at = o.started_at AND m.command = o.command AND m.version = o.version"
    connection.execute(
        f"""CREATE TEMP TABLE merge_runs AS SELECT o.id AS theirs,
            (SELECT min(m.id) FROM main.runs m WHERE {same}) AS ours, 0 AS new FROM other.runs o"""  # noqa: S608
    )
    columns = columns_of("runs", "id")
    new = connection.execute("SELECT theirs FROM merge_runs WHERE ours IS NULL ORDER BY theirs").fetchall()
    for (theirs,) in new:
        ours = connection.execute(
            f"INSERT INTO main.runs ({listed(columns)}) SELECT {listed(columns)} FROM other.runs WHERE id = ?",  # noqa: S608
            (theirs,),
        ).lastrowid
        connection.execute("UPDATE merge_runs SET ours = ?, new = 1 WHERE theirs = ?", (ours, theirs))
    connection.execute("UPDATE main.runs SET state = 'killed' WHERE state = 'running' AND id IN (SELECT ours FROM merge_runs WHERE new)")  # fmt: skip
    return len(new)


def _captures(connection: sqlite3.Connection, files: Mapping[str, str]) -> int:
    """A capture is the same where its record lies at the same place of the same file."""
    connection.execute("CREATE TEMP TABLE merge_captures (theirs INTEGER PRIMARY KEY, ours INTEGER)")
    columns = columns_of("captures", "id", "file")
    rights = columns_of("rights", "capture")
    added = 0
    for theirs, file, offset, place in connection.execute(
        'SELECT id, file, "offset", place FROM other.captures'
    ).fetchall():
        name = files.get(file, file) if place is None else file
        row = connection.execute(
            'SELECT id FROM main.captures WHERE file = ? AND "offset" = ? AND place IS ?',
            (name, offset, place),
        ).fetchone()
        ours = row[0] if row else None
        if ours is None:
            ours = connection.execute(
                f"INSERT INTO main.captures (file, {listed(columns)}) SELECT ?, {listed(columns)} FROM other.captures WHERE id = ?",  # noqa: S608
                (name, theirs),
            ).lastrowid
            connection.execute(
                f"INSERT INTO main.rights (capture, {listed(rights)}) SELECT ?, {listed(rights)} FROM other.rights WHERE capture = ?",  # noqa: S608
                (ours, theirs),
            )
            added += 1
        connection.execute("INSERT INTO merge_captures VALUES (?, ?)", (theirs, ours))
    connection.execute(
        """INSERT OR IGNORE INTO main.erasures (capture, asked_at)
        SELECT m.ours, e.asked_at FROM other.erasures e JOIN merge_captures m ON m.theirs = e.capture"""
    )
    return added


def _addresses(connection: sqlite3.Connection) -> None:
    """Addresses with what became of them, what listings and pages said of them, when they are due."""
    columns = columns_of("urls", "article")
    theirs = "(SELECT m.ours FROM merge_articles m WHERE m.theirs = o.article)"
    connection.execute(
        f"INSERT OR IGNORE INTO main.urls ({listed(columns)}, article) SELECT {listed(columns)}, {theirs} FROM other.urls o"  # noqa: S608
    )
    # What we only knew by name, or never could fetch, is an article now.
    connection.execute(
        f"""UPDATE main.urls SET article = {theirs}, outcome = o.outcome, reason = o.reason, alias_of = o.alias_of
        FROM other.urls o WHERE o.key = main.urls.key AND main.urls.article IS NULL AND {theirs} IS NOT NULL
        AND main.urls.key NOT IN (SELECT key FROM main.tombstones)"""  # noqa: S608
    )
    for table, same in (
        ("evidence", "m.kind = o.kind AND m.origin = o.origin AND m.name IS o.name AND m.printed IS o.printed AND m.title IS o.title AND m.seen_in IS o.seen_in AND m.seen_at = o.seen_at"),
        ("doubts", "m.doubt = o.doubt AND m.detail = o.detail"),
    ):  # fmt: skip
        columns = columns_of(table, "id", "article")
        own = ", article" if table == "doubts" else ""
        mapped = f", {theirs}" if own else ""
        connection.execute(
            f"""INSERT INTO main.{table} ({listed(columns)}{own}) SELECT {listed(columns, "o.")}{mapped} FROM other.{table} o
            WHERE o.key NOT IN (SELECT key FROM main.tombstones)
            AND NOT EXISTS (SELECT 1 FROM main.{table} m WHERE m.key = o.key AND {same}) ORDER BY o.id"""  # noqa: S608
        )
    connection.execute(
        """INSERT INTO main.sightings (key, last_seen_at, seen_in, times)
        SELECT key, last_seen_at, seen_in, times FROM other.sightings WHERE key NOT IN (SELECT key FROM main.tombstones)
        ON CONFLICT (key) DO UPDATE SET times = max(times, excluded.times),
            seen_in = iif(excluded.last_seen_at > last_seen_at, excluded.seen_in, seen_in),
            last_seen_at = max(last_seen_at, excluded.last_seen_at)"""
    )
    columns = columns_of("frontier", "run", "state")
    connection.execute(
        f"""INSERT OR IGNORE INTO main.frontier ({listed(columns)}, state)
        SELECT {listed(columns)}, iif(state = 'leased', 'due', state) FROM other.frontier"""  # noqa: S608
    )
    connection.execute(
        "UPDATE main.frontier SET state = 'parked' WHERE kind = 'article' AND key IN (SELECT key FROM main.tombstones)"
    )


def _ledger(connection: sqlite3.Connection) -> None:
    """Visits of runs that are new here; days of sources that have none here."""
    columns = columns_of("fetches", "id", "run")
    connection.execute(
        f"""INSERT INTO main.fetches (run, {listed(columns)}) SELECT r.ours, {listed(columns, "o.")}
        FROM other.fetches o JOIN merge_runs r ON r.theirs = o.run AND r.new ORDER BY o.id"""  # noqa: S608
    )
    connection.execute(
        f"""INSERT INTO main.fetches ({listed(columns)}) SELECT {listed(columns, "o.")} FROM other.fetches o
        WHERE o.run IS NULL AND NOT EXISTS (SELECT 1 FROM main.fetches m WHERE m.key = o.key AND m.visited_at = o.visited_at
            AND m.run IS NULL) ORDER BY o.id"""  # noqa: S608
    )
    for table in ("source_health", "hosts"):
        columns = columns_of(table)
        connection.execute(
            f"INSERT OR IGNORE INTO main.{table} ({listed(columns)}) SELECT {listed(columns)} FROM other.{table}"  # noqa: S608
        )


def _stories(connection: sqlite3.Connection) -> None:
    """Stories as the other archive tied them, and new ones where texts of both are the same."""
    columns = columns_of("clusters", "id", "first_article")
    connection.execute(
        f"INSERT OR IGNORE INTO main.clusters ({listed(columns)}) SELECT {listed(columns)} FROM other.clusters"  # noqa: S608
    )
    connection.execute(
        """UPDATE main.articles SET cluster = (
            SELECT c.id FROM merge_articles m JOIN other.articles o ON o.id = m.theirs
            JOIN other.clusters oc ON oc.id = o.cluster JOIN main.clusters c ON c.text_hash = oc.text_hash
            WHERE m.ours = main.articles.id)
        WHERE cluster IS NULL AND state != 'withheld' AND id IN (SELECT ours FROM merge_articles)"""
    )
    same = """SELECT t.text_hash FROM main.article_text t JOIN main.articles a ON a.id = t.article
        WHERE t.text_hash IS NOT NULL AND a.state != 'withheld' AND t.text_hash IN (
            SELECT text_hash FROM main.article_text WHERE article IN (SELECT ours FROM merge_articles WHERE what = 'new'))
        GROUP BY 1 HAVING count(DISTINCT a.source) > 1"""
    for (text_hash,) in connection.execute(same).fetchall():
        connection.execute(
            "INSERT OR IGNORE INTO main.clusters (text_hash, articles) VALUES (?, 0)", (text_hash,)
        )
        connection.execute(
            """UPDATE main.articles SET cluster = (SELECT id FROM main.clusters WHERE text_hash = ?1)
            WHERE cluster IS NULL AND state != 'withheld'
            AND id IN (SELECT article FROM main.article_text WHERE text_hash = ?1)""",
            (text_hash,),
        )
    for (cluster,) in connection.execute("SELECT id FROM main.clusters").fetchall():
        clusters.count(connection, cluster)
    connection.execute("DELETE FROM main.clusters WHERE articles < 1")


def _tombstones(connection: sqlite3.Connection) -> list[str]:
    """What was taken down there and is not here is kept out; what is shown here is told, for a person to decide."""
    shown = connection.execute(
        """SELECT o.key, o.reason FROM other.tombstones o JOIN main.urls u ON u.key = o.key
        JOIN main.articles a ON a.id = u.article AND a.state != 'withheld'
        WHERE o.mode != 'expired' AND o.key NOT IN (SELECT key FROM main.tombstones) ORDER BY o.key"""
    ).fetchall()
    columns = columns_of("tombstones")
    connection.execute(
        f"""INSERT OR IGNORE INTO main.tombstones ({listed(columns)}) SELECT {listed(columns)} FROM other.tombstones o
        WHERE o.key NOT IN (SELECT u.key FROM main.urls u JOIN main.articles a ON a.id = u.article AND a.state != 'withheld')"""  # noqa: S608
    )
    columns = columns_of("takedowns", "id")
    connection.execute(
        f"""INSERT INTO main.takedowns ({listed(columns)}) SELECT {listed(columns)} FROM other.takedowns o WHERE NOT EXISTS (
            SELECT 1 FROM main.takedowns m WHERE m.made_at = o.made_at AND m.action = o.action AND m.url = o.url)"""  # noqa: S608
    )
    return [
        f"{key} was taken down in the other archive ({reason}) and is shown here: `newsbot takedown` takes it down here too."
        for key, reason in shown
    ]
