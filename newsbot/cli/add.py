"""`newsbot add URL`: find out how a newspaper can be read, and write it into sources.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import json_option, sources_option
from newsbot.cli.table import plain, shortened, table
from newsbot.cli.terminal import agreed
from pipelines.errors import NothingDone

if TYPE_CHECKING:
    from newsbot.sources.probe import Proposal

WIDTH = 70  # columns of an example


@click.command()
@click.argument("url")
@sources_option
@click.option("--yes", is_flag=True, help="Write the entry without asking.")
@click.option("--allow-private", is_flag=True, help="The site is on this machine or in a private network.")
@json_option
def add(url: str, sources_file: Path, yes: bool, allow_private: bool, as_json: bool) -> None:
    """Find out how a newspaper can be read, and add it to sources.toml.

    Looks for feeds, sitemaps and sections from the homepage, reads five articles, and
    shows for each field how many have it. Then it asks whether to write the entry.
    Nothing is stored in an archive. The site is asked as politely as in a crawl.

    \b
    Examples:
        newsbot add https://www.example.com/
        newsbot add https://www.example.com/ --yes --sources papers.toml
    """
    from newsbot.crawl import probe
    from newsbot.sources import load
    from newsbot.sources.write import append_source, entry_text

    known = load(sources_file, begun=True)  # a file that is wrong is found before the site is asked
    taken, contact = {source.id for source in known}, known.defaults.contact
    if "://" not in url and "." in url:  # as people type it, and as browsers take it
        url = f"https://{url}"
    click.echo(f"Asking {url}: some twenty requests, a second or more apart.", err=True)
    try:
        proposal = probe(url, taken=taken, contact=contact, allow_private=allow_private)
    except ValueError as error:
        raise click.BadParameter(f"it {error}.", param_hint="URL") from None
    entry = {**proposal.entry, "allow_private": True} if allow_private else proposal.entry
    can_be_read = proposal.readable or bool(proposal.listings)
    if as_json:
        write_json(_answer(proposal, entry))
    else:
        for line in _told(proposal):
            click.echo(line)
        if can_be_read:
            click.echo(f"\n{entry_text(entry)}")
    if not can_be_read:
        raise NothingDone(f"{url}: no way to read it was found; {sources_file} was left as it is.")
    if not (yes or agreed(f"Write this into {sources_file}?", otherwise="--yes writes the entry")):
        click.echo(f"{sources_file} was left as it is.", err=True)
        return
    source = append_source(sources_file, entry)
    first = "" if contact else f"write your address into contact in {sources_file}, then "
    click.echo(f"{source.id} was added to {sources_file}. Next: {first}newsbot crawl {source.id}", err=True)


def _told(proposal: Proposal) -> Iterator[str]:
    """What was found, the score card, and what a person should know."""
    listings = [(kind, address, number) for address, kind, number in proposal.listings]
    if listings:
        yield from table(("found", "address", "articles"), listings, right=(2,))
        yield ""
    rows = [
        (score.field, f"{score.have} of {score.of}", shortened(plain(score.example), WIDTH))
        for score in proposal.card
    ]
    if proposal.articles:
        yield from table(("field", "have it", "for example"), rows)
        yield ""
    if proposal.notes:
        yield from (f"! {plain(note)}" for note in proposal.notes)


def _answer(proposal: Proposal, entry: Mapping[str, object]) -> dict[str, object]:
    return {
        "entry": entry,
        "readable": proposal.readable,
        "card": proposal.card,
        "notes": proposal.notes,
        "listings": [
            {"url": url, "kind": kind, "articles": number} for url, kind, number in proposal.listings
        ],
        "articles": [sample.url for sample in proposal.articles],
    }
