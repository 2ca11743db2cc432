"""Which source a page of the past belongs to: by its host, as a reader of sources.toml would say."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urljoin, urlsplit

from newsbot.backfill.terms import Terms
from newsbot.sources import Source
from pipelines.dedupe import host_of, site_of


class Owners:
    """Finds the source of an address."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._made: dict[str, Source] = {}

    def of(self, url: str) -> Source | None:
        """The source with this host, else one of its site (registrable domain); of several the one whose homepage the
        address lies under. None where no source has it. Raises ValueError where `url` is no web address."""
        host = host_of(url)
        if self._terms.as_source is not None:
            return self._of_id[self._terms.as_source]
        site = site_of(url)
        found = self._by_host.get(_bare(host)) or self._by_site.get(site)
        if found:
            return found[0] if len(found) == 1 else max(found, key=lambda source: _shared(source, url))
        return self._make(site) if self._terms.any_host else None

    def named(self, id: str) -> Source | None:
        """The source with this id; None where there is none."""
        return self._of_id.get(id)

    def _make(self, site: str) -> Source:
        """A source of which only the domain is known, named by it."""
        if site not in self._made:
            self._made[site] = Source(id=site, name=site, homepage=f"https://{site}/", revisit=())
        return self._made[site]

    @cached_property
    def _of_id(self) -> dict[str, Source]:
        return {source.id: source for source in self._terms.sources}

    @cached_property
    def _by_host(self) -> dict[str, list[Source]]:
        found: dict[str, list[Source]] = {}
        for source in self._terms.sources:
            for host in {_bare(host_of(url)) for url in _addresses(source)}:
                found.setdefault(host, []).append(source)
        return found

    @cached_property
    def _by_site(self) -> dict[str, list[Source]]:
        found: dict[str, list[Source]] = {}
        for source in self._terms.sources:
            found.setdefault(site_of(source.homepage), []).append(source)
        return found


def _addresses(source: Source) -> list[str]:
    return [source.homepage, *(urljoin(source.homepage, path) for path in source.sections)]


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _shared(source: Source, url: str) -> int:
    """How much of the path of an address lies under the homepage of a source, in characters; the first of equals wins."""
    path = urlsplit(source.homepage).path.rstrip("/") + "/"
    return len(path) if (urlsplit(url).path + "/").startswith(path) else 0
