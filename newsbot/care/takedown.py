"""Takedown: addresses named by a person are hidden or erased, whatever is at work beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from newsbot.care import tombstones
from newsbot.care.erasing import Erased, finish, open_to_change
from newsbot.care.tombstones import Tombstone
from pipelines.dedupe import url_key
from pipelines.errors import ConfigurationError, NothingDone
from pipelines.store import takedown
from pipelines.store.locked import PATIENCE, patiently
from pipelines.store.sqlite import sqlite3
from pipelines.store.takedown import Receipt, Target

Action = Literal["hide", "erase", "undo"]


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for."""

    action: Action
    reason: str
    author: str | None = None
    anyway: bool = False  # keep an address out that the archive never heard of


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What was done: a receipt an address, and how far the files are clean."""

    receipts: tuple[Receipt, ...]
    erased: Erased


def take_down(archive: Path, urls: Sequence[str], order: Order, now: datetime) -> TakenDown:
    """Carries out an order on addresses, each in one short transaction: a crawl may be at work.

    Erasing from captures needs no lock either, because a crawl only appends to its file. Only the sweep of freed pages
    takes the run lock; while a crawl holds it, that crawl sweeps at its end. Raises ConfigurationError for what is no
    address or was never taken down, NothingDone for an address that the archive never heard of; nothing is changed
    then, because every address is looked at before the first is touched.
    """
    with closing(open_to_change(archive, now)) as connection:
        targets = [_target(connection, archive, url, order) for url in urls]
        receipts = tuple(_carry_out(connection, archive, target, order, now) for target in targets)
        erased = finish(connection, archive, now) if order.action == "erase" else Erased()
    return TakenDown(receipts, erased)


def plan(connection: sqlite3.Connection, archive: Path, urls: Sequence[str], order: Order) -> list[Target]:
    """What an order would reach; raises as `take_down` does and changes nothing."""
    return [_target(connection, archive, url, order) for url in urls]


def take_down_again(
    connection: sqlite3.Connection, archive: Path, stones: Iterable[Tombstone], now: datetime
) -> int:
    """Applies tombstones that an archive has not got: after a restore, or where an old file was put in its place.

    The last word on each key counts. Gives the number of addresses. Captures and freed pages are for `erasing.finish`.
    """
    last = {stone.key: stone for stone in sorted(stones, key=lambda stone: stone.made_at)}
    modes = dict(connection.execute("SELECT key, mode FROM tombstones").fetchall())
    done = 0
    for stone in last.values():
        if modes.get(stone.key) == stone.mode or (stone.mode == "lifted" and stone.key not in modes):
            continue
        target = takedown.target_of(connection, stone.key, stone.key) or takedown.unheard(
            stone.key, stone.key
        )
        if stone.mode in target.modes:
            continue  # another address of the same article brought it
        action: Action = {"hidden": "hide", "erased": "erase", "lifted": "undo"}[stone.mode]  # type: ignore[assignment]
        _carry_out(connection, archive, target, Order(action, stone.reason, "restore"), now)
        done += 1
    return done


def _target(connection: sqlite3.Connection, archive: Path, url: str, order: Order) -> Target:
    try:
        key = url_key(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise ConfigurationError(f"{url} is no web address: {error}.") from error
    target = takedown.target_of(connection, key, url)
    if target is None and order.anyway and order.action != "undo":
        return takedown.unheard(key, url)
    if target is None:
        raise NothingDone(
            f"{archive} has never heard of {url} (known as {key}), so nothing was taken down; "
            "--anyway keeps it out all the same."
        )
    listing = connection.execute(
        "SELECT kind FROM frontier WHERE key = ? AND kind != 'article'", (key,)
    ).fetchone()
    if listing is not None:
        raise ConfigurationError(
            f"{url} is a {listing[0]} and no article: what a source is read by stands in sources.toml."
        )
    if order.action == "undo" and not target.modes:
        raise ConfigurationError(f"{url} was not taken down, so there is nothing to undo.")
    return target


def _carry_out(
    connection: sqlite3.Connection, archive: Path, target: Target, order: Order, now: datetime
) -> Receipt:
    acts: dict[Action, Callable[..., Receipt]] = {
        "hide": takedown.hide,
        "erase": takedown.erase,
        "undo": takedown.undo,
    }
    patiently(lambda: connection.execute("BEGIN IMMEDIATE"), connection, archive, lambda: PATIENCE)
    try:
        receipt = acts[order.action](connection, target, order.reason, order.author, now)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    mode = {"hide": "hidden", "erase": "erased", "undo": "lifted"}[order.action]
    tombstones.append(
        archive,
        (Tombstone(key, mode, order.reason, receipt.made_at, receipt.public_id) for key in receipt.keys),
    )
    return receipt
