"""`newsbot frontier`: make, look at, fill and drop the frontier that several crawlers share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option
from newsbot.cli.progress import Counter
from newsbot.cli.shared import required_frontier_option, with_postgres
from newsbot.cli.table import plain, table
from newsbot.cli.terminal import agreed
from newsbot.clock import utc_now

if TYPE_CHECKING:
    from pipelines.shared.overview import Crawler, Overview


@click.group()
def frontier() -> None:
    """Make, look at, fill and drop the frontier that several crawlers share.

    It lives in the schema `newsbot` of a PostgreSQL database. NEWSBOT_FRONTIER may hold its
    address for all commands; a password is better kept in ~/.pgpass.

    \b
    Examples, from one machine to three:
        newsbot frontier fill --frontier postgresql://bot@db.example/news   # beside archive.db
        newsbot crawl --frontier postgresql://bot@db.example/news           # on each machine
        newsbot collect --frontier postgresql://bot@db.example/news --every 1m
    """


@frontier.command()
@required_frontier_option
def init(frontier: str) -> None:
    """Make the tables, where there are none yet.

    \b
    Example:
        newsbot frontier init --frontier postgresql://bot@db.example/news
    """
    with with_postgres():
        from pipelines.shared.connecting import Address
        from pipelines.shared.overview import initialise
    address = Address(frontier)
    click.echo(f"The shared frontier {initialise(address)} is ready ({address.where}).")


@frontier.command()
@required_frontier_option
@json_option
@click.pass_context
def status(ctx: click.Context, frontier: str, as_json: bool) -> None:
    """Say who crawls, what is due, and what waits to be collected.

    The exit code is 1 where a crawler has died without a word, or where visits are set
    aside in the outbox because they cannot be read.

    \b
    Examples:
        newsbot frontier status --frontier postgresql://bot@db.example/news
        newsbot frontier status --json
    """
    with with_postgres():
        from pipelines.shared.connecting import Address
        from pipelines.shared.overview import overview
    found = overview(Address(frontier), utc_now())
    if as_json:
        write_json(asdict(found))
    else:
        for line in _told(found):
            click.echo(line)
    ctx.exit(1 if found.aside or any(one.dead for one in found.crawlers) else 0)


@frontier.command()
@required_frontier_option
@archive_option
@click.option("--take-over", is_flag=True, help="Where another archive collects the frontier so far.")
@json_option
def fill(frontier: str, archive: Path, take_over: bool, as_json: bool) -> None:
    """Bring what an archive knows into the shared frontier: from one machine to several.

    URLs with their times, ETags and evidence, what is known of their articles, hosts and
    their robots.txt, and sources. What is due stays due, and nothing is fetched twice. The archive
    itself is not changed; it collects what the crawlers bring. Doing it again adds what is new.

    \b
    Example:
        newsbot frontier fill --frontier postgresql://bot@db.example/news --db archive.db
    """
    with with_postgres():
        from newsbot.collect.handing import hand_over
    counter = Counter("addresses", shown=not as_json)
    with counter.told() as advanced:
        done, where = hand_over(frontier, archive, advanced, take_over=take_over)
    if as_json:
        write_json(asdict(done))
        return
    click.echo(
        f"{done.urls:,} URLs of {done.sources:,} sources and {done.hosts:,} hosts are new in the shared frontier ({where}); "
        f"{done.known:,} articles of the archive are known there, {done.settled:,} addresses need no visit, {done.due:,} "
        "visits are due."
    )


@frontier.command()
@required_frontier_option
@click.option("--with-outbox", is_flag=True, help="Also where visits wait to be collected: they are lost.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def drop(ctx: click.Context, frontier: str, with_outbox: bool, yes: bool) -> None:
    """Take the shared frontier out of its database; archives stay as they are.

    Whoever has collected everything loses nothing: `newsbot crawl` without a frontier goes on
    from archive.db.

    \b
    Example:
        newsbot frontier drop --frontier postgresql://bot@db.example/news --yes
    """
    with with_postgres():
        from pipelines.shared import overview
        from pipelines.shared.connecting import Address
    address = Address(frontier)
    question = f"Drop the schema newsbot of the database ({address.where})?"
    if not yes and not agreed(question, otherwise="--yes drops it without asking"):
        click.echo("Nothing was dropped.")
        ctx.exit(1)
    overview.drop(address, with_outbox=with_outbox)
    click.echo(f"The shared frontier is gone ({address.where}).")


def _told(found: Overview) -> Iterator[str]:
    yield f"Shared frontier {found.frontier} ({found.where})"
    yield f"  sources    {found.sources:,}"
    soon = f", the next at {found.next_due_at:%Y-%m-%d %H:%M} UTC" if found.next_due_at else ""
    yield f"  URLs       {found.due:,} due, {found.leased:,} leased, {found.later:,} later{soon}; {found.parked:,} parked"
    yield f"  articles   {found.known:,} known"
    yield f"  hosts      {found.hosts:,}: {found.owned:,} owned, {found.paused:,} want no request yet"
    yield f"  outbox     {_outbox(found)}"
    yield f"  archive    {plain(found.archive) if found.archive else 'none yet: `newsbot collect` has not run'}"
    yield ""
    if not found.crawlers:
        yield "No crawler is at work."
    else:
        rows = [
            (
                one.run,
                one.name,
                one.machine,
                _owned(one),
                one.leased,
                f"{one.started_at:%Y-%m-%d %H:%M}",
                f"dead: silent for {_spoken(one.silent_for)}" if one.dead else "at work",
            )
            for one in found.crawlers
        ]
        yield from table(
            ("run", "crawler", "machine", "hosts", "leased", "since (UTC)", ""), rows, right=(0, 4)
        )
    if any(one.dead for one in found.crawlers):
        yield "What a dead crawler had goes to the others; its run is called killed as soon as another one looks."
    for why, number in found.aside.items():
        yield f"! {number:,} set aside in the outbox: {plain(why)}"


def _owned(one: Crawler) -> str:
    """`12: a.example, b.example, …`"""
    if not one.hosts:
        return "0"
    some = ", ".join(one.owns[:2])
    return f"{one.hosts:,}: {some}{', …' if one.hosts > 2 else ''}"


def _outbox(found: Overview) -> str:
    if not found.waiting:
        return "nothing waits to be collected"
    return (
        f"{found.waiting:,} {'visit waits' if found.waiting == 1 else 'visits wait'} to be collected "
        f"({found.waiting_bytes / 1e6:,.1f} MB), "
        f"the oldest for {_spoken(found.waiting_for or 0.0)}"
    )


def _spoken(seconds: float) -> str:
    """45 s, 12 min, 3.5 h, 2.1 d."""
    for unit, size, digits in (("d", 86_400, 1), ("h", 3600, 1), ("min", 60, 0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.{digits}f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
