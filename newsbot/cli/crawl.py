"""`newsbot crawl`: visit what is due, and say what came of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from newsbot.cli.lines import write_json
from newsbot.cli.options import DAY, DURATION, archive_option, json_option, sources_option
from newsbot.cli.shared import FRONTIER
from newsbot.cli.table import plain
from newsbot.clock import utc_now
from newsbot.log import configure, say
from pipelines import forkserver
from pipelines.reasons import sentence_of

if TYPE_CHECKING:
    from newsbot.collect.sending import Sent
    from newsbot.crawl import CrawlReport


TO_SEND = (
    "captures-to-send"  # a folder of its own: all that is in it goes to the store, and is deleted here then
)


class _Remembering(click.Command):
    """Keeps the arguments as they were given, for the crawls that --every starts."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["given"] = list(args)
        return super().parse_args(ctx, args)


@click.command(cls=_Remembering)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@sources_option
@archive_option
@click.option(
    "--frontier",
    envvar=FRONTIER,
    show_envvar=True,
    metavar="ADDRESS",
    help="Share the work with other crawlers: postgresql://user@machine/database. `newsbot collect` fills the archive.",
)
@click.option(
    "--captures",
    metavar="FOLDER",
    help="With --frontier: the folder of the pages as received, or the address of a store for all machines "
    "(s3://bucket/folder, file:///mnt/share/folder), to which they are sent at the end.  [default: captures]",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Visit every listing, and every known article inside its revisit window, due or not.",
)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many articles.")
@click.option("--since", type=DAY, help="Leave out what its listing dates before this day.")
@click.option("--deadline", type=DURATION, help="Take no new work after so long (2h), and end.")
@click.option(
    "--every", type=DURATION, help="Crawl again and again, so long from start to start, until Ctrl-C."
)
@click.option("--dry-run", is_flag=True, help="Say what would be visited; fetch and store nothing.")
@click.option("--sample", is_flag=True, help="Crawl the bundled sample newsroom; no network is needed.")
@json_option
@click.option("--json-logs", is_flag=True, help="Write one JSON object a line to stderr, for machines.")
@click.option("-q", "--quiet", count=True, help="Say only what went wrong.")
@click.option(
    "-v", "--verbose", count=True, help="Say what becomes of each visit; twice: what Scrapy says too."
)
@click.pass_context
def crawl(
    ctx: click.Context,
    ids: tuple[str, ...],
    sources_file: Path,
    archive: Path,
    frontier: str | None,
    captures: str | None,
    everything: bool,
    limit: int | None,
    since: date | None,
    deadline: float | None,
    every: float | None,
    dry_run: bool,
    sample: bool,
    as_json: bool,
    json_logs: bool,
    quiet: int,
    verbose: int,
) -> None:
    """Visit the sources and bring new and changed articles into the archive.

    Without an ID every source that is due is visited. The table at the end counts, for
    each source, what was found, stored, revised, unchanged, gone, skipped and failed.

    \b
    Examples:
        newsbot crawl
        newsbot crawl arabtimes --limit 20 -v
        newsbot crawl --quiet --deadline 2h
        newsbot crawl --every 15m
        newsbot crawl --all --since 2026-11-01 --json
        newsbot crawl --frontier postgresql://news@db.example/news
    """
    if json_logs:
        configure(as_json=True)  # what ends the command before it crawls is told in this form too
    if sample and ctx.get_parameter_source("sources_file") is not ParameterSource.DEFAULT:
        raise click.UsageError("--sample brings its own sources; leave --sources out.")
    _refuse_beside_frontier(ctx, frontier, captures, dry_run=dry_run, sample=sample)
    store = captures if captures and "://" in captures else None
    if dry_run:
        _foretell(sources_file, archive, ids, everything, limit, sample, as_json)
        return
    if store:
        from pipelines.capture.stores import check_store

        store = check_store(store)
    if every is not None:
        from newsbot.cli.again import again

        ctx.exit(again(ctx.meta["given"], every, archive, quiet=bool(quiet)))
    if sample or sources_file.is_file():  # else it would load for nothing
        forkserver.start(("newsbot.discovery",))  # it loads beside what is imported here
    from newsbot.crawl import CrawlOptions
    from newsbot.crawl import crawl as go

    report = go(
        CrawlOptions(
            sources=sources_file,
            archive=archive,
            ids=ids,
            everything=everything,
            limit=limit,
            since=since,
            deadline=deadline,
            sample=sample,
            frontier=frontier,
            captures=Path(TO_SEND if store else captures or "captures"),
            quiet=quiet,
            verbose=verbose,
            progress=not (quiet or json_logs),
            json_logs=json_logs,
        )
    )
    sent = _send(report, frontier, store)
    if as_json:
        write_json(asdict(report) | ({"captures": asdict(sent)} if sent is not None else {}))
    elif not quiet:
        _show(report, sample=sample)
    elif report.exit_code:
        _complain(report)
    if not as_json:
        _alarm(report, quiet=quiet)
    ctx.exit(report.exit_code or _tell_sent(sent, quiet=bool(quiet or as_json)))


