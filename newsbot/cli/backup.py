"""`newsbot backup FOLDER`: a copy of the archive and its captures, proved by opening it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option, quiet_option, sources_option
from newsbot.cli.table import plain
from newsbot.clock import utc_now


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@archive_option
@sources_option
@click.option(
    "--captures",
    type=click.Choice(["copy", "link", "list"]),
    default="copy",
    show_default=True,
    help="Copy the pages as received, hard-link them (same disk), or only list them.",
)
@json_option
@quiet_option
@click.pass_context
def backup(
    ctx: click.Context,
    folder: Path,
    archive: Path,
    sources_file: Path,
    captures: Literal["copy", "link", "list"],
    as_json: bool,
    quiet: bool,
) -> None:
    """Copy the archive and its captures, also while a crawl is at work.

    The copy is the archive at one moment. It is opened and checked, its rows are counted,
    and backup.json holds a checksum of every file. sources.toml is copied too. With
    --captures list the pages stay where they are: copy captures/ yourself, they only grow.

    \b
    Examples:
        newsbot backup /mnt/backup/2026-11-22
        newsbot backup /mnt/backup/2026-11-22 --captures list && rsync -a captures/ /mnt/backup/captures/
    """
    from newsbot.care.backup import back_up

    done = back_up(archive, folder, captures, utc_now(), sources_file)
    if as_json:
        write_json(done)
    elif not quiet:
        size = (done.archive.bytes + sum(held.bytes for held in done.files)) / 1e6
        articles = done.rows.get("articles", 0)
        click.echo(
            f"{folder}: {articles:,} articles, {len(done.files):,} capture files, {size:,.1f} MB; checked."
        )
        if done.named:
            click.echo(f"{len(done.named):,} capture files were listed and not copied.")
        for place, number in done.elsewhere.items():
            click.echo(f"{number:,} pages lie in {plain(place)} and stayed there: back that up too.")
    for file in done.missing:
        click.echo(f"newsbot: captures/{plain(file)} is named by the archive and is not there.", err=True)
    ctx.exit(1 if done.missing else 0)
