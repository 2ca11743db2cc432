"""The `newsbot` command: one module a command; what is heavy is imported only when it runs."""

from __future__ import annotations

from newsbot.cli.interrupted import imports_are_done  # first: from here on Ctrl-C leaves no traceback

# isort: split
import click

from newsbot import __version__
from newsbot.cli.add import add
from newsbot.cli.alerts import alerts
from newsbot.cli.backfill import backfill
from newsbot.cli.backup import backup
from newsbot.cli.collect import collect
from newsbot.cli.correct import correct
from newsbot.cli.crawl import crawl
from newsbot.cli.dateline import dateline
from newsbot.cli.diff import diff
from newsbot.cli.doctor import doctor
from newsbot.cli.entry import Entry
from newsbot.cli.explain import explain
from newsbot.cli.export import export
from newsbot.cli.extract import extract
from newsbot.cli.frontier import frontier
from newsbot.cli.init import init
from newsbot.cli.merge import merge
from newsbot.cli.password import password
from newsbot.cli.reprocess import reprocess
from newsbot.cli.restore import restore
from newsbot.cli.retain import retain
from newsbot.cli.schedule import schedule
from newsbot.cli.search import search
from newsbot.cli.serve import serve
from newsbot.cli.sources import sources
from newsbot.cli.status import status
from newsbot.cli.takedown import takedown

imports_are_done()

__all__ = ["main"]


@click.group(cls=Entry, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="newsbot")
def main() -> None:
    """Fetch the news politely, keep every page, read it, and browse it.

    \b
    Begin like this:
        newsbot init                        # writes sources.toml
        newsbot add https://www.example.com/
        newsbot crawl
        newsbot serve
    """


# In the order in which they are needed, which is how help lists them.
for command in (
    init,
    add,
    sources,
    crawl,
    frontier,
    collect,
    schedule,
    serve,
    password,
    search,
    export,
    status,
    alerts,
    explain,
    diff,
    correct,
    reprocess,
    backfill,
    takedown,
    retain,
    backup,
    restore,
    merge,
    doctor,
    extract,
    dateline,
):
    main.add_command(command)
