"""`newsbot diff URL`: what changed between two versions of an article, word by word."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsbot.cli.address import article_at
from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option
from newsbot.cli.table import plain, shortened, table
from pipelines.errors import ConfigurationError, NothingDone

if TYPE_CHECKING:
    from newsbot.publish.comparison import Piece
    from pipelines.store.versions import Version, Versions

SHORT = ("headline", "lede", "byline", "notes")  # compared as one passage each; the text by paragraphs
_COLOURS = {"removed": "red", "added": "green"}
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}  # as git's word diff has them


@click.command()
@click.argument("url")
@archive_option
@click.option("--from", "first", type=click.IntRange(min=1), metavar="N", help="Version to start from.")
@click.option("--to", "last", type=click.IntRange(min=1), metavar="M", help="Version to compare with.")
@click.option("--list", "listed", is_flag=True, help="List the versions.")
@json_option
def diff(url: str, archive: Path, first: int | None, last: int | None, listed: bool, as_json: bool) -> None:
    """Show what changed between two versions of an article.

    Without --from and --to: what its last change was. Versions are numbered from 1 as
    they were seen; the last is what the archive shows. On a terminal what is gone is
    red and what is new is green; else, and with NO_COLOR, they stand in [-...-] and
    {+...+}. Exit code 0, whether they differ or not.

    \b
    Examples:
        newsbot diff https://www.example.com/2014/06/22/story/
        newsbot diff example.com/story --list
        newsbot diff example.com/story --from 1 --to 3
    """
    from pipelines.store import open_readonly
    from pipelines.store.versions import versions_of

    with closing(open_readonly(archive)) as db:
        known = versions_of(db, article_at(db, archive, url))
    if known.state == "withheld":
        raise NothingDone(f"The article at {url} was taken down; its versions are not shown.")
    if listed:
        _list(known, as_json=as_json)
        return
    before, after = _pair(known, first, last)
    if as_json:
        write_json(as_object(known, before, after))
        return
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in told(known, before, after, coloured=coloured):
        click.echo(line, color=coloured)


def _pair(known: Versions, first: int | None, last: int | None) -> tuple[Version, Version]:
    """The two versions that are asked for; else the last two that have other words."""
    found = known.versions
    for asked in (first, last):
        if asked is not None and asked > len(found):
            versions = "version" if len(found) == 1 else "versions"
            raise ConfigurationError(f"{known.url} has {len(found)} {versions}; there is no version {asked}.")
    if last is None:
        last = len(found) if first is not None else _last_change(found)
    if first is None:
        first = max(1, last - 1)
    return found[first - 1], found[last - 1]


def _last_change(found: Sequence[Version]) -> int:
    """The number of the last version whose words are not those of the one before (gone and restored are none)."""
    for version in reversed(found[1:]):
        if set(version.changed.split(",")) - {"removed", "restored"}:
            return version.number
    return len(found)


def _list(known: Versions, *, as_json: bool) -> None:
    if as_json:
        write_json([{k: v for k, v in asdict(one).items() if k != "text"} for one in known.versions])
        return
    rows = [
        (
            one.number,
            one.seen_at[:16].replace("T", " "),
            {"first": "first seen", "reading": "read anew"}.get(one.kind, one.kind),
            one.changed.replace(",", ", "),
            one.capture or "",
            shortened(plain(one.headline or ""), 60),
        )
        for one in known.versions
    ]
    for line in table(("", "seen (UTC)", "by", "changed", "capture", "headline"), rows, right=(0,)):
        click.echo(line)


def as_object(known: Versions, before: Version, after: Version) -> dict[str, Any]:
    """The comparison as JSON: both versions without their text, and what differs in pieces (same, removed, added)."""
    from newsbot.publish.comparison import compare, words

    return {
        "url": known.url,
        "public_id": known.public_id,
        "from": {k: v for k, v in asdict(before).items() if k != "text"},
        "to": {k: v for k, v in asdict(after).items() if k != "text"},
        "fields": {
            name: [asdict(piece) for piece in words(getattr(before, name), getattr(after, name))]
            for name in SHORT
            if getattr(before, name) != getattr(after, name)
        },
        "text": [asdict(paragraph) for paragraph in compare(before.text, after.text)],
    }


def told(known: Versions, before: Version, after: Version, *, coloured: bool) -> Iterator[str]:
    """The comparison in lines."""
    from newsbot.publish.comparison import compare, words

    yield f"Article {known.public_id} of {plain(known.source)}: {plain(known.url)}"
    for sign, version in (("---", before), ("+++", after)):
        yield f"{sign} {_standing(version)}"
    yield ""
    silent = True
    for name in SHORT:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            silent = False
            yield f"{name}: {_marked(words(old, new), coloured)}"
            yield ""
    for paragraph in compare(before.text, after.text):
        silent = False
        if paragraph.skipped:
            yield f"… {paragraph.skipped} {'paragraph' if paragraph.skipped == 1 else 'paragraphs'} unchanged"
        else:
            yield _marked(paragraph.pieces, coloured)
        yield ""
    if silent:
        yield "Their words are the same."


def _standing(version: Version) -> str:
    made = {"first": "first seen", "publisher": "changed by the publisher", "reading": "read anew by newsbot"}
    what = f" ({version.changed.replace(',', ', ')})" if version.changed else ""
    capture = f", capture {version.capture}" if version.capture else ""
    stated = f", the page says modified {_minute(version.modified_at)}" if version.modified_at else ""
    return f"version {version.number}: {made.get(version.kind, version.kind)}{what} {_minute(version.seen_at)}{capture}{stated}"


def _marked(pieces: Sequence[Piece], coloured: bool) -> str:
    """Words with what is gone and what is new marked; nothing of a page steers the terminal."""
    marked = []
    for piece in pieces:
        text = plain(piece.text)
        if piece.kind == "same" or not text:
            marked.append(text)
        elif coloured:
            marked.append(
                click.style(
                    text, fg=_COLOURS[piece.kind], strikethrough=True if piece.kind == "removed" else None
                )
            )
        else:
            before, after = _MARKS[piece.kind]
            marked.append(f"{before}{text}{after}")
    return " ".join(filter(None, marked))


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")
