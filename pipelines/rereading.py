"""reread(): a page out of its capture, by today's rules; what a crawl and `newsbot reprocess` run in the reader processes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.capture import Unreadable, read_capture
from pipelines.items import Found, KeptPage, Reading, Rules
from pipelines.reading import read


def reread(folder: Path, page: KeptPage, evidence: Sequence[Found], rules: Rules) -> Reading | str:
    """Read a captured page once more, as it was read then: at its own time, with what listings had said by then.

    `folder` is that of the captures. Gives a sentence where the capture is missing, torn or erased.
    """
    try:
        captured = read_capture(folder, page.file, page.offset, page.length, page.place)
    except Unreadable as fault:
        return str(fault)
    said = tuple(found for found in evidence if found.seen_at is None or found.seen_at <= page.captured_at)
    return read(captured.payload, captured.headers, page.url, page.captured_at, said, rules)
