"""The index of a web archive: what a CDX server answers, as captures. Pure.

The interface is documented by the Internet Archive (wayback-cdx-server, README) and by pywb ("CDXJ Server API"): the
one answers with a JSON array of rows whose first names the columns and whose last may be a key to go on with, the other
with one JSON object a line; text with a line a capture is what both give where JSON is not asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

COLUMNS: Final = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")

_STAMP: Final = re.compile(r"(?:19|20)\d{12}")
_NAMES: Final = {
    "url": "original",
    "mime": "mimetype",
    "status": "statuscode",
}  # pywb's -> the Internet Archive's
_BLOCKED: Final = ("RobotAccessControlException", "AdministrativeAccessControlException")
_TITLE: Final = re.compile(r"<title[^>]{0,200}>([^<]{0,200})", re.IGNORECASE)
_DECODER: Final = json.JSONDecoder()
_SPACE: Final = re.compile(r"[\s,]*")
_LONGEST_KEY: Final = 8_000  # characters of a key to go on with; servers refuse longer request lines


@dataclass(frozen=True, slots=True)
class Capture:
    """One line of the index: that an archive has a page as it was at an instant."""

    urlkey: str  # by which the index is ordered (SURT)
    timestamp: str  # yyyyMMddhhmmss, as mementos are asked for
    original: str
    media_type: str
    status: str  # three digits, or "-" for a revisit of what was captured before
    digest: str  # of the payload: SHA-1 in base32, mostly without the name of the algorithm

    @property
    def at(self) -> datetime:
        """The instant of the capture, aware."""
        return instant_of(self.timestamp)

    @property
    def place(self) -> str:
        """Where it stands in the index: of two captures the later one has the greater place."""
        return f"{self.urlkey} {self.timestamp}"


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """What one question to the index brought."""

    captures: tuple[Capture, ...] = ()  # in the order of the answer
    resume: str | None = (
        None  # key to go on with; None where the answer says that there is no more, or says nothing
    )
    lines: int = 0  # of captures, those that could not be read included
    invalid: int = 0  # lines that could not be read
    cut: bool = False  # it ends in the middle: what is missing is unknown
    fault: str | None = None  # it is no index: a sentence
    blocked: bool = False  # the archive gives no access to this site


def instant_of(timestamp: str) -> datetime:
    """The instant that 14 digits name, aware UTC.

    Some captures have 00 for their month or day (edgi-govdata-archiving/wayback, issues 85 and 88): these count as 01.
    Raises ValueError for what is no instant.
    """
    if not _STAMP.fullmatch(timestamp):
        raise ValueError(f"{timestamp[:20]!r} is no timestamp of 14 digits")
    month, day = (part if part != "00" else "01" for part in (timestamp[4:6], timestamp[6:8]))
    return datetime.strptime(f"{timestamp[:4]}{month}{day}{timestamp[8:]}", "%Y%m%d%H%M%S").replace(
        tzinfo=UTC
    )


def read_index(body: bytes) -> IndexAnswer:
    """What an answer of a CDX server lists. Never raises: an answer that is none has a sentence in `fault`.

    Lines that cannot be read cost only themselves. `cut` where the array is not closed, or the last line is no whole one.
    """
    text = body.decode("utf-8", "replace").strip("\ufeff\r\n\t ")
    if any(name in text[:5_000] for name in _BLOCKED):
        return IndexAnswer(
            fault="The web archive gives no access to this site, by its own or the site's wish.", blocked=True
        )
    if text.startswith("<"):
        title = _TITLE.search(text)
        named = f" ({' '.join(title[1].split())!r})" if title else ""
        return IndexAnswer(fault=f"The index answered with a web page{named} instead of a list of captures.")
    if text.startswith("["):
        return _of_rows(text)
    return _of_lines(text)


def _of_rows(text: str) -> IndexAnswer:
    """A JSON array of rows; the first names the columns, and behind an empty one stands the key to go on with."""
    captures: list[Capture] = []
    columns: Sequence[str] = COLUMNS
    lines = invalid = 0
    resume: str | None = None
    cut, after_gap = True, False
    for value in _values(text):
        if value is _END:
            cut = False
        elif not isinstance(value, list):
            lines, invalid = lines + 1, invalid + 1
        elif not value:
            after_gap = True
        elif after_gap:
            resume = _key(value[0])
        elif "timestamp" in value and "original" in value:
            columns = [str(name) for name in value]
        else:
            lines += 1
            capture = _capture(dict(zip(columns, value, strict=False)))
            if capture is None:
                invalid += 1
            else:
                captures.append(capture)
    return IndexAnswer(tuple(captures), resume, lines, invalid, cut)


_END: Final = object()


def _values(text: str) -> Iterator[Any]:
    """The values of an array one by one, None for each line that is no JSON; at last `_END`, where it is closed."""
    at = 1
    while True:
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        if at >= len(text):
            return
        if text[at] == "]":
            yield _END
            return
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            newline = text.find("\n", at)
            if newline < 0:  # the last line: it was cut
                return
            value, at = None, newline
        yield value


def _of_lines(text: str) -> IndexAnswer:
    """One JSON object a line, or one line of text in the order of `COLUMNS`; behind a blank line the key to go on with."""
    captures: list[Capture] = []
    lines = invalid = 0
    printed = text.splitlines()
    cut = False
    for number, line in enumerate(printed):
        if not line.strip():
            return IndexAnswer(
                tuple(captures), _key("".join(printed[number + 1 : number + 2])), lines, invalid
            )
        lines += 1
        capture = _capture(_fields(line))
        if capture is not None:
            captures.append(capture)
            continue
        invalid += 1
        cut = number == len(printed) - 1
    if lines and not captures:
        shown = " ".join(printed[0].split())[:120]
        return IndexAnswer(
            lines=lines,
            invalid=invalid,
            fault=f"The index answered with something else than captures: {shown!r}.",
        )
    return IndexAnswer(tuple(captures), None, lines, invalid, cut)


def _fields(line: str) -> dict[str, Any]:
    if not line.lstrip().startswith("{"):
        return dict(zip(COLUMNS, line.split(" "), strict=False))
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return (
        {_NAMES.get(str(name), str(name)): value for name, value in told.items()}
        if isinstance(told, dict)
        else {}
    )


def _capture(fields: dict[str, Any]) -> Capture | None:
    told = {name: str(fields.get(name) or "") for name in COLUMNS}
    try:
        instant_of(told["timestamp"])
    except ValueError:
        return None
    if not told["original"].lower().startswith(("http://", "https://")):
        return None
    digest = told["digest"].removeprefix("sha1:").upper()
    return Capture(
        told["urlkey"],
        told["timestamp"],
        told["original"],
        told["mimetype"],
        told["statuscode"] or "-",
        digest,
    )


def _key(printed: object) -> str | None:
    text = str(printed).strip()
    return text if 0 < len(text) <= _LONGEST_KEY else None