def _send(report: CrawlReport, frontier: str | None, store: str | None) -> Sent | None:
    """Sends captures to the store, where there is one; whoever stopped the crawl does not want it to begin that."""
    if not frontier or not store or report.ended_by in ("SIGINT", "SIGTERM"):
        return None
    from newsbot.collect.sending import send_captures

    return send_captures(frontier, Path(TO_SEND), store)


def _refuse_beside_frontier(
    ctx: click.Context, frontier: str | None, captures: str | None, *, dry_run: bool, sample: bool
) -> None:
    """Raises UsageError where options do not go together."""
    if not frontier:
        if captures is not None:
            raise click.UsageError("--captures goes with --frontier; an archive has its captures beside it.")
        return
    if ctx.get_parameter_source("archive") is not ParameterSource.DEFAULT:
        raise click.UsageError(
            "A crawl of a shared frontier (--frontier or NEWSBOT_FRONTIER) writes into no archive: leave --db out here, "
            "and give it to `newsbot collect`."
        )
    if sample:
        raise click.UsageError(
            "--sample crawls the sample newsroom into an archive of its own, and not into a shared frontier: leave "
            "--frontier (and NEWSBOT_FRONTIER) out."
        )
    if dry_run:
        raise click.UsageError(
            "--dry-run tells of an archive, and cannot tell of a shared frontier (--frontier or NEWSBOT_FRONTIER)."
        )


def _foretell(
    sources_file: Path,
    archive: Path,
    ids: tuple[str, ...],
    everything: bool,
    limit: int | None,
    sample: bool,
    as_json: bool,
) -> None:
    from newsbot.cli.forecast import forecast, told
    from newsbot.sample import SAMPLE_SOURCES
    from newsbot.sources import load

    chosen = load(SAMPLE_SOURCES if sample else sources_file).select(ids)
    rows = forecast(chosen, archive, utc_now(), everything=everything or sample)
    if as_json:
        write_json(rows)
        return
    for line in told(rows, limit):
        click.echo(line)


def _complain(report: CrawlReport) -> None:
    """What a silent crawl still says: cron mails it."""
    for line in report.rows:
        if line.failed:
            told = "; ".join(
                f"{number} {reason} ({sentence_of(reason).rstrip('.')})"
                for reason, number in line.failed.items()
            )
            say(
                f"{plain(line.name)}: {told}",
                name="source_failed",
                source=line.source,
                failed=dict(line.failed),
            )


def _alarm(report: CrawlReport, *, quiet: int) -> None:
    """What was found out once the crawl was over; a silent crawl says it too."""
    for sentence in report.aftermath.raised:
        click.echo(f"newsbot: alarm: {plain(sentence)}", err=True)
    for sentence in report.aftermath.faults:
        click.echo(f"newsbot: {plain(sentence)}", err=True)
    for sentence in () if quiet else report.aftermath.cleared:
        click.echo(f"Over: {plain(sentence)}.")


def _tell_sent(sent: Sent | None, *, quiet: bool) -> int:
    """What became of the files of captures; gives the exit code for it."""
    if sent is not None and sent.fault is not None:
        stay = "1 file of captures stays" if sent.left == 1 else f"{sent.left:,} files of captures stay"
        say(f"{stay} in {TO_SEND}/ until the next crawl: {sent.fault}", name="captures_left", files=sent.left)
        return 1
    if sent is not None and sent.files and not quiet:
        click.echo(f"{sent.files:,} files of captures ({sent.bytes / 1e6:.1f} MB) were sent to {sent.place}")
    return 0


def _show(report: CrawlReport, *, sample: bool) -> None:
    from newsbot.cli.changes import changes
    from newsbot.cli.summary import closing, summary

    for line in summary(report):
        click.echo(line)
    if report.archive is not None:
        for line in changes(report.archive, report.run):
            click.echo(line)
    for line in closing(report, sample=sample):
        click.echo(line)
