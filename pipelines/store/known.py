"""What the archive knows of a URL before it decides on a visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.decisions import Known, KnownArticle, Peer
from pipelines.items import Visit
from pipelines.store import history
from pipelines.store.judgement import Judgement
from pipelines.store.sqlite import sqlite3
from pipelines.store.stories import near
from pipelines.store.values import moment

_ARTICLE = """
SELECT a.id, a.public_id, a.source, a.state, a.first_seen_at, a.reading, a.content_hash, a.headline, a.lede, a.byline,
       CASE WHEN s.store = 'metadata' THEN NULL ELSE t.text END, a.word_count, a.paywalled, t.text_hash, a.modified_at
FROM urls u JOIN articles a ON a.id = u.article
LEFT JOIN article_text t ON t.article = a.id LEFT JOIN sources s ON s.id = a.source
WHERE u.key = ?"""
_NOTES = "SELECT text FROM article_notes WHERE article = ? ORDER BY position"
# What a person corrected is no change of the page: it is compared with what the last reading had found.
_CORRECTED = (
    "SELECT field, before FROM corrections WHERE article = ? AND field IN ('headline', 'lede', 'byline')"
)
_PEERS = """
SELECT a.id, a.source, a.cluster, a.url, a.headline,
    CASE WHEN a.published_precision IS NOT NULL THEN a.published_sort END
FROM article_text t JOIN articles a ON a.id = t.article
WHERE t.text_hash = ? AND a.id != ? AND a.state != 'withheld' ORDER BY a.id LIMIT 50"""
_MISSING_SINCE = """
SELECT min(visited_at) FROM fetches WHERE key = :key AND reason = 'http_404' AND id > coalesce(
    (SELECT max(id) FROM fetches WHERE key = :key AND outcome IN ('stored', 'revised', 'unchanged')), 0)"""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The keys of the other addresses that a visit speaks of, where they differ from the key asked."""

    host: str
    final: str | None = None  # of the address that answered
    canonical: str | None = None  # of the address that the page names, on the same site


def addresses_of(visit: Visit, judgement: Judgement) -> Addresses:
    """The other keys of a visit; an address that is malformed, or a canonical link to another site, is none."""
    answered = visit.final_url or visit.url
    reading = visit.reading
    canonical = reading.canonical_url if reading is not None else None
    if canonical is not None and not judgement.same_site(canonical, answered):
        canonical = None  # a canonical link across sites never merges
    return Addresses(
        host=_host(visit.url, judgement),
        final=_other_key(visit.final_url, visit.key, judgement),
        canonical=_other_key(canonical, visit.key, judgement),
    )


def known_of(
    connection: sqlite3.Connection, visit: Visit, addresses: Addresses, judgement: Judgement
) -> Known:
    """Reads everything that the decision on `visit` depends on."""
    reading = visit.reading
    seen = connection.execute("SELECT article, alias_of FROM urls WHERE key = ?", (visit.key,)).fetchone()
    own, alias_of = seen or (None, None)
    article = known_article(connection, visit.key) if own is not None else None
    waiting = connection.execute(
        "SELECT failures, first_due_at FROM frontier WHERE key = ?", (visit.key,)
    ).fetchone()
    host = connection.execute("SELECT failures FROM hosts WHERE host = ?", (addresses.host,)).fetchone()
    source = article.source if article else visit.source
    peers = _peers(connection, visit, own)
    alike: tuple[Peer, ...] = ()
    # A text that stayed the same has been compared with what was there then; what came later compares itself with it.
    if reading is not None and (article is None or article.content_hash != reading.content_hash):
        same = {peer.id for peer in peers}
        found = near(connection, reading, source, own, visit.visited_at, judgement)
        alike = tuple(peer for peer in found if peer.id not in same)
    past = visit.is_past and article is not None
    return Known(
        source=source,
        article=article,
        elsewhere=_another(connection, addresses.final, own),
        claimed=None
        if article
        else _claimed(connection, alias_of, addresses.canonical, *judgement.alike(visit.key)),
        alias=alias_of is not None and own is not None,
        withheld=_withheld(connection, visit.key, addresses),
        failures=waiting[0] if waiting else 0,
        host_failures=host[0] if host else 0,
        first_due_at=moment(waiting[1]) if waiting else None,
        missing_since=_missing_since(connection, visit),
        peers=peers,
        near=alike,
        stages=history.stages_of(connection, article) if past and article is not None else (),
        confirmed_at=history.confirmed_at(connection, visit.key) if past else None,
    )


def known_article(connection: sqlite3.Connection, key: str) -> KnownArticle | None:
    """The article under a key, as a decision needs it."""
    row = connection.execute(_ARTICLE, (key,)).fetchone()
    if row is None:
        return None
    number, public_id, source, state, first_seen_at = row[:5]
    version, content_hash, headline, lede, byline, text, words, paywalled, text_hash, modified_at = row[5:]
    found: dict[str, str | None] = {"headline": headline, "lede": lede, "byline": byline}
    found.update(connection.execute(_CORRECTED, (number,)).fetchall())
    notes = connection.execute(_NOTES, (number,)).fetchall() if text is not None else None
    return KnownArticle(
        id=number,
        public_id=public_id,
        source=source,
        state=state,
        first_seen_at=moment(first_seen_at) or datetime(1970, 1, 1, tzinfo=UTC),
        reading=version,
        content_hash=content_hash,
        **found,
        text=text,
        word_count=words or 0,
        paywalled=None if paywalled is None else bool(paywalled),
        text_hash=text_hash,
        notes=None if notes is None else tuple(note for (note,) in notes),
        modified_at=moment(modified_at),
    )


def _another(connection: sqlite3.Connection, key: str | None, own: int | None) -> KnownArticle | None:
    found = known_article(connection, key) if key is not None else None
    return found if found is not None and found.id != own else None


def _claimed(connection: sqlite3.Connection, *keys: str | None) -> KnownArticle | None:
    """The article whose page named this address canonical, which has the address that this page names, or which stands
    at an address of which this one looks like a copy."""
    for key in keys:
        found = known_article(connection, key) if key is not None else None
        if found is not None:
            return found
    return None


def _withheld(connection: sqlite3.Connection, key: str, addresses: Addresses) -> bool:
    """Whether a tombstone stands at any address of the visit: what was taken down does not come back as a copy."""
    keys = (key, addresses.final or key, addresses.canonical or key)
    row = connection.execute("SELECT 1 FROM tombstones WHERE key IN (?, ?, ?)", keys).fetchone()
    return row is not None


def _missing_since(connection: sqlite3.Connection, visit: Visit) -> datetime | None:
    if visit.status != 404:
        return None
    return missing_since(connection, visit.key)


def missing_since(connection: sqlite3.Connection, key: str) -> datetime | None:
    """The first of the 404s since the page was last there; None where it is not missing."""
    row = connection.execute(_MISSING_SINCE, {"key": key}).fetchone()
    return moment(row[0])


def _peers(connection: sqlite3.Connection, visit: Visit, own: int | None) -> tuple[Peer, ...]:
    if visit.reading is None or not visit.reading.text_hash:
        return ()
    rows = connection.execute(_PEERS, (visit.reading.text_hash, own or 0))
    return tuple(Peer(*row) for row in rows)


def _other_key(url: str | None, key: str, judgement: Judgement) -> str | None:
    if not url:
        return None
    try:
        other = judgement.url_key(url)
    except ValueError:
        return None
    return other if other != key else None


def _host(url: str, judgement: Judgement) -> str:
    try:
        return judgement.host_of(url)
    except ValueError:
        return ""
