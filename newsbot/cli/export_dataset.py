"""`newsbot export parquet --partition month`: a folder of Parquet files, as DuckDB, pandas and Spark read it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing, suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsbot.cli.manifest import Sealed, manifest_of_files
from newsbot.cli.output import counted
from newsbot.cli.progress import Counter
from newsbot.cli.selection import Selection, State, snapshot
from newsbot.whole_file import write_whole
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from pipelines.store.parquet import TypedParquet

NO_MONTH = "undated"
"""The month of what has no date. Hive's own name for none, __HIVE_DEFAULT_PARTITION__, stops pandas 3 with "Cannot yet
unify dictionaries with nulls", and pyarrow where no month is known at all."""

# Readers of datasets pass over names that begin with an underscore.
MANIFEST = "_manifest.json"
SUMS = "_SHA256SUMS"


def export_dataset(
    archive: Path, selection: Selection, folder: Path, *, with_text: bool, force: bool, quiet: bool
) -> int:
    """Writes the folder and gives the number of rows.

    It is made under a hidden name and renamed when all of it is on the disk, so a folder of that name is whole. Raises
    ConfigurationError where something stands in its place.
    """
    target = folder.resolve()
    _refuse(target, folder, force=force)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    counter = Counter("articles", shown=not quiet)
    try:
        part.mkdir()
        _write(archive, selection, part, counter, with_text=with_text)
        _put_in_place(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    if not quiet:
        click.echo(f"{counted(counter.count, 'article')} written to {folder}.", err=True)
    return counter.count


def _refuse(target: Path, folder: Path, *, force: bool) -> None:
    if not target.parent.is_dir():
        raise ConfigurationError(f"{target.parent} is no folder: make it first.")
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not (target / MANIFEST).is_file():
        raise ConfigurationError(
            f"{folder} holds something else than an export and was left alone: name another."
        )
    if not force:
        raise ConfigurationError(f"{folder} exists and was left alone; --force replaces it.")


def _write(archive: Path, selection: Selection, part: Path, counter: Counter, *, with_text: bool) -> None:
    from newsbot.clock import utc_now
    from pipelines.store.export import columns_of_dataset
    from pipelines.store.parquet import TypedParquet
    from pipelines.store.values import instant

    columns = columns_of_dataset(with_text)
    parquet = TypedParquet(columns)
    files: list[dict[str, Any]] = []
    with (
        snapshot(archive, selection, {"text": with_text, "partition": "month"}) as state,
        closing(_rows(state, with_text)) as rows,
    ):
        counter.total = state.articles
        for month, of_month in groupby(counter.each(rows), key=lambda row: row[-1]):
            files.append(_file(part, str(month or NO_MONTH), parquet, of_month))
        if not files:  # readers want one to know the columns
            files.append(_file(part, NO_MONTH, parquet, ()))
    made_at = instant(utc_now())
    told = {
        "rows": counter.count,
        "partitioned_by": [
            {
                "name": "published_month",
                "type": "TEXT",
                "meaning": f"Month of published_day (YYYY-MM), or {NO_MONTH}.",
            }
        ],
        "left_empty": dict(parquet.types.unfit),
        "columns": [
            {"name": name, "type": str(parquet.types.schema.field(name).type), "meaning": meaning}
            for name, _, meaning in columns
        ],
    }
    whole = manifest_of_files("parquet", state.asked, told, files, state.named, made_at)
    sums = "".join(f"{file['sha256']}  {file['file']}\n" for file in files).encode()
    write_whole(part / SUMS, [sums])
    write_whole(part / MANIFEST, [whole])
    state.remember(counter.count, Sealed.of(sums), made_at)


def _file(part: Path, month: str, parquet: TypedParquet, rows: Iterable[Sequence[object]]) -> dict[str, Any]:
    """Writes the rows of a month, and gives what the manifest says of the file."""
    name = f"published_month={month}/part-0.parquet"
    (part / name).parent.mkdir()
    counter = Counter("articles", shown=False)
    sealed = Sealed(parquet.pieces(row[:-1] for row in counter.each(rows)))
    write_whole(part / name, sealed)
    return {"file": name, "rows": counter.count, "bytes": sealed.bytes, "sha256": sealed.sha256}


def _rows(state: State, with_text: bool) -> Generator[Sequence[object]]:
    """The rows of `articles_sql(by_month=True)`; what left the archive comes first, with what has no month."""
    from pipelines.store.export import EXPORT_COLUMNS, articles_sql

    names = (*EXPORT_COLUMNS, *(("text",) if with_text else ()), "published_month")
    for public_id, why in state.withdrawn():
        known = {"public_id": public_id, "state": why}
        yield tuple(known.get(name) for name in names)
    cursor = state.db.cursor()
    cursor.row_factory = None
    yield from cursor.execute(articles_sql(state.where, with_text=with_text, by_month=True), state.parameters)


def _put_in_place(part: Path, target: Path) -> None:
    """Renames the folder; one that it replaces is moved away first, and back where that fails."""
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    replaced = target.exists()
    if replaced:
        target.rename(old)
    try:
        part.rename(target)
    except OSError:
        if replaced:
            with suppress(OSError):
                old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
