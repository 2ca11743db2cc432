"""Takedown: an article hidden, or erased from every table, and its addresses kept out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from pipelines.store import erasures, fulltext
from pipelines.store.emptying import delete_article, empty_article, leave_cluster, rejoin_cluster
from pipelines.store.erasures import Place
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, insert, instant, update

HIDDEN: Final = "hidden"
ERASED: Final = "erased"
EXPIRED: Final = "expired"

_BY_KEY: Final = ("evidence", "doubts", "sightings")
_KEYS: Final = "(SELECT value FROM json_each(:keys))"
_LAST = "(SELECT {} FROM fetches WHERE fetches.key = urls.key AND reason IS NOT 'withheld' ORDER BY id DESC LIMIT 1)"


@dataclass(frozen=True, slots=True)
class Target:
    """What an address stands for: the article, where there is one, and every key that leads to it."""

    url: str
    keys: tuple[str, ...]
    article: int | None = None
    public_id: str | None = None
    source: str | None = None
    state: str | None = None
    first_seen_at: str | None = None
    modes: tuple[str, ...] = ()  # of the tombstones that stand there already


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a takedown reached: numbers of rows by table, captures to erase, and what it cannot reach."""

    action: str  # hide, erase, expire or undo
    url: str
    keys: tuple[str, ...]
    public_id: str | None
    source: str | None
    reason: str
    author: str | None
    made_at: str
    reached: Mapping[str, int]  # table -> rows erased, emptied or changed
    captures: tuple[Place, ...] = ()  # to be erased from their files
    exports: tuple[Mapping[str, Any], ...] = ()  # made while the article was there: they cannot be recalled
    same_text: tuple[str, ...] = ()  # addresses of other articles of the same story, which stay
    cluster: int | None = None  # story that a hidden article was taken out of


def target_of(connection: sqlite3.Connection, key: str, url: str) -> Target | None:
    """What the archive has under `key`; None where it never heard of it. `url` is what a person called it."""
    known = connection.execute("SELECT article, alias_of FROM urls WHERE key = ?", (key,)).fetchone()
    heard = known is not None or any(
        connection.execute(f"SELECT 1 FROM {table} WHERE key = ? LIMIT 1", (key,)).fetchone()  # noqa: S608
        for table in ("tombstones", "captures", "fetches", "evidence")
    )
    if not heard:
        return None
    article, alias_of = known or (None, None)
    if article is None and alias_of is not None:  # a canonical link claims it
        row = connection.execute("SELECT article FROM urls WHERE key = ?", (alias_of,)).fetchone()
        article = row[0] if row else None
    return _target(connection, key, url, article)


def target_of_article(connection: sqlite3.Connection, article: int) -> Target:
    """An article as a target, with every key that leads to it."""
    (url,) = connection.execute("SELECT url FROM articles WHERE id = ?", (article,)).fetchone()
    return _target(connection, None, url, article)


def unheard(key: str, url: str) -> Target:
    """An address that the archive never heard of, to be kept out in advance."""
    return Target(url, (key,))


def _target(connection: sqlite3.Connection, key: str | None, url: str, article: int | None) -> Target:
    keys = {key} if key is not None else set()
    row: tuple[Any, ...] = (None, None, None, None)
    if article is not None:
        keys |= {k for (k,) in connection.execute("SELECT key FROM urls WHERE article = ?", (article,))}
        row = connection.execute(
            "SELECT public_id, source, state, first_seen_at FROM articles WHERE id = ?", (article,)
        ).fetchone()
    named = {"keys": json.dumps(sorted(keys))}
    keys |= {k for (k,) in connection.execute(f"SELECT key FROM urls WHERE alias_of IN {_KEYS}", named)}  # noqa: S608
    if (
        row[0] is not None
    ):  # addresses that a tombstone remembers of it, though no row of urls leads to it any more
        keys |= {
            k for (k,) in connection.execute("SELECT key FROM tombstones WHERE public_id = ?", (row[0],))
        }
    named = {"keys": json.dumps(sorted(keys))}
    modes = connection.execute(
        f"SELECT DISTINCT mode FROM tombstones WHERE key IN {_KEYS} ORDER BY mode",  # noqa: S608
        named,
    )
    public_id, source, state, first_seen_at = row
    return Target(
        url=url,
        keys=tuple(sorted(keys)),
        article=article,
        public_id=public_id,
        source=source,
        state=state,
        first_seen_at=first_seen_at,
        modes=tuple(mode for (mode,) in modes),
    )


