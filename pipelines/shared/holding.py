"""Which hosts this crawler may ask now: what the leases in the frontier mean by the clock of this process."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

ASK_AGAIN: Final = (
    0.05  # seconds after which a lease that runs out is looked at again: its renewal is under way
)


@dataclass(slots=True)
class _Host:
    renewed: float  # when the frontier was asked for the lease, before its answer
    not_before: float  # of the last owner's delay
    begun: float | None = None  # our last request
    delay: float = 0.0


class Holding:
    """The hosts that are ours, between the event loop, which sends requests, and the thread that renews their leases.

    A lease of `lease` seconds lets requests begin for half of them: what has begun ends before others may take the
    host (Scrapy ends a request after 30 seconds; see docs/decisions/shared-frontier.md). All times are monotonic:
    a process that was stopped for longer than its leases finds that it may send nothing.
    """

    def __init__(self, lease: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.lease = lease
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._under_way: Counter[str] = Counter()
        self._lock = threading.Lock()

    def hosts(self) -> list[str]:
        """All that are ours, in the order in which they were taken."""
        with self._lock:
            return list(self._hosts)

    def take(self, host: str, asked: float, wait: float) -> None:
        """The host is ours by a lease that was asked for at `asked`; it wants no request for `wait` seconds."""
        with self._lock:
            self._hosts[host] = _Host(asked, self._clock() + wait if wait > 0 else asked)

    def renew(self, hosts: Collection[str], asked: float) -> list[str]:
        """Their leases were renewed; those of ours that are not among them are lost, and given back to be told."""
        with self._lock:
            lost = [host for host in self._hosts if host not in hosts]
            for host in lost:
                del self._hosts[host]
            for one in self._hosts.values():
                one.renewed = asked
        return lost

    def begin(self, host: str, delay: float) -> float | None:
        """0.0: a request may begin, and is counted (say `end` after it). Else the seconds after which to ask again,
        or None where the host is not ours. `delay` is what the host wants between two requests."""
        now = self._clock()
        with self._lock:
            held = self._hosts.get(host)
            if held is None:
                return None
            if now >= held.renewed + self.lease / 2:
                return ASK_AGAIN
            if now < held.not_before:
                return held.not_before - now
            self._under_way[host] += 1
            held.begun, held.delay = now, delay
            return 0.0

    def end(self, host: str) -> None:
        """A request that had begun is over."""
        with self._lock:
            self._under_way[host] -= 1
            if self._under_way[host] <= 0:
                del self._under_way[host]

    def let_go(self, host: str) -> float | None:
        """The host is ours no more: seconds until others may ask it; None where a request to it is under way (then it
        stays ours)."""
        now = self._clock()
        with self._lock:
            held = self._hosts.get(host)
            if held is None or self._under_way[host]:
                return None
            del self._hosts[host]
            asked = held.begun + held.delay if held.begun is not None else held.not_before
            return max(0.0, asked - now, held.not_before - now)

    def idle(self) -> list[str]:
        """Hosts to which no request is under way."""
        with self._lock:
            return [host for host in self._hosts if not self._under_way[host]]
