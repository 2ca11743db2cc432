"""One visit becomes rows: known, decided, written, acked, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pipelines.decisions import Decision, KnownArticle, Standing, Write
from pipelines.items import Committed, Kind, Reading, Visit
from pipelines.reasons import Outcome, Reason
from pipelines.store import (
    articles,
    clusters,
    evidence,
    frontier,
    fulltext,
    history,
    hosts,
    ledger,
    standing,
    stories,
    urls,
)
from pipelines.store.captures import keep_capture
from pipelines.store.judgement import Judgement
from pipelines.store.known import Addresses, addresses_of, known_of
from pipelines.store.revisions import keep_revision
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import Value, insert, update


class Reindexing:
    """The articles that the full-text index has lost in this transaction and gets back at its end, all at once."""

    def __init__(self, lost: frozenset[int] = frozenset()) -> None:
        self.lost = set(lost)

    def before_change(self, connection: sqlite3.Connection, article: int) -> None:
        """Takes an article out of the index, while its old words are still there to be named."""
        if article not in self.lost:
            fulltext.remove(connection, (article,))
            self.lost.add(article)

    def new(self, article: int) -> None:
        """Notes an article that was never in the index."""
        self.lost.add(article)


def write_visit(
    connection: sqlite3.Connection,
    run: int | None,
    visit: Visit,
    judgement: Judgement,
    now: datetime,
    reindexing: Reindexing,
) -> Committed:
    """Decides on a visit and writes every row of it; gives what was done."""
    _source_row(connection, visit)
    addresses = addresses_of(visit, judgement)
    known = known_of(connection, visit, addresses, judgement)
    if visit.reread is not None and known.article is not None and not known.alias:
        # First what our rules find anew in the page we have; what then differs in the new page is the publisher's.
        take_reread(
            connection, visit.key, known.article, visit.reread, visit.visited_at, judgement, reindexing
        )
        known = known_of(connection, visit, addresses, judgement)
    if visit.kind is not Kind.ARTICLE:
        known = replace(known, standing=standing.standing_of(connection, visit))
    decision = judgement.decide(visit, known, now)
    capture = keep_capture(connection, visit, addresses.host)
    article = _write_article(connection, visit, decision, capture, judgement, reindexing)
    if article is not None and decision.cluster and visit.reading is not None:
        clusters.tie(connection, article, visit.reading.text_hash, known.peers)
    if article is not None and decision.near:
        clusters.tie_near(connection, article, f"near {judgement.public_id(visit.key)}", decision.near)
    _doubts(connection, visit, decision, article)
    new_links = _links(connection, visit, decision, known.standing, judgement)
    done = Committed(
        outcome=decision.outcome,
        reason=decision.reason,
        article=article,
        public_id=_public_id(connection, article),
        new_links=new_links,
    )
    urls.visited(connection, visit, done)
    _aliases(connection, visit, decision, addresses, article)
    if not visit.is_past:  # the site itself was not asked
        frontier.ack(connection, run, visit, decision, addresses.host)
        hosts.remember(connection, addresses.host, decision)
    elif decision.outcome is Outcome.STORED and decision.due_at is not None:
        frontier.look_again(connection, visit, decision.due_at, decision.why, addresses.host)
    ledger.enter(connection, run, visit, decision, done)
    return done


def take_reread(
    connection: sqlite3.Connection,
    key: str,
    article: KnownArticle,
    reading: Reading,
    now: datetime,
    judgement: Judgement,
    reindexing: Reindexing,
) -> Decision:
    """Takes today's reading of the capture that an article was read from, where it is no worse; gives what was decided.

    Neither the publisher's changes (`changed_at`, `revisions`) nor the frontier nor the ledger are touched: nobody
    visited anything. `key` is the article's first.
    """
    decision = judgement.decide_reread(article, reading)
    if decision.write in (Write.REPLACE, Write.REFRESH):
        if decision.revision is not None:
            keep_revision(connection, article.id, decision, now, _capture_of(connection, article.id))
        _replace(connection, key, article.id, reading, None, {}, now, reindexing)
    evidence.keep_doubts(connection, key, article.id, decision.doubts, now)
    return decision


def _source_row(connection: sqlite3.Connection, visit: Visit) -> None:
    """A visit of a source that no plan named (a list, `newsbot add`) still belongs to a row."""
    row: dict[str, Value] = {"id": visit.source, "name": visit.source, "first_seen_at": visit.visited_at}
    insert(connection, "sources", row, how="INSERT OR IGNORE")


def _write_article(
    connection: sqlite3.Connection,
    visit: Visit,
    decision: Decision,
    capture: int | None,
    judgement: Judgement,
    reindexing: Reindexing,
) -> int | None:
    reading, article = visit.reading, decision.article
    if decision.write is Write.STORE and reading is not None:
        public_id = judgement.public_id(visit.key)
        article = articles.store_article(connection, visit, reading, public_id, capture)
        reindexing.new(article)
        _take_reading(connection, visit.key, reading, article, visit.visited_at)
        return article
    if article is None or decision.write is Write.NOTHING:
        return article
    if decision.earlier is not None:
        history.put_earlier(connection, article, decision.earlier, visit, capture)
        return article
    if decision.revision is not None:
        keep_revision(connection, article, decision, visit.visited_at, capture)
    columns = _state_columns(connection, visit, decision, article)
    if reading is not None and decision.write in (Write.REPLACE, Write.REFRESH):
        _replace(connection, visit.key, article, reading, capture, columns, visit.visited_at, reindexing)
    elif columns:
        update(connection, "articles", columns, "id", article)
    return article


def _replace(
    connection: sqlite3.Connection,
    key: str,
    article: int,
    reading: Reading,
    capture: int | None,
    columns: Mapping[str, Value],
    seen_at: datetime,
    reindexing: Reindexing,
) -> None:
    """Puts a reading with all that comes with it in the place of an older one."""
    reindexing.before_change(connection, article)
    articles.replace_article(connection, article, _source_of(connection, article), reading, capture, columns)
    evidence.forget_doubts(connection, key)
    _take_reading(connection, key, reading, article, seen_at)


def _state_columns(
    connection: sqlite3.Connection, visit: Visit, decision: Decision, article: int
) -> Mapping[str, Value]:
    """What the decision itself sets: the state, and for a publisher's change its time and count."""
    columns: dict[str, Value] = {}
    if decision.write is Write.MODIFIED and visit.reading is not None:
        columns["modified_at"] = visit.reading.modified_at
    if decision.write is Write.REMOVE:
        columns["state"] = "gone"
    elif "restored" in decision.changed:
        columns["state"] = "published"
    if decision.revision == "publisher":
        (before,) = connection.execute("SELECT revisions FROM articles WHERE id = ?", (article,)).fetchone()
        columns |= {"changed_at": visit.visited_at, "revisions": before + 1}
    return columns


