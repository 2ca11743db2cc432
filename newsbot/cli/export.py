"""`newsbot export`: articles as CSV, JSON Lines or Parquet, all of them or what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsbot.cli.choice import WHERE, condition, searched, shown_at
from newsbot.cli.manifest import Sealed, manifest, manifest_of
from newsbot.cli.options import DAY, archive_option, force_option, quiet_option
from newsbot.cli.output import refuse_to_overwrite, write
from newsbot.cli.progress import Counter
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from pipelines.store.exports import Exported
    from pipelines.store.sqlite import sqlite3


@dataclass(frozen=True)
class Asked:
    """What the command line asks for."""

    form: str
    wheres: tuple[str, ...]
    since: date | None
    until: date | None
    search: str | None
    url: str | None
    text: bool
    bom: bool
    guard: bool
    name: str | None  # of a series, of which this takes what is new

    @property
    def query(self) -> dict[str, Any]:
        """All that decides what stands in the file, in one order whatever the order of the options."""
        wanted = {
            "where": sorted(self.wheres),
            "since": str(self.since) if self.since else None,
            "until": str(self.until) if self.until else None,
            "search": self.search,
            "url": self.url,
            "text": self.text,
            "bom": self.bom if self.form == "csv" else None,
            "guard": self.guard if self.form == "csv" else None,
        }
        return {name: value for name, value in wanted.items() if value not in (None, [])}


@click.command()
@click.argument("form", type=click.Choice(["csv", "jsonl", "parquet"]), metavar="csv|jsonl|parquet")
@archive_option
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="File to write.")
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
    "--search", metavar="WORDS", help="Only what this search finds, as in the browser's search box."
)
@click.option("--url", metavar="URL", help="Only what this address of a listing shows in the browser.")
@click.option("--text", "with_text", is_flag=True, help="With the text of the articles.")
@click.option("--bom", is_flag=True, help="CSV: begin with a byte-order mark, by which Excel knows UTF-8.")
@click.option("--no-guard", is_flag=True, help="CSV: write cells as they are, formulas too.")
@click.option(
    "--since-last",
    "name",
    metavar="NAME",
    help="Only what was written or taken down since the last export of this name; the first one takes everything.",
)
@click.option("--no-manifest", is_flag=True, help="Write no description beside the file.")
@force_option
@quiet_option
def export(
    form: str,
    archive: Path,
    output: Path | None,
    wheres: tuple[str, ...],
    since: date | None,
    until: date | None,
    search: str | None,
    url: str | None,
    with_text: bool,
    bom: bool,
    no_guard: bool,
    name: str | None,
    no_manifest: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Write articles to stdout or to a file, newest first.

    A file is written whole or not at all, and never over one that is there unless
    --force is given. Beside it stands FILE.manifest.json: what was asked for, the
    state of the archive, the number of rows, a checksum and what the columns mean.
    The same archive and the same options give the same bytes.

    In CSV, text that a spreadsheet would run as a formula gets an apostrophe in
    front; --no-guard leaves it out. An article whose date is unknown counts, for
    --since and --until, by the day on which it was first seen.

    With --since-last, what left the archive since then comes at the end, as rows
    with nothing but public_id and a state of withheld or deleted.

    \b
    Examples:
        newsbot export csv -o articles.csv --bom
        newsbot export csv --where source=arabtimes --where country=IQ --since 2014-06-01
        newsbot export jsonl --text | gzip > articles.jsonl.gz
        newsbot export parquet -o bridge.parquet --search 'bridge -toll'
        newsbot export csv -o new.csv --since-last weekly
    """
    if form != "csv" and (bom or no_guard):
        raise click.UsageError("--bom and --no-guard belong to csv.")
    file = output if output is not None and str(output) != "-" else None
    if form == "parquet" and file is None:
        raise click.UsageError("parquet is no text: name a file with -o.")
    asked = Asked(form, wheres, since, until, search, url, with_text, bom, not no_guard, name)
    beside = manifest_of(file) if file is not None and not no_manifest else None
    for target in filter(None, (file, beside)):
        refuse_to_overwrite(target, force=force)
    rows = _export(archive, asked, file, beside, force=force, quiet=quiet)
    if not quiet:
        click.echo(f"{rows:,} articles written{f' to {file}' if file else ''}.", err=True)


