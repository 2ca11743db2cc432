"""CPU of `read()` beside trafilatura on the same pages: one process, warm, the two in turn on every page.

    python -m bench read --corpora DIR            DIR holds the repositories named in bench/corpora.py
    python -m bench read --corpora DIR --sets benchmark fundus

`read()` finds headline, authors, dates, dateline, kind of page and what was removed besides the text; trafilatura runs
with its defaults and with metadata. CPU time of this process (time.process_time) counts, not the clock on the wall, so
that neighbours on the machine disturb little; the ratio of one run is what to compare.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

from bench import corpora
from bench.corpora import Page
from pipelines.reading import read

_FETCHED = datetime(2026, 12, 31, tzinfo=UTC)  # after every page
_WARM = 12  # pages read before the first that counts: tables and patterns are loaded by then


class Cost(NamedTuple):
    """CPU seconds of one page, by either reader."""

    newsbot: float
    trafilatura: float


def main(arguments: list[str]) -> None:
    """Measure every set that is there; print a line for each and one for all."""
    parser = argparse.ArgumentParser(
        prog="python -m bench read", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    named = os.environ.get("CORPORA")
    parser.add_argument("--corpora", type=Path, default=Path(named) if named else None)
    parser.add_argument("--sets", nargs="*", default=list(corpora.CORPORA), choices=list(corpora.CORPORA))
    parser.add_argument("--times", type=int, default=1, help="Read every page so often; the least counts.")
    asked = parser.parse_args(arguments)
    if asked.corpora is None or not asked.corpora.is_dir():
        sys.exit(f"No pages to read: {asked.corpora or 'no folder is named'} (--corpora DIR or CORPORA=DIR).")
    print(
        f"{'':12}{'pages':>6}{'newsbot ms':>12}{'trafilatura ms':>16}{'ratio':>8}{'medians':>16}{'ratio':>8}"
    )
    everything: list[Cost] = []
    for name in asked.sets:
        pages = corpora.load(asked.corpora, name)
        if pages:
            costs = measure(pages, asked.times)
            everything += costs
            print(told(name, costs), flush=True)
    if everything:
        print(told("all", everything))


def measure(pages: Sequence[Page], times: int = 1) -> list[Cost]:
    """What each page costs either reader. Which of the two comes first changes from page to page."""
    ours, theirs = _readers()
    for page in pages[:_WARM]:
        ours(page, corpora.raw(page))
        theirs(page, corpora.raw(page))
    gc.collect()
    return [
        least([_cost(page, ours, theirs, first=(number + turn) % 2 == 0) for turn in range(times)])
        for number, page in enumerate(pages)
    ]


_Reader = Callable[[Page, bytes], object]


def _readers() -> tuple[_Reader, _Reader]:
    from trafilatura import bare_extraction  # heavy: only where it is measured

    def ours(page: Page, body: bytes) -> object:
        return read(body, {"content-type": "text/html"}, page.url, _FETCHED)

    def theirs(page: Page, body: bytes) -> object:
        return bare_extraction(body, url=page.url or None, with_metadata=True)

    return ours, theirs


def _cost(page: Page, ours: _Reader, theirs: _Reader, *, first: bool) -> Cost:
    body = corpora.raw(page)
    if first:
        mine = _seconds(ours, page, body)
        return Cost(mine, _seconds(theirs, page, body))
    other = _seconds(theirs, page, body)
    return Cost(_seconds(ours, page, body), other)


def _seconds(reader: _Reader, page: Page, body: bytes) -> float:
    began = process_time()
    reader(page, body)
    return process_time() - began


def least(costs: Sequence[Cost]) -> Cost:
    """The least that either reader needed: what the machine did besides is left out."""
    return Cost(min(cost.newsbot for cost in costs), min(cost.trafilatura for cost in costs))


def told(name: str, costs: Sequence[Cost]) -> str:
    """One line: means in milliseconds, the ratio of the totals, medians and their ratio."""
    mine, other = sum(cost.newsbot for cost in costs), sum(cost.trafilatura for cost in costs)
    middle, middles = (median(cost.newsbot for cost in costs), median(cost.trafilatura for cost in costs))
    return (
        f"{name:12}{len(costs):6}{1000 * mine / len(costs):12.1f}{1000 * other / len(costs):16.1f}"
        f"{mine / other:8.2f}{1000 * middle:8.1f}{1000 * middles:8.1f}{middle / middles:8.2f}"
    )
