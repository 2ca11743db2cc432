"""Full-text search on the pages: what was typed as FTS5 is asked, and the passages that were found."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.search.language import NOTHING, Term, read
from newsbot.search.passages import Piece, marked, passage, pattern_of
from pipelines.store import fulltext

_NO_INDEX = "This archive has no full-text index: nothing was searched."
_OLD_INDEX = "The full-text index of this archive is of an older newsbot; the next crawl makes it anew."


@dataclass(frozen=True)
class Words:
    """A search as typed, and as FTS5 is asked. `expression` is None while there is nothing to ask."""

    text: str
    expression: str | None = None
    note: str = ""  # a sentence, where the search was read otherwise than typed
    terms: tuple[Term, ...] = ()  # what is marked in headlines and texts
    filters: tuple[tuple[str, str], ...] = ()  # what was typed as author:, source: … narrows by a column


def understand(snapshot: Snapshot, words: Words) -> Words:
    """Words whose expression FTS5 takes; what cannot be read becomes a sentence in `note`."""
    if not words.text:
        return words
    if not snapshot.rows("SELECT 1 FROM sqlite_master WHERE name = ?", (fulltext.TABLE,)):
        return replace(words, expression=None, note=_NO_INDEX)
    german = bool(snapshot.rows("SELECT 1 FROM articles WHERE language = 'de' LIMIT 1"))
    found = read(words.text, german=german)
    notes = [found.note] if found.note else []
    if not snapshot.current_index():
        notes.append(_OLD_INDEX)
    return Words(
        words.text,
        NOTHING if found.expression is None and not found.filters else found.expression,
        " ".join(notes),
        found.terms,
        found.filters,
    )


def narrowed(snapshot: Snapshot, text: str) -> tuple[str, list[tuple[str, str]]] | None:
    """What was typed as author:, source: … taken out of a search: the words, and filters with their values as the
    archive writes them. None where nothing of the kind was typed."""
    found = read(text)
    if not found.filters:
        return None
    return found.rest, [(name, _written(snapshot, name, value)) for name, value in found.filters]


_VALUES = {
    "source": "SELECT id FROM sources WHERE id = ? OR name = ?",
    "author": "SELECT author FROM article_authors WHERE author = ?",
    "tag": "SELECT tag FROM article_tags WHERE tag = ?",
    "agency": "SELECT agency FROM article_agencies WHERE agency = ?",
    "place": "SELECT place FROM articles WHERE place = ?",
    "section": "SELECT section FROM articles WHERE section = ?",
}
_PATIENCE = 0.5  # seconds for a value that is not written exactly so: no index helps there


def _written(snapshot: Snapshot, name: str, value: str) -> str:
    """A value as the archive writes it, whatever its case; as typed where the archive has no such value."""
    sql = _VALUES[name]
    holes = (value,) * sql.count("?")
    with suppress(TookTooLong):
        exactly = snapshot.rows(f"{sql} LIMIT 1", holes)
        rows = exactly or snapshot.rows(f"{sql.replace('?', '? COLLATE NOCASE')} LIMIT 1", holes, _PATIENCE)
        if rows:
            return str(rows[0][0])
    return value


def passages(snapshot: Snapshot, words: Words, articles: Sequence[int]) -> dict[int, Markup]:
    """Where the words stand in the text of these articles, hits marked, everything else escaped."""
    pattern = pattern_of(words.terms, "text")
    if pattern is None or not articles:
        return {}
    holes = ", ".join("?" * len(articles))
    rows = snapshot.rows(
        f"SELECT article, text FROM article_text WHERE article IN ({holes})",  # noqa: S608
        tuple(articles),
    )
    found = {int(row[0]): passage(row[1] or "", pattern) for row in rows}
    return {article: as_html(pieces) for article, pieces in found.items() if pieces}


def marked_headline(words: Words, headline: str | None) -> Markup:
    """A headline with its hits marked."""
    pattern = pattern_of(words.terms, "headline")
    text = headline or ""
    return as_html(marked(text, pattern)) if pattern is not None else escape(text)


def as_html(pieces: Sequence[Piece]) -> Markup:
    """Pieces as safe HTML."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(text) if hit else escape(text) for text, hit in pieces
    )
