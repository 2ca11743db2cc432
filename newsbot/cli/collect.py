"""`newsbot collect`: what crawlers of a shared frontier brought goes into the archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import DURATION, archive_option, json_option, quiet_option, sources_option
from newsbot.cli.shared import required_frontier_option, with_postgres
from newsbot.cli.table import plain
from newsbot.clock import utc_now
from newsbot.log import configure, say
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from newsbot.after_run import Aftermath
    from newsbot.collect import CollectReport
    from newsbot.sources import Sources

LEAST = 5.0  # seconds from start to start; starting takes one


class _Remembering(click.Command):
    """Keeps the arguments as they were given, for the collections that --every starts."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["given"] = list(args)
        return super().parse_args(ctx, args)


@click.command(cls=_Remembering)
@required_frontier_option
@archive_option
@sources_option
@click.option(
    "--every", type=DURATION, help="Collect again and again, so long from start to start, until Ctrl-C."
)
@click.option("--take-over", is_flag=True, help="Collect here what another archive collected so far.")
@click.option("--brief", is_flag=True, hidden=True, help="One line where something came, else nothing.")
@json_option
@quiet_option
@click.pass_context
def collect(
    ctx: click.Context,
    frontier: str,
    archive: Path,
    sources_file: Path,
    every: float | None,
    take_over: bool,
    brief: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Bring what the crawlers of a shared frontier have fetched into the archive.

    Any number of `newsbot crawl --frontier` fill the frontier's outbox; one archive
    collects it. Each visit comes in once, whatever is stopped or killed in between. Then
    the frontier knows what the archive decided: when each article is due again, and
    with which ETag. Run it as often as you like, also while the crawlers are at work.

    \b
    Examples:
        newsbot collect --frontier postgresql://bot@db.example/news
        NEWSBOT_FRONTIER=postgresql://bot@db.example/news newsbot collect --every 1m
        newsbot collect --frontier postgresql://bot@db.example/news --db archive.db --json
    """
    configure(quiet=quiet)
    if every is not None:
        ctx.exit(_again(ctx.meta["given"], every, as_json=as_json, quiet=quiet))
    with with_postgres():
        from newsbot.collect import CollectOrder
        from newsbot.collect import collect as go
    from newsbot.cli.progress import Counter

    sources = _sources(ctx, sources_file)
    rules = {source.id: source.rules() for source in sources} if sources is not None else {}
    counter = Counter("visits collected", shown=not (quiet or as_json or brief))
    with counter.told() as advanced:
        report = go(CollectOrder(frontier, archive, rules, take_over), advanced)
    aftermath = _afterwards(sources, archive)
    if as_json:
        write_json(asdict(report) | {"aftermath": asdict(aftermath) if aftermath is not None else None})
    elif brief:
        _tell_in_brief(report)
    elif not quiet:
        for line in _told(report):
            click.echo(line)
    _complain(report, aftermath, quiet=quiet)
    ctx.exit(1 if report.aside else 0)


def _again(given: list[str], every: float, *, as_json: bool, quiet: bool) -> int:
    from newsbot.cli.again import without_every
    from newsbot.schedule.job import program
    from newsbot.supervise import Supervisor

    if every < LEAST:
        raise ConfigurationError(f"--every must be {LEAST:g} seconds or more.")
    command = [*program(), "collect", *without_every(given)]
    if not (quiet or as_json):
        command.append("--brief")
    return Supervisor(command, every, lambda code, wait: None).run()


def _sources(ctx: click.Context, file: Path) -> Sources | None:
    """sources.toml, where there is one: the archive's machine need not have it."""
    from newsbot.sources import load

    default = ctx.get_parameter_source("sources_file") is click.core.ParameterSource.DEFAULT
    return None if default and not file.exists() else load(file)


def _afterwards(sources: Sources | None, archive: Path) -> Aftermath | None:
    from newsbot.after_run import after_run

    return after_run(sources, archive, utc_now()) if sources is not None else None


def _told(report: CollectReport) -> Iterator[str]:
    from newsbot.cli.summary import lines

    if not report.rows:
        yield "Nothing waited in the outbox."
    yield from lines(report.rows)
    yield ""
    waiting = f"; {report.waiting:,} wait for the next time" if report.waiting else ""
    yield f"{report.seconds:.1f} s, {_visits(report.visits)} collected{waiting}. The archive is {report.archive}."


def _visits(number: int) -> str:
    return "1 visit" if number == 1 else f"{number:,} visits"


def _tell_in_brief(report: CollectReport) -> None:
    if report.visits:
        counts = {
            name: sum(getattr(row, name) for row in report.rows) for name in ("stored", "revised", "gone")
        }
        told = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number) or "nothing new"
        say(
            f"{_visits(report.visits)} collected: {told}.",
            name="collected",
            level="info",
            visits=report.visits,
        )


def _complain(report: CollectReport, aftermath: Aftermath | None, *, quiet: bool) -> None:
    """What went wrong, also where little is to be said."""
    for why, number in report.aside.items():
        say(f"{number:,} set aside in the outbox: {why}", name="aside", number=number)
    for why, number in () if quiet else report.unread.items():
        say(
            f"{number:,} pages that other rules had read were not read again, so their changes count as ours: {why}.",
            name="unread",
            level="warning",
            number=number,
        )
    if aftermath is None:
        return
    for sentence in aftermath.raised:
        click.echo(f"newsbot: alarm: {plain(sentence)}", err=True)
    for sentence in aftermath.faults:
        click.echo(f"newsbot: {plain(sentence)}", err=True)
    for sentence in () if quiet else aftermath.cleared:
        click.echo(f"Over: {plain(sentence)}.")
