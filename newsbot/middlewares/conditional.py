"""Asks for news only: the validators of the last stored answer go along with the request."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from newsbot.middlewares.refused import Refused
from pipelines.reasons import Reason

_HEADERS = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
_NOT_MODIFIED = 304
_LONGEST = 1024  # no server means more; what is longer was made to hurt


class Conditional:
    """Sends `meta["etag"]` as If-None-Match and `meta["last_modified"]` as If-Modified-Since (RFC 9110, 13.1).

    They go to the URL that was asked and to no target of a redirect: validators belong to one URL, and another page
    that is older than ours would answer 304 for an article that is gone. The 304 reaches the spider as any other
    status does; one that nobody asked for is refused, since it says nothing about a page that
    we may not even have.
    """

    async def process_request(self, request: Request) -> None:
        for key, name in _HEADERS.items():
            value = request.meta.get(key)
            if request.meta.get("redirect_urls"):
                request.headers.pop(
                    name, None
                )  # Scrapy copies the headers of the request that was redirected
            elif isinstance(value, str) and is_sendable(value):
                request.headers[name] = value

    async def process_response(self, request: Request, response: Response) -> Response:
        if response.status == _NOT_MODIFIED and not any(
            name in request.headers for name in _HEADERS.values()
        ):
            raise Refused(
                Reason.HTTP_ERROR, "HTTP 304 to a request without validators", status=response.status
            )
        return response


def is_sendable(validator: str) -> bool:
    """Whether a validator that a server once gave can go into a header line: printable Latin-1, of bearable length."""
    return 0 < len(validator) <= _LONGEST and all(
        " " <= c < "\x7f" or "\xa0" <= c <= "\xff" for c in validator
    )
