"""How a listing stands before its next look is decided, and what brings one back that was laid to rest."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from pipelines.decisions import Standing
from pipelines.items import Found, Kind, Visit
from pipelines.reasons import Reason
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import instant, words

MOST_FORWARD: Final = timedelta(minutes=10)
MOST_DEPTH: Final = (
    5  # homepage, robots.txt, index, index of a year, map of a month: that is the deepest known
)
MOST_MAPS: Final = (
    2_000  # sitemaps of a source: five years of a map a day, more than any index lets us follow
)

_STANDING = """
SELECT f.quiet,
    EXISTS (SELECT 1 FROM evidence WHERE key = f.key AND kind = 'found' AND origin = 'sources'),
    (SELECT lastmod FROM evidence WHERE key = f.key AND kind = 'found' AND lastmod IS NOT NULL ORDER BY id DESC LIMIT 1)
FROM frontier f WHERE f.key = ?"""
_NEW = "SELECT count(*) FROM json_each(?) AS link WHERE link.value NOT IN (SELECT key FROM urls WHERE key = link.value)"
_DEPTH = "SELECT depth FROM frontier WHERE key = ?"
_MAPS = "SELECT count(*) FROM frontier WHERE source = ? AND kind = 'sitemap'"
_KNOWN = "SELECT key FROM frontier WHERE kind = 'sitemap' AND key IN (SELECT value FROM json_each(?))"
_SET_DEPTH = """
UPDATE frontier SET depth = :depth WHERE kind != 'article' AND visits = 0 AND depth = 0
AND key IN (SELECT value FROM json_each(:keys))
AND NOT EXISTS (SELECT 1 FROM evidence WHERE key = frontier.key AND kind = 'found' AND origin = 'sources')"""
_LISTINGS_SOON = """
UPDATE frontier SET due_at = :now WHERE source = :source AND state = 'due' AND kind != 'article' AND failures = 0
AND due_at > :now AND due_at <= :soon"""
_ARTICLES_SOON = """
UPDATE frontier SET due_at = :now WHERE source = :source AND state = 'due' AND kind = 'article' AND failures = 0
AND due_at > :now AND due_at <= :soon AND first_due_at <= :old"""
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


def within_bounds(connection: sqlite3.Connection, visit: Visit) -> tuple[Found, ...]:
    """The links of a visit; listings among them are refused (TRAP) where they lie deeper than any real one, or where
    their source has more maps than any paper: an index that always names another one comes to an end."""
    if all(link.kind is Kind.ARTICLE or link.refused is not None for link in visit.found):
        return visit.found
    (depth,) = connection.execute(_DEPTH, (visit.key,)).fetchone() or (0,)
    (maps,) = connection.execute(_MAPS, (words(visit.source),)).fetchone()
    known = json.dumps([words(link.key) for link in visit.found if link.kind is Kind.SITEMAP])
    kept = {
        key for (key,) in connection.execute(_KNOWN, (known,))
    }  # those that we have stay, whatever their number
    found: list[Found] = []
    for link in visit.found:
        if link.kind is not Kind.ARTICLE and link.refused is None and link.key not in kept:
            maps += link.kind is Kind.SITEMAP
            if depth >= MOST_DEPTH or (link.kind is Kind.SITEMAP and maps > MOST_MAPS):
                link = replace(link, refused=Reason.TRAP)
        found.append(link)
    return tuple(found)


def set_depth(connection: sqlite3.Connection, visit: Visit) -> None:
    """Writes how deep the listings lie that a visit named for the first time."""
    (depth,) = connection.execute(_DEPTH, (visit.key,)).fetchone() or (0,)
    keys = [words(link.key) for link in visit.found if link.kind is not Kind.ARTICLE]
    if keys:
        connection.execute(_SET_DEPTH, {"depth": depth + 1, "keys": json.dumps(keys)})


def bring_forward(connection: sqlite3.Connection, source: str, every: float | None, now: datetime) -> None:
    """Makes due now what a run would miss by moments: the visits of the last run came some time after its start, and a
    run each night at the same time would else find listings of `every = "1d"` due in every second night alone.

    Listings within a tenth of `every`, articles whose revisit lies a day or more after the first visit; ten minutes at
    most.
    """
    asked = {"source": source, "now": instant(now)}
    soon = now + min(MOST_FORWARD, timedelta(seconds=(every or 0.0) / 10))
    connection.execute(_LISTINGS_SOON, {**asked, "soon": instant(soon)})
    old = {"old": instant(now - timedelta(hours=20)), "soon": instant(now + MOST_FORWARD)}
    connection.execute(_ARTICLES_SOON, {**asked, **old})


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
