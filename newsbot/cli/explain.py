"""`newsbot explain URL`: what happened to one address, in order of time."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option
from pipelines.errors import NothingDone


@click.command()
@click.argument("url")
@archive_option
@json_option
def explain(url: str, archive: Path, as_json: bool) -> None:
    """Tell what happened to a URL: who named it, each visit, and why.

    Any form of the address will do: the scheme may be missing, and tracking parameters
    and the fragment are left out. Times are in UTC.

    \b
    Examples:
        newsbot explain https://www.example.com/2014/06/22/story/
        newsbot explain example.com/story --json
    """
    from newsbot.cli.telling import telling
    from pipelines.dedupe import url_key
    from pipelines.store import open_readonly
    from pipelines.store.story import story

    try:
        key = url_key(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from None
    with closing(open_readonly(archive)) as db:
        known = story(db, key)
    if known.url is None and known.tombstone is None and not known.found and not known.fetches:
        raise NothingDone(f"{archive} has never heard of {url} (known as {key}).")
    if as_json:
        write_json(asdict(known))
        return
    for line in telling(known):
        click.echo(line)
