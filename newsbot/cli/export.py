"""`newsbot export`: articles as CSV, JSON Lines or Parquet, their pages as WARC; all of them or what is new."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from newsbot.cli.export_warc import warc
from newsbot.cli.manifest import Sealed, manifest, manifest_of
from newsbot.cli.options import archive_option, force_option, quiet_option
from newsbot.cli.output import counted, refuse_to_overwrite, write
from newsbot.cli.progress import Counter
from newsbot.cli.selection import Command, Selection, State, selection_options, snapshot


class _Forms(click.Group):
    """Forms of export; the form may stand behind its options too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = next((number for number, word in enumerate(args) if word in self.commands), 0)
        return super().parse_args(ctx, [*args[at : at + 1], *args[:at], *args[at + 1 :]])


@dataclass(frozen=True)
class Form:
    """What a file is to be like."""

    name: str
    text: bool = False
    bom: bool | None = None  # of csv alone, as the next one
    guard: bool | None = None

    @property
    def query(self) -> dict[str, Any]:
        """What of it decides the bytes of the file."""
        return {"text": self.text, "bom": self.bom, "guard": self.guard}


@click.group(cls=_Forms)
def export() -> None:
    """Write articles as CSV, JSON Lines or Parquet, or their pages as WARC.

    Newest first, to a file or to stdout. A file is written whole or not at all, and never
    over one that is there unless --force is given. Beside it stands FILE.manifest.json:
    what was asked for, the state of the archive, the number of rows, a checksum and what
    the columns mean. The same archive and the same options give the same bytes.

    An article whose date is unknown counts, for --since and --until, by the day on
    which it was first seen. What was taken down is never in an export.

    With --since-last, what left the archive since then comes at the end, as rows
    with nothing but public_id and a state of withheld or deleted.

    \b
    Examples:
        newsbot export csv articles.csv --bom
        newsbot export csv --where source=arabtimes --where country=IQ --since 2014-06-01
        newsbot export jsonl --text | gzip > articles.jsonl.gz
        newsbot export parquet bridge.parquet --search 'bridge -toll'
        newsbot export parquet --partition month articles/
        newsbot export warc bridge.warc.gz --search 'bridge -toll' --index
        newsbot export csv new.csv --since-last weekly
    """


_FILE = (
    click.argument("out", required=False, metavar="[FILE]", type=click.Path(path_type=Path, allow_dash=True)),
    archive_option,
    click.option(
        "-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="File to write, as FILE."
    ),
    selection_options,
    click.option("--text", "with_text", is_flag=True, help="With the text of the articles."),
    click.option("--no-manifest", is_flag=True, help="Write no description beside the file."),
    force_option,
    quiet_option,
)


def _file_options(function: Command) -> Command:
    for option in reversed(_FILE):
        function = option(function)
    return function


@export.command()
@_file_options
@click.option("--bom", is_flag=True, help="Begin with a byte-order mark, by which Excel knows UTF-8.")
@click.option("--no-guard", is_flag=True, help="Write cells as they are, formulas too.")
def csv(bom: bool, no_guard: bool, with_text: bool, **asked: Any) -> None:
    """Write CSV, for spreadsheets.

    UTF-8, as RFC 4180 has it. Text that a spreadsheet would run as a formula gets an
    apostrophe in front; --no-guard leaves it out. Without FILE, or with - for it, the
    table goes to stdout.

    \b
    Examples:
        newsbot export csv articles.csv --bom
        newsbot export csv --where source=arabtimes --where country=IQ --since 2014-06-01 > iraq.csv
    """
    _run(Form("csv", with_text, bom, not no_guard), **asked)


@export.command()
@_file_options
def jsonl(with_text: bool, **asked: Any) -> None:
    """Write JSON Lines, for programs.

    An object a line with every column. Without FILE, or with - for it, the lines go to
    stdout.

    \b
    Examples:
        newsbot export jsonl --text | gzip > articles.jsonl.gz
        newsbot export jsonl --since-last nightly new.jsonl
    """
    _run(Form("jsonl", with_text), **asked)


@export.command()
@_file_options
@click.option(
    "--partition",
    type=click.Choice(["month"]),
    help="Write a folder with a file for each month of publication, the columns with types.",
)
def parquet(with_text: bool, partition: str | None, **asked: Any) -> None:
    """Write Parquet, for DuckDB, pandas and R.

    It needs the extra newsbot[parquet]. One file has the cells of the CSV.

    With --partition month FILE is a folder, partitioned as Hive, DuckDB, pandas and Spark
    know it: published_month=2014-06/part-0.parquet, what has no date under
    published_month=undated. There times are times, days are days, and authors, tags and
    agencies are lists. _manifest.json and _SHA256SUMS lie in the folder, which appears
    when all of it is written.

    \b
    Examples:
        newsbot export parquet bridge.parquet --search 'bridge -toll'
        newsbot export parquet --partition month articles/
        duckdb -c "select published_month, count(*) from 'articles/*/*.parquet' group by 1"
    """
    if partition:
        _run_dataset(with_text, **asked)
    else:
        _run(Form("parquet", with_text), **asked)


