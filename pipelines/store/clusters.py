"""Rows of clusters: stories that ran in more than one source with the same text, or nearly the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pipelines.decisions import Peer
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import insert

_MEMBERS: Final = """
SELECT id, CASE WHEN published_precision IN ('second', 'minute') THEN published_at END,
    CASE WHEN published_precision IN ('second', 'minute', 'day') THEN published_day END, first_seen_at
FROM articles WHERE cluster = ? ORDER BY id"""


class _Member(NamedTuple):
    id: int
    published_at: str | None  # where the time of day is known
    published_day: str | None  # where the day is known
    first_seen_at: str


def tie(connection: sqlite3.Connection, article: int, text_hash: str, peers: tuple[Peer, ...]) -> int:
    """Ties an article and its peers to the cluster of `text_hash` and gives the cluster's id.

    An article stays in its cluster when its outlet edits it later: the story did run there.
    """
    row = connection.execute("SELECT id FROM clusters WHERE text_hash = ?", (text_hash,)).fetchone()
    joined = [peer.cluster for peer in peers if peer.cluster is not None]
    cluster: int
    if row is not None:
        cluster = row[0]
    elif joined:
        cluster = joined[0]
    else:
        cluster = insert(connection, "clusters", {"text_hash": text_hash, "articles": 0})
    _join(connection, cluster, article, peers)
    return cluster


def tie_near(connection: sqlite3.Connection, article: int, name: str, near: tuple[Peer, ...]) -> int:
    """Ties an article to the story of those of other sources that have nearly its text; gives the cluster's id.

    The article's own cluster, else that of the most alike; else a new one, named `name` (unique). A cluster that takes
    such an article is of kind near from then on.
    """
    (own,) = connection.execute("SELECT cluster FROM articles WHERE id = ?", (article,)).fetchone()
    joined = [peer.cluster for peer in near if peer.cluster is not None]
    cluster: int
    if own is not None:
        cluster = own
    elif joined:
        cluster = joined[0]
    else:
        row = connection.execute("SELECT id FROM clusters WHERE text_hash = ?", (name,)).fetchone()
        cluster = row[0] if row else insert(connection, "clusters", {"text_hash": name, "articles": 0})
    connection.execute("UPDATE clusters SET kind = 'near' WHERE id = ?", (cluster,))
    _join(connection, cluster, article, near)
    return cluster


def count(connection: sqlite3.Connection, cluster: int) -> None:
    """Counts a cluster's articles anew, and finds which ran first (and how we know) and whom it is credited to."""
    members = [_Member(*row) for row in connection.execute(_MEMBERS, (cluster,))]
    first, known_by = first_of(members)
    connection.execute(
        """UPDATE clusters SET articles = :articles, first_article = :first, first_by = :first_by,
            agency = (SELECT g.agency FROM articles a JOIN article_agencies g ON g.article = a.id
                      WHERE a.cluster = :id GROUP BY g.agency ORDER BY count(*) DESC, g.agency LIMIT 1)
        WHERE id = :id""",
        {"id": cluster, "articles": len(members), "first": first, "first_by": known_by},
    )


def first_of(members: Sequence[_Member]) -> tuple[int | None, str | None]:
    """The article that ran first, and by what that is known: published_at, published_day or first_seen_at.

    A day without a time is not taken for midnight: among those of the first day, unless all tell their time, only the
    order of our own visits is known.
    """
    if not members:
        return None, None
    dated = [member for member in members if member.published_day or member.published_at]
    if dated and all(member.published_at for member in dated):
        return min(dated, key=lambda member: (member.published_at or "", member.id)).id, "published_at"
    if dated:
        day = min(member.published_day or "9999" for member in dated)
        of_that_day = [member for member in dated if member.published_day == day]
        if len(of_that_day) == 1:
            return of_that_day[0].id, "published_day"
        members = of_that_day
    return min(members, key=lambda member: (member.first_seen_at, member.id)).id, "first_seen_at"


def _join(connection: sqlite3.Connection, cluster: int, article: int, peers: tuple[Peer, ...]) -> None:
    for member in (article, *(peer.id for peer in peers if peer.cluster is None)):
        connection.execute("UPDATE articles SET cluster = ? WHERE id = ?", (cluster, member))
    count(connection, cluster)
