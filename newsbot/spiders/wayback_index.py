"""How the index of a web archive is gone through: page by page, each page a unit that a killed run takes up again."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from newsbot.discovery.cdx import COLUMNS, IndexAnswer, instant_of, read_index
from newsbot.log import event
from pipelines.errors import NothingDone
from pipelines.store.bulk import UnitRow

INTERNET_ARCHIVE: Final = "https://web.archive.org/web"
_INDEXES: Final = {"web.archive.org": "https://web.archive.org/cdx/search/cdx"}

LINES: Final = 3_000  # of one answer
ATTEMPTS: Final = 4  # at one question, whose answer is cut or no index
MOST_STALLED: Final = 5  # pages in a row that bring nothing beyond the one before them
# The Internet Archive's server looks at 150,000 lines for one answer and then ends it without a word (CDXServer.java,
# readLimit): where few of them pass the filter, the end of the answer is not the end of the index.
LOOKED_AT: Final = 100_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scope:
    """What the index is asked for."""

    endpoint: str  # of the CDX server
    url: str
    match: str  # domain, host or prefix

    @property
    def with_columns(self) -> bool:
        """Whether the server takes the Internet Archive's names of columns (pywb has other ones)."""
        return urlsplit(self.endpoint).path.endswith("/cdx/search/cdx")


