"""`newsbot retain`: what is older than its source's term is erased."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option, sources_option
from newsbot.cli.table import plain, table
from newsbot.clock import utc_now


@click.command()
@sources_option
@archive_option
@click.option("--dry-run", is_flag=True, help="Say what would be erased; erase nothing.")
@json_option
@click.pass_context
def retain(ctx: click.Context, sources_file: Path, archive: Path, dry_run: bool, as_json: bool) -> None:
    """Erase what is older than `retain` in sources.toml says.

    Every crawl does so at its end; this does it now. The term of an article begins when
    it was first seen. Its captures are erased too, and it is not fetched again. What was
    hidden by a takedown stays hidden.

    \b
    Examples:
        newsbot retain --dry-run
        newsbot retain
    """
    from newsbot.care import erasing, retention
    from newsbot.sources import load
    from pipelines.store.current import open_current

    terms = retention.terms_of(load(sources_file).sources)
    now = utc_now()
    failed: tuple[str, ...] = ()
    if dry_run:
        with closing(open_current(archive)) as db:
            expired = retention.foretell(db, terms, now)
    else:
        with closing(erasing.open_to_change(archive, now)) as db:
            expired = retention.expire(db, archive, terms, now)
            failed = erasing.finish(db, archive, now).failed if erasing.is_due(db) else ()
    if as_json:
        write_json({"dry_run": dry_run, "expired": expired, "failed": failed})
    elif not terms:
        click.echo(f"No source of {sources_file} has `retain`: everything is kept.")
    elif not expired:
        click.echo("Nothing is old enough.")
    else:
        rows = [(one.source, f"{one.days:g}", f"{one.articles:,}", f"{one.pages:,}") for one in expired]
        for line in table(("source", "days", "articles", "other pages"), rows, right=(1, 2, 3)):
            click.echo(line)
        click.echo("Nothing was erased." if dry_run else "They were erased, captures too.")
    for sentence in failed:
        click.echo(f"newsbot: {plain(sentence)}", err=True)
    ctx.exit(1 if failed else 0)
