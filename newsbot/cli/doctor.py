"""`newsbot doctor`: is the archive sound, and can a crawl begin?"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option, quiet_option
from newsbot.cli.table import plain
from newsbot.clock import utc_now

SAMPLE = 200


@click.command()
@archive_option
@click.option(
    "--all",
    "--fixity",
    "everything",
    is_flag=True,
    help=f"Read every capture and every file, not a random sample of {SAMPLE}.",
)
@click.option("--repair", is_flag=True, help="Put right what can be put right, then check.")
@json_option
@quiet_option
@click.pass_context
def doctor(
    ctx: click.Context, archive: Path, everything: bool, repair: bool, as_json: bool, quiet: bool
) -> None:
    """Check the archive and its captures; without --repair change nothing.

    Each line begins with "ok" or "!", or with "+" for what was repaired. Exits 0 where
    all is well, 1 where something is wrong and 4 where the archive cannot be used.

    --repair carries out what a kill or a full disk interrupted: erasures of a takedown,
    torn WARC files, the search index, pages in captures/ that no row names.

    \b
    Examples:
        newsbot doctor
        newsbot doctor --fixity --db old/archive.db --json
        newsbot doctor --repair
    """
    from newsbot.cli import capture_checks, checks
    from newsbot.cli.checks import Level, Patient, findings
    from pipelines.store.current import open_current

    repaired: list[str] = []
    if repair:
        from newsbot.care.repairing import mend

        repaired = list(mend(archive, utc_now()))
    with closing(open_current(archive)) as db:
        patient = Patient(archive, db, 0 if everything else SAMPLE, utc_now())
        found = list(findings(patient, (*checks.CHECKS, *capture_checks.CHECKS)))
    if as_json:
        rows = [{"check": one.check, "ok": one.level is Level.OK, "sentence": one.sentence} for one in found]
        write_json([{"check": "repair", "ok": True, "sentence": done} for done in repaired] + rows)
    else:
        for sentence in repaired:
            click.echo(f"{'+':<3} {'repair':<12} {plain(sentence)}")
        for one in found:
            if one.level is not Level.OK or not quiet:
                click.echo(
                    f"{'ok' if one.level is Level.OK else '! ':<3} {one.check:<12} {plain(one.sentence)}"
                )
    ctx.exit(max(one.level for one in found))
