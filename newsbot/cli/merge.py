"""`newsbot merge OTHER`: another archive's articles come into this one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option
from newsbot.cli.table import plain
from newsbot.clock import utc_now


@click.command()
@click.argument("other", type=click.Path(path_type=Path, dir_okay=False))
@archive_option
@json_option
@click.pass_context
def merge(ctx: click.Context, other: Path, archive: Path, as_json: bool) -> None:
    """Take over what another archive has, its captures too.

    Articles are told by their public id. Where both archives have one and read it
    differently, the later version stands, the other one is kept as an earlier version,
    and a line says so. What was taken down here stays down. OTHER is not changed;
    merging it again changes nothing.

    \b
    Examples:
        newsbot merge ~/old-news/archive.db
        newsbot merge laptop/archive.db --db archive.db --json
    """
    from newsbot.care.merge import merge_archive

    done, missing = merge_archive(archive, other, utc_now())
    if as_json:
        write_json(asdict(done) | {"missing": missing})
    else:
        click.echo(
            f"{done.articles:,} articles came in, {done.replaced:,} were replaced by later versions, "
            f"{done.added_versions:,} earlier versions and {done.captures:,} captures were added; "
            f"{done.kept_out:,} that were taken down here stayed out."
        )
    for sentence in (*done.conflicts, *missing):
        click.echo(f"newsbot: {plain(sentence)}", err=True)
    ctx.exit(1 if missing else 0)
