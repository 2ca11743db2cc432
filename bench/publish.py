"""The reading room over HTTP beside stock Datasette on the same archive in the same run.

    python -m bench archive --articles 100000 --db 100k.db
    python -m bench publish --db 100k.db

p50 of wall clock and of the server's CPU time; memory as proportional set size. Filters are others with every request,
so that nothing is answered from what was counted before; `again` asks the same once more. Stock Datasette counts the
same five facets with its time limits lifted; without that it would leave facets out.
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


def asked(server: Server, what: str, paths: Iterable[str], note: str = "") -> Figure:
    """Requests one after the other."""
    times = []
    before = server.cpu()
    for path in paths:
        answer = server.get(path)
        if answer.status != 200:
            raise SystemExit(f"{server.name} answered {path} with {answer.status}.")
        times.append(answer.ms)
    cpu = (server.cpu() - before) * 1000 / len(times)
    ranked = sorted(times)
    figure = Figure(
        server.name, what, len(times), statistics.median(times), ranked[int(len(ranked) * 0.95)], cpu, note
    )
    told(figure)
    return figure


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
        figures += exported(server, "/export/articles.csv")
    return figures


_OLDER = r'rel="next" href="([^"]+)"'


def theirs(archive: Archive, times: int) -> list[Figure]:
    """Stock Datasette, asked for the same five facets; fewer requests where each takes seconds."""
    base = archive.base
    facets = [("_facet", name) for name in FIVE]
    common = [*facets, ("_sort_desc", "published_sort"), ("_size", "40")]
    pairs = [urlencode([*pair.items(), *common]) for pair in archive.pairs[:times]]
    with stock(archive.path) as server:
        first = server.get(f"{base}?{urlencode(common)}")
        few = times if first.ms < 500 else 3
        figures = [
            asked(server, "browse, five facets", [f"{base}?{urlencode(common)}"] * few),
            asked(server, "two filters, five facets", [f"{base}?{pair}" for pair in pairs[:few]]),
            asked(server, "next page", list(following(server, f"{base}?{urlencode(common)}", few, _NEXT))),
            asked(server, "article", [f"{base}/{number}" for number in archive.ids[:times]]),
        ]
        if archive.full_text:
            words = vocabulary("en").words
            index = [("_fts_table", "articles_fts"), ("_fts_pk", "id")]
            searches = [urlencode([("_search", words[rank]), *index, *common]) for rank in _RANKS]
            figures.append(
                asked(
                    server, "search, unranked, no snippets", [f"{base}?{search}" for search in searches[:few]]
                )
            )
        figures.append(Figure(server.name, "memory, MB", 1, server.memory(), 0, 0))
        told(figures[-1])
    return figures


_NEXT = r'<a href="([^"]+_next=[^"]+)">Next page'


def exported(server: Server, path: str) -> list[Figure]:
    """The CSV of everything."""
    idle, before, began = server.memory(), server.cpu(), time.monotonic()
    size, lines, most = server.stream(path)
    cpu = server.cpu() - before
    note = f"{lines:,} lines, {size / 1e6:,.0f} MB, {cpu:.1f} CPU s, {most - idle:+.0f} MB above idle"
    figure = Figure(
        server.name, "CSV of everything", 1, (time.monotonic() - began) * 1000, 0, cpu * 1000, note
    )
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
    parser.add_argument("--readers", type=int, default=0, help="how many read while a writer writes")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    asked_for = parser.parse_args(arguments)
    archive = look(asked_for.db)
    print(f"{'':10} {'':42}{'times':>5}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}")
    parts: Sequence[Callable[[], list[Figure]]] = [lambda: ours(archive, asked_for.times)]
    if not asked_for.without_stock:
        parts = [*parts, lambda: theirs(archive, asked_for.times)]
    figures = [figure for part in parts for figure in part()]
    if asked_for.readers:
        readers.measure(asked_for.db, asked_for.readers, archive.pairs, archive.public_ids)
    if asked_for.json:
        asked_for.json.write_text(
            json.dumps([asdict(figure) for figure in figures], indent=1), encoding="utf-8"
        )
