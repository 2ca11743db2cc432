"""`newsbot doctor`: is the archive sound, and can a crawl begin?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, existing, json_option, quiet_option
from newsbot.cli.table import plain
from pipelines.errors import ArchiveUnusable

SAMPLE = 200


@click.command()
@archive_option
@click.option(
    "--all", "everything", is_flag=True, help=f"Read every capture, not a random sample of {SAMPLE}."
)
@json_option
@quiet_option
@click.pass_context
def doctor(ctx: click.Context, archive: Path, everything: bool, as_json: bool, quiet: bool) -> None:
    """Check the archive and its captures; change nothing.

    Each line begins with "ok" or "!". Exits 0 where all is well, 1 where something
    is wrong and 4 where the archive cannot be used.

    \b
    Examples:
        newsbot doctor
        newsbot doctor --db old/archive.db --all --json
    """
    from newsbot.cli.checks import Level, Patient, findings

    with closing(_open(existing(archive))) as db:
        found = list(findings(Patient(archive, db, 0 if everything else SAMPLE)))
    if as_json:
        write_json(
            [{"check": one.check, "ok": one.level is Level.OK, "sentence": one.sentence} for one in found]
        )
    else:
        for one in found:
            if one.level is not Level.OK or not quiet:
                click.echo(
                    f"{'ok' if one.level is Level.OK else '! ':<3} {one.check:<12} {plain(one.sentence)}"
                )
    ctx.exit(max(one.level for one in found))


def _open(archive: Path) -> sqlite3.Connection:
    """Read-only, and really a database. Raises ArchiveUnusable."""
    db = sqlite3.connect(f"{archive.resolve().as_uri()}?mode=ro", uri=True)
    try:
        missing = {"articles", "urls", "captures", "runs"} - {
            name for (name,) in db.execute("select name from sqlite_master where type = 'table'")
        }
    except sqlite3.Error as error:
        db.close()
        raise ArchiveUnusable(
            f"{archive} cannot be opened: {error}. Restore a backup, or name another with --db."
        ) from error
    if missing:
        db.close()
        raise ArchiveUnusable(f"{archive} is a database, but no archive of newsbot. Name another with --db.")
    return db
