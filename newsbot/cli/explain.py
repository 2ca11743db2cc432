"""`newsbot explain URL`: what happened to one address, in order of time."""

from __future__ import annotations

from pathlib import Path

import click

from newsbot.cli.options import archive_option, json_option


@click.command()
@click.argument("url")
@archive_option
@json_option
def explain(url: str, archive: Path, as_json: bool) -> None:
    """Tell what happened to a URL: who named it, each visit, what came of it, and why.

    Any form of the address will do: tracking parameters and the fragment are left out.

    \b
    Examples:
        newsbot explain https://www.example.com/2014/06/22/story/
        newsbot explain https://www.example.com/story --json
    """
