"""`newsbot sources`: whom we read, as a table, and as lists for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import force_option, json_option, sources_option
from newsbot.cli.output import write
from newsbot.cli.table import table
from pipelines.errors import ConfigurationError, NewsbotError, NothingDone

if TYPE_CHECKING:
    from newsbot.sources import Source, Sources


@click.command()
@sources_option
@json_option
@click.option("--export", "form", type=click.Choice(["opml", "csv"]), help="Write them for other programs.")
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="File for --export.")
@click.option(
    "--import",
    "incoming",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Add the papers of an OPML or CSV file that are not there yet.",
)
@force_option
def sources(
    sources_file: Path,
    as_json: bool,
    form: str | None,
    output: Path | None,
    incoming: Path | None,
    force: bool,
) -> None:
    """List the sources, or take lists in and out.

    OPML is what feed readers exchange, CSV opens in a spreadsheet: its columns name and
    homepage must be there. --import leaves what is in the file as it is.

    \b
    Examples:
        newsbot sources
        newsbot sources --export opml -o papers.opml
        newsbot sources --import papers.csv
    """
    if sum((as_json, form is not None, incoming is not None)) > 1:
        raise click.UsageError("Give one of --json, --export and --import.")
    if output is not None and form is None:
        raise click.UsageError("-o belongs to --export.")
    if incoming is not None:
        _take_in(incoming, sources_file)
        return
    from newsbot.sources import load

    known = load(sources_file)
    if form is not None:
        write([_written(known, form)], output, force=force)
    elif as_json:
        write_json([asdict(source) for source in known])
    else:
        for line in table(("id", "name", "homepage", "found by", "every"), map(_row, known)):
            click.echo(line)


def _row(source: Source) -> tuple[str, str, str, str, str]:
    return source.id, source.name, source.homepage, _found_by(source), _span(source.every)


def _found_by(source: Source) -> str:
    ways = []
    if source.feeds is None:
        ways.append("feeds of the homepage")
    elif source.feeds:
        ways.append(_count(len(source.feeds), "feed"))
    if source.sitemaps == "auto":
        ways.append("sitemaps")
    elif source.sitemaps != "off":
        ways.append(_count(len(source.sitemaps), "sitemap"))
    if source.sections:
        ways.append(_count(len(source.sections), "section"))
    return ", ".join(ways) or "nothing"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _span(seconds: float) -> str:
    """Seconds as sources.toml writes them."""
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds // length:.0f}{unit}"
    return f"{seconds:g}s"


def _written(known: Sources, form: str) -> str:
    if form == "opml":
        from newsbot.sources.opml import opml_from_sources

        return opml_from_sources(known)
    from newsbot.sources.table import csv_from_sources

    return csv_from_sources(known)


def _take_in(incoming: Path, sources_file: Path) -> None:
    """Add what is new; an entry that cannot be taken says why and costs only itself."""
    from newsbot.sources.load import load
    from newsbot.sources.naming import new_id
    from newsbot.sources.write import append_source

    there = load(sources_file, begun=True)
    ids = {source.id for source in there}
    homepages = {_same(source.homepage) for source in there}
    added = present = failed = 0
    for entry in _entries(incoming):
        homepage = str(entry.get("homepage", ""))
        if _same(homepage) in homepages:
            present += 1
            continue
        if entry.get("id") in ids:
            entry = {**entry, "id": new_id(str(entry.get("name", "")), homepage, ids)}
        try:
            source = append_source(sources_file, entry)
        except NewsbotError as error:
            click.echo(f"newsbot: {error}", err=True)
            failed += 1
            continue
        ids.add(source.id)
        homepages.add(_same(homepage))
        added += 1
    click.echo(
        f"{added} added to {sources_file}, {present} were there, {failed} could not be taken.", err=True
    )
    if failed and not (added or present):
        raise NothingDone(f"{incoming}: no entry could be taken; the lines above say why.")
    if failed:
        raise NewsbotError(f"{incoming}: some entries could not be taken; the lines above say why.")


def _same(homepage: str) -> str:
    """What makes two homepages one."""
    from pipelines.dedupe import url_key

    try:
        return url_key(homepage)
    except ValueError:
        return homepage


def _entries(incoming: Path) -> list[Mapping[str, object]]:
    """The entries of an OPML or CSV file; XML begins with `<`, a table does not."""
    from newsbot.sources.load import LARGEST

    with incoming.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ConfigurationError(f"{incoming}: it is larger than {LARGEST // 10**6} MB; split it.")
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        from newsbot.sources.opml import entries_from_opml

        return list(entries_from_opml(data, incoming))
    from newsbot.sources.table import entries_from_csv

    try:
        return list(entries_from_csv(data.decode("utf-8-sig"), incoming))
    except UnicodeDecodeError:
        raise ConfigurationError(f"{incoming}: it is not UTF-8; save it as CSV UTF-8.") from None