def _take_reading(
    connection: sqlite3.Connection, key: str, reading: Reading, article: int, seen_at: datetime
) -> None:
    stories.keep_signature(connection, article, reading.signature, seen_at)
    evidence.keep_dates(connection, key, reading, seen_at)
    evidence.keep_doubts(connection, key, article, reading.doubts, seen_at)


def _doubts(connection: sqlite3.Connection, visit: Visit, decision: Decision, article: int | None) -> None:
    doubts = decision.doubts
    if decision.outcome is Outcome.SKIPPED and visit.reading is not None and article is None:
        doubts += visit.reading.doubts
    evidence.keep_doubts(connection, visit.key, article, doubts, visit.visited_at)


def _links(
    connection: sqlite3.Connection, visit: Visit, decision: Decision, listing: Standing, judgement: Judgement
) -> int:
    if visit.kind is Kind.ARTICLE or decision.outcome is not Outcome.LISTED or not visit.found:
        return 0
    visit = replace(visit, found=standing.within_bounds(connection, visit))
    new = urls.add_links(connection, visit.source, visit.found, visit.visited_at, judgement)
    standing.set_depth(connection, visit)
    standing.wake(connection, visit, listing)
    evidence.keep_found(connection, visit.found, visit.visited_at)
    return new


def _aliases(
    connection: sqlite3.Connection,
    visit: Visit,
    decision: Decision,
    addresses: Addresses,
    article: int | None,
) -> None:
    if decision.outcome is Outcome.STORED:
        # It was claimed to be another address of some article, and turned out to be an article of its own.
        connection.execute("UPDATE urls SET alias_of = NULL WHERE key = ?", (visit.key,))
    if article is None or visit.reading is None or not visit.reading.is_article:
        return
    if decision.outcome is Outcome.SKIPPED:
        if decision.reason is Reason.ALIAS:
            urls.settle_alias(connection, visit.key, article)
        return
    if addresses.final is not None:
        urls.alias(connection, addresses.final, visit.final_url or visit.url, visit, article, visit.key)
    if addresses.canonical is not None:
        named = visit.reading.canonical_url or visit.url
        urls.alias(connection, addresses.canonical, named, visit, None, visit.key)


def _capture_of(connection: sqlite3.Connection, article: int) -> int | None:
    capture: int | None = connection.execute(
        "SELECT capture FROM articles WHERE id = ?", (article,)
    ).fetchone()[0]
    return capture


def _source_of(connection: sqlite3.Connection, article: int) -> str:
    source: str = connection.execute("SELECT source FROM articles WHERE id = ?", (article,)).fetchone()[0]
    return source


def _public_id(connection: sqlite3.Connection, article: int | None) -> str | None:
    if article is None:
        return None
    row = connection.execute("SELECT public_id FROM articles WHERE id = ?", (article,)).fetchone()
    return row[0] if row else None
