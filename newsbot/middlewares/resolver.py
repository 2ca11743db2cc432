"""The resolver that hands out only addresses which may be connected to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from newsbot.middlewares.addresses import forbidden
from newsbot.middlewares.places import may_be_private
from newsbot.middlewares.run import Run, run_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase


class GuardedResolver(CachingHostnameResolver):
    """Scrapy's caching resolver (IPv4 and IPv6), filtered: a forbidden address is never handed to a connection.

    Every answer is filtered when it is given, cached ones too, and the address given is the one connected to: a name
    that changes its mind (DNS rebinding) gains nothing. Hosts of sources with `allow_private` pass; that only their
    own source asks for them is the guard's part.

    The server of the bundled sample passes as well: SAMPLE_PROXY is set by the command, and the guard turns away every
    URL that names its address.

    Takes effect only as TWISTED_DNS_RESOLVER of the project's settings (or of the process): Scrapy installs resolvers
    when a process starts, and passes over a spider's `custom_settings` without a word.
    """

    _process: object
    _proxy: str | None

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        resolver = super().from_crawler(crawler, reactor)
        resolver._proxy = urlsplit(crawler.settings.get("SAMPLE_PROXY") or "").hostname
        resolver._process = crawler  # in fact the process: it holds its crawlers, none of which is open yet
        return resolver

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        runs = tuple(self._runs())
        receiver: Any = resolutionReceiver
        if hostName != self._proxy and not any(
            may_be_private(hostName, run.sources.values()) for run in runs
        ):
            receiver = _Filter(resolutionReceiver, hostName, runs)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)

    def _runs(self) -> Iterator[Run]:
        for crawler in getattr(self._process, "crawlers", (self._process,)):
            yield run_of(crawler)


@implementer(IResolutionReceiver)
class _Filter:
    """Stands between the resolver and a connection, and lets through what may be connected to."""

    def __init__(self, receiver: Any, host: str, runs: Iterable[Run]) -> None:
        self._receiver = receiver
        self._host = host.lower().removesuffix(".")
        self._runs = runs
        self._passed = 0
        self._refused: list[str] = []

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:
        host = str(getattr(address, "host", ""))
        why = forbidden(host)
        if why is None:
            self._passed += 1
            self._receiver.addressResolved(address)
        else:
            self._refused.append(f"{host} ({why})")

    def resolutionComplete(self) -> None:
        for run in self._runs:
            if self._refused and not self._passed:
                run.forbidden[self._host] = ", ".join(sorted(set(self._refused)))
            else:
                run.forbidden.pop(self._host, None)
        self._receiver.resolutionComplete()


def is_guarded() -> bool:
    """Whether the running reactor resolves names through the guarded resolver."""
    from twisted.internet import reactor  # any earlier, importing it would install the wrong one

    return isinstance(getattr(reactor, "nameResolver", None), GuardedResolver)
