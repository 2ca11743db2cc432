"""`newsbot status`: what the archive has, and how the last runs went."""

from __future__ import annotations

from pathlib import Path

import click

from newsbot.cli.options import archive_option, json_option


@click.command()
@archive_option
@json_option
def status(archive: Path, as_json: bool) -> None:
    """Say what the archive has: articles, sources, what waits, the last run.

    \b
    Examples:
        newsbot status
        newsbot status --db old/archive.db --json
    """
