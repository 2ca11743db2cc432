"""`newsbot explain URL`: what happened to one address, in order of time."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsbot.cli.address import key_of
from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option
from pipelines.errors import NothingDone

if TYPE_CHECKING:
    from pipelines.store.story import Story


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
    from pipelines.store.current import open_current
    from pipelines.store.story import key_reached, story

    key = key_of(url)
    with closing(open_current(archive)) as db:
        known = story(db, key)
        if _unknown(known) and (asked := key_reached(db, url)) is not None:
            known = story(db, asked)
    if _unknown(known):
        raise NothingDone(f"{archive} has never heard of {url} (known as {key}).")
    if as_json:
        write_json(asdict(known))
        return
    for line in telling(known):
        click.echo(line)


def _unknown(known: Story) -> bool:
    return known.url is None and known.tombstone is None and not known.found and not known.fetches
