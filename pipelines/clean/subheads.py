"""Sub-heads that the markup glues to their paragraph: a bold opening, then a sentence of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.clean.runs import Run, key_of

_LONGEST = 60  # characters
_WORDS = 8
_PATTERN = 2  # paragraphs of one article that open so; a single one may be a name in bold
_BOLD = frozenset({"b", "strong"})
_OPENING = "“„«‘\"'¿¡("


def set_apart(lines: Sequence[str], runs: Mapping[str, Sequence[Run]]) -> tuple[list[str], frozenset[str]]:
    """(lines, heads): the lines with bold openings such as “<b>Rejected</b> Meanwhile, the …” as paragraphs of their own.

    Only where at least two paragraphs behind the first open so, where the opening is short, without a
    mark at its end ("Question:", "Berlin."), and where what follows begins like a sentence. `runs`: the
    page's lines by key.
    """
    heads = {number: head for number, line in enumerate(lines) if number and (head := _head(line, runs))}
    if len(heads) < _PATTERN:
        return list(lines), frozenset()
    apart: list[str] = []
    for number, line in enumerate(lines):
        head = heads.get(number)
        apart += [line] if head is None else [head, line[len(head) :].lstrip()]
    return apart, frozenset(heads.values())


def _head(line: str, runs: Mapping[str, Sequence[Run]]) -> str | None:
    for run in runs.get(key_of(line), ()):
        block = run.block
        if block.tag != "p" or (block.text or "").strip() or not len(block) or block[0].tag not in _BOLD:
            continue
        head = " ".join("".join(block[0].itertext()).split())
        rest = (block[0].tail or "").lstrip().lstrip(_OPENING)
        short = 0 < len(head) <= _LONGEST and len(head.split()) <= _WORDS and head[-1].isalnum()
        if short and rest[:1].isupper() and line.startswith(f"{head} "):
            return head
    return None
