"""What a listing names: new rows for the frontier, and what is added to those that are there. Plain values, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from pipelines.decisions import Standing
from pipelines.items import Found, Kind, Visit
from pipelines.reasons import Reason
from pipelines.store.standing import MOST_DEPTH, MOST_MAPS
from pipelines.store.values import words

LONGEST_KEY: Final = (
    2_600  # bytes: an index of PostgreSQL's takes 2,704, and Scrapy asks for no URL of more than 2,083
)
MOST_FOUND: Final = 20  # pieces of evidence of one URL, the oldest, as a lease of archive.db's has them
_LONGEST_SAID: Final = 2_000  # characters of a title or author in the frontier; the outbox has all of it


@dataclass(slots=True)
class Row:
    """A row of the frontier as far as a commit reads and writes it."""

    key: str
    url: str
    source: str
    kind: Kind
    host: str
    state: str
    due_at: datetime
    first_due_at: datetime
    run: int | None = None
    visits: int = 0
    failures: int = 0
    quiet: int = 0
    depth: int = 0
    named: bool = False
    why: str | None = None
    missing_since: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    found: tuple[Found, ...] = ()
    known: str | None = None


@dataclass(slots=True)
class Links:
    """What the visits of one transaction name."""

    there: Mapping[str, Row]  # rows that the frontier has, of those that are named
    maps: dict[str, int]  # sitemaps in the frontier, by source
    new: dict[str, Row] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)  # keys of `there` that are to be written

    def knows(self, key: str) -> bool:
        """Whether the frontier has this URL, or gets it in this transaction."""
        return key in self.there or key in self.new

    def standing(self, visit: Visit, row: Row) -> Standing:
        """How the listing stands that was visited, before its links are added."""
        keys = {link.key for link in visit.found if link.kind is Kind.ARTICLE and link.refused is None}
        new = sum(not self.knows(key) for key in keys)
        said = [link.lastmod for link in row.found if link.lastmod]
        return Standing(
            quiet=row.quiet,
            named=row.named,
            lastmod=said[-1] if said else None,
            fresh=new > 0,
            mostly_new=new > 0 and 2 * new >= len(keys),
        )

    def add(self, visit: Visit, row: Row, standing: Standing, hosts: Mapping[str, str]) -> int:
        """Adds the links of a listing, `hosts` by key; gives the number of articles never seen before."""
        before = sum(one.kind is Kind.ARTICLE for one in self.new.values())
        for link in within_bounds(visit.found, row.depth, self, visit.source):
            if link.refused is not None:
                continue
            said = said_of(link, visit.visited_at)
            known = self.there.get(link.key) or self.new.get(link.key)
            if known is None:
                self.new[link.key] = _row(link, said, visit, row.depth + 1, hosts[link.key])
                self.maps[visit.source] = self.maps.get(visit.source, 0) + (link.kind is Kind.SITEMAP)
                continue
            if _wakes(link, known, standing, visit.visited_at) or _unparks(link, known):
                known.due_at, known.state, known.quiet = visit.visited_at, "due", 0
                known.why = _why(link)
                self.changed.add(link.key)
            merged = merge(known.found, said)
            if merged != known.found:
                known.found = merged
                self.changed.add(link.key)
        return sum(one.kind is Kind.ARTICLE for one in self.new.values()) - before


def _row(link: Found, said: Found, visit: Visit, depth: int, host: str) -> Row:
    return Row(
        key=link.key,
        url=words(link.url),
        source=visit.source,
        kind=link.kind,
        host=host,
        state="due",
        due_at=visit.visited_at,
        first_due_at=visit.visited_at,
        depth=depth if link.kind is not Kind.ARTICLE else 0,
        found=(said,),
    )


def fit(visit: Visit) -> Visit:
    """The visit with links refused (BAD_URL) whose keys no index takes: no server would take them either."""
    if all(len(link.key) * 4 <= LONGEST_KEY or _fits(link.key) for link in visit.found):
        return visit
    found = (link if _fits(link.key) else replace(link, refused=Reason.BAD_URL) for link in visit.found)
    return replace(visit, found=tuple(found))


def _fits(key: str) -> bool:
    return len(key.encode("utf-8", "replace")) <= LONGEST_KEY and key == words(key)


def wanted(visits: Iterable[Visit]) -> dict[str, Found]:
    """The links that are to be in the frontier, by key; the first mention of each."""
    links: dict[str, Found] = {}
    for visit in visits:
        for link in visit.found if visit.kind is not Kind.ARTICLE else ():
            if link.refused is None:
                links.setdefault(link.key, link)
    return links


def within_bounds(found: Iterable[Found], depth: int, links: Links, source: str) -> Iterable[Found]:
    """As `standing.within_bounds` of archive.db has it: listings deeper than any real one, or more maps than any paper
    has, are refused (TRAP)."""
    maps = links.maps.get(source, 0)
    once: set[str] = set()
    for link in found:
        if link.key in once:
            continue
        once.add(link.key)
        if link.kind is not Kind.ARTICLE and link.refused is None and not links.knows(link.key):
            maps += link.kind is Kind.SITEMAP
            if depth >= MOST_DEPTH or (link.kind is Kind.SITEMAP and maps > MOST_MAPS):
                link = replace(link, refused=Reason.TRAP)
        yield link


def merge(found: tuple[Found, ...], said: Found) -> tuple[Found, ...]:
    """Evidence with what one listing says now: it is read every few hours, and mostly says the same of the same URL."""
    for at, one in enumerate(found):
        if _identity(one) == _identity(said):
            if said.lastmod is None or one.lastmod == said.lastmod:
                return found
            return (*found[:at], replace(one, lastmod=said.lastmod), *found[at + 1 :])
    return (*found, said) if len(found) < MOST_FOUND else found


def _identity(link: Found) -> tuple[str | None, ...]:
    return link.via, link.seen_in, link.title, link.date, link.author, link.section


def said_of(link: Found, at: datetime | None = None) -> Found:
    """What is kept of a link beside its row's own columns."""
    return Found(
        url="",
        key="",
        kind=link.kind,
        via=link.via,
        seen_in=_cut(link.seen_in) or "",
        title=_cut(link.title),
        date=_cut(link.date),
        author=_cut(link.author),
        lastmod=_cut(link.lastmod),
        section=_cut(link.section),
        seen_at=at,
    )


def _cut(printed: str | None) -> str | None:
    return words(printed)[:_LONGEST_SAID] if printed is not None else None


def _unparks(link: Found, row: Row) -> bool:
    """A listing that had left sources.toml, or a page, and is named again."""
    return row.state == "parked" and row.kind is not Kind.ARTICLE and link.kind is not Kind.ARTICLE


def _wakes(link: Found, row: Row, standing: Standing, at: datetime) -> bool:
    """As `standing.wake` of archive.db has it: a map whose lastmod moved, the next page of a section full of news."""
    if row.state != "due" or row.kind is not link.kind or row.due_at <= at:
        return False
    if link.kind is Kind.SECTION:
        return standing.mostly_new
    if link.kind is not Kind.SITEMAP or not link.lastmod:
        return False
    lastmod, seen_in = _cut(link.lastmod), _cut(link.seen_in)
    return any(one.seen_in == seen_in and one.lastmod not in (None, lastmod) for one in row.found)


def _why(link: Found) -> str:
    if link.kind is Kind.SECTION:
        return "the page before it is full of news"
    return "its index says that it has changed"
