"""`newsbot alerts`: what is and was alarming, and whether whoever is to know can be told."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Literal

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option, sources_option
from newsbot.cli.table import plain, table
from newsbot.clock import utc_now
from pipelines.errors import ConfigurationError, NothingDone

LAST = 30  # alarms that are listed


@click.command()
@click.argument("action", required=False, type=click.Choice(["test"]), metavar="[test]")
@sources_option
@archive_option
@json_option
def alerts(action: Literal["test"] | None, sources_file: Path, archive: Path, as_json: bool) -> None:
    """List alarms, or test whether whoever is to know is told of them.

    After every crawl the sources are judged. What is new, what is over, and new hits of
    saved searches go to the command of [alerts] in sources.toml. `newsbot alerts test`
    runs that command with a message that says so.

    \b
    Examples:
        newsbot alerts
        newsbot alerts test
    """
    if action == "test":
        _test(sources_file, archive)
        return
    from pipelines.store.alarms import history
    from pipelines.store.current import open_current

    with closing(open_current(archive)) as db:
        known = history(db, None, LAST)
    if as_json:
        write_json(known)
        return
    if not known:
        click.echo("No alarm was ever raised.")
        return
    rows = [
        (
            _minute(alarm.raised_at),
            _minute(alarm.cleared_at) if alarm.cleared_at else "lasts",
            "yes" if alarm.told_at else "no",
            alarm.source,
            alarm.alarm,
            alarm.sentence,
        )
        for alarm in known
    ]
    for line in table(("raised (UTC)", "over", "told", "source", "alarm", "what"), rows):
        click.echo(line)


def _test(sources_file: Path, archive: Path) -> None:
    from newsbot.health.telling import News, tell
    from newsbot.sources import load

    sources = load(sources_file)
    if not sources.alerts.command:
        raise ConfigurationError(
            f"{sources_file} has no [alerts] with a command, so nobody is told; docs/operations.md shows some."
        )
    if fault := tell(sources.alerts, News(str(archive), utc_now(), test=True)):
        raise NothingDone(fault)
    click.echo(f"{plain(sources.alerts.command[0])} took the message: look where it should have arrived.")


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")
