"""Puts back paragraphs that the extractor missed: those that stand as the ones it took stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from pipelines.clean.runs import Run, key_of

_PROSE = 80  # characters of unlinked text from which a line can be a missed paragraph
_PIECE = 40  # characters by which a line is known again inside another
_COMMON = 3  # lines of one shape that the extractor took, before the shape speaks for others
_SHAPES = frozenset({"p", "h2", "h3", "h4", "li", "blockquote", "div"})

_Shape = tuple[str, str, str]


def put_back(lines: Sequence[str], runs: Sequence[Run]) -> list[str]:
    """The lines with those between them that the extractor missed, in the order of the page.

    Some sites repeat the container of the text (an advertisement stands between each two) and extractors
    keep the largest alone. A line comes back where its block has the tag, and its parent the tag and
    class, of lines that were taken, where it stands in the same <article>, and where nothing marks it.
    Short lines come back only inside a container that gave paragraphs.
    """
    taken = {key_of(line) for line in lines} - {""}
    held = [run for run in runs if run.key in taken]
    if not held:
        return list(lines)
    end = _end(runs, held[-1].position)
    missed = [
        run
        for run in runs[:end]
        if run.rule is None and len(run.text) - run.linked >= _PROSE and run.key not in taken
    ]
    missed = _alike(missed, held, " ".join(key_of(line) for line in lines)) if missed else []
    if not missed:
        return list(lines)
    homes = {run.block.getparent() for run in held}
    containers = {run.block.getparent() for run in missed} - homes
    positions = {run.position for run in missed} | {
        run.position
        for run in runs[:end]
        if run.block.getparent() in containers
        and run.rule is None
        and run.key not in taken
        and not run.is_link
        and run.block.tag in _SHAPES
    }
    return _merged(lines, runs, positions)


def _alike(missed: Sequence[Run], held: Sequence[Run], text: str) -> list[Run]:
    """Of the lines that may have been missed, those that stand as enough of the taken ones do."""
    shapes = Counter(_shape(run) for run in held if run.rule is None and len(run.text) >= _PROSE)
    found = [run for run in missed if shapes[_shape(run)] >= _COMMON and not stands_in(run.key, text)]
    if not found:
        return []
    articles = {_article(run) for run in held}
    return [run for run in found if _article(run) in articles]


def _end(runs: Sequence[Run], last: int) -> int:
    """Where another article begins behind the last line taken: a heading that is a link, or an h1."""
    for run in runs[last + 1 :]:
        if run.block.tag == "h1" or (run.is_heading and run.is_link):
            return run.position
    return len(runs)


def stands_in(key: str, text: str) -> bool:
    """Whether the text has the line in other pieces: its beginning, middle or end."""
    return any(piece in text for piece in _pieces(key))


def stands_mostly_in(key: str, text: str) -> bool:
    """Whether the text has at least two of the three pieces: a stand-first may begin as the story does."""
    return sum(piece in text for piece in _pieces(key)) > 1


def _pieces(key: str) -> tuple[str, str, str]:
    middle = len(key) // 2
    return key[:_PIECE], key[middle : middle + _PIECE], key[-_PIECE:]


def _merged(lines: Sequence[str], runs: Sequence[Run], positions: set[int]) -> list[str]:
    places: dict[str, list[int]] = {}
    for run in runs:
        places.setdefault(run.key, []).append(run.position)
    merged: list[str] = []
    waiting = sorted(positions)
    for line in lines:
        at = places.get(key_of(line), [])
        if len(at) == 1:
            while waiting and waiting[0] < at[0]:
                merged.append(runs[waiting.pop(0)].text)
        merged.append(line)
    return merged + [runs[position].text for position in waiting]


def _shape(run: Run) -> _Shape:
    parent = run.block.getparent()
    if parent is None:
        return (str(run.block.tag), "", "")
    return (str(run.block.tag), str(parent.tag), parent.get("class") or "")


def _article(run: Run) -> HtmlElement | None:
    """The innermost <article> or <main> that the line stands in."""
    return next(run.block.iterancestors("article", "main"), None)
