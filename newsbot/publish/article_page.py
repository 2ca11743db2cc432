"""The article page: the text as it reads, what is printed beside it, and how we know what stands over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from markupsafe import Markup

from newsbot.publish import labels, markdown
from newsbot.publish.browse import is_sample
from newsbot.publish.citation import Citation
from newsbot.publish.connections import Snapshot
from newsbot.publish.listing import Item, items
from newsbot.publish.policy import shown_lede
from newsbot.publish.versions import MAX_TEXT, Difference, Version, difference, versions
from pipelines.store.export import SHOWN
from pipelines.store.sqlite import sqlite3

MAX_EVIDENCE = 200
MAX_REMOVED = 200
MAX_CLUSTER = 50
MAX_IMAGES = 60
MAX_NOTES = 40
MAX_ENTRIES = 400
DIFFERENCES = 3
"""The newest changes that the page shows at once; older ones are a link away."""

_ARTICLE = """
SELECT articles.*, sources.name AS source_name, sources.publish AS publish, sources.homepage AS homepage,
  sources.timezone AS timezone
FROM articles
LEFT JOIN sources ON sources.id = articles.source
WHERE {where}
"""
_KEYS = "SELECT key FROM urls WHERE article = ?"


@dataclass(frozen=True)
class Story:
    """The same story in other sources: every telling in the order in which they ran, this one among them."""

    kind: str  # same_text or near
    first_by: str | None  # what tells who had it first: published_at, published_day or first_seen_at
    first: int | None  # the article that had it first
    tellings: tuple[Item, ...]


@dataclass(frozen=True)
class Beside:
    """What is printed with an article, and kept in tables of its own. Empty where the policy holds text back."""

    images: tuple[sqlite3.Row, ...] = ()
    notes: tuple[sqlite3.Row, ...] = ()
    entries: tuple[sqlite3.Row, ...] = ()
    entries_cut: bool = False
    removed: tuple[sqlite3.Row, ...] = ()


@dataclass(frozen=True)
class ArticlePage:
    """Everything that an article page shows."""

    article: sqlite3.Row
    publish: str
    live: bool
    lede: str | None
    text: Markup
    shortened: bool  # the text was longer than a page holds
    zone: tzinfo | None  # the outlet's clock
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    agencies: tuple[str, ...]
    beside: Beside
    evidence: tuple[sqlite3.Row, ...]
    corrections: tuple[sqlite3.Row, ...]  # by a person, here
    versions: tuple[Version, ...]
    differences: tuple[Difference, ...]  # the newest first
    story: Story | None
    captures: tuple[sqlite3.Row, ...]  # the one that was read first
    rights: sqlite3.Row | None
    last_visit: str | None
    sample: bool


class TakenDown(Exception):
    """The article is withheld: it was here, and is not shown."""


def find(snapshot: Snapshot, public_id: str | None, number: int | None = None) -> sqlite3.Row | None:
    """The row of an article by its permanent id, or by its number here; None where there is none. Raises TakenDown."""
    where, value = (
        ("articles.id = ?", number) if number is not None else ("articles.public_id = ?", public_id)
    )
    article = snapshot.row(_ARTICLE.format(where=where), (value,))
    if article is not None and article["state"] == "withheld":
        raise TakenDown(article["public_id"])
    return article


def article_page(snapshot: Snapshot, article: sqlite3.Row) -> ArticlePage:
    """Everything about an article that `find` gave."""
    number = article["id"]
    publish = article["publish"] or "full"
    full = publish == "full"
    tables = _tables(snapshot)
    stored = snapshot.row("SELECT * FROM article_text WHERE article = ?", (number,)) if full else None
    text = (stored["text"] if stored else "") or ""
    marked = (stored["markdown"] if stored and "markdown" in stored.keys() else "") or ""  # noqa: SIM118 (a Row iterates its values)
    beside = _beside(snapshot, number, tables) if full else Beside()
    if beside.entries:  # they are shown with their times; of the text, what stands before them
        text, marked = _opening(text, beside.entries), ""
    elif beside.notes:  # they are shown in boxes of their own
        text, marked = _without(text, beside.notes), _without(marked, beside.notes)
    lede = shown_lede(article["lede"], publish)
    evidence = _evidence(snapshot, number)
    told = versions(snapshot, article)
    return ArticlePage(
        article=article,
        publish=publish,
        live="form" in article.keys() and article["form"] == "live_blog",  # noqa: SIM118
        lede=None if _repeats(text, lede) else lede,
        text=markdown.render(marked) if marked else markdown.plain(text[:MAX_TEXT]),
        shortened=len(text) > MAX_TEXT,
        zone=_zone(evidence, article["timezone"]),
        authors=_names(snapshot, "author", "article_authors", number, "position"),
        tags=_names(snapshot, "tag", "article_tags", number, "tag"),
        agencies=_names(snapshot, "agency", "article_agencies", number, "agency"),
        beside=beside,
        evidence=evidence,
        corrections=tuple(
            snapshot.rows("SELECT * FROM corrections WHERE article = ? ORDER BY made_at, field", (number,))
        ),
        versions=tuple(told),
        differences=tuple(
            difference(snapshot, number, told[at - 1], told[at], publish)
            for at in range(len(told) - 1, max(0, len(told) - 1 - DIFFERENCES), -1)
        ),
        story=_story(snapshot, article),
        captures=tuple(captures(snapshot, number, article["capture"])),
        rights=snapshot.row("SELECT * FROM rights WHERE capture = ?", (article["capture"],)),
        last_visit=_last_visit(snapshot, number),
        sample=is_sample(snapshot),
    )


def captures(snapshot: Snapshot, article: int, read: int | None) -> list[sqlite3.Row]:
    """The captures that this article or a revision of it was read from, the one behind the page first, then the newest."""
    return snapshot.rows(
        "SELECT * FROM captures WHERE id IN (SELECT ? UNION SELECT capture FROM revisions WHERE article = ?"
        " UNION SELECT new_capture FROM revisions WHERE article = ?) ORDER BY id <> ?, captured_at DESC, id DESC LIMIT 50",
        (read, article, article, read),
    )


def citation(page: ArticlePage, permalink: str, archive: str) -> Citation:
    """How this article is cited; `permalink` is its whole address."""
    article = page.article
    day = article["published_day"]
    if day and article["published_precision"] == "month":
        day = day[:7]
    return Citation(
        public_id=article["public_id"],
        headline=labels.cut(article["headline"] or "Without a headline", 600),
        authors=tuple(labels.cut(name, 200) for name in page.authors),
        outlet=labels.cut(article["source_name"] or article["source"], 200),
        published=day,
        url=labels.web_address(article["url"]),
        archived_at=page.captures[0]["captured_at"] if page.captures else article["first_seen_at"],
        permalink=permalink,
        archive=archive,
        language=article["language"],
        digest=page.captures[0]["digest"] if page.captures else None,
    )


def _tables(snapshot: Snapshot) -> frozenset[str]:
    """Tables of this archive: one that an older newsbot made lacks those that came later."""
    return frozenset(
        str(row[0]) for row in snapshot.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    )


def _beside(snapshot: Snapshot, article: int, tables: frozenset[str]) -> Beside:
    def rows(table: str, limit: int) -> tuple[sqlite3.Row, ...]:
        if table not in tables:
            return ()
        sql = f"SELECT * FROM {table} WHERE article = ? ORDER BY position LIMIT {limit}"  # noqa: S608
        return tuple(snapshot.rows(sql, (article,)))

    entries = rows("live_entries", MAX_ENTRIES + 1)
    return Beside(
        images=rows("article_images", MAX_IMAGES),
        notes=rows("article_notes", MAX_NOTES),
        entries=entries[:MAX_ENTRIES],
        entries_cut=len(entries) > MAX_ENTRIES,
        removed=rows("removed_blocks", MAX_REMOVED),
    )


def _opening(text: str, entries: Sequence[sqlite3.Row]) -> str:
    """The paragraphs of a live blog before its first entry."""
    told = {
        part.strip()
        for row in entries
        for part in (row["headline"] or "", *(row["text"] or "").split("\n\n"))
    }
    opening = []
    for part in text[:MAX_TEXT].split("\n\n"):
        if part.strip() in told:
            break
        opening.append(part)
    else:
        return ""  # nothing of the entries stands in it: it is no opening
    return "\n\n".join(opening)


def _without(text: str, notes: Sequence[sqlite3.Row]) -> str:
    """A text, light Markdown or not, without the correction notes that open or end it.

    One amid the text stays there too: it may be a paragraph that was taken for a note.
    """
    told = {_bare(part) for row in notes for part in (row["text"] or "").split("\n\n")} - {""}
    parts = text.split("\n\n")
    while parts and _bare(parts[0]) in told:
        del parts[0]
    while parts and _bare(parts[-1]) in told:
        del parts[-1]
    return "\n\n".join(parts) or text


def _bare(paragraph: str) -> str:
    """A paragraph as words alone: without what Markdown puts before and between them."""
    return " ".join(paragraph.replace("\\", "").lstrip("#>-* \n").split())


def _evidence(snapshot: Snapshot, article: int) -> tuple[sqlite3.Row, ...]:
    return tuple(
        snapshot.rows(
            f"SELECT * FROM evidence WHERE key IN ({_KEYS}) ORDER BY kind = 'date' DESC, chosen DESC,"  # noqa: S608
            f" role = 'published' DESC, confidence DESC, id LIMIT {MAX_EVIDENCE}",
            (article,),
        )
    )


def _zone(evidence: Sequence[sqlite3.Row], timezone: str | None) -> tzinfo | None:
    """The offset that the deciding evidence printed, else the zone of the source."""
    for row in evidence:
        if row["chosen"] and row["at"]:
            offset = labels.printed_offset(row["printed"])
            if offset is not None:
                return offset
    return labels.zone(timezone)


def _story(snapshot: Snapshot, article: sqlite3.Row) -> Story | None:
    if not article["cluster"]:
        return None
    cluster = snapshot.row("SELECT * FROM clusters WHERE id = ?", (article["cluster"],))
    tellings = items(
        snapshot,
        f"cluster = ? AND {SHOWN}",
        (article["cluster"],),
        MAX_CLUSTER,
        "published_sort, articles.id",
    )
    if cluster is None or len(tellings) < 2:
        return None
    known = dict(cluster)
    return Story(
        kind=known.get("kind") or "same_text",
        first_by=known.get("first_by"),
        first=known["first_article"],
        tellings=tuple(tellings),
    )


def _names(snapshot: Snapshot, column: str, table: str, article: int, order: str) -> tuple[str, ...]:
    rows = snapshot.rows(f"SELECT {column} FROM {table} WHERE article = ? ORDER BY {order}", (article,))  # noqa: S608
    return tuple(str(row[0]) for row in rows)


def _repeats(text: str, lede: str | None) -> bool:
    """The lede opens the text, perhaps behind a dateline: it is not printed twice."""
    first = text.strip().partition("\n\n")[0]
    if not lede or not first:
        return False
    return " ".join(lede.split()).rstrip("….") in " ".join(first.split())


def _last_visit(snapshot: Snapshot, article: int) -> str | None:
    found = snapshot.row("SELECT max(last_visited_at) FROM urls WHERE article = ?", (article,))
    return found[0] if found else None
