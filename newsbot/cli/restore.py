"""`newsbot restore FOLDER`: a backup becomes the archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option
from newsbot.cli.table import plain
from newsbot.clock import utc_now

if TYPE_CHECKING:
    from newsbot.care.restore import Restored


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@archive_option
@click.option("--replace", is_flag=True, help="Move an archive that stands there aside; nothing is deleted.")
@click.option(
    "--tombstones",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Take down again what this file of tombstones, or this archive, says.",
)
@json_option
@click.pass_context
def restore(
    ctx: click.Context, folder: Path, archive: Path, replace: bool, tombstones: Path | None, as_json: bool
) -> None:
    """Put a backup in place; what was taken down since stays down.

    The backup is checked before anything is touched. Takedowns are learned from the
    archive that is replaced, and from the file archive.db.takedowns.jsonl beside it.

    \b
    Examples:
        newsbot restore /mnt/backup/2026-11-22 --db ~/news/archive.db
        newsbot restore /mnt/backup/2026-11-22 --replace
    """
    from newsbot.care.restore import restore as put_back

    done = put_back(folder, archive, utc_now(), replace=replace, stones=tombstones)
    if as_json:
        write_json(done)
    else:
        for line in _told(done, archive):
            click.echo(plain(line))
    ctx.exit(1 if done.erased.failed else 0)


def _told(done: Restored, archive: Path) -> Iterator[str]:
    articles = done.manifest.rows.get("articles", 0)
    yield f"{archive}: {articles:,} articles as of {done.manifest.made_at}, {len(done.manifest.files):,} capture files."
    yield from (f"What stood there is now {name}." for name in done.moved)
    yield f"{done.taken_down:,} addresses were taken down again, {done.erased.captures:,} captures erased."
    if done.manifest.named:
        yield f"{len(done.manifest.named):,} capture files are not in the backup: put them into captures/."
    yield from (f"! {sentence}" for sentence in (*done.erased.failed, *done.notes))
    if not done.erased.swept:
        yield f"! Freed pages could not be swept, because {done.erased.sweep_waits_for}: `newsbot doctor --repair`."