def _export(
    archive: Path, asked: Asked, file: Path | None, beside: Path | None, *, force: bool, quiet: bool
) -> int:
    """Writes the file, then its manifest, then the note of the name. Gives the number of rows."""
    import json

    from newsbot.clock import utc_now
    from pipelines.store import open_readonly
    from pipelines.store.export import columns_of_export
    from pipelines.store.exports import last_change, remember_export
    from pipelines.store.values import instant

    columns = columns_of_export(asked.text)
    counter = Counter("articles", shown=not quiet)
    with closing(open_readonly(archive)) as db:
        db.execute("BEGIN")  # everything below sees one state of the archive
        series = _series(db, archive, asked)
        change = last_change(db) if _numbered(db) else None
        created = db.execute("SELECT value FROM about WHERE name = 'created_at'").fetchone()
        rows = counter.each(_rows(db, asked, series))
        sealed = Sealed(_pieces(asked, columns, rows))
        write(sealed, file, force=force)
    made_at = instant(utc_now())
    query = asked.query | (
        {"since_last": asked.name, "since_change": series.change if series else None} if asked.name else {}
    )
    if file is not None and beside is not None:
        state = {"created_at": created[0] if created else None, "change": change}
        whole = manifest(file, asked.form, query, counter.count, sealed, state, columns, made_at)
        write([whole], beside, force=force)
    if asked.name and change is not None:
        text = json.dumps(asked.query, ensure_ascii=False, sort_keys=True)
        remember_export(archive, asked.name, text, counter.count, sealed.sha256, change, made_at)
    return counter.count


def _numbered(db: sqlite3.Connection) -> bool:
    from pipelines.store.exports import knows_changes

    return knows_changes(db)


def _series(db: sqlite3.Connection, archive: Path, asked: Asked) -> Exported | None:
    """The last export of the name, if one is named. Raises where it was of something else."""
    import json

    from pipelines.store.exports import last_export, refuse_old

    if asked.name is None:
        return None
    if not _numbered(db):
        raise refuse_old(archive)
    last = last_export(db, asked.name)
    if last is not None and json.loads(last.query) != asked.query:
        raise ConfigurationError(
            f"The last export named {asked.name} asked for {last.query}, this one for something else, so there would be"
            " holes: take the same options, or another name."
        )
    return last


def _rows(db: sqlite3.Connection, asked: Asked, series: Exported | None) -> Iterator[Sequence[object]]:
    from pipelines.store.export import EXPORT_COLUMNS, articles_sql
    from pipelines.store.exports import NEW, withdrawn

    chosen, values = condition(asked.wheres, asked.since, asked.until)
    parts: list[tuple[str, Sequence[object]]] = [(chosen, values)]
    if asked.search is not None:
        parts.append(searched(db, asked.search))
    if asked.url is not None:
        parts.append(shown_at(db, asked.url))
    if series is not None:
        parts.append((NEW, (series.change,)))
    where = " AND ".join(f"({sql})" for sql, _ in parts)
    parameters = tuple(chain.from_iterable(values for _, values in parts))
    cursor = db.cursor()
    cursor.row_factory = None
    yield from cursor.execute(articles_sql(where, with_text=asked.text), parameters)
    if series is not None:
        names = (*EXPORT_COLUMNS, *(("text",) if asked.text else ()))
        for public_id, state in withdrawn(db, series.change):
            known = {"public_id": public_id, "state": state}
            yield tuple(known.get(name) for name in names)


def _pieces(
    asked: Asked, columns: Sequence[tuple[str, str, str]], rows: Iterable[Sequence[object]]
) -> Iterator[bytes]:
    from pipelines.store.comma_separated import csv_pieces
    from pipelines.store.export import json_lines
    from pipelines.store.parquet import parquet_pieces

    names = [name for name, _, _ in columns]
    if asked.form == "parquet":
        return parquet_pieces([(name, kind) for name, kind, _ in columns], rows)
    if asked.form == "csv":
        return _bytes(csv_pieces(names, rows, bom=asked.bom, guard=asked.guard))
    return _bytes(json_lines(names, rows))


def _bytes(pieces: Iterable[str]) -> Iterator[bytes]:
    """UTF-8; a lone surrogate, which UTF-8 may not carry, becomes a question mark."""
    return (piece.encode("utf-8", "replace") for piece in pieces)