@dataclass(frozen=True, slots=True)
class IndexPage:
    """One question to the index: the captures of a window of time, from a key on."""

    first: str  # timestamps of 14 digits, both included
    last: str
    resume: str | None = None
    after: str = ""  # place of the last capture of the page before this one

    @property
    def name(self) -> str:
        """By which the ledger of bulk work knows it."""
        return f"{self.first}-{self.last}" + (f" {self.resume}" if self.resume else "")

    @classmethod
    def of(cls, unit: UnitRow) -> IndexPage:
        """The page that a row of the ledger names."""
        window, _, resume = unit.unit.partition(" ")
        first, _, last = window.partition("-")
        return cls(first, last, resume or None, unit.stamp or "")

    def halves(self) -> tuple[IndexPage, ...]:
        """The window in two; nothing where it is one second long."""
        first, last = instant_of(self.first), instant_of(self.last)
        if last <= first:
            return ()
        middle = _stamp(datetime.fromtimestamp((first.timestamp() + last.timestamp()) // 2, UTC))
        after = _stamp(datetime.fromtimestamp((first.timestamp() + last.timestamp()) // 2 + 1, UTC))
        return IndexPage(self.first, middle), IndexPage(after, self.last)


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What a page of the index holds, and which questions come of it."""

    answer: IndexAnswer
    following: tuple[IndexPage, ...] = ()
    whole: bool = True  # False: it could not be had whole; its halves or a later run bring the rest


class IndexFault(NothingDone):
    """The index cannot be read any further."""


Fetch = Callable[[str], Awaitable[bytes]]
"""Gives the body of an answer 200. Raises IndexFault where there is none to be had."""


def endpoint_of(archive: str) -> str:
    """Where the index of a web archive is asked, by the address before the timestamps of its mementos."""
    known = _INDEXES.get(urlsplit(archive).hostname or "")
    return known or f"{archive.rstrip('/')}/cdx"


def question(scope: Scope, page: IndexPage, lines: int) -> str:
    """The address of one question (CDX server API: the Internet Archive's, which pywb's follows)."""
    asked = [
        ("url", scope.url),
        ("matchType", scope.match),
        ("output", "json"),
        ("from", page.first),
        ("to", page.last),
        ("filter", "statuscode:200"),
        ("filter", "mimetype:text/html"),
        ("collapse", "digest"),
        ("limit", str(lines)),
        ("showResumeKey", "true"),
    ]
    if scope.with_columns:
        asked.append(("fl", ",".join(COLUMNS)))
    return f"{scope.endpoint}?{urlencode(asked)}{_resumed(page)}"


def look_beyond(scope: Scope, page: IndexPage) -> str:
    """The question whether the index goes on behind what the server looked at for one answer."""
    asked = [
        ("url", scope.url),
        ("matchType", scope.match),
        ("output", "json"),
        ("offset", str(LOOKED_AT)),
        ("limit", "1"),
        ("showResumeKey", "true"),
    ]
    if scope.with_columns:
        asked.append(("fl", ",".join(COLUMNS)))
    return f"{scope.endpoint}?{urlencode(asked)}{_resumed(page)}"


class IndexWalk:
    """Asks for pages of the index, each as often as is worth while, and says what comes after it."""

    def __init__(self, scope: Scope, fetch: Fetch, seen: set[str]) -> None:
        self._scope = scope
        self._fetch = fetch
        self._seen = seen  # names of all pages that this run or an earlier one knows
        self._asked: set[str] = set()  # in this run
        self._stalled = 0

    async def ask(self, page: IndexPage) -> PageAnswer:
        """One page. Raises IndexFault with a sentence where the index gives no answer that can be used."""
        self._asked.add(page.name)
        lines = LINES
        answer = IndexAnswer()
        for _ in range(ATTEMPTS):
            answer = read_index(await self._fetch(question(self._scope, page, lines)))
            if answer.blocked:
                break
            if answer.fault is None and not answer.cut:
                return await self._followed(page, answer, lines)
            lines = max(10, lines // 4)
        if answer.fault is not None:
            raise IndexFault(
                f"{answer.fault} {urlsplit(self._scope.endpoint).netloc} was asked for {page.name!r}."
            )
        told = event("index_cut", page=page.name, lines=answer.lines)
        logger.info(
            "The index's answer for %s ends in the middle; it is asked for in halves.", page.name, extra=told
        )
        return PageAnswer(answer, self._new(page.halves()), whole=False)

    async def _followed(self, page: IndexPage, answer: IndexAnswer, lines: int) -> PageAnswer:
        last = max((capture.place for capture in answer.captures), default="")
        if answer.resume is not None:
            following = replace(page, resume=answer.resume, after=max(last, page.after))
            self._watch(page, last, following)
            return PageAnswer(answer, self._new((following,)))
        if answer.lines >= lines:  # full, and no key to go on with: pywb has none
            halves = page.halves()
            return PageAnswer(answer, self._new(halves), whole=not halves)
        return PageAnswer(answer, await self._beyond(page, last))

    async def _beyond(self, page: IndexPage, last: str) -> tuple[IndexPage, ...]:
        """What comes after an answer that is not full: mostly nothing."""
        answer = read_index(await self._fetch(look_beyond(self._scope, page)))
        if answer.fault is not None or answer.resume is None or not answer.captures:
            return ()
        place = answer.captures[-1].place
        if place <= page.after:  # a server that does not know `offset`
            return ()
        return self._new((replace(page, resume=answer.resume, after=place),))

    def _watch(self, page: IndexPage, last: str, following: IndexPage) -> None:
        """Raises IndexFault where the key leads back, or page after page brings nothing beyond the one before it."""
        self._stalled = self._stalled + 1 if last <= page.after else 0
        if following.name in self._asked or self._stalled >= MOST_STALLED:
            raise IndexFault(
                f"The index of {urlsplit(self._scope.endpoint).netloc} does not come to an end: its answers name "
                "nothing new, and a key to go on with. What it had named before is kept."
            )

    def _new(self, pages: tuple[IndexPage, ...]) -> tuple[IndexPage, ...]:
        """Pages that no run knows yet."""
        new = tuple(page for page in pages if page.name not in self._seen)
        self._seen.update(page.name for page in new)
        return new


def _resumed(page: IndexPage) -> str:
    """The key as the server printed it, which is escaped already."""
    return "&resumeKey=" + quote(page.resume, safe="%+!*'()~=") if page.resume else ""


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S")