export.add_command(warc)


def _run(
    form: Form,
    *,
    out: Path | None,
    output: Path | None,
    archive: Path,
    selection: Selection,
    no_manifest: bool,
    force: bool,
    quiet: bool,
) -> None:
    file = named_file(out, output)
    if form.name == "parquet" and file is None:
        raise click.UsageError("parquet is no text: name a file.")
    beside = manifest_of(file) if file is not None and not no_manifest else None
    for target in filter(None, (file, beside)):
        refuse_to_overwrite(target, force=force)
    rows = _export(archive, form, selection, file, beside, force=force, quiet=quiet)
    if not quiet:
        click.echo(f"{counted(rows, 'article')} written{f' to {file}' if file else ''}.", err=True)


def _run_dataset(
    with_text: bool,
    *,
    out: Path | None,
    output: Path | None,
    archive: Path,
    selection: Selection,
    no_manifest: bool,
    force: bool,
    quiet: bool,
) -> None:
    from newsbot.cli.export_dataset import export_dataset

    folder = named_file(out, output)
    if folder is None:
        raise click.UsageError("--partition writes a folder: name it.")
    if no_manifest:
        raise click.UsageError("--no-manifest: by its manifest a folder is known to be an export.")
    export_dataset(archive, selection, folder, with_text=with_text, force=force, quiet=quiet)


def named_file(out: Path | None, output: Path | None) -> Path | None:
    """The file that is named as an argument or with -o; None for stdout. Raises UsageError where it is named twice."""
    if out is not None and output is not None:
        raise click.UsageError(f"Two files are named, {out} and {output}: give one.")
    file = out or output
    return None if file is None or str(file) == "-" else file


def _export(
    archive: Path,
    form: Form,
    selection: Selection,
    file: Path | None,
    beside: Path | None,
    *,
    force: bool,
    quiet: bool,
) -> int:
    """Writes the file, then its manifest, then the note of the name. Gives the number of rows."""
    from newsbot.clock import utc_now
    from pipelines.store.export import columns_of_export
    from pipelines.store.values import instant

    columns = columns_of_export(form.text)
    counter = Counter("articles", shown=not quiet and not (file is None and sys.stdout.isatty()))
    with snapshot(archive, selection, form.query) as state, closing(_rows(state, form.text)) as rows:
        counter.total = state.articles
        sealed = Sealed(_pieces(form, columns, counter.each(rows)))
        write(sealed, file, force=force)
    made_at = instant(utc_now())
    if file is not None and beside is not None:
        whole = manifest(file, form.name, state.asked, counter.count, sealed, state.named, columns, made_at)
        write([whole], beside, force=force)
    state.remember(counter.count, sealed.sha256, made_at)
    return counter.count


def _rows(state: State, with_text: bool) -> Generator[Sequence[object]]:
    from pipelines.store.export import EXPORT_COLUMNS, articles_sql

    cursor = state.db.cursor()
    cursor.row_factory = None
    yield from cursor.execute(articles_sql(state.where, with_text=with_text), state.parameters)
    names = (*EXPORT_COLUMNS, *(("text",) if with_text else ()))
    for public_id, why in state.withdrawn():
        known = {"public_id": public_id, "state": why}
        yield tuple(known.get(name) for name in names)


def _pieces(
    form: Form, columns: Sequence[tuple[str, str, str]], rows: Iterable[Sequence[object]]
) -> Iterator[bytes]:
    from pipelines.store.comma_separated import csv_pieces
    from pipelines.store.export import json_lines
    from pipelines.store.parquet import parquet_pieces

    names = [name for name, _, _ in columns]
    if form.name == "parquet":
        return parquet_pieces([(name, kind) for name, kind, _ in columns], rows)
    if form.name == "csv":
        return _bytes(csv_pieces(names, rows, bom=bool(form.bom), guard=bool(form.guard)))
    return _bytes(json_lines(names, rows))


def _bytes(pieces: Iterable[str]) -> Iterator[bytes]:
    """UTF-8; a lone surrogate, which UTF-8 may not carry, becomes a question mark."""
    return (piece.encode("utf-8", "replace") for piece in pieces)
