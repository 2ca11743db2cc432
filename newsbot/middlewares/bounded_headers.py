"""A limit on the header section of an answer, which neither Scrapy nor Twisted has."""

from __future__ import annotations

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import Request as TwistedRequest
from twisted.web.iweb import IResponse

MOST_HEADERS = 256 * 1024  # bytes, all lines together; browsers stop at 256 KiB, servers send a few


class HeadersTooLarge(Exception):
    """An answer whose headers do not end within the limit."""


class _Parser(_LenientHTTPClientParser):
    """Counts what it is given until the headers end."""

    _received: int = 0

    def lineReceived(self, line: bytes) -> None:
        self._received += len(line)
        if self._received > MOST_HEADERS:
            raise HeadersTooLarge(f"the headers of the answer have more than {MOST_HEADERS:,} bytes")
        super().lineReceived(line)


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TwistedRequest) -> Deferred[IResponse]:
        answer = super().request(request)
        # As Scrapy's own protocol does it: Twisted names the class of the parser in the middle of its request().
        assert self._parser is not None
        self._parser.__class__ = _Parser
        return answer


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Scrapy's factory of connections, with parsers that stop at MOST_HEADERS."""

    def buildProtocol(self, addr: IAddress | None) -> _Protocol:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
