"""Which pages of the past are let in, by their address and time; and what becomes of those that were read."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from newsbot.backfill.owners import Owners
from newsbot.backfill.terms import Terms
from newsbot.sources import Source
from pipelines.dedupe import host_of, url_key
from pipelines.items import Kind, Reading, Visit
from pipelines.reasons import Reason

MOST_HOSTS: Final = 1000  # that no source has, counted by name
FIRST_YEAR: Final = 1991  # of the Web
_AHEAD: Final = timedelta(days=1)  # that the clock of a crawler may go wrong


class Gate:
    """Lets pages in. `hosts` counts those that no source has, until whoever reads it empties it."""

    def __init__(self, terms: Terms) -> None:
        self.hosts: Counter[str] = Counter()
        self._terms = terms
        self._owners = Owners(terms)

    def owner(self, url: str, at: datetime | None, named: str | None = None) -> Source | str:
        """The source of a page that is asked for, else why it is left out. `named` is the source that somebody gave."""
        terms = self._terms
        if at is None or at.year < FIRST_YEAR or at > terms.now + _AHEAD:
            return "no_date"
        if not terms.in_time(at):
            return "outside_dates"
        try:
            host = host_of(url)
            owner = self._owners.named(named) if named else self._owners.of(url)
        except ValueError:
            return "no_address"
        if terms.hosts and not any(host == one or host.endswith(f".{one}") for one in terms.hosts):
            return "other_host"
        if owner is None:
            if len(self.hosts) < MOST_HOSTS or host in self.hosts:
                self.hosts[host] += 1
            return "no_source"
        return self._unwanted(owner, url, at) or owner

    def _unwanted(self, owner: Source, url: str, at: datetime) -> str | None:
        if self._terms.ids and owner.id not in self._terms.ids:
            return "other_source"
        if not owner.wants(url):
            return Reason.EXCLUDED
        return None if self._terms.keeps(owner, at) else Reason.EXPIRED

    def speaks(self, reading: Reading) -> bool:
        """Whether a page is in a language that is asked for."""
        return not self._terms.languages or (reading.language or "") in self._terms.languages


def keeps_record(owner: Source, reading: Reading) -> bool:
    """Whether the record of a page is kept: of articles alone, where the policy of the source keeps pages."""
    allowed = owner.noarchive == "keep" or not reading.rights.noarchive
    return reading.is_article and owner.store == "full" and allowed


def visit_of(
    url: str,
    owner: Source,
    at: datetime,
    *,
    status: int | None = None,
    received_bytes: int = 0,
    reading: Reading | None = None,
    reason: Reason | None = None,
    detail: str = "",
) -> Visit:
    """The visit that somebody else made then. Raises ValueError where `url` is no web address."""
    return Visit(
        url=url,
        key=url_key(url),
        source=owner.id,
        kind=Kind.ARTICLE,
        visited_at=at,
        status=status,
        received_bytes=received_bytes,
        reading=reading,
        reason=reason,
        detail=detail,
        revisit=owner.revisit,
        keep_noarchive=owner.noarchive == "keep",
        past=True,
    )
