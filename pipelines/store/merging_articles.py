"""Articles of another archive: new ones with all their rows, known ones by which archive saw them later."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.store import fulltext
from pipelines.store.schema import TABLES
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import update

_SIDES = tuple(
    table.name
    for table in TABLES
    if any(column.name == "article" for column in table.columns)
    and table.name not in ("urls", "deleted_articles", "revisions", "doubts", "corrections", "story_bands")
)
_OURS_STAYS = (
    "id",
    "public_id",
    "url",
    "source",
    "first_seen_at",
    "cluster",
    "change",
    "revisions",
    "capture",
)
_SEEN = (
    "coalesce((SELECT captured_at FROM {0}.captures c WHERE c.id = a.capture), a.changed_at, a.first_seen_at)"
)
_WORDS = ("headline", "lede", "byline")


@dataclass(slots=True)
class MergedArticles:
    """What became of their articles."""

    new: int = 0
    replaced: int = 0
    versions: int = 0
    kept_out: int = 0
    changed: list[int] = field(default_factory=list)  # articles of ours whose words are to be indexed
    conflicts: list[str] = field(default_factory=list)


def merge_articles(connection: sqlite3.Connection) -> MergedArticles:
    """Takes over articles, their versions and corrections; leaves `merge_articles` (theirs, ours, what)."""
    connection.execute(
        "CREATE TEMP TABLE merge_articles (theirs INTEGER PRIMARY KEY, ours INTEGER, what TEXT)"
    )
    done = MergedArticles()
    rows = connection.execute(
        """SELECT o.id, o.public_id, o.url, m.id, m.state, m.content_hash IS o.content_hash, o.state,
            EXISTS (SELECT 1 FROM main.tombstones t WHERE t.public_id = o.public_id
                    OR t.key IN (SELECT key FROM other.urls WHERE article = o.id))
        FROM other.articles o LEFT JOIN main.articles m ON m.public_id = o.public_id ORDER BY o.id"""
    ).fetchall()
    for theirs, _, url, ours, state, same, their_state, kept_out in rows:
        if kept_out or state == "withheld":
            done.kept_out += 1
            continue
        if ours is None:
            new = _new(connection, theirs)
            _note(connection, theirs, new, "new")
            done.new += 1
            done.changed.append(new)
        elif not same and their_state != "withheld":
            later = _later(connection, theirs, ours)
            _differ(connection, theirs, ours, later, done)
            told = (
                "the other archive's version is later and stands now" if later else "ours is later and stays"
            )
            done.conflicts.append(
                f"{url} reads differently in the two archives; {told}, the other one is kept as an earlier version."
            )
            _note(connection, theirs, ours, "known")
        else:
            _note(connection, theirs, ours, "known")
            connection.execute(
                "UPDATE main.articles SET first_seen_at = min(first_seen_at, (SELECT first_seen_at FROM other.articles WHERE id = ?)) WHERE id = ?",
                (theirs, ours),
            )
    done.versions += _versions(connection)
    return done


def _note(connection: sqlite3.Connection, theirs: int, ours: int, what: str) -> None:
    connection.execute("INSERT INTO merge_articles VALUES (?, ?, ?)", (theirs, ours, what))


def _new(connection: sqlite3.Connection, theirs: int) -> int:
    columns = _columns("articles", "id", "cluster", "change", "capture")
    ours = connection.execute(
        f"INSERT INTO main.articles ({columns}, capture) SELECT {columns}, {_CAPTURE.format('o.capture')} FROM other.articles o WHERE id = ?",  # noqa: S608
        (theirs,),
    ).lastrowid
    assert ours is not None
    _take_sides(connection, theirs, ours)
    connection.execute(
        """INSERT OR IGNORE INTO main.story_bands (week, band, article)
        SELECT week, band, ? FROM other.story_bands WHERE article = ?""",
        (ours, theirs),
    )
    return ours


def _take_sides(connection: sqlite3.Connection, theirs: int, ours: int) -> None:
    for table in _SIDES:
        columns = _columns(table, "article")
        connection.execute(f'DELETE FROM main."{table}" WHERE article = ?', (ours,))  # noqa: S608
        connection.execute(
            f'INSERT INTO main."{table}" (article, {columns}) SELECT ?, {columns} FROM other."{table}" WHERE article = ?',  # noqa: S608
            (ours, theirs),
        )


def _later(connection: sqlite3.Connection, theirs: int, ours: int) -> bool:
    """Whether the other archive saw the article after ours did."""
    their, our = (
        connection.execute(
            f"SELECT {_SEEN.format(base)} FROM {base}.articles a WHERE id = ?",  # noqa: S608  our own names
            (number,),
        ).fetchone()[0]
        for base, number in (("other", theirs), ("main", ours))
    )
    return bool(their > our)


def _differ(
    connection: sqlite3.Connection, theirs: int, ours: int, later: bool, done: MergedArticles
) -> None:
    """The later version stands; the other one becomes an earlier version, unless it is one already."""
    base, article, seen = ("main", ours, theirs) if later else ("other", theirs, ours)
    (seen_at,) = connection.execute(
        f"SELECT {_SEEN.format('other' if later else 'main')} FROM {'other' if later else 'main'}.articles a WHERE id = ?",  # noqa: S608
        (seen,),
    ).fetchone()
    done.versions += _earlier(connection, base, article, ours, theirs, str(seen_at))
    if not later:
        return
    fulltext.remove(connection, (ours,))
    columns = [name for name in _names("articles") if name not in _OURS_STAYS]
    row = connection.execute(
        f"SELECT {', '.join(columns)}, {_CAPTURE.format('o.capture')} FROM other.articles o WHERE id = ?",  # noqa: S608
        (theirs,),
    ).fetchone()
    update(connection, "articles", dict(zip([*columns, "capture"], row, strict=True)), "id", ours)
    _take_sides(connection, theirs, ours)
    done.replaced += 1
    done.changed.append(ours)


def _earlier(
    connection: sqlite3.Connection, base: str, article: int, ours: int, theirs: int, seen_at: str
) -> int:
    """Keeps what stands in `base` as a version of our article; gives 1 where it was none yet."""
    capture = _CAPTURE.format("a.capture") if base == "other" else "a.capture"
    return connection.execute(
        f"""INSERT INTO main.revisions (article, kind, changed, seen_at, headline, lede, byline, text, content_hash, reading, capture)
        SELECT ?1, iif((SELECT reading FROM main.articles WHERE id = ?1) IS (SELECT reading FROM other.articles WHERE id = ?2),
            'publisher', 'reading'), ?3, ?4, a.headline, a.lede, a.byline, t.text, a.content_hash, a.reading, {capture}
        FROM {base}.articles a LEFT JOIN {base}.article_text t ON t.article = a.id WHERE a.id = ?5
        AND NOT EXISTS (SELECT 1 FROM main.revisions r WHERE r.article = ?1 AND r.content_hash IS a.content_hash)""",  # noqa: S608
        (ours, theirs, _changed(connection, ours, theirs), seen_at, article),
    ).rowcount


def _changed(connection: sqlite3.Connection, ours: int, theirs: int) -> str:
    """Which fields the two versions differ in, in the words of revisions.changed."""
    sql = "SELECT a.headline, a.lede, a.byline, t.text FROM {0}.articles a LEFT JOIN {0}.article_text t ON t.article = a.id WHERE a.id = ?"
    one = connection.execute(sql.format("main"), (ours,)).fetchone()
    other = connection.execute(sql.format("other"), (theirs,)).fetchone()
    names = (*_WORDS, "text")
    return ",".join(name for name, a, b in zip(names, one, other, strict=True) if a != b) or "text"


def _versions(connection: sqlite3.Connection) -> int:
    """Earlier versions and corrections of every article that both have or that is new."""
    columns = _columns("revisions", "id", "article", "capture", "new_capture")
    added = connection.execute(
        f"""INSERT INTO main.revisions (article, capture, new_capture, {columns})
        SELECT m.ours, {_CAPTURE.format("o.capture")}, {_CAPTURE.format("o.new_capture")}, {columns}
        FROM other.revisions o JOIN merge_articles m ON m.theirs = o.article WHERE NOT EXISTS (
            SELECT 1 FROM main.revisions r WHERE r.article = m.ours AND r.seen_at = o.seen_at AND r.changed = o.changed
            AND r.content_hash IS o.content_hash) ORDER BY o.id"""  # noqa: S608
    ).rowcount
    columns = _columns("corrections", "article")
    connection.execute(
        f"""INSERT OR IGNORE INTO main.corrections (article, {columns}) SELECT m.ours, {columns}
        FROM other.corrections o JOIN merge_articles m ON m.theirs = o.article"""  # noqa: S608
    )
    connection.execute(
        """UPDATE main.articles SET revisions = (
            SELECT count(*) FROM main.revisions r WHERE r.article = main.articles.id AND r.kind = 'publisher')
        WHERE id IN (SELECT ours FROM merge_articles)"""
    )
    return added


_CAPTURE = "(SELECT mc.ours FROM merge_captures mc WHERE mc.theirs = {0})"


def _names(table: str) -> list[str]:
    (found,) = (one for one in TABLES if one.name == table)
    return [column.name for column in found.columns]


def _columns(table: str, *without: str) -> str:
    return ", ".join(f'"{name}"' for name in _names(table) if name not in without)
