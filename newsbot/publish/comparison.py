"""What changed between two versions of a text, word by word, and bounded in size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

MAX_PARAGRAPHS = 600
MAX_WORK = 2_000_000
"""Words of one side times words of the other: past that a passage is shown as replaced whole."""

_EXCERPT_WORK = 60_000  # likewise for a list of many changes
_AROUND = 10  # words that an excerpt keeps on each side of a change
_LONGEST = 40  # words of one change in it

_SPACED = re.compile(r"\s*\S+\s*")
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


def excerpts(before: str | None, after: str | None, most: int = 2) -> list[tuple[Piece, ...]]:
    """The first paragraphs that differ, of each the changes with a few words around them."""
    old, new = (_paragraphs(text)[:MAX_PARAGRAPHS] for text in (before, after))
    marked = (paragraph.pieces for paragraph in _compare_paragraphs(old, new, _EXCERPT_WORK))
    changed = (pieces for pieces in marked if any(piece.kind != "same" for piece in pieces))
    return [_clipped(pieces) for pieces in islice(changed, most)]


def _clipped(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    found = []
    for at, piece in enumerate(pieces):
        told = _SPACED.findall(piece.text)
        if piece.kind != "same":
            found.append(
                piece
                if len(told) <= _LONGEST
                else Piece(piece.kind, "".join(told[:_LONGEST]).rstrip() + " …")
            )
            continue
        head = told[:_AROUND] if at else []
        tail = told[-_AROUND:] if at < len(pieces) - 1 else []
        if len(told) > len(head) + len(tail):
            found.append(Piece("same", "".join(head) + ("… " if tail else "…") + "".join(tail)))
        else:
            found.append(piece)
    return tuple(found)


def words(before: str | None, after: str | None, work: int = MAX_WORK) -> tuple[Piece, ...]:
    """One passage, word by word; as replaced whole where comparing would cost more than `work`."""
    old, new = _WORD.findall(before or ""), _WORD.findall(after or "")
    if len(old) * len(new) > work:
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


def _compare_paragraphs(old: Sequence[str], new: Sequence[str], work: int = MAX_WORK) -> Iterator[Paragraph]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (Paragraph((Piece("same", text),)) for text in old[a:b])
            continue
        for at in range(max(b - a, d - c)):
            left = old[a + at] if a + at < b else ""
            right = new[c + at] if c + at < d else ""
            yield Paragraph(words(left, right, work))


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
