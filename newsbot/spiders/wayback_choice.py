"""Which captures of a web archive are worth asking for. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from newsbot.discovery import trap
from newsbot.discovery.cdx import Capture
from newsbot.discovery.judge import refusal
from newsbot.sources import Source
from newsbot.spiders.visit import owns
from pipelines.dedupe import url_key
from pipelines.reasons import Reason
from pipelines.store.mementos import KnownCaptures

ATTEMPTS = 3  # for a capture that cannot be had; then it is given up
_PAGES = ("text/html", "application/xhtml+xml", "unk", "-", "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A capture and the key under which the archive knows its page."""

    key: str
    capture: Capture


@dataclass(slots=True)
class Chosen:
    """What is asked for, in the order of the index and so oldest first for each page, and why the rest is not."""

    wanted: list[Wanted] = field(default_factory=list)
    known: int = 0  # taken before, or the archive has the same page already
    left_out: Counter[str] = field(
        default_factory=Counter
    )  # by reason, or "versions" past the limit of an article


def pages_of(
    captures: Iterable[Capture], source: Source, window: tuple[str, str]
) -> tuple[list[Wanted], Counter[str]]:
    """The captures of pages that the source owns and wants, and why the others are none of them.

    `window` are the first and the last timestamp that was asked for: not every server keeps to it.
    """
    wanted: list[Wanted] = []
    left_out: Counter[str] = Counter()
    for capture in captures:
        reason = _objection(capture, source, window)
        if reason is not None:
            left_out[reason] += 1
            continue
        try:
            wanted.append(Wanted(url_key(capture.original), capture))
        except ValueError:
            left_out[Reason.BAD_URL] += 1
    return wanted, left_out


def choose(pages: Iterable[Wanted], known: Mapping[str, KnownCaptures], versions: int) -> Chosen:
    """The first capture of each page, and later ones whose payload is another, up to `versions` of a page.

    What was taken in an earlier run counts among them; what could not be had three times is left out.
    """
    by_key: dict[str, list[Wanted]] = defaultdict(list)
    for page in pages:
        by_key[page.key].append(page)
    chosen = Chosen()
    for key, of_key in by_key.items():
        has = known.get(key, KnownCaptures())
        digests, room = set(has.digests), versions - len(has.taken)
        for page in sorted(of_key, key=lambda page: page.capture.timestamp):
            capture = page.capture
            if capture.at in has.taken or (capture.digest and capture.digest in digests):
                chosen.known += 1
            elif has.failed[capture.at] >= ATTEMPTS:
                chosen.left_out[Reason.NO_MEMENTO] += 1
            elif room <= 0:
                chosen.left_out["versions"] += 1
            else:
                room -= 1
                digests.add(capture.digest)
                chosen.wanted.append(page)
    return chosen


def _objection(capture: Capture, source: Source, window: tuple[str, str]) -> str | None:
    if not window[0] <= capture.timestamp <= window[1]:
        return Reason.TOO_OLD if capture.timestamp < window[0] else "too_new"
    if capture.status not in ("200", "-") or capture.media_type == "warc/revisit":
        return (
            "revisit" if capture.status == "-" or capture.media_type == "warc/revisit" else Reason.HTTP_ERROR
        )
    if capture.media_type.partition(";")[0].strip().lower() not in _PAGES:
        return Reason.NOT_HTML
    if not owns(source, capture.original):
        return Reason.OFF_SITE
    if refusal(capture.original):  # a front, a tag, an author, a file
        return Reason.NOT_ARTICLE
    if trap(capture.original) is not None:
        return Reason.TRAP
    return None if source.wants(capture.original) else Reason.EXCLUDED