def hide(
    connection: sqlite3.Connection, target: Target, reason: str, author: str | None, now: datetime
) -> Receipt:
    """Withholds an article: it stays in the archive and is shown nowhere. In the caller's transaction."""
    reached: dict[str, int] = {}
    same_text = _same_text(connection, target.article)
    cluster = None
    if target.article is not None:
        fulltext.remove(connection, (target.article,))
        cluster = leave_cluster(connection, target.article)
        update(connection, "articles", {"state": "withheld"}, "id", target.article)
        reached = {"articles": 1, "articles_fts": 1}
    reached |= _keep_out(connection, target, HIDDEN, reason, now)
    return _entered(
        connection,
        _receipt("hide", target, reason, author, now, reached, same_text=same_text, cluster=cluster),
    )


def erase(
    connection: sqlite3.Connection,
    target: Target,
    reason: str,
    author: str | None,
    now: datetime,
    *,
    mode: str = ERASED,
) -> Receipt:
    """Erases everything that an article said from the tables, in the caller's transaction; its captures are named.

    Of the article a row without words stays, so that its public id answers "taken down"; the mode `expired` takes
    that row away too. The caller sets `PRAGMA secure_delete = ON` before, erases the captures of the receipt from their
    files (until then they stand in `erasures`), and sweeps the freed pages (`erasures.sweep`).
    """
    same_text = _same_text(connection, target.article)
    exports = _exports(connection, target)
    reached: dict[str, int] = {}
    if target.article is not None:
        empty = delete_article if mode == EXPIRED else empty_article
        reached |= empty(connection, target.article)
    keys = {"keys": json.dumps(target.keys)}
    for table in _BY_KEY:
        rows = connection.execute(f"DELETE FROM {table} WHERE key IN {_KEYS}", keys).rowcount  # noqa: S608
        reached[table] = reached.get(table, 0) + rows
    reached["fetches"] = connection.execute(
        f"UPDATE fetches SET detail = NULL WHERE key IN {_KEYS} AND detail IS NOT NULL",  # noqa: S608
        keys,
    ).rowcount
    captures = erasures.ask(connection, target.keys, now)
    reached |= _keep_out(connection, target, mode, reason, now) | {"captures": len(captures)}
    receipt = _receipt(
        "expire" if mode == EXPIRED else "erase",
        target,
        reason,
        author,
        now,
        reached,
        captures=captures,
        exports=exports,
        same_text=same_text,
    )
    return receipt if mode == EXPIRED else _entered(connection, receipt)


def undo(
    connection: sqlite3.Connection, target: Target, reason: str, author: str | None, now: datetime
) -> Receipt:
    """Lifts the tombstones of an address, in the caller's transaction.

    What was hidden is shown again as it was. What was erased is gone: its empty row goes too, and the next crawl may
    fetch the address anew.
    """
    keys = {"keys": json.dumps(target.keys), "now": instant(now)}
    lifted = connection.execute(f"DELETE FROM tombstones WHERE key IN {_KEYS}", keys).rowcount  # noqa: S608
    reached = {"tombstones": lifted}
    if target.article is not None and target.state == "withheld":
        if target.modes == (HIDDEN,):
            reached |= _show_again(connection, target.article, target.public_id)
        else:
            reached |= delete_article(connection, target.article)
    # Each address tells again what its last visit said, and is due: what was hidden may have changed meanwhile.
    connection.execute(
        f"UPDATE urls SET outcome = {_LAST.format('outcome')}, reason = {_LAST.format('reason')} WHERE key IN {_KEYS}",  # noqa: S608
        keys,
    )
    reached["frontier"] = connection.execute(
        f"""UPDATE frontier SET state = 'due', due_at = :now, failures = 0, run = NULL
        WHERE state = 'parked' AND key IN {_KEYS} AND key NOT IN (SELECT key FROM urls WHERE alias_of IS NOT NULL)""",  # noqa: S608
        keys,
    ).rowcount
    return _entered(connection, _receipt("undo", target, reason, author, now, reached))


