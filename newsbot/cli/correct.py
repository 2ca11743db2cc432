"""`newsbot correct URL FIELD=VALUE`: what a person knows better than any reading."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsbot.cli.address import article_at
from newsbot.cli.corrected import parsed
from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option
from newsbot.cli.table import plain, shortened, table
from newsbot.clock import utc_now
from pipelines.errors import ConfigurationError, NothingDone

if TYPE_CHECKING:
    from pipelines.store.sqlite import sqlite3
    from pipelines.store.values import Value

WIDTH = 40  # columns of a value in a list


@click.command()
@click.argument("url", required=False)
@click.argument("values", nargs=-1, metavar="[FIELD=VALUE]...")
@archive_option
@click.option("--reason", help="Why: kept with the correction and shown with it.")
@click.option("--author", help="Who corrects it; without it your login name.")
@click.option(
    "--undo", "undone", multiple=True, metavar="FIELD", help="Take a correction back; may be repeated."
)
@click.option("--list", "listed", is_flag=True, help="List corrections: of the article at URL, or all.")
@json_option
def correct(
    url: str | None,
    values: tuple[str, ...],
    archive: Path,
    reason: str | None,
    author: str | None,
    undone: tuple[str, ...],
    listed: bool,
    as_json: bool,
) -> None:
    """Correct what an article was read as.

    A correction wins over every later reading, and is shown as one. Fields: headline, lede, byline, section, language, published_at (with its offset, or as
    a wall clock in the source's time zone), published_day, dateline, dateline_date, place,
    country. An empty value says that the article has none. What the page was read as is
    kept beside the correction, and comes back with --undo. Search and facets follow at
    once. It may run beside a crawl: each call is one short transaction.

    \b
    Examples:
        newsbot correct example.com/story published_day=2014-06-22 --reason "year misread"
        newsbot correct example.com/story place=Basra country=IQ --reason "dateline" --author ann
        newsbot correct example.com/story --undo place
        newsbot correct --list
    """
    if listed or (url and not values and not undone):
        _list(archive, url, as_json=as_json)
        return
    if url is None:
        raise click.UsageError("Name an address, or ask for --list.")
    if values and not (reason and reason.strip()):
        raise click.UsageError("Say why: --reason is kept with the correction.")
    _check_fields(undone)
    with closing(_open(archive)) as db:
        article = article_at(db, archive, url)
        told = _change(db, article, url, values, undone, author or getpass.getuser(), (reason or "").strip())
    if as_json:
        write_json([dict(zip(("field", "before", "now"), row, strict=True)) for row in told])
        return
    for line in table(("field", "before", "now"), [tuple(map(_cell, row)) for row in told]):
        click.echo(line)


def _open(archive: Path) -> sqlite3.Connection:
    from pipelines.store.locked import PATIENCE
    from pipelines.store.opening import open_writable

    return open_writable(archive, utc_now(), PATIENCE, False)


def _change(
    db: sqlite3.Connection,
    article: int,
    url: str,
    values: Sequence[str],
    undone: Sequence[str],
    author: str,
    reason: str,
) -> list[tuple[str, object, object]]:
    """Undoes and corrects in one transaction; gives (field, before, now) of what was named."""
    from pipelines.store import corrections

    db.execute("BEGIN IMMEDIATE")
    try:
        state, zone = db.execute(
            "SELECT a.state, s.timezone FROM articles a LEFT JOIN sources s ON s.id = a.source WHERE a.id = ?",
            (article,),
        ).fetchone()
        if state == "withheld":
            raise NothingDone(f"The article at {url} was taken down; there is nothing to correct.")
        named = parsed(values, zone, utc_now())
        columns: dict[str, Value] = {}
        for field, value in named.items():
            columns |= corrections.columns_of(field, value)
        fields = (*undone, *named)
        before = _standing(db, article, fields)
        for field in undone:
            if not corrections.undo(db, article, field):
                raise ConfigurationError(f"{field} of the article at {url} was not corrected.")
        if columns:
            corrections.correct(db, article, columns, author, reason, utc_now())
        now = _standing(db, article, fields)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk ends it by itself, and its error is the one to tell
            db.execute("ROLLBACK")
        raise
    return [(field, before[field], now[field]) for field in fields]


def _standing(db: sqlite3.Connection, article: int, fields: Sequence[str]) -> Mapping[str, object]:
    row = db.execute(f"SELECT {', '.join(fields)} FROM articles WHERE id = ?", (article,)).fetchone()  # noqa: S608
    return dict(zip(fields, row, strict=True))


def _check_fields(fields: Sequence[str]) -> None:
    from newsbot.sources.spelling import meant
    from pipelines.store.corrections import FOLLOWING

    for field in fields:
        if field not in FOLLOWING:
            hint = meant(field, FOLLOWING) or f"; these are: {', '.join(FOLLOWING)}."
            raise ConfigurationError(f"{field} is no field that can be corrected{hint}")


def _list(archive: Path, url: str | None, *, as_json: bool) -> None:
    from pipelines.store import open_readonly
    from pipelines.store.corrections import listed

    with closing(open_readonly(archive)) as db:
        rows = listed(db, article_at(db, archive, url) if url else None)
    if as_json:
        write_json([dict(row) for row in rows])
        return
    if not rows:
        click.echo("Nothing was corrected.")
        return
    cells = [
        (
            row["made_at"][:16].replace("T", " "),
            row["public_id"],
            row["field"],
            _cell(row["before"]),
            _cell(row["value"]),
            plain(row["author"]),
            plain(row["reason"]),
        )
        for row in rows
    ]
    for line in table(("when (UTC)", "article", "field", "read as", "corrected", "by", "why"), cells):
        click.echo(line)


def _cell(value: object) -> str:
    return shortened(plain(value), WIDTH) if value is not None else "-"
