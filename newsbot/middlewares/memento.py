"""Answers of a web archive: is this the capture that was asked for, and as it was received at its time?"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urljoin

from scrapy import Request
from scrapy.http import Headers, Response

from newsbot.middlewares.headers import pairs
from newsbot.middlewares.refused import Refused
from newsbot.middlewares.unpacking import UNPACKED
from pipelines.capture.unpacking import NotUnpacked, encodings_of, unpacked
from pipelines.dedupe import url_key
from pipelines.reasons import Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ASKED: Final = "memento"  # in a request's meta: what is asked for, as `Asked.told`
CAPTURED_AT: Final = (
    "captured_at"  # in a request's meta: when the web archive captured it (ISO 8601), once it is here
)

_ORIGINAL: Final = "x-archive-orig-"  # before the names of the headers as captured: Wayback, OpenWayback
_MEMENTO: Final = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/(https?:.*)$", re.DOTALL)
# What web archives add to an answer; without headers under their old names, the others are those of the page itself.
_ARCHIVES_OWN: Final = re.compile(
    r"memento-datetime$|link$|content-location$|x-archive-|x-app-server$|x-ts$|x-tr$|x-rl$|x-na$|x-page-cache$|server-timing$"
    r"|x-location$|preference-applied$|set-cookie$|connection$|keep-alive$|transfer-encoding$|content-length$"
)
# Of the answer itself, where they are not told under their old names: pywb renames only some.
_KEPT: Final = ("content-type", "content-encoding", "content-language", "last-modified", "etag")
_INSERTED: Final = (
    b"BEGIN WAYBACK TOOLBAR INSERT",
    b"End Wayback Rewrite JS Include",
    b"/_static/js/wombat.js",
    b"wbinfo.top_url",
    b"__wm.wombat(",
)
_GZIP: Final = b"\x1f\x8b"
_DIGEST: Final = re.compile(r"[A-Z2-7]{32}")


@dataclass(frozen=True, slots=True)
class Asked:
    """The capture that a request asks a web archive for."""

    url: str  # as the site had it
    timestamp: str  # 14 digits
    digest: str = ""  # of the payload as the index has it

    @property
    def told(self) -> dict[str, str]:
        """For a request's meta, which takes plain values."""
        return {"url": self.url, "timestamp": self.timestamp, "digest": self.digest}


class OtherCapture(Refused):
    """The archive gives a capture of another time in the place of the one that was asked for."""

    def __init__(self, timestamp: str, *, status: int | None = None) -> None:
        super().__init__(
            Reason.OTHER_CAPTURE, f"The web archive gives the capture of {timestamp} instead.", status=status
        )
        self.timestamp = timestamp


