"""Lets no request out to where it must not go: scheme, port, userinfo, literal addresses, whose private host it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError

from newsbot.middlewares.places import Place, place_of, private_places, refusal
from newsbot.middlewares.refused import Refused
from newsbot.middlewares.resolver import is_guarded
from newsbot.middlewares.run import run_of
from pipelines.reasons import Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Guard:
    """Turns away every request, redirected or not, whose URL `refusal` objects to.

    Sits before everything else, so that not even a robots.txt is asked of a forbidden place. What a host name
    resolves to is the resolver's part: it refuses to answer, and here the failure gets its true reason.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._private: Mapping[Place, frozenset[str]] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if self._private is None:
            self._private = private_places(run_of(self._crawler).sources.values())
        objection = refusal(request.url, request.meta.get("source"), self._private, names=is_guarded())
        if objection is not None:
            raise Refused(*objection)

    async def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, CannotResolveHostError):
            host, _ = place_of(request.url)
            why = run_of(self._crawler).forbidden.get(host)
            if why is not None:
                raise Refused(Reason.FORBIDDEN_ADDRESS, f"{host} leads to {why}") from exception
