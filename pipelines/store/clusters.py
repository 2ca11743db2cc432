"""Rows of clusters: stories that ran with the same text in more than one source."""

from __future__ import annotations

from pipelines.decisions import Peer
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import insert


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
    for member in (article, *(peer.id for peer in peers if peer.cluster is None)):
        connection.execute("UPDATE articles SET cluster = ? WHERE id = ?", (cluster, member))
    count(connection, cluster)
    return cluster


def count(connection: sqlite3.Connection, cluster: int) -> None:
    """Counts a cluster's articles anew, and finds which ran first and whom it is credited to."""
    connection.execute(
        """UPDATE clusters SET
            articles = (SELECT count(*) FROM articles WHERE cluster = :id),
            first_article = (SELECT id FROM articles WHERE cluster = :id ORDER BY published_sort, id LIMIT 1),
            agency = (SELECT g.agency FROM articles a JOIN article_agencies g ON g.article = a.id
                      WHERE a.cluster = :id GROUP BY g.agency ORDER BY count(*) DESC, g.agency LIMIT 1)
        WHERE id = :id""",
        {"id": cluster},
    )
