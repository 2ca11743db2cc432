"""Full-text search: what a reader typed as an FTS5 expression that cannot fail, and the passages found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from newsbot.publish.connections import Snapshot
from pipelines.store.sqlite import sqlite3

_OPEN, _CLOSE = "\x02", "\x03"  # mark a hit inside a passage; neither survives in scraped text
_WORDS_SHOWN = 32  # tokens of a passage (FTS5 allows 64)
_OPERATORS = re.compile(r"\b(?:AND|OR|NOT|NEAR)\b|[\"*^:()+]")


@dataclass(frozen=True)
class Words:
    """A search as typed, and as FTS5 is asked. `expression` is None while there is nothing to ask."""

    text: str
    expression: str | None = None
    note: str = ""  # a sentence, where the search was read otherwise than typed
    raw: bool = False  # the expression is FTS5 syntax as the reader wrote it


def understand(snapshot: Snapshot, words: Words) -> Words:
    """Words whose expression FTS5 takes.

    Plain words are quoted, so that `covid-19` or `O'Neill` are words. What looks like FTS5 syntax (phrases,
    `NOT`, `word*`, `headline: word`) is tried as it is; where FTS5 refuses it, its words are searched and a
    note says so.
    """
    if not words.text:
        return words
    if not snapshot.rows("SELECT 1 FROM sqlite_master WHERE name = 'articles_fts'"):
        return replace(words, note="This archive has no full-text index: nothing was searched.")
    if _OPERATORS.search(words.text):
        fault = _refusal(snapshot, words.text)
        if fault is None:
            return replace(words, expression=words.text, raw=True)
        note = f"The search could not be read as a query ({fault}), so its words were searched as they stand."
    else:
        note = ""
    return replace(words, expression=quoted(words.text), note=note)


def quoted(text: str) -> str:
    """Every word as an FTS5 string: all of them must occur, and none is an operator."""
    kept = [word for word in text.replace('"', " ").split() if any(map(str.isalnum, word))]
    return " ".join(f'"{word}"' for word in kept) or '""'


def _refusal(snapshot: Snapshot, expression: str) -> str | None:
    """Why FTS5 does not take the expression, or None where it does."""
    try:
        snapshot.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1", (expression,))
    except sqlite3.OperationalError as error:
        return str(error).removeprefix("fts5: ")
    return None


def passages(snapshot: Snapshot, words: Words, articles: Sequence[int]) -> dict[int, Markup]:
    """Where the words stand in the text of these articles, hits marked, everything else escaped."""
    if words.expression is None or not articles:
        return {}
    holes = ", ".join("?" * len(articles))
    rows = snapshot.rows(
        f"SELECT rowid, snippet(articles_fts, 1, ?, ?, '…', {_WORDS_SHOWN}) FROM articles_fts"  # noqa: S608
        f" WHERE articles_fts MATCH ? AND rowid IN ({holes})",
        (_OPEN, _CLOSE, words.expression, *articles),
    )
    return {int(row[0]): marked(row[1]) for row in rows if row[1] and _OPEN in row[1]}


def marked(passage: str) -> Markup:
    """A passage of FTS5 as safe HTML."""
    text = str(escape(passage)).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>")
    return Markup(text)
