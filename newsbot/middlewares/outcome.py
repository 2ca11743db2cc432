"""Why a visit failed, from what Scrapy and Twisted say of it: the one reason and a detail for the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from service_identity import VerificationError
from twisted.internet import error as connection
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError

from newsbot.middlewares.bounded_headers import HeadersTooLarge
from newsbot.middlewares.refused import Refused
from newsbot.sources.walls import wall
from pipelines.capture.unpacking import DAMAGED
from pipelines.reasons import Reason

_REASONS: tuple[tuple[type[BaseException], Reason], ...] = (
    (CannotResolveHostError, Reason.DNS),
    (DownloadTimeoutError, Reason.TIMEOUT),
    (DownloadConnectionRefusedError, Reason.CONNECTION),
    (ResponseDataLossError, Reason.TRUNCATED),
    (DownloadCancelledError, Reason.TOO_LARGE),  # Scrapy cancels a download for its size alone
    (UnsupportedURLSchemeError, Reason.BAD_URL),
    (NotSupported, Reason.BAD_URL),
    (connection.DNSLookupError, Reason.DNS),
    (connection.TimeoutError, Reason.TIMEOUT),
    (connection.TCPTimedOutError, Reason.TIMEOUT),
    (connection.ConnectError, Reason.CONNECTION),
    (connection.ConnectionClosed, Reason.CONNECTION),
    (DownloadFailedError, Reason.CONNECTION),
    *((damage, Reason.UNDECODABLE) for damage in DAMAGED),
    (EOFError, Reason.TRUNCATED),
    (asyncio.CancelledError, Reason.STOPPED),
    (OSError, Reason.CONNECTION),
    (UnicodeError, Reason.BAD_URL),  # a host name that Twisted cannot encode
)
_WRAPPED = (  # what counts wherever it stands in the chain: Scrapy calls it DownloadFailedError
    ((SSL.Error, VerificationError, connection.SSLError), Reason.TLS),
    ((HeadersTooLarge,), Reason.TOO_LARGE),
)
_IGNORED = (  # IgnoreRequest is told apart by its text alone
    ("max redirections", Reason.TOO_MANY_REDIRECTS),
    ("robots.txt", Reason.ROBOTS),
    ("DOWNLOAD_MAXSIZE", Reason.TOO_LARGE),
)
# What urllib and Scrapy say of the target of a redirect: any other ValueError is a fault of ours.
_NO_ADDRESS = ("Missing scheme in request url", "Invalid IPv6 URL", "Invalid URL", "netloc")
# Twisted lists what happened as Python objects, and Scrapy may say nothing: a person reads these instead.
_PACKED = "twisted.python.failure"
_LOST = (connection.ConnectionDone, connection.ConnectionLost)
_WORDED: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadCancelledError, "the answer went on past the limit of its size"),
    (ResponseDataLossError, "the answer ended before it was whole"),
    (connection.ConnectionDone, "the server closed the connection before its answer was whole"),
    (connection.ConnectionLost, "the connection was lost before the answer was whole"),
)
_STATUSES = {
    304: Reason.NOT_MODIFIED,
    404: Reason.HTTP_404,
    410: Reason.HTTP_410,
    429: Reason.RATE_LIMITED,
    451: Reason.HTTP_451,
}
_LONGEST_DETAIL = 300


def reason_of(fault: Failure | BaseException) -> tuple[Reason, str]:
    """Why a request got no response that could be used, from the Failure of an errback or the exception itself.

    The detail is the first sentence that any exception of the chain has to say, cut to 300 characters. What is not
    known here is a fault of newsbot's own: READER_FAULT, with the name of the exception.
    """
    error = _value(fault)
    if isinstance(error, Refused):
        return error.reason, error.detail
    if isinstance(error, IgnoreRequest):
        text = str(error)
        return next((reason for part, reason in _IGNORED if part in text), Reason.READER_FAULT), _cut(text)
    chain = list(_chain(error))
    detail = _told(chain)
    for kinds, reason in _WRAPPED:
        if (inner := next((link for link in chain if isinstance(link, kinds)), None)) is not None:
            return reason, _cut(str(inner) or type(inner).__name__)
    for known, reason in _REASONS:
        if isinstance(error, known):
            return reason, detail
    if isinstance(error, ValueError) and any(text in detail for text in _NO_ADDRESS):
        return Reason.BAD_URL, detail
    return Reason.READER_FAULT, _cut(f"{type(error).__name__}: {detail}")


def reason_of_status(status: int, headers: Mapping[str, str]) -> Reason | None:
    """What an HTTP status says of the visit; None where the answer is a page to be read.

    `headers` maps lower-case names to values. A redirect that comes as far as here leads nowhere that newsbot goes.
    """
    if wall(status, headers):
        return Reason.BLOCKED
    if status in _STATUSES:
        return _STATUSES[status]
    if status == 503 and "retry-after" in headers:
        return Reason.RATE_LIMITED
    if status in (204, 205):
        return Reason.EMPTY
    if status == 206:  # nobody asked for a part
        return Reason.TRUNCATED
    if 200 <= status < 300:
        return None
    return Reason.BAD_URL if 300 <= status < 400 and "location" in headers else Reason.HTTP_ERROR


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, what Twisted wrapped in it, and what it was raised from."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        for inner in getattr(link, "reasons", None) or ():
            waiting.append(_value(inner))
        if link.__cause__ is not None:
            waiting.append(link.__cause__)


def _told(chain: Sequence[BaseException]) -> str:
    """The first thing that any exception of the chain has to say to a person."""
    for link in chain:
        text = str(link).partition(" in request <")[0]
        if text and _PACKED not in text and not isinstance(link, _LOST):
            return _cut(f"the answer is no HTTP: {text}" if isinstance(link, ParseError) else text)
    worded = (words for kind, words in _WORDED for link in chain if isinstance(link, kind))
    return next(worded, type(chain[0]).__name__)


def _value(fault: Failure | BaseException) -> BaseException:
    if not isinstance(fault, Failure):
        return fault
    return fault.value if fault.value is not None else RuntimeError("a failure without an exception")


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_DETAIL else line[: _LONGEST_DETAIL - 1] + "…"
