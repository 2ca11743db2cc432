"""How well newsbot reads pages with known answers, against the floors that no change may fall below.

    python -m bench quality --corpora DIR                 DIR holds the repositories named in bench/corpora.py
    python -m bench quality --corpora DIR --set-floors    write bench/floors.toml anew, just below what is measured
    CORPORA=DIR make bench

The pages are not part of the project. Where they are not there, that is said, and nothing fails.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bench import corpora, measures, openings
from bench.corpora import Page
from bench.measures import Read
from newsbot.cli.extract import answer
from pipelines.reading import read

FLOORS = Path(__file__).with_name("floors.toml")
DATELINES = "datelines.jsonl"
_SLACK = 0.001  # a floor lies so far below what was measured: rounding is no loss
_FETCHED = datetime(2026, 12, 31, tzinfo=UTC)  # after every page
_COUNTS = frozenset(("false_alarms", "years_guessed", "wrong_days"))  # less is better

_MEASURES = {
    "benchmark": {"body_f1": measures.body_f1},
    "fundus": {
        "body_f1": measures.body_f1,
        "headline": measures.headline,
        "author_f1": measures.author_f1,
        "day": measures.day,
        "minute": measures.minute,
        "wrong_days": measures.wrong_days,
    },
    "mixed": {
        "body_f1": measures.segment_f1,
        "headline": measures.headline,
        "author_f1": measures.author_f1,
        "day": measures.day,
    },
}


class Measured(NamedTuple):
    """The figures of one set of pages, and which pages they are."""

    name: str
    pages: int
    digest: str
    figures: Mapping[str, float]


def main(arguments: list[str]) -> None:
    """Measure, print, and exit with 1 where a figure fell below its floor."""
    asked = _arguments(arguments)
    folder: Path | None = asked.corpora
    if folder is None or not folder.is_dir():
        print(
            f"No pages to measure quality on: {folder or 'no folder is named'} (--corpora DIR or CORPORA=DIR)."
        )
        return
    everything = list(measure(folder, asked.datelines or folder / DATELINES, asked.workers))
    if not everything:
        print(f"{folder} holds none of the sets that quality is measured on.")
    if asked.set_floors:
        FLOORS.write_text(floors_of(everything), encoding="utf-8")
    floors = tomllib.loads(FLOORS.read_text("utf-8")) if FLOORS.is_file() else {}
    fallen = [sentence for one in everything for sentence in judge(one, floors.get(one.name))]
    for sentence in fallen:
        print(sentence)
    sys.exit(1 if fallen else 0)


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench quality",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    named = os.environ.get("CORPORA"), os.environ.get("DATELINES")
    parser.add_argument("--corpora", type=Path, default=Path(named[0]) if named[0] else None)
    parser.add_argument(
        "--datelines",
        type=Path,
        default=Path(named[1]) if named[1] else None,
        help=f"JSON Lines of openings with known datelines (default: {DATELINES} in the corpora folder).",
    )
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--set-floors", action="store_true")
    return parser.parse_args(arguments)


def measure(folder: Path, datelines: Path, workers: int) -> Iterable[Measured]:
    """Every set that is there, one after the other; prints the figures of each."""
    with ExitStack() as stack:
        every = _readers(stack, workers)
        for name, wanted in _MEASURES.items():
            pages = corpora.load(folder, name)
            if pages:
                told = list(every(read_page, pages))
                figures = {measure: float(count(pages, told)) for measure, count in wanted.items()}
                yield _printed(Measured(name, len(pages), corpora.digest(pages), figures))
    rows = openings.load(datelines)
    for name, chosen in (
        ("datelines", rows),
        ("datelines_mined", [row for row in rows if row.mined]),
    ):
        if chosen:
            yield _printed(Measured(name, len(chosen), openings.digest(chosen), openings.measures(chosen)))


def _readers(
    stack: ExitStack, workers: int
) -> Callable[[Callable[[Page], Read], list[Page]], Iterable[Read]]:
    """map() in processes that start clean; in this one where one is enough."""
    if workers == 1:
        return map
    pool = stack.enter_context(multiprocessing.get_context("spawn").Pool(workers))
    return partial(pool.map, chunksize=8)


def read_page(page: Page) -> Read:
    """One page, read as `newsbot extract --jsonl` reads it."""
    told: dict[str, Any] = answer(read(corpora.raw(page), {"content-type": "text/html"}, page.url, _FETCHED))
    return Read(told["text"], told["title"], tuple(told["authors"]), told["published_at"])


def judge(measured: Measured, floor: Mapping[str, Any] | None) -> list[str]:
    """A sentence for each figure that is worse than its floor; none for other pages than the floor's."""
    if floor is None:
        print(f"{measured.name}: no floors.")
        return []
    if floor["digest"] != measured.digest:
        print(f"{measured.name}: other pages than those of its floors; the figures are told, not judged.")
        return []
    return [
        f"{measured.name}: {name} is {_shown(name, measured.figures[name])}, the floor is {_shown(name, least)}."
        for name, least in floor["floors"].items()
        if name in measured.figures and _worse(name, measured.figures[name], least)
    ]


def _worse(name: str, figure: float, floor: float) -> bool:
    return figure > floor if name in _COUNTS else figure < floor


def floors_of(everything: Sequence[Measured]) -> str:
    """The text of floors.toml for what was measured."""
    lines = [
        "# What no change may fall below, for the pages with this digest (pages and answers).",
        "# Written by `python -m bench quality --corpora DIR --set-floors`, just below what was measured;",
        "# false_alarms, years_guessed and wrong_days are counts that must not grow.",
    ]
    for one in everything:
        lines += [
            "",
            f"[{one.name}]",
            f"pages = {one.pages}",
            f'digest = "{one.digest}"',
            f"[{one.name}.floors]",
        ]
        lines += [f"{name} = {_floor(name, figure)}" for name, figure in one.figures.items()]
    return "\n".join(lines) + "\n"


def _floor(name: str, figure: float) -> str:
    return str(int(figure)) if name in _COUNTS else f"{max(figure - _SLACK, 0):.4f}"


def _printed(measured: Measured) -> Measured:
    figures = ", ".join(f"{name} {_shown(name, figure)}" for name, figure in measured.figures.items())
    print(f"{measured.name} ({measured.pages}): {figures}", flush=True)
    return measured


def _shown(name: str, figure: float) -> str:
    return str(int(figure)) if name in _COUNTS else f"{figure:.4f}"