class Memento:
    """Lets through only the capture that was asked for, as the site itself had answered it.

    Works on requests with `meta["memento"]` alone. What passes has the address of the site, the headers as captured (as
    far as the archive tells them) and the payload as captured: a compression that the archive itself put on is taken
    off, one that it forgot to name is named. Sits between Wholeness, which has opened the payload, and CapturePoint,
    which keeps it. Raises Refused: NO_MEMENTO, OTHER_CAPTURE, REWRITTEN, TRUNCATED, UNDECODABLE, TOO_LARGE.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Memento:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        told = request.meta.get(ASKED)
        if told is None or is_trouble(response):
            return response
        asked = Asked(**told)
        refuse_other(asked, response)
        headers = pairs(response.headers)
        captured, encodings = captured_headers(headers)
        payload, encodings = self._payload(request, response, asked, encodings)
        refuse_rewritten(request.meta.get(UNPACKED) or payload)
        refuse_short(asked, captured, payload)
        if encodings:
            captured.append(("Content-Encoding", ", ".join(reversed(encodings))))
        request.meta[CAPTURED_AT] = memento_datetime(response.headers).isoformat()  # type: ignore[union-attr]  # checked
        return response.replace(url=asked.url, headers=_headers(captured), body=payload)

    def _payload(
        self, request: Request, response: Response, asked: Asked, original: tuple[str, ...] | None
    ) -> tuple[bytes, tuple[str, ...]]:
        """The payload as captured and the encodings it is in, outermost first.

        `original` are the encodings that its own headers named; None where the archive does not tell its own headers.
        The digest of the index decides; where it tells nothing, what is known of the headers does.
        """
        raw, content = response.body, request.meta.get(UNPACKED)
        delivered = encodings_of(
            ",".join(v for n, v in pairs(response.headers) if n.lower() == "content-encoding")
        )
        if content is not None:
            of_the_archive = is_payload(content, asked.digest) or (
                original == () and not is_payload(raw, asked.digest)
            )
            if not of_the_archive:
                return raw, delivered
            del request.meta[UNPACKED]
            return content, ()
        forgotten = original or (("gzip",) if raw[:2] == _GZIP else ())
        if not forgotten:
            return raw, ()
        try:
            content = unpacked(raw, forgotten, request.meta["download_maxsize"])
        except NotUnpacked as error:
            raise Refused(error.reason, error.detail, status=response.status) from error
        if content == raw:  # said to be packed when it was captured, and is not now
            return raw, ()
        request.meta[UNPACKED] = content
        return raw, forgotten


def is_trouble(response: Response) -> bool:
    """Whether the archive itself is in trouble or wants peace: those who wait and ask again have to see it."""
    return memento_datetime(response.headers) is None and (response.status == 429 or response.status >= 500)


def refuse_other(asked: Asked, response: Response) -> None:
    """Raises Refused where the answer is not the capture that was asked for: a redirect, an error, another capture."""
    at = memento_datetime(response.headers)
    location = (response.headers.get(b"Location") or b"").decode("latin-1")
    if 300 <= response.status < 400 and (target := memento_of(urljoin(response.url, location))) is not None:
        timestamp, url = target
        if at is None or timestamp != asked.timestamp:
            if not _same_page(url, asked.url):
                raise _no_memento(f"It redirects to the capture of another address, {url[:200]}", response)
            raise OtherCapture(timestamp, status=response.status)
    if at is None:
        raise _no_memento(f"The web archive answered HTTP {response.status} without a capture", response)
    if response.status != 200:
        to = f", a redirect to {location[:200]}" if location else ""
        raise _no_memento(f"What was captured then is HTTP {response.status}{to}", response)
    stamp = at.strftime("%Y%m%d%H%M%S")
    if stamp != asked.timestamp:
        raise OtherCapture(stamp, status=response.status)


def refuse_rewritten(content: bytes) -> None:
    """Raises Refused where the archive put its toolbar or its scripts into the page."""
    mark = next((mark for mark in _INSERTED if mark in content), None)
    if mark is not None:
        raise Refused(Reason.REWRITTEN, f"The page contains {mark.decode()!r}.", status=200)


def refuse_short(asked: Asked, captured: Sequence[tuple[str, str]], payload: bytes) -> None:
    """Raises Refused where the capture itself ends early: its digest is right, its Content-Length says more."""
    length = next((value for name, value in captured if name.lower() == "content-length"), "")
    if length.isdecimal() and int(length) > len(payload) and is_payload(payload, asked.digest):
        told = f"The web archive captured {len(payload):,} of {int(length):,} bytes."
        raise Refused(Reason.TRUNCATED, told, status=200)


def captured_headers(
    headers: Sequence[tuple[str, str]],
) -> tuple[list[tuple[str, str]], tuple[str, ...] | None]:
    """The header lines as captured, without Content-Encoding, and the encodings that they named, outermost first.

    Wayback gives them as X-Archive-Orig-…, pywb as they were among its own; in the second case the encodings are None.
    """
    told = [(name[len(_ORIGINAL) :], value) for name, value in headers if name.lower().startswith(_ORIGINAL)]
    if told:
        names = {name.lower() for name, _ in told}
        told += [
            (name, value) for name, value in headers if name.lower() in _KEPT and name.lower() not in names
        ]
        encoding = ",".join(
            value
            for name, value in told
            if name.lower() == "content-encoding" and "content-encoding" in names
        )
        return [pair for pair in told if pair[0].lower() != "content-encoding"], encodings_of(encoding)
    return [
        (name, value)
        for name, value in headers
        if not _ARCHIVES_OWN.match(name.lower()) and name.lower() != "content-encoding"
    ], None


def memento_datetime(headers: Headers) -> datetime | None:
    """The instant of Memento-Datetime (RFC 7089, 2.1.1), aware; None where it is missing or is none."""
    try:
        at = parsedate_to_datetime((headers.get(b"Memento-Datetime") or b"").decode("latin-1"))
    except (ValueError, OverflowError):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def memento_of(address: str) -> tuple[str, str] | None:
    """Timestamp and page of a memento's address; None where it is none."""
    found = _MEMENTO.search(address)
    return (found[1], found[2]) if found else None


def is_payload(payload: bytes, digest: str) -> bool:
    """Whether the index's digest (SHA-1 in base32) is that of `payload`."""
    if not _DIGEST.fullmatch(digest):
        return False
    return b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode("ascii") == digest


def _same_page(a: str, b: str) -> bool:
    try:
        return url_key(a) == url_key(b) or url_key(unquote(a)) == url_key(unquote(b))
    except ValueError:
        return False


def _no_memento(detail: str, response: Response) -> Refused:
    why = (response.headers.get(b"X-Archive-Wayback-Runtime-Error") or b"").decode("latin-1")
    told = f" ({' '.join(why.split())[:200]})" if why else ""
    return Refused(Reason.NO_MEMENTO, f"{detail}{told}.", status=response.status)


def _headers(lines: Sequence[tuple[str, str]]) -> dict[Any, Any]:
    """As Scrapy's Response takes them: name -> list of values."""
    named: dict[Any, Any] = {}
    for name, value in lines:
        named.setdefault(name.encode("latin-1"), []).append(value.encode("latin-1", "replace"))
    return named