def _show_again(connection: sqlite3.Connection, article: int, public_id: str | None) -> dict[str, int]:
    gone = connection.execute(
        """SELECT changed = 'removed' FROM revisions WHERE article = ? AND changed IN ('removed', 'restored')
        ORDER BY id DESC LIMIT 1""",
        (article,),
    ).fetchone()
    hidden = connection.execute(
        "SELECT receipt FROM takedowns WHERE public_id = ? AND action = 'hide' ORDER BY id DESC LIMIT 1",
        (public_id,),
    ).fetchone()
    update(connection, "articles", {"state": "gone" if gone and gone[0] else "published"}, "id", article)
    fulltext.add(connection, (article,))
    rejoin_cluster(connection, article, json.loads(hidden[0]).get("cluster") if hidden else None)
    return {"articles": 1, "articles_fts": 1}


def _keep_out(
    connection: sqlite3.Connection, target: Target, mode: str, reason: str, now: datetime
) -> dict[str, int]:
    """Tombstones for every key, which no listing and no visit gets past."""
    keys = {"keys": json.dumps(target.keys), "why": "expired" if mode == EXPIRED else "withheld"}
    for key in target.keys:
        row: dict[str, Value] = {
            "key": key,
            "reason": reason,
            "made_at": now,
            "mode": mode,
            "public_id": target.public_id,
        }
        insert(connection, "tombstones", row, how="INSERT OR REPLACE")
    changed = connection.execute(
        f"UPDATE urls SET outcome = 'skipped', reason = :why WHERE key IN {_KEYS}",  # noqa: S608
        keys,
    ).rowcount
    parked = connection.execute(
        f"""UPDATE frontier SET state = CASE state WHEN 'leased' THEN state ELSE 'parked' END, etag = NULL,
            last_modified = NULL WHERE kind = 'article' AND key IN {_KEYS}""",  # noqa: S608
        keys,
    ).rowcount
    return {"tombstones": len(target.keys), "urls": changed, "frontier": parked}


def _exports(connection: sqlite3.Connection, target: Target) -> tuple[Mapping[str, Any], ...]:
    """Exports that were made while the article was in the archive."""
    if target.first_seen_at is None:
        return ()
    cursor = connection.execute(
        "SELECT id, name, made_at, query, sha256 FROM exports WHERE made_at >= ? ORDER BY id",
        (target.first_seen_at,),
    )
    names = [column[0] for column in cursor.description]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor)


def _same_text(connection: sqlite3.Connection, article: int | None) -> tuple[str, ...]:
    """Addresses of other articles of the same story: a takedown does not reach them."""
    rows = connection.execute(
        """SELECT url FROM articles WHERE id != :article AND state != 'withheld' AND (
            cluster = (SELECT cluster FROM articles WHERE id = :article) OR id IN (
                SELECT article FROM article_text
                WHERE text_hash = (SELECT text_hash FROM article_text WHERE article = :article)))
        ORDER BY id LIMIT 100""",
        {"article": article},
    )
    return tuple(url for (url,) in rows)


def _receipt(
    action: str,
    target: Target,
    reason: str,
    author: str | None,
    now: datetime,
    reached: Mapping[str, int],
    **more: Any,
) -> Receipt:
    return Receipt(
        action=action,
        url=target.url,
        keys=target.keys,
        public_id=target.public_id,
        source=target.source,
        reason=reason,
        author=author,
        made_at=instant(now),
        reached={table: rows for table, rows in reached.items() if rows},
        **more,
    )


def _entered(connection: sqlite3.Connection, receipt: Receipt) -> Receipt:
    """The receipt, which the archive keeps too."""
    row: dict[str, Value] = {
        "made_at": receipt.made_at,
        "action": receipt.action,
        "url": receipt.url,
        "public_id": receipt.public_id,
        "reason": receipt.reason,
        "author": receipt.author,
        "receipt": json.dumps(asdict(receipt), ensure_ascii=False),
    }
    insert(connection, "takedowns", row)
    return receipt
