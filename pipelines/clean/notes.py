"""Corrections, clarifications, editor's notes and updates: what a newsroom says about its own article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Any, Final

from pipelines.clean.labels import labels, starts_with
from pipelines.clean.metadata import article_nodes, plain, values
from pipelines.clean.names import words_of
from pipelines.clean.runs import Run, key_of
from pipelines.document import Document
from pipelines.items import Note
from pipelines.jsonld import types_of

MAX_NOTES = 20
MAX_NOTE = 2_000  # characters

KINDS: Final = ("correction", "clarification", "editors_note", "update")
_SAID: Final = ("correction", "update")
_SHORTEST = 25  # letters of a note beside its label and date: less is the line with the date
_BEHIND = 25  # lines behind the text in which notes still stand
_LONGEST_LABEL = 40  # characters
_ELSEWHERE = frozenset(
    {"comments_block", "related_block", "second_article", "newsletter_block", "share_block"}
)

_HEAD = re.compile(
    r"^[\s(\[*/•>~_–—-]*(?P<label>[^\W_][^:：—–|“”„«»\"!?]{0,80}?)\s*(?:[:：]|\s[—–|-]\s)\s*(?P<text>\S.*)$",
    re.DOTALL,
)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d)(?!\d)|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|d[’'])?[^\W\d_]{3,}\.?,?\s+(?:de\s+)?\d{4}"
    r"|[^\W\d_]{3,}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
)
_NAMED = (
    ("correction", re.compile(r"-(?:corrections?|amend(?:ed|ment)s?|erratum|rettelse|rectificati[a-z]+)-(?!policy|link)")),
    ("clarification", re.compile(r"-clarifications?-")),
    ("editors_note", re.compile(r"-editor(?:s|ial)?-note-")),
    ("update", re.compile(r"-(?:update|article)-note-")),
)  # fmt: skip


def notes_of(document: Document, runs: Sequence[Run], text: Sequence[str], headline: str) -> tuple[Note, ...]:
    """The notes of a page in its order, each once; those that JSON-LD alone tells, last.

    A line is a note where it begins with a label ("Correction, Nov. 15, 2019: …"), stands right under one, begins
    as such a sentence ("This article was amended on …"), or stands in a block that is called a correction; between
    the headline and a little below the text. It is kept as printed; the date is the one that stands in it.
    `headline`: folded. The line stays in the text where the extractor took it: it is printed with the story, and
    reference texts have it (1 of 1 in 209 news pages).
    """
    found: dict[str, Note] = {}
    near = _near(runs, text, headline)
    for number, run in enumerate(near):
        note = _note(run, near[number - 1] if number else None)
        if note is not None and not _stands_in(key_of(note.text), found):
            found.setdefault(key_of(note.text), note)
    for note in _told(document):
        if not _stands_in(key_of(note.text), found):
            found.setdefault(key_of(note.text), note)
    return tuple(found.values())[:MAX_NOTES]


def _near(runs: Sequence[Run], text: Sequence[str], headline: str) -> list[Run]:
    """The lines from the headline, or the text, to a little below it; links and other articles left out."""
    keys = {key_of(line) for line in text}
    held = [run.position for run in runs if run.key in keys and run.rule is None]
    if not held:
        return []
    heads = [run.position for run in runs[: held[0]] if run.key and run.key == headline]
    start = heads[-1] if heads else held[0]
    lines = runs[start : held[-1] + 1 + _BEHIND]
    return [run for run in lines if run.key and not run.is_link and run.rule not in _ELSEWHERE]


def _note(run: Run, before: Run | None) -> Note | None:
    kind = _labelled(run) or _said(run) or _under_label(run, before) or _named(run)
    if kind is None:
        return None
    printed = " ".join(run.text.split())[:MAX_NOTE]
    date = _DATE.search(printed[:200])
    return Note(kind, printed, date.group() if date else None)


def _labelled(run: Run) -> str | None:
    """The kind of a line that begins with a label, where more than a date follows."""
    head = _HEAD.match(run.text) if _may_begin(run.key) else None
    if head is None:
        return None
    kind = _kind_of(head["label"])
    return kind if kind is not None and _says_something(head["text"]) else None


def _kind_of(label: str) -> str | None:
    """The kind that a label names; day and month may stand behind it ("Correction (June 3)")."""
    key = key_of(_DATE.sub(" ", label))
    if len(key) > _LONGEST_LABEL:
        return None
    if not any(c.isdigit() for c in label):
        return _kinds().get(key)
    undated = " ".join(word for word in key.split() if not any(c.isdigit() for c in word))
    return _kinds().get(undated) or _kinds().get(
        undated.rpartition(" ")[0]
    )  # "Korrektur vom", "Correction June"


def _may_begin(key: str) -> bool:
    """Whether the line begins with the first word of a label: most lines are done with here."""
    spaced, unspaced = _first_words()
    return key.partition(" ")[0] in spaced or key.startswith(unspaced)


@cache
def _first_words() -> tuple[frozenset[str], tuple[str, ...]]:
    """First words of all labels, and the labels of scripts that set no spaces."""
    unspaced = tuple(label for label in _kinds() if label[:1] > "\u3000")
    return frozenset(label.partition(" ")[0] for label in _kinds()), unspaced


@cache
def _kinds() -> dict[str, str]:
    return {label: kind for kind in reversed(KINDS) for label in labels(f"note_{kind}")}


def _says_something(text: str) -> bool:
    return sum(c.isalpha() for c in _DATE.sub("", text)) >= _SHORTEST or _is_dense(text)


def _is_dense(text: str) -> bool:
    """Chinese, Japanese and Korean say with ten letters what others say with thirty."""
    return sum("\u3041" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in text) >= _SHORTEST // 2


def _said(run: Run) -> str | None:
    first = run.key.split(" ", 1)[0]
    for kind in _SAID:
        if any(run.key.startswith(start) for start in starts_with(f"said_{kind}", first)):
            return kind
    return None


def _under_label(run: Run, before: Run | None) -> str | None:
    """The kind of a line right under a heading or bold line that is nothing but a label."""
    if before is None or before.position != run.position - 1 or before.key not in _kinds():
        return None
    if not (before.is_heading or before.strong) or run.is_heading or not _says_something(run.text):
        return None
    return _kinds()[before.key]


def _named(run: Run) -> str | None:
    """The kind of a line in a block that is named for it."""
    for step in (run.block, *islice(run.block.iterancestors(), 2)):
        name = step.get("class")
        kind = _kind_of_name(name) if name and step.tag not in ("body", "main", "article") else None
        if kind is not None:
            return kind if not run.is_heading and _says_something(run.text) else None
    return None


@lru_cache(maxsize=4096)
def _kind_of_name(name: str) -> str | None:
    words = words_of(name)
    return next((kind for kind, pattern in _NAMED if pattern.search(words)), None)


def _told(document: Document) -> Iterator[Note]:
    """What JSON-LD tells: schema.org's `correction`, as text or CorrectionComment."""
    for node in article_nodes(document):
        for value in values(node, "correction"):
            yield from _correction(value)
    for node in document.jsonld:
        if "CorrectionComment" in types_of(node):
            yield from _correction(node)


def _correction(value: Any) -> Iterator[Note]:
    told = value if isinstance(value, dict) else {"text": value}
    text = plain(told.get("text")) or plain(told.get("description"))
    if text and not text.startswith(("http://", "https://")):
        yield Note("correction", text[:MAX_NOTE], plain(told.get("datePublished")))


def _stands_in(key: str, found: dict[str, Note]) -> bool:
    return any(key in other or other in key for other in found)
