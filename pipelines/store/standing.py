"""How a listing stands before its next look is decided, and what brings one back that was laid to rest."""

from __future__ import annotations

import json

from pipelines.decisions import Standing
from pipelines.items import Kind, Visit
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import instant, words

_STANDING = """
SELECT f.quiet,
    EXISTS (SELECT 1 FROM evidence WHERE key = f.key AND kind = 'found' AND origin = 'sources'),
    (SELECT lastmod FROM evidence WHERE key = f.key AND kind = 'found' AND lastmod IS NOT NULL ORDER BY id DESC LIMIT 1)
FROM frontier f WHERE f.key = ?"""
_NEW = "SELECT count(*) FROM json_each(?) AS link WHERE link.value NOT IN (SELECT key FROM urls WHERE key = link.value)"
_WAKE = """
UPDATE frontier SET due_at = :at, quiet = 0, why = :why WHERE key = :key AND kind = :kind AND state = 'due' AND due_at > :at"""
_OTHER_LASTMOD = """
AND EXISTS (SELECT 1 FROM evidence WHERE key = :key AND kind = 'found' AND seen_in = :seen_in AND lastmod != :lastmod)"""


def standing_of(connection: sqlite3.Connection, visit: Visit) -> Standing:
    """What the archive knows of the listing that was visited, and whether it names articles never seen.

    To be asked before the links of the visit are written.
    """
    row = connection.execute(_STANDING, (visit.key,)).fetchone()
    quiet, named, lastmod = row if row is not None else (0, 0, None)
    keys = [words(link.key) for link in visit.found if link.kind is Kind.ARTICLE and link.refused is None]
    (new,) = connection.execute(_NEW, (json.dumps(keys),)).fetchone()
    return Standing(
        quiet=quiet,
        named=bool(named),
        lastmod=lastmod,
        fresh=new > 0,
        mostly_new=new > 0 and 2 * new >= len(keys),
    )


def wake(connection: sqlite3.Connection, visit: Visit, standing: Standing) -> None:
    """Makes those listings due that a visit gives reason to look at before their time.

    The maps of an index whose lastmod moved, and the next page of a section of whose articles half or more are new. To
    be called before what the visit's links say is written: the lastmod of before is compared.
    """
    at = instant(visit.visited_at)
    for link in visit.found:
        if link.kind is Kind.SITEMAP and link.lastmod:
            row = {"key": words(link.key), "kind": link.kind.value, "at": at, "seen_in": words(link.seen_in)}
            row |= {"lastmod": words(link.lastmod), "why": "its index says that it has changed"}
            connection.execute(_WAKE + _OTHER_LASTMOD, row)
        elif link.kind is Kind.SECTION and standing.mostly_new:
            row = {"key": words(link.key), "kind": link.kind.value, "at": at}
            row |= {"why": "the page before it is full of news"}
            connection.execute(_WAKE, row)
