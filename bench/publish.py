"""The reading room over HTTP beside stock Datasette on the same archive in the same run.

    python -m bench archive --articles 100000 --db 100k.db
    python -m bench publish --db 100k.db

p50 of wall clock and of the server's CPU time; memory as proportional set size. Filters are others with every request,
so that nothing is answered from what was counted before; `again` asks the same once more. The CSV is asked for twice:
the second time the archive is in the system's cache. Stock Datasette counts the same five facets with its time limits
(1 s, 0.2 s a facet) lifted to `--patience` seconds; what it leaves out or refuses even so is said. A line of it ends after
four times as long: at a million articles a few requests are enough to know.
With --readers 50, readers read a copy of the archive, first alone and then while a writer adds 20 articles a second.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from html import unescape
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

from bench import readers
from bench.servers import Server, newsbot, stock
from bench.vocabulary import vocabulary

FIVE = ("source", "section", "country", "language", "published_year")
_RANKS = range(118, 142)  # words in about 6 % of the articles


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    server: str
    what: str
    requests: int
    p50: float  # ms
    p95: float  # ms
    cpu: float  # ms a request
    note: str = ""


@dataclass(frozen=True)
class Archive:
    """What is asked of an archive: values that it has."""

    path: Path
    pairs: tuple[dict[str, str], ...]  # two filters at once
    public_ids: tuple[str, ...]
    ids: tuple[int, ...]
    middle: tuple[str, int]  # position of an article in the middle
    full_text: bool

    @property
    def base(self) -> str:
        return f"/{self.path.stem}/articles"


def look(path: Path) -> Archive:
    """Some values of an archive, the same for the same archive."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        sources = _most(connection, "source", 8)
        years = _most(connection, "published_year", 5)
        languages = _most(connection, "language", 3)
        countries = _most(connection, "country", 10)
        pairs = [{"source": source, "published_year": year} for source, year in product(sources, years)]
        pairs += [
            {"language": language, "country": country} for language, country in product(languages, countries)
        ]
        (last,) = connection.execute("SELECT max(id) FROM articles").fetchone()
        draw = random.Random(1)  # noqa: S311
        ids = [draw.randint(1, last) for _ in range(60)]
        shown = "SELECT id, public_id FROM articles WHERE id = ? AND state <> 'withheld'"
        found = [row for number in ids if (row := connection.execute(shown, (number,)).fetchone())]
        middle = connection.execute(
            "SELECT published_sort, id FROM articles WHERE id = ?", (last // 2,)
        ).fetchone()
        full_text = bool(connection.execute("SELECT 1 FROM articles_fts_docsize LIMIT 1").fetchone())
    draw.shuffle(pairs)
    return Archive(
        path, tuple(pairs), tuple(row[1] for row in found), tuple(row[0] for row in found), middle, full_text
    )


def _most(connection: sqlite3.Connection, column: str, count: int) -> list[str]:
    rows = connection.execute(
        f"SELECT {column} FROM articles WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT ?",  # noqa: S608
        (count,),
    )
    return [str(row[0]) for row in rows]


def asked(
    server: Server, what: str, paths: Iterable[str], note: str = "", *, seconds: float = float("inf")
) -> Figure:
    """Requests one after the other, none begun after so many seconds; what was refused or left out is said."""
    times, notes = [], Counter([note] if note else [])
    before, began = server.cpu(), time.monotonic()
    for path in paths:
        answer = server.get(path)
        if answer.status != 200 and not server.stock:
            raise SystemExit(f"{server.name} answered {path} with {answer.status}.")
        if answer.status != 200:
            notes[f"answered with {answer.status}"] += 1
        if _FACETS_LEFT_OUT in answer.body:
            notes["left facets out"] += 1
        times.append(answer.ms)
        if time.monotonic() - began > seconds:
            break
    cpu = (server.cpu() - before) * 1000 / len(times)
    p95 = readers.percentile(times, 0.95)
    said = ", ".join(f"{count} {text}" if text != note else text for text, count in notes.items())
    figure = Figure(server.name, what, len(times), statistics.median(times), p95, cpu, said)
    told(figure)
    return figure


_FACETS_LEFT_OUT = b"facets timed out"  # as stock Datasette says it


def told(figure: Figure) -> None:
    """One line of the table."""
    print(
        f"{figure.server:10} {figure.what:42}{figure.requests:5}{figure.p50:9.1f}{figure.p95:9.1f}{figure.cpu:9.1f}  {figure.note}",
        flush=True,
    )


def following(server: Server, path: str, count: int, link: str) -> Iterator[str]:
    """A page's address and those behind it, found in the pages themselves outside of what is measured."""
    for _ in range(count):
        text = server.plain(path)
        found = re.search(link, text)
        if not found:
            return
        path = re.sub(r"^https?://[^/]+", "", unescape(found[1]))
        yield path


def ours(archive: Archive, times: int) -> list[Figure]:
    """The reading room."""
    base = archive.base
    with newsbot(archive.path) as server:
        began = time.monotonic()
        while "too many" in server.plain(base).lower() or "Very many" in server.plain(base):
            time.sleep(0.5)
        ready = time.monotonic() - began
        server.get(base)
        figures = [
            asked(server, "browse, all facets", [base] * times),
            asked(server, "two filters, all facets", [f"{base}?{urlencode(pair)}" for pair in archive.pairs[:times]]),
            asked(server, "the same again", [f"{base}?{urlencode(archive.pairs[0])}"] * times),
            asked(server, "next page", list(following(server, base, times, _OLDER))),
            asked(server, "next page from the middle", list(following(server, f"{base}?{urlencode({'_next': '~'.join(map(str, archive.middle))})}", times, _OLDER))),
            asked(server, "next page of two filters", list(following(server, f"{base}?{urlencode(archive.pairs[0])}", times, _OLDER))),
            asked(server, "article", [f"/a/{public_id}" for public_id in archive.public_ids[:times]]),
        ]  # fmt: skip
        if archive.full_text:
            words = vocabulary("en").words
            searches = [{"_search": words[rank]} for rank in _RANKS][:times]
            figures += [
                asked(server, "search, newest first", [f"{base}?{urlencode(search)}" for search in searches]),
                asked(server, "search, ranked", [f"{base}?{urlencode(search | {'order': 'relevance'})}" for search in searches]),
            ]  # fmt: skip
        figures.append(
            Figure(server.name, "memory, MB", 1, server.memory(), 0, 0, f"columns ready after {ready:.1f} s")
        )
        told(figures[-1])
        figures += exported(server, "/export/articles.csv", "CSV of everything")
        figures += exported(server, "/export/articles.csv", "CSV of everything, again")
    return figures


_OLDER = r'rel="next" href="([^"]+)"'


def theirs(archive: Archive, times: int, patience: float) -> list[Figure]:
    """Stock Datasette, asked for the same five facets; each line ends after four times `patience` seconds."""
    base = archive.base
    common = [*(("_facet", name) for name in FIVE), ("_sort_desc", "published_sort"), ("_size", "40")]
    first = f"{base}?{urlencode(common)}"
    words = vocabulary("en").words
    index = [("_fts_table", "articles_fts"), ("_fts_pk", "id")]
    lines: dict[str, Callable[[], Iterable[str]]] = {
        "browse, five facets": lambda: [first] * times,
        "two filters, five facets": lambda: [f"{base}?{urlencode([*pair.items(), *common])}" for pair in archive.pairs[:times]],
        "next page": lambda: list(following(server, first, min(times, 6), _NEXT)),
        "article": lambda: [f"{base}/{number}" for number in archive.ids[:times]],
    }  # fmt: skip
    if archive.full_text:
        lines["search, unranked, no snippets"] = lambda: [
            f"{base}?{urlencode([('_search', words[rank]), *index, *common])}" for rank in _RANKS
        ][:times]
    with stock(archive.path, patience) as server:
        server.get(f"{base}?_size=1")
        figures = [asked(server, what, paths(), seconds=4 * patience) for what, paths in lines.items()]
        figures.append(Figure(server.name, "memory, MB", 1, server.memory(), 0, 0))
        told(figures[-1])
    return figures


_NEXT = r'<a href="([^"]+_next=[^"]+)">Next page'


def exported(server: Server, path: str, what: str) -> list[Figure]:
    """The CSV of everything."""
    idle, before, began = server.memory(), server.cpu(), time.monotonic()
    size, lines, most = server.stream(path)
    cpu = server.cpu() - before
    note = f"{lines:,} lines, {size / 1e6:,.0f} MB, {cpu:.1f} CPU s, {most - idle:+.0f} MB above idle"
    figure = Figure(server.name, what, 1, (time.monotonic() - began) * 1000, 0, cpu * 1000, note)
    told(figure)
    return [figure]


def main(arguments: list[str]) -> None:
    """Measure one archive."""
    parser = argparse.ArgumentParser(
        prog="python -m bench publish",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--times", type=int, default=24, help="requests a line")
    parser.add_argument("--without-stock", action="store_true")
    parser.add_argument(
        "--patience", type=float, default=15.0, help="seconds that stock Datasette has for one statement"
    )
    parser.add_argument("--readers", type=int, default=0, help="how many read while a writer writes")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    asked_for = parser.parse_args(arguments)
    archive = look(asked_for.db)
    print(f"{'':10} {'':42}{'times':>5}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}")
    parts: Sequence[Callable[[], list[Figure]]] = [lambda: ours(archive, asked_for.times)]
    if not asked_for.without_stock:
        parts = [*parts, lambda: theirs(archive, asked_for.times, asked_for.patience)]
    figures = [figure for part in parts for figure in part()]
    if asked_for.readers:
        readers.measure(asked_for.db, asked_for.readers, archive.pairs, archive.public_ids)
    if asked_for.json:
        asked_for.json.write_text(
            json.dumps([asdict(figure) for figure in figures], indent=1), encoding="utf-8"
        )
