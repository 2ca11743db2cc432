"""`newsbot backfill`: articles of the past, out of files and archives of others, by the stages of a crawl."""

from __future__ import annotations

import click

from newsbot.cli.backfill_ccnews import ccnews
from newsbot.cli.backfill_folder import folder
from newsbot.cli.backfill_sitemap import sitemap
from newsbot.cli.backfill_warc import warc
from newsbot.cli.backfill_wayback import wayback


@click.group()
def backfill() -> None:
    """Bring articles of the past into the archive, from files or archives of others.

    They are read, dated and stored as in a crawl, under the time at which their pages were
    captured, and never fetched from their sites where a file will do. Stopped, it goes on
    from there the next time; run again, it stores nothing twice.

    \b
    Examples:
        newsbot backfill warc old-crawl.warc.gz --dry-run
    """


for command in (warc, ccnews, folder, wayback, sitemap):
    backfill.add_command(command)
