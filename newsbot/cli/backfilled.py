"""What the commands that read files have in common: their options, how they run, and what they say at the end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsbot.cli.bulk import picture
from newsbot.cli.lines import write_json
from newsbot.cli.options import (
    DAY,
    archive_option,
    engine_option,
    json_option,
    quiet_option,
    sources_option,
    workers_option,
)
from newsbot.cli.table import plain, table
from newsbot.log import configure, say
from pipelines.errors import NothingDone

if TYPE_CHECKING:
    from newsbot.backfill.taking import Order, Report
    from newsbot.backfill.terms import Terms
    from newsbot.sources import Source

_F = TypeVar("_F", bound=Callable[..., Any])

MOST_SOURCES = 30  # told by name
MOST_HOSTS = 10  # that no source has, told by name

LEFT = {
    "warcinfo": "describes the file",
    "request": "a request, not an answer",
    "response": "an answer",
    "resource": "a file without an HTTP answer",
    "metadata": "notes of the crawler",
    "revisit": "only says that a page was as before",
    "conversion": "a page in another form",
    "continuation": "a part of a record",
    "other_record": "of a kind that WARC does not have",
    "no_date": "without a date that can be",
    "no_address": "of no web address",
    "outside_dates": "captured before --from or after --to",
    "other_host": "of a host that --host does not name",
    "no_source": "of a host that no source has",
    "other_source": "of a source that --source does not name",
    "other_language": "in a language that --language does not name",
    "unreadable_file": "files that cannot be read",
    "torn": "cut off at the end of the file",
    "damaged": "damaged",
    "bomb": "made to open to more than any page has",
    "lying_length": "of another length than they say",
}


def owner_options(command: _F) -> _F:
    """Whose the pages are."""
    for option in reversed(
        (
            click.option(
                "--source", "ids", multiple=True, metavar="ID", help="Only this source; may be repeated."
            ),
            click.option("--as", "as_source", metavar="ID", help="Every page belongs to this source."),
            click.option(
                "--any-host", is_flag=True, help="Make sources of hosts that none has, by registered domain."
            ),
        )
    ):
        command = option(command)
    return command


def filter_options(command: _F) -> _F:
    """Which pages are wanted."""
    for option in reversed(
        (
            click.option(
                "--host",
                "hosts",
                multiple=True,
                metavar="HOST",
                help="Only this host and those below it; may be repeated.",
            ),
            click.option(
                "--from", "since", type=DAY, help="Only what was captured on this day or later (UTC)."
            ),
            click.option(
                "--to", "until", type=DAY, help="Only what was captured on this day or before (UTC)."
            ),
            click.option(
                "--language",
                "languages",
                multiple=True,
                metavar="CODE",
                help="Only articles in this language (en, ar); may be repeated.",
            ),
        )
    ):
        command = option(command)
    return command


def asked_options(command: _F) -> _F:
    """Where everything lies, and how it is told."""
    for option in reversed(
        (
            click.option(
                "--in-place", is_flag=True, help="Leave records in their files; the archive names these."
            ),
            archive_option,
            sources_option,
            engine_option,
            workers_option,
            click.option("--dry-run", is_flag=True, help="Say what would be read; read and store nothing."),
            quiet_option,
            json_option,
        )
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Asked:
    """The options, as they were given."""

    archive: Path
    sources_file: Path
    engine_name: str
    workers: int | None
    dry_run: bool
    quiet: bool
    as_json: bool
    ids: tuple[str, ...] = ()
    as_source: str | None = None
    any_host: bool = False
    hosts: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    languages: tuple[str, ...] = ()
    in_place: bool = False

    def terms(self) -> Terms:
        """Raises ConfigurationError where they do not fit each other, or sources.toml does not have what they name."""
        from newsbot.backfill.terms import Terms
        from newsbot.clock import utc_now
        from newsbot.sources import load

        if self.as_source is not None and (self.any_host or self.ids):
            raise click.UsageError("--as gives every page to one source: leave --any-host and --source out.")
        if self.since is not None and self.until is not None and self.until < self.since:
            raise click.UsageError(f"--to {self.until} lies before --from {self.since}.")
        sources: tuple[Source, ...] = ()
        if self.sources_file.is_file() or not self.any_host:
            known = load(self.sources_file)
            known.select([*self.ids, *([self.as_source] if self.as_source else [])])
            sources = tuple(known)
        return Terms(
            sources=sources,
            now=utc_now(),
            ids=frozenset(self.ids),
            hosts=tuple(sorted(host.lower().removeprefix("www.") for host in self.hosts)),
            since=self.since,
            until=self.until,
            languages=frozenset(code.lower() for code in self.languages),
            as_source=self.as_source,
            any_host=self.any_host,
            in_place=self.in_place,
            heads_only=self.dry_run,
        )


def answer(ctx: click.Context, work: str, places: Sequence[str], asked: Asked) -> None:
    """Runs a backfill of WARC files and says what came of it."""
    from functools import partial

    from newsbot.backfill.files import rest_of, units_of
    from newsbot.backfill.opening import is_address, stated
    from newsbot.backfill.taking import Order
    from newsbot.backfill.warc import read_warc
    from newsbot.bulk.unit import Unit

    terms = asked.terms()
    faults: dict[str, str] = {}
    stamps: dict[str, str] = {}

    def parts() -> Iterator[Unit]:
        for place in dict.fromkeys(places):
            try:
                file = stated(place)
            except NothingDone as fault:
                faults[place] = str(fault)
                continue
            for unit in units_of(file):
                stamps[unit.name] = file.stamp
                yield unit

    by_bytes = not any(map(is_address, places))
    order = Order(
        archive=asked.archive,
        terms=terms,
        work=work,
        read=partial(read_warc, terms),
        units=parts(),
        stamps=stamps,
        rest=rest_of,
        command=command(),
        engine=asked.engine_name,
        workers=asked.workers,
        measure="bytes" if by_bytes else "files",
    )
    size = (
        sum(Path(place).stat().st_size for place in places if Path(place).is_file())
        if by_bytes
        else len(places)
    )
    run(ctx, order, faults, size, asked)


def command() -> str:
    """The command as it was given, for the row of its run."""
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])


def run(
    ctx: click.Context, order: Order, faults: dict[str, str], size: int, asked: Asked, failed: int = 0
) -> None:
    """Runs what was ordered, the whole of which is `size`; `faults` are sentences about files that were not even there,
    `failed` counts lines of a list that could not be taken."""
    from newsbot.backfill.taking import backfill

    configure(quiet=asked.quiet)
    shown = not asked.quiet and not asked.as_json
    with picture("Reading", size, order.measure, shown=shown) as bar:
        report = backfill(order, bar.advanced, bar.began)
    report.faults = {**faults, **report.faults}
    nothing = not report.records and not report.done_before
    code = 3 if nothing and (report.faults or failed) else report.exit_code or int(failed > 0)
    if asked.as_json:
        write_json(as_object(report, code))
    elif shown:
        for line in told(report, asked):
            click.echo(line)
    for place, sentence in report.faults.items():
        say(plain(sentence if place in sentence else f"{place}: {sentence}"), name="file_failed", file=place)
    ctx.exit(code)


def as_object(report: Report, code: int) -> dict[str, Any]:
    """The report as JSON."""
    summary = report.summary
    return {
        "run": report.run,
        "exit_code": code,
        "records": report.records,
        "units_done_before": report.done_before,
        "known": report.known,
        "earlier_versions": report.earlier,
        "sources": [asdict(row) for row in summary.sources] if summary is not None else [],
        "wanted": dict(report.wanted),
        "left_out": dict(report.left),
        "failed": dict(report.failed),
        "hosts_without_source": dict(report.hosts.most_common(100)),
        "faults": report.faults,
        "seconds": report.seconds,
    }


def told(report: Report, asked: Asked) -> Iterator[str]:
    """The report in lines: a table of sources, then what was left out and why."""
    from newsbot.cli.summary import lines

    if report.summary is not None and report.summary.sources:
        rows = sorted(report.summary.sources, key=lambda row: (-row.stored, row.name))
        yield from lines(rows[:MOST_SOURCES])
        if len(rows) > MOST_SOURCES:
            stored = sum(row.stored for row in rows)
            yield f"… and {len(rows) - MOST_SOURCES:,} other sources; {stored:,} articles were stored in all."
        yield ""
    if asked.dry_run and report.wanted:
        yield from table(("source", "pages"), report.wanted.most_common(), right=(1,))
        yield ""
    yield from _left(report)
    if report.earlier:
        yield f"{report.earlier:,} articles have an earlier version now: `newsbot diff URL` shows it."
    if report.known:
        yield f"{report.known:,} pages were taken from the same captures before."
    if report.done_before:
        yield f"{report.done_before:,} files or parts of files were done before and not read again."
    yield from _hosts(report, asked)
    if report.stopped_by is not None:
        yield "It was stopped before its end; the same command goes on from there."
    done = "Nothing was read or stored" if asked.dry_run else f"The archive is {asked.archive}"
    yield f"{report.records:,} records in {report.seconds:.1f} s. {done}."


def _left(report: Report) -> Iterator[str]:
    from pipelines.reasons import sentence_of

    for counted, verb in ((report.left, "left out"), (report.failed, "not read")):
        for reason, number in counted.most_common():
            why = LEFT.get(reason) or _status(reason) or sentence_of(reason).rstrip(".")
            yield f"{number:,} records {verb}: {why}."


def _status(reason: str) -> str:
    return f"the site answered {reason[7:]}" if reason.startswith("status_") else ""


def _hosts(report: Report, asked: Asked) -> Iterator[str]:
    if not report.hosts:
        return
    named = ", ".join(f"{plain(host)} ({number:,})" for host, number in report.hosts.most_common(MOST_HOSTS))
    more = ", …" if len(report.hosts) > MOST_HOSTS else ""
    yield f"Hosts that no source of {asked.sources_file} has: {named}{more}. `newsbot add` adds one; --any-host takes all."
