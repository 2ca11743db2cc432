"""`newsbot backfill warc`: articles out of WARC files."""

from __future__ import annotations

from typing import Any

import click

from newsbot.cli.backfilled import Asked, answer, asked_options, filter_options, owner_options


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@owner_options
@filter_options
@asked_options
@click.pass_context
def warc(ctx: click.Context, /, files: tuple[str, ...], **asked: Any) -> None:
    """Take articles out of WARC files of any crawler, compressed or not.

    A page belongs to the source of sources.toml that has its host, or its registered
    domain; pages of other hosts are left out and counted, unless --any-host makes sources
    of their domains or --as gives them all to one. An article that the archive has already
    gets its older words as an earlier version, at the time of the capture; nothing newer is
    replaced. FILE may be an http:// or s3:// address.

    The records of articles are copied into captures/, byte for byte where that can be;
    --in-place leaves them where they are: keep these files, and know that `newsbot takedown`
    erases pages in them. Broken records cost only themselves. It may run beside a crawl.
    Stopped, or run again, it goes on where it was; a file that changed begins anew.

    \b
    Exit codes: 0 all well, 1 a file or a record could not be read, 2 usage, 3 no file could
    be read, 4 the archive is unusable, 5 no room, 75 another backfill is at work,
    130/143 stopped by a signal after a clean end.

    \b
    Examples:
        newsbot backfill warc old-crawl.warc.gz
        newsbot backfill warc CC-NEWS-*.warc.gz --source arabtimes --from 2019-02-01
        newsbot backfill warc *.warc.gz --any-host --language ar --dry-run
    """
    answer(ctx, "backfill warc", files, Asked(**asked))
