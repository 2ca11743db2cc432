"""`newsbot doctor`: is the archive sound, and can a crawl begin?"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option, quiet_option
from newsbot.cli.table import plain

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
    from pipelines.store import open_readonly

    with closing(open_readonly(archive)) as db:
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
