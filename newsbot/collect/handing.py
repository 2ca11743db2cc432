"""hand_over(): an archive's frontier becomes a shared one; what `newsbot frontier fill` calls."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.shared.collecting import Outbox
from pipelines.shared.connecting import Address
from pipelines.shared.filling import Filled, fill
from pipelines.store import RunLock, open_readonly, read_about
from pipelines.store.inbox import Inbox


def hand_over(
    frontier: str,
    archive: Path,
    advanced: Callable[[int], None] = lambda _: None,
    *,
    take_over: bool = False,
) -> tuple[Filled, str]:
    """Fills the frontier at an address from an archive, which from then on collects it; blocks.

    Gives what was new, and where the frontier is. One transaction: whatever stops it, it is as if it had not begun.
    Raises ArchiveUnusable where there is no archive, AlreadyRunning where a crawl or a collector is at work,
    ConfigurationError where another archive collects the frontier and this one is not to `take_over`.
    """
    address = Address(frontier)
    open_readonly(archive).close()  # says what is wrong with it before anything is made
    with ExitStack() as opened:
        lock = RunLock.acquire(archive, "newsbot frontier fill", utc_now())
        opened.callback(lock.release)
        outbox = Outbox.open(address)
        opened.callback(outbox.close)
        place = str(archive.resolve())
        outbox.claim(read_about(archive).get("archive_id"), place, take_over=take_over)
        with closing(Inbox.open(archive, judgement=dedupe, now=utc_now())) as inbox:
            identity = inbox.identity()
        reads = opened.enter_context(closing(open_readonly(archive)))
        filled = fill(outbox, reads, dedupe, utc_now(), advanced)
        outbox.claim(identity, place, take_over=take_over)
    return filled, address.where
