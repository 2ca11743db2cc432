"""`newsbot takedown URL`: an article is hidden or erased, and stays out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from newsbot.cli.lines import write_json
from newsbot.cli.options import archive_option, json_option
from newsbot.cli.table import plain, table
from newsbot.clock import utc_now

if TYPE_CHECKING:
    from newsbot.care.takedown import Order, TakenDown
    from pipelines.store.takedown import Receipt

_DONE = {"hide": "Hidden", "erase": "Erased", "undo": "Put back", "expire": "Expired"}


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL]...")
@archive_option
@click.option("--reason", help="Why: kept with the tombstone, and shown by explain.")
@click.option(
    "--mode",
    type=click.Choice(["hide", "erase"]),
    default="hide",
    show_default=True,
    help="hide: kept, shown nowhere. erase: nothing of it is kept, captures neither.",
)
@click.option("--by", "author", help="Who decided it.")
@click.option("--undo", is_flag=True, help="Show again what was hidden; let in again what was erased.")
@click.option("--anyway", is_flag=True, help="Keep an address out that the archive never heard of.")
@click.option("--dry-run", is_flag=True, help="Say what would be reached; change nothing.")
@click.option("--list", "listed", is_flag=True, help="List what was taken down.")
@json_option
@click.pass_context
def takedown(
    ctx: click.Context,
    urls: tuple[str, ...],
    archive: Path,
    reason: str | None,
    mode: Literal["hide", "erase"],
    author: str | None,
    undo: bool,
    anyway: bool,
    dry_run: bool,
    listed: bool,
    as_json: bool,
) -> None:
    """Hide or erase articles, keep them out, and print a receipt.

    It reaches the text, the search index, earlier versions, removed blocks, titles that
    listings gave, and the pages as received in captures/. Any address of the article
    will do. It may run beside a crawl. Exports and backups made before are out of its
    reach: the receipt names the exports, and restore takes down again what was.

    \b
    Examples:
        newsbot takedown https://www.example.com/story --reason "court order 12/2026"
        newsbot takedown example.com/story --mode erase --reason "asked by the person" --by ann
        newsbot takedown example.com/story --undo --reason "order lifted"
        newsbot takedown --list
    """
    if listed:
        _list(archive, as_json=as_json)
        return
    order = _order(urls, "undo" if undo else mode, reason, author, anyway=anyway, dry_run=dry_run)
    if dry_run:
        _foretell(archive, urls, order, as_json=as_json)
        return
    from newsbot.care.takedown import take_down

    done = take_down(archive, urls, order, utc_now())
    if as_json:
        write_json(done)
    else:
        for line in _told(done, order):
            click.echo(line)
    ctx.exit(1 if done.erased.failed else 0)


def _order(
    urls: tuple[str, ...],
    action: Literal["hide", "erase", "undo"],
    reason: str | None,
    author: str | None,
    *,
    anyway: bool,
    dry_run: bool,
) -> Order:
    from newsbot.care.takedown import Order

    if not urls:
        raise click.UsageError("Name an address, or ask for --list.")
    if not (reason and reason.strip()) and not dry_run:
        raise click.UsageError("Say why: --reason is kept with what was taken down.")
    return Order(action, (reason or "").strip(), author, anyway)


def _list(archive: Path, *, as_json: bool) -> None:
    from newsbot.care import tombstones
    from pipelines.store.current import open_current

    with closing(open_current(archive)) as db:
        stones = tombstones.in_archive(db)
    if as_json:
        write_json(stones)
        return
    if not stones:
        click.echo("Nothing was taken down.")
        return
    rows = [(stone.made_at[:16].replace("T", " "), stone.mode, stone.key, stone.reason) for stone in stones]
    for line in table(("when (UTC)", "mode", "address", "why"), rows):
        click.echo(line)


def _foretell(archive: Path, urls: tuple[str, ...], order: Order, *, as_json: bool) -> None:
    from newsbot.care.takedown import plan
    from pipelines.store.current import open_current

    with closing(open_current(archive)) as db:
        targets = plan(db, archive, urls, order)
    if as_json:
        write_json(targets)
        return
    for target in targets:
        what = f"article {target.public_id} of {target.source}" if target.public_id else "no article"
        click.echo(f"{plain(target.url)}: {what}, known as {', '.join(map(plain, target.keys))}.")
    click.echo("Nothing was changed.")


def _told(done: TakenDown, order: Order) -> Iterator[str]:
    for receipt in done.receipts:
        yield from _receipt(receipt)
    if order.action != "erase":
        return
    yield ""
    yield f"{done.erased.captures:,} pages were erased from the files in captures/."
    for sentence in done.erased.failed:
        yield f"! {plain(sentence)}"
    if done.erased.failed:
        yield "! `newsbot doctor --repair` tries again."
    if not done.erased.swept:
        yield (
            f"! Freed pages of the database may still hold pieces of it, because {done.erased.sweep_waits_for}; "
            "the next crawl sweeps them at its end, or `newsbot doctor --repair` now."
        )


def _receipt(receipt: Receipt) -> Iterator[str]:
    what = (
        f"article {receipt.public_id} of {receipt.source}"
        if receipt.public_id
        else "an address without an article"
    )
    yield f"{_DONE[receipt.action]}: {what}, {receipt.made_at}"
    yield f"  reason     {plain(receipt.reason)}{f' (by {plain(receipt.author)})' if receipt.author else ''}"
    for number, key in enumerate(receipt.keys):
        yield f"  {'' if number else 'addresses':<9}  {plain(key)}"
    reached = ", ".join(f"{rows:,} {name}" for name, rows in sorted(receipt.reached.items()))
    yield f"  rows       {reached or 'none'}"
    for number, export in enumerate(receipt.exports):
        made = str(export["made_at"])[:16].replace("T", " ")
        yield f"  {'' if number else 'exports':<9}  {made} {plain(export['name'] or export['id'])}: cannot be recalled"
    for number, url in enumerate(receipt.same_text):
        yield f"  {'' if number else 'same text':<9}  {plain(url)}: still there"
