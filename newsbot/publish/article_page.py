"""The article page: the text as it reads, and how we know what stands over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsbot.publish.browse import is_sample
from newsbot.publish.comparison import Paragraph, Piece, compare, words
from newsbot.publish.connections import Snapshot
from newsbot.publish.listing import Item, items
from newsbot.publish.policy import shown_lede
from pipelines.store.export import SHOWN
from pipelines.store.sqlite import sqlite3

MAX_REVISIONS = 50
MAX_EVIDENCE = 200
MAX_REMOVED = 200
MAX_CLUSTER = 50
MAX_TEXT = 1_000_000
"""Characters of a text that are put on one page."""

_ARTICLE = """
SELECT articles.*, sources.name AS source_name, sources.publish AS publish, sources.homepage AS homepage,
  text, image, canonical_url
FROM articles
LEFT JOIN sources ON sources.id = articles.source
LEFT JOIN article_text ON article_text.article = articles.id
WHERE {where}
"""
_KEYS = "SELECT key FROM urls WHERE article = ?"
_CHANGES = {
    "headline": "the headline",
    "lede": "the lede",
    "byline": "the byline",
    "text": "the text",
    "removed": "taken down by the publisher",
    "restored": "put back by the publisher",
}


@dataclass(frozen=True)
class Field:
    """One short field before and after a revision."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Revision:
    """One change of the article: what was seen, and the difference."""

    id: int
    kind: str
    changed: tuple[str, ...]
    seen_at: str
    fields: tuple[Field, ...]
    text: tuple[Paragraph, ...]


@dataclass(frozen=True)
class ArticlePage:
    """Everything that an article page shows."""

    article: sqlite3.Row
    publish: str
    lede: str | None
    paragraphs: tuple[str, ...]
    shortened: bool  # the text was longer than a page holds
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    agencies: tuple[str, ...]
    evidence: tuple[sqlite3.Row, ...]
    removed: tuple[sqlite3.Row, ...]
    revisions: tuple[Revision, ...]
    elsewhere: tuple[Item, ...]
    capture: sqlite3.Row | None
    rights: sqlite3.Row | None
    last_visit: str | None
    sample: bool


class TakenDown(Exception):
    """The article is withheld: it was here, and is not shown."""


def by_public_id(snapshot: Snapshot, public_id: str) -> ArticlePage | None:
    """The page of an article by its permanent id; None where there is none. Raises TakenDown."""
    return _page(snapshot, "articles.public_id = ?", public_id)


def by_number(snapshot: Snapshot, number: int) -> ArticlePage | None:
    """The page of an article by its number in this archive; None where there is none. Raises TakenDown."""
    return _page(snapshot, "articles.id = ?", number)


def _page(snapshot: Snapshot, where: str, value: object) -> ArticlePage | None:
    article = snapshot.row(_ARTICLE.format(where=where), (value,))
    if article is None:
        return None
    if article["state"] == "withheld":
        raise TakenDown(article["public_id"])
    number = article["id"]
    publish = article["publish"] or "full"
    full = publish == "full"
    text = article["text"] or ""
    lede = shown_lede(article["lede"], publish)
    paragraphs = _paragraphs(text[:MAX_TEXT]) if full else ()
    return ArticlePage(
        article=article,
        publish=publish,
        lede=None if _repeats(paragraphs, lede) else lede,
        paragraphs=paragraphs,
        shortened=full and len(text) > MAX_TEXT,
        authors=_names(snapshot, "author", "article_authors", number, "position"),
        tags=_names(snapshot, "tag", "article_tags", number, "tag"),
        agencies=_names(snapshot, "agency", "article_agencies", number, "agency"),
        evidence=tuple(
            snapshot.rows(
                f"SELECT * FROM evidence WHERE key IN ({_KEYS}) ORDER BY kind = 'date' DESC, chosen DESC,"  # noqa: S608
                f" role = 'published' DESC, confidence DESC, id LIMIT {MAX_EVIDENCE}",
                (number,),
            )
        ),
        removed=tuple(
            snapshot.rows(
                f"SELECT * FROM removed_blocks WHERE article = ? ORDER BY position LIMIT {MAX_REMOVED}",  # noqa: S608
                (number,),
            )
            if full
            else ()
        ),
        revisions=tuple(_revisions(snapshot, article, publish)),
        elsewhere=tuple(
            items(
                snapshot,
                f"cluster = ? AND articles.id <> ? AND {SHOWN}",
                (article["cluster"], number),
                MAX_CLUSTER,
                "published_sort, articles.id",
            )
            if article["cluster"]
            else ()
        ),
        capture=snapshot.row("SELECT * FROM captures WHERE id = ?", (article["capture"],)),
        rights=snapshot.row("SELECT * FROM rights WHERE capture = ?", (article["capture"],)),
        last_visit=_last_visit(snapshot, number),
        sample=is_sample(snapshot),
    )


def _names(snapshot: Snapshot, column: str, table: str, article: int, order: str) -> tuple[str, ...]:
    rows = snapshot.rows(f"SELECT {column} FROM {table} WHERE article = ? ORDER BY {order}", (article,))  # noqa: S608
    return tuple(str(row[0]) for row in rows)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def _repeats(paragraphs: Sequence[str], lede: str | None) -> bool:
    """The lede opens the text, perhaps behind a dateline: it is not printed twice."""
    if not lede or not paragraphs:
        return False
    return " ".join(lede.split()).rstrip("….") in " ".join(paragraphs[0].split())


def _last_visit(snapshot: Snapshot, article: int) -> str | None:
    found = snapshot.row("SELECT max(last_visited_at) FROM urls WHERE article = ?", (article,))
    return found[0] if found else None


def _revisions(snapshot: Snapshot, article: sqlite3.Row, publish: str) -> list[Revision]:
    """The newest revisions, each against what came after it: the next revision, or the article of today."""
    rows = snapshot.rows(
        f"SELECT * FROM revisions WHERE article = ? ORDER BY id DESC LIMIT {MAX_REVISIONS}",  # noqa: S608
        (article["id"],),
    )
    later: sqlite3.Row = article
    found = []
    for row in rows:
        found.append(_revision(row, later, publish))
        later = row
    return found


def _revision(before: sqlite3.Row, after: sqlite3.Row, publish: str) -> Revision:
    changed = tuple(part.strip() for part in before["changed"].split(",") if part.strip())
    shown = ["headline", "byline"] if publish == "metadata" else ["headline", "lede", "byline"]
    fields = []
    for name in shown:
        old, new = before[name], after[name]
        if name == "lede":
            old, new = shown_lede(old, publish), shown_lede(new, publish)
        if name in changed and old != new:
            fields.append(Field(name.capitalize(), words(old, new)))
    text: list[Paragraph] = []
    if publish == "full" and "text" in changed:
        text = compare((before["text"] or "")[:MAX_TEXT], (after["text"] or "")[:MAX_TEXT])
    return Revision(before["id"], before["kind"], changed, before["seen_at"], tuple(fields), tuple(text))


def in_words(changed: Sequence[str]) -> str:
    """What changed, as a reader says it."""
    return ", ".join(_CHANGES.get(part, part) for part in changed)
