"""send_captures(): finished files of captures go to a store that all can read; what `newsbot crawl --captures` does last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from newsbot.extensions.run import place_of
from pipelines.capture import stores
from pipelines.errors import NewsbotError
from pipelines.shared.connecting import Address
from pipelines.shared.moving import Moving


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it."""

    files: int = 0
    bytes: int = 0
    left: int = 0  # files that stay here, and are sent the next time
    fault: str | None = None  # why, in a sentence
    place: str = ""  # where they went


def send_captures(frontier: str, folder: Path, place: str, before: str | None = None) -> Sent:
    """Sends every finished WARC file of `folder` to the store at `place`, and deletes it here once it is there; blocks.

    `before` is the place that captures in the folder have so far: that of this machine and folder, where none is
    given. The shared frontier is told of each file before it
    is deleted, so that whatever stops this, every capture is found. Whatever goes wrong is told in `fault`: the crawl
    before it is over and well. A file that is being written (`.open`) is left alone.
    """
    files = sorted(folder.glob("*.warc.gz"))
    sent = total = 0
    before = before or place_of(folder.absolute())
    if not files:
        return Sent()
    try:
        place = stores.check_store(place)
        with Moving.open(Address(frontier)) as moving:
            for file in files:
                size = stores.send(file, place)
                moving.note(file.name, before, place, size)
                file.unlink()
                sent += 1
                total += size
    except (NewsbotError, OSError) as error:
        return Sent(sent, total, len(files) - sent, str(error), place)
    return Sent(sent, total, place=place)
