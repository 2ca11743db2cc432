"""What changed between two versions of a text, word by word, and bounded in size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MAX_PARAGRAPHS = 600
MAX_WORK = 2_000_000
"""Words of one side times words of the other: past that a passage is shown as replaced whole."""

_WORD = re.compile(r"\S+\s*")  # a word with its space: alone, spaces would match one another everywhere


@dataclass(frozen=True)
class Piece:
    """A run of words: kept, removed or added."""

    kind: str  # same, removed, added
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a comparison; `skipped` stands for that many unchanged ones."""

    pieces: tuple[Piece, ...] = ()
    skipped: int = 0


def compare(before: str | None, after: str | None, *, whole: bool = False) -> list[Paragraph]:
    """Paragraphs that differ, with one unchanged neighbour on each side; runs of unchanged ones are counted.

    `whole` gives every paragraph.
    """
    old, new = _paragraphs(before), _paragraphs(after)
    if max(len(old), len(new)) > MAX_PARAGRAPHS:
        old, new = ["\n\n".join(old)], ["\n\n".join(new)]
    marked = list(_compare_paragraphs(old, new))
    return marked if whole else list(_folded(marked))


def words(before: str | None, after: str | None) -> tuple[Piece, ...]:
    """One passage, word by word."""
    old, new = _WORD.findall(before or ""), _WORD.findall(after or "")
    if len(old) * len(new) > MAX_WORK:
        return (Piece("removed", before or ""), Piece("added", after or ""))
    pieces: list[Piece] = []
    space = ""  # behind a change: it belongs to what follows, or a reader sees marked nothing
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", space + "".join(old[a:b])))
            continue
        removed, added = "".join(old[a:b]), "".join(new[c:d])
        if removed:
            pieces.append(Piece("removed", removed.rstrip()))
        if added:
            pieces.append(Piece("added", added.rstrip()))
        space = " " if (added or removed)[-1].isspace() else ""
    return tuple(pieces)


def _paragraphs(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split("\n\n") if part.strip()]


def _compare_paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (Paragraph((Piece("same", text),)) for text in old[a:b])
            continue
        for at in range(max(b - a, d - c)):
            left = old[a + at] if a + at < b else ""
            right = new[c + at] if c + at < d else ""
            yield Paragraph(words(left, right))


def _folded(paragraphs: list[Paragraph]) -> Iterator[Paragraph]:
    changed = {
        at for at, paragraph in enumerate(paragraphs) if any(p.kind != "same" for p in paragraph.pieces)
    }
    near = {at + step for at in changed for step in (-1, 0, 1)}
    skipped = 0
    for at, paragraph in enumerate(paragraphs):
        if at not in near:
            skipped += 1
            continue
        if skipped:
            yield Paragraph(skipped=skipped)
            skipped = 0
        yield paragraph
    if skipped and changed:
        yield Paragraph(skipped=skipped)
