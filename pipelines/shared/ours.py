"""What is ours in the shared frontier: hosts and leases, as the thread that speaks with PostgreSQL changes them."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from pipelines.items import Kind, Lease
from pipelines.shared import leasing
from pipelines.shared.connecting import Pg
from pipelines.shared.holding import Holding
from pipelines.shared.leasing import Terms, Wish
from pipelines.shared.line import Done

PLENTY: Final = 64  # hosts a crawler that it can be busy with at once
_NOTHING_FOR: Final = 1.0  # seconds for which no further host is looked for where none was to be had

logger = logging.getLogger(__name__)


class Ours:
    """Hosts and leases of one run. Methods that take a connection are transactions; what is known here changes when they are
    committed, and not before, as they may be made more than once."""

    def __init__(self, terms: Terms, sources: Sequence[str]) -> None:
        self.terms = terms
        self.holding = Holding(terms.lease)
        self.leases: dict[str, Lease] = {}  # not acked yet, by key
        self._sources = sources
        self._going: dict[
            str, float
        ] = {}  # let go of, until the frontier knows: instant from which others may ask
        self._share: int | None = None  # of hosts
        self._nothing_until: dict[frozenset[Kind], float] = {}

    def forget(self, keys: Collection[str]) -> None:
        """These are acked."""
        for key in keys:
            self.leases.pop(key, None)

    def look_again(self) -> None:
        """There is new work."""
        self._nothing_until.clear()

    def renew(self, connection: Pg, now: datetime, *, unsure: bool) -> Done[None]:
        """Renews what is ours; those who did not for a whole lease lose their hosts. `unsure`: the answer to a lease may have
        been lost with a connection."""
        asked = time.monotonic()
        owned = leasing.renew(connection, self.terms)
        if unsure:
            leasing.release_all(connection, self.terms, list(self.leases))
            unknown = owned - set(self.holding.hosts())
            later = time.monotonic() + self.terms.delay
            self._going |= {host: self._going.get(host, later) for host in unknown}
        self._tell_let_go(connection)
        leasing.free_the_dead(connection, self.terms)
        self._share = leasing.share(connection, now, self._sources, PLENTY)

        def renewed() -> None:
            self._going.clear()
            self._lose(self.holding.renew(owned, asked))

        return Done(None, renewed)

    def _lose(self, lost: Collection[str]) -> None:
        if not lost:
            return
        told = ", ".join(sorted(lost)[:5]) + (" …" if len(lost) > 5 else "")
        logger.warning("Other crawlers have taken over hosts that did not hear of this one in time: %s", told)
        self.forget([key for key, lease in self.leases.items() if lease.host in lost])

    def lease(self, connection: Pg, wish: Wish, busy: Sequence[str]) -> Done[list[Lease]]:
        """Due work of hosts that are ours or can be; hosts with nothing left for us are given back."""
        waiting = Counter(lease.host for lease in self.leases.values())
        mine = sorted(self.holding.hosts(), key=lambda host: -waiting[host])
        # Where another crawler has come, hosts beyond our share get no new work, and are given back when they are idle.
        kept = mine[: self._share] if self._share is not None else mine
        queues = leasing.due_at(connection, self.terms, wish, [host for host in kept if host not in busy])
        asked = time.monotonic()
        ready = {host for host, _ in queues}
        number = sum(len(keys) for _, keys in queues)
        taken = self._claim(connection, wish, busy, len(ready | waiting.keys()), wish.limit - number)
        queues += leasing.due_at(connection, self.terms, wish, taken)
        leases = leasing.lease(connection, self.terms, [keys for _, keys in queues], wish.limit)
        if Kind.ARTICLE not in wish.kinds or len(mine) > len(kept):
            self._let_go_of_idle(connection, wish, set(mine) - set(kept), leases)

        def leased() -> None:
            self._going.clear()
            for host in taken:
                self.holding.take(host, asked, 0.0)
            self.leases.update({lease.key: lease for lease in leases})

        return Done(leases, leased)

    def _claim(self, connection: Pg, wish: Wish, busy: Sequence[str], at_work: int, room: int) -> list[str]:
        if self._share is not None:
            room = min(room, self._share - at_work)
        kinds = frozenset(wish.kinds)
        if room < 1 or time.monotonic() < self._nothing_until.get(kinds, 0.0):
            return []
        taken = leasing.claim(connection, self.terms, wish, busy, room)
        if len(taken) < room:
            self._nothing_until[kinds] = time.monotonic() + _NOTHING_FOR
        return taken

    def _let_go_of_idle(self, connection: Pg, wish: Wish, beyond: set[str], leases: Sequence[Lease]) -> None:
        """Gives hosts back that have nothing for us now, or that are beyond our share."""
        busy = {lease.host for lease in (*self.leases.values(), *leases)}
        idle = [host for host in self.holding.idle() if host not in busy]
        kept = leasing.with_work(connection, self.terms, wish, idle) - beyond if idle else set()
        self._leave([host for host in idle if host not in kept])
        self._tell_let_go(connection)

    def _leave(self, hosts: Collection[str]) -> None:
        """From here on nothing is sent to these hosts; the frontier is told next, again until it is committed."""
        for host in hosts:
            if (wait := self.holding.let_go(host)) is not None:
                self._going[host] = time.monotonic() + wait

    def _tell_let_go(self, connection: Pg) -> None:
        now = time.monotonic()
        gone = [(host, max(0.0, at - now)) for host, at in self._going.items()]
        leasing.let_go(connection, self.terms, gone)

    def others_work(self, connection: Pg, now: datetime, soon: datetime, sources: Sequence[str]) -> bool:
        """Whether work is due at hosts that are not ours, now or at `soon`. Who asks has nothing to do: perhaps others have
        ended, and its share is larger."""
        self._share = leasing.share(connection, now, self._sources, PLENTY)
        return leasing.others_work(connection, self.terms, soon, sources)

    def release(self, connection: Pg, keys: Sequence[str], until: datetime | None = None) -> Done[int]:
        """Gives leases back unvisited, due as they were or not before `until`."""
        number = leasing.release(connection, self.terms, keys, until)
        return Done(number, lambda: self.forget(keys))

    def give_all_back(self, connection: Pg) -> Done[int]:
        """Gives back every lease and every host."""
        number = leasing.release_all(connection, self.terms)
        self._leave(self.holding.hosts())
        self._tell_let_go(connection)

        def given() -> None:
            self._going.clear()
            self.leases.clear()

        return Done(number, given)

    def take(self, connection: Pg, host: str) -> Done[None]:
        """Takes a host that a redirect leads to, if no other crawler has it."""
        asked = time.monotonic()
        wait = leasing.claim_one(connection, self.terms, host)

        def taken() -> None:
            if wait is not None:
                self.holding.take(host, asked, wait)

        return Done(None, taken)
