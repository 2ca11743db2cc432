"""`newsbot schedule`: who starts the crawls while nobody is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsbot.cli.options import DURATION, archive_option, sources_option
from pipelines.errors import ConfigurationError, NothingDone

if TYPE_CHECKING:
    from newsbot.schedule import Crontab, Job, Systemd, Times

_SCHEDULERS = ("systemd", "cron")


def _times(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--deadline", type=DURATION, help="Crawls take no new work after so long (2h)."),
        click.option(
            "--every", type=DURATION, help="Crawl again and again, so long from start to start (2h)."
        ),
        click.option("--at", metavar="HH:MM", help="Crawl each day at this time.  [default: 03:15]"),
    ):
        command = option(command)
    return command


_with = click.option(
    "--with",
    "chosen",
    type=click.Choice(_SCHEDULERS),
    help="Who starts it.  [default: systemd where it works, else cron]",
)


@click.group()
def schedule() -> None:
    """Let systemd or cron start the crawls, or print what would.

    \b
    Examples:
        newsbot schedule install                     # each day at 03:15
        newsbot schedule install --every 2h --deadline 90m
        newsbot schedule show
        newsbot schedule remove
        newsbot schedule print github > .github/workflows/newsbot.yml
    """


@schedule.command()
@sources_option
@archive_option
@_times
@_with
@click.option("--dry-run", is_flag=True, help="Show what would be written; change nothing.")
def install(
    sources_file: Path,
    archive: Path,
    at: str | None,
    every: float | None,
    deadline: float | None,
    chosen: str | None,
    dry_run: bool,
) -> None:
    """Have the archive of this folder crawled: a systemd user timer, or a crontab line.

    Done again it takes the place of what it wrote before. Other lines of the crontab
    stay as they are.

    \b
    Examples:
        newsbot schedule install --at 04:30
        newsbot schedule install --every 30m --with cron --dry-run
    """
    from newsbot.sources import load

    job = _job(sources_file, archive, at, every, deadline)
    if not load(job.folder / sources_file).defaults.contact:
        raise ConfigurationError(
            f"{sources_file}: [defaults] has no contact; a crawl would not begin without it."
        )
    scheduler = _scheduler(chosen)
    if dry_run:
        _say(_written(scheduler.name, job))
        return
    _say(scheduler.install(job))
    for other in _others(scheduler):
        _say(other.remove(job.id))  # two schedulers would start it twice


@schedule.command()
@archive_option
def show(archive: Path) -> None:
    """Show what starts the crawls of this folder's archive.

    \b
    Example:
        newsbot schedule show
    """
    from newsbot.schedule.job import identity

    shown = [line for scheduler in _working() for line in scheduler.shown(identity(archive))]
    if not shown:
        raise NothingDone(
            "Nothing starts the crawls of this archive; `newsbot schedule install` has it done."
        )
    _say(shown)


@schedule.command()
@archive_option
def remove(archive: Path) -> None:
    """Take away what `newsbot schedule install` wrote for this folder's archive.

    \b
    Example:
        newsbot schedule remove
    """
    from newsbot.schedule.job import identity

    done = [line for scheduler in _working() for line in scheduler.remove(identity(archive))]
    _say(done or ["Nothing was installed for this archive; nothing was changed."])


@schedule.command("print")
@click.argument("scheduler", type=click.Choice([*_SCHEDULERS, "github"]))
@sources_option
@archive_option
@_times
@click.option(
    "--newsbot",
    "requirement",
    default="newsbot",
    show_default=True,
    help="For github: what pip installs there.",
)
def print_(
    scheduler: str,
    sources_file: Path,
    archive: Path,
    at: str | None,
    every: float | None,
    deadline: float | None,
    requirement: str,
) -> None:
    """Write to stdout what a scheduler needs; install nothing.

    For github it is a workflow whose archive is handed on as an artifact from run to run;
    its first lines say what that means.

    \b
    Examples:
        newsbot schedule print github --at 02:40 > .github/workflows/newsbot.yml
        newsbot schedule print systemd --every 2h
    """
    if scheduler == "github":
        from newsbot.schedule import workflow

        click.echo(workflow(_times_of(at, every), _spoken(deadline), requirement), nl=False)
        return
    _say(_written(scheduler, _job(sources_file, archive, at, every, deadline)))


def _job(
    sources_file: Path, archive: Path, at: str | None, every: float | None, deadline: float | None
) -> Job:
    from newsbot.schedule.job import job_of

    return job_of(Path.cwd(), archive, sources_file, _times_of(at, every), _spoken(deadline))


def _times_of(at: str | None, every: float | None) -> Times:
    from newsbot.schedule import Times

    if at is not None and every is not None:
        raise click.UsageError("--at and --every exclude each other.")
    return Times.of(at, every)


def _spoken(deadline: float | None) -> str | None:
    from pipelines.dedupe.schedule import spoken

    return spoken(timedelta(seconds=round(deadline))) if deadline else None


def _written(name: str, job: Job) -> list[str]:
    """What a scheduler would be given, as text."""
    if name == "cron":
        from newsbot.schedule.crontab import block

        return block(job)
    from newsbot.schedule.systemd import unit_folder, units

    return [line for file, text in units(job).items() for line in (f"# {unit_folder() / file}", text)]


def _working() -> list[Systemd | Crontab]:
    from newsbot.schedule import Crontab, Systemd

    return [scheduler for scheduler in (Systemd(), Crontab()) if scheduler.works()]


def _others(chosen: Systemd | Crontab) -> list[Systemd | Crontab]:
    return [scheduler for scheduler in _working() if scheduler.name != chosen.name]


def _scheduler(chosen: str | None) -> Systemd | Crontab:
    """The one that was asked for, or the first that works."""
    working = {scheduler.name: scheduler for scheduler in _working()}
    if chosen is None and working:
        return next(iter(working.values()))
    if chosen in working:
        return working[chosen]
    missing = (
        "Neither `systemctl --user` nor `crontab` works" if chosen is None else f"{chosen} does not work"
    )
    raise NothingDone(
        f"{missing} here: let something else start `newsbot crawl`, or leave `newsbot crawl --every 2h` running."
    )


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
