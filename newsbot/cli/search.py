"""`newsbot search`: one search on the terminal, or a file of them with a count for each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click

from newsbot.cli.choice import WHERE, condition, searched
from newsbot.cli.options import DAY, archive_option, force_option, json_option
from newsbot.cli.output import write
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from newsbot.search.batch import Asked
    from pipelines.store.sqlite import sqlite3

_SOME_COULD_NOT_BE_READ = 1

_COUNTED = (
    "SELECT count(*), min(published_day), max(published_day), count(DISTINCT source) FROM articles WHERE "
)
_FOUND = (
    "SELECT coalesce(published_day, substr(published_sort, 1, 10)) AS day, source, headline, url, public_id FROM articles"
    " WHERE {} ORDER BY published_sort DESC, id DESC LIMIT ?"
)


@click.command()
@click.argument("words", required=False, metavar="[QUERY]")
@archive_option
@click.option(
    "--batch",
    type=click.File(encoding="utf-8-sig"),
    help="File of queries: one a line, or a CSV with a column query.",
)
@click.option(
    "--where",
    "wheres",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Only articles with this value; may be repeated. Names: {', '.join(WHERE)}.",
)
@click.option("--since", type=DAY, help="First day of publication.")
@click.option("--until", type=DAY, help="Last day of publication.")
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(0, 10_000),
    default=10,
    show_default=True,
    help="Articles to list; not with --batch.",
)
@click.option(
    "--base",
    default="http://127.0.0.1:8001",
    show_default=True,
    metavar="URL",
    help="Where `newsbot serve` shows the archive, for the links.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    help="File to write; not without --batch.",
)
@json_option
@force_option
def search(
    words: str | None,
    archive: Path,
    batch: Any,
    wheres: tuple[str, ...],
    since: date | None,
    until: date | None,
    limit: int,
    base: str,
    output: Path | None,
    as_json: bool,
    force: bool,
) -> None:
    """Search the archive: one search, or a whole file of them.

    QUERY is what the search box takes: words, "phrases", beginnings*, -without,
    OR, (brackets), headline:word, text:word, author:, source:, place:, tag:.

    With --batch, each query of a file gets a row: how many articles, the first and
    the last day, how many sources, and a link to them. Other columns of a CSV are
    kept. All rows are of one state of the archive. A query that cannot be read gets
    a note in place of its numbers, and the exit code is then 1.

    \b
    Examples:
        newsbot search 'bridge -toll'
        newsbot search --batch queries.txt -o counts.csv --since 2014-01-01
        newsbot search --batch queries.csv --where source=arabtimes --json
    """
    from pipelines.store import open_readonly

    if (words is None) == (batch is None):
        raise click.UsageError("Give either a QUERY or --batch FILE.")
    if batch is None and output is not None:
        raise click.UsageError("--output belongs to --batch.")
    chosen = condition(wheres, since, until)
    with closing(open_readonly(archive)) as db:
        db.execute("BEGIN")  # one state of the archive for every query
        if words is not None:
            _list(db, words, chosen, limit, as_json)
            return
        asked = _read(batch)
        rows = [_counted(db, archive, one, chosen, base, _narrowing(wheres, since, until)) for one in asked]
    write(_json(rows) if as_json else _csv(rows), output, force=force)
    unread = sum(1 for row in rows if row["note"])
    if output is not None and str(output) != "-":
        click.echo(f"{len(rows):,} queries counted to {output}.", err=True)
    if unread:
        click.echo(f"{unread:,} of {len(rows):,} queries could not be read: see the column note.", err=True)
        click.get_current_context().exit(_SOME_COULD_NOT_BE_READ)


def _read(batch: Any) -> list[Asked]:
    from newsbot.search.batch import read_batch

    name = getattr(batch, "name", "<stdin>")
    try:
        text = batch.read()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name} is no text in UTF-8: save it so.") from error
    return read_batch(text, name)


def _list(
    db: sqlite3.Connection, words: str, chosen: tuple[str, Sequence[object]], limit: int, as_json: bool
) -> None:
    where, values = _both(chosen, searched(db, words))
    (total,) = db.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()  # noqa: S608
    rows = [dict(row) for row in db.execute(_FOUND.format(where), (*values, limit))]
    if as_json:
        click.echo(
            json.dumps({"query": words, "articles": total, "found": rows}, ensure_ascii=False, indent=2)
        )
        return
    click.echo(f"{total:,} article{'' if total == 1 else 's'}")
    for row in rows:
        headline = " ".join((row["headline"] or "Without a headline").split())[:120]
        click.echo(f"{row['day']}  {row['source']}  {headline}\n            {row['url']}")


def _counted(
    db: sqlite3.Connection,
    archive: Path,
    asked: Asked,
    chosen: tuple[str, Sequence[object]],
    base: str,
    narrowing: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "query": asked.query, "articles": None, "first_day": None, "last_day": None, "sources": None, "note": "", "link": "",
    }  # fmt: skip
    try:
        where, values = _both(chosen, searched(db, asked.query))
    except ConfigurationError as error:
        row["note"] = str(error)
    else:
        found = db.execute(_COUNTED + where, values).fetchone()
        row |= dict(zip(("articles", "first_day", "last_day", "sources"), found, strict=True))
        query = urlencode([("_search", asked.query), *narrowing])
        row["link"] = f"{base.rstrip('/')}/{archive.stem}/articles?{query}"
    return {**asked.more, **row}


def _both(
    first: tuple[str, Sequence[object]], second: tuple[str, Sequence[object]]
) -> tuple[str, tuple[object, ...]]:
    """Both conditions, and nothing that was taken down."""
    from pipelines.store.export import SHOWN

    return f"({first[0]}) AND ({second[0]}) AND {SHOWN}", (*first[1], *second[1])


_IN_URLS = {"year": "published_year", "month": "published_month"}


def _narrowing(wheres: Iterable[str], since: date | None, until: date | None) -> list[tuple[str, str]]:
    """The options as the browser's addresses have them."""
    pairs = [(name.strip(), value.strip()) for name, _, value in (where.partition("=") for where in wheres)]
    found = [(_IN_URLS.get(name, name), value) for name, value in pairs]
    found += [("published_day__gte", since.isoformat())] if since else []
    return found + ([("published_day__lte", until.isoformat())] if until else [])


def _csv(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """CSV; a query that a spreadsheet would run as a formula gets an apostrophe in front, as in exports."""
    from pipelines.store.export import guarded

    out = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in names])
    writer.writerows([guarded(row.get(name)) for name in names] for row in rows)
    yield out.getvalue()


def _json(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"
