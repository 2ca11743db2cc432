"""`newsbot init`: a first sources.toml, commented."""

from __future__ import annotations

from pathlib import Path

import click

from newsbot.cli.options import force_option, sources_option
from newsbot.cli.output import write


@click.command()
@sources_option
@force_option
def init(sources_file: Path, force: bool) -> None:
    """Write a commented sources.toml to begin with.

    An existing file is left alone unless --force is given.

    \b
    Examples:
        newsbot init
        newsbot init --sources papers.toml
    """
    from newsbot.sources.write import init_text

    write([init_text()], sources_file, force=force)
    click.echo(f"{sources_file} is written. Next: write your address into contact in it.", err=True)
    click.echo("Then add a newspaper by its front page: newsbot add https://www.example.com/", err=True)
