"""What a backfill is asked for: which pages, and whose they are. Plain values, which cross processes and machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from newsbot.sources import Source


@dataclass(frozen=True, slots=True)
class Terms:
    """Filters, the sources that pages are tied to, and where records go."""

    sources: tuple[Source, ...]
    now: datetime  # of the beginning: what `retain` lets in is counted from here
    ids: frozenset[str] = frozenset()  # only these sources; empty: any
    hosts: tuple[str, ...] = ()  # only these hosts and those below them; empty: any
    since: date | None = None  # first UTC day of capture
    until: date | None = None  # last UTC day of capture
    languages: frozenset[str] = frozenset()  # primary subtags; empty: any
    as_source: str | None = None  # every page belongs to this source
    any_host: bool = False  # pages of hosts that no source has make sources by their registered domain
    in_place: bool = False  # records stay in the files that they came in
    heads_only: bool = False  # nothing is read: only what would be

    def asked(self) -> Mapping[str, object]:
        """What decides which pages are taken: with other values it is other work."""
        return {
            "sources": sorted(
                (source.id, source.homepage, source.include, source.exclude) for source in self.sources
            ),
            "ids": sorted(self.ids),
            "hosts": sorted(self.hosts),
            "since": str(self.since),
            "until": str(self.until),
            "languages": sorted(self.languages),
            "as": self.as_source,
            "any_host": self.any_host,
        }

    def in_time(self, at: datetime) -> bool:
        """Whether a capture of that instant is asked for."""
        day = at.astimezone(UTC).date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)

    def keeps(self, source: Source, at: datetime) -> bool:
        """Whether an article of that instant would still be kept (`retain`): the next crawl would erase it."""
        return source.retain is None or at > self.now - timedelta(seconds=source.retain)
