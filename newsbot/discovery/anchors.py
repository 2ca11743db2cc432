"""The links of a page: where they lead, what they say, where they stand, what date stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lxml.html import HtmlElement

from newsbot.discovery.judge import Place
from newsbot.discovery.listing import absolute, plain
from pipelines.dedupe import url_key
from pipelines.document import Document

MOST_ANCHORS = 10_000
MOST_TIMES = 2_000
MOST_LEVELS = 20  # around a link that are looked at
CARD_LEVELS = 4  # around a link in which its <time> stands

_CHROME_TAGS = frozenset({"nav", "footer", "menu"})
_HEADLINE_TAGS = ("h1", "h2", "h3", "h4")
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|megamenu|footer|breadcrumbs?|pagination|pager|social|share|sharing"
    r"|topbar|toolbar|masthead|cookie|legal)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADLINE_NAMES = re.compile(r"(?:^|[\s_-])(?:headline|title)(?:$|[\s_-])", re.IGNORECASE)
_CARD_NAMES = re.compile(r"(?:^|[\s_-])(?:teaser|card|story|post|article|entry)(?:$|[\s_-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Anchor:
    """All links of a page to one URL, taken together."""

    url: str
    text: str  # the longest
    place: Place  # the best
    date: str | None = None  # as printed


@dataclass(frozen=True, slots=True)
class _Around:
    """What one element says of the links inside of it."""

    headline: bool
    card: bool
    aside: bool
    chrome: bool
    header: bool


def base_of(document: Document) -> str:
    """What relative links of the page start from (<base href>)."""
    element = document.tree.find(".//base[@href]")
    base = absolute(element.get("href"), document.url) if element is not None else None
    return base or document.url


def anchors(document: Document) -> list[Anchor]:
    """The links of a page to others, one a key, in the order of the page."""
    base = base_of(document)
    here = url_key(document.url)
    surroundings = _Surroundings(document.tree)
    by_key: dict[str, Anchor] = {}
    for element in islice(document.tree.iter("a"), MOST_ANCHORS):
        url = absolute(element.get("href"), base)
        key = url_key(url) if url else here
        if url is None or key == here:
            continue
        date = surroundings.date(element)
        anchor = Anchor(url, _text(element), surroundings.place(element, dated=date is not None), date)
        by_key[key] = _together(by_key[key], anchor) if key in by_key else anchor
    return list(by_key.values())


def _together(one: Anchor, other: Anchor) -> Anchor:
    first, second = one.place, other.place
    better = one if len(one.text) >= len(other.text) else other
    place = Place(
        headline=first.headline or second.headline,
        card=first.card or second.card,
        dated=first.dated or second.dated,
        aside=first.aside and second.aside,
        chrome=first.chrome and second.chrome,
    )
    return replace(better, url=one.url, place=place, date=one.date or other.date)


def _text(element: HtmlElement) -> str:
    """The headline inside of a link that wraps a whole card, else its text, else its label."""
    heading = next(element.iter(*_HEADLINE_TAGS), None)
    words = plain("".join((element if heading is None else heading).itertext()))
    return words or plain(element.get("aria-label")) or plain(element.get("title")) or ""


class _Surroundings:
    """What stands around the links of one page; each element is looked at once, however many links it holds."""

    def __init__(self, tree: HtmlElement) -> None:
        self._seen: dict[HtmlElement, _Around] = {}
        self._times: dict[HtmlElement, list[HtmlElement]] = {}
        for time in islice(tree.iter("time"), MOST_TIMES):
            for around in islice(_ancestors(time), 2 * CARD_LEVELS):
                self._times.setdefault(around, []).append(time)

    def place(self, element: HtmlElement, *, dated: bool) -> Place:
        """The place of one link."""
        headline = next(element.iter(*_HEADLINE_TAGS), None) is not None
        card = aside = chrome = header = False
        for level, element_around in enumerate(_ancestors(element)):
            around = self._around(element_around)
            headline = headline or (around.headline and (level < 2 or element_around.tag in _HEADLINE_TAGS))
            chrome = chrome or around.chrome
            card = card or (around.card and not chrome)
            # The header of a card is no header of the site.
            header = (header or around.header) and not around.card
            aside = aside or around.aside
        return Place(headline, card, dated, aside, chrome or header)

    def _around(self, element: HtmlElement) -> _Around:
        known = self._seen.get(element)
        if known is None:
            tag = element.tag
            names = " ".join(element.get(name) or "" for name in ("class", "id", "role"))[:300]
            known = self._seen[element] = _Around(
                headline=tag in _HEADLINE_TAGS or bool(_HEADLINE_NAMES.search(names)),
                card=tag == "article" or (tag in ("li", "div") and bool(_CARD_NAMES.search(names))),
                aside=tag == "aside",
                chrome=tag in _CHROME_TAGS or bool(_CHROME_NAMES.search(names)),
                header=tag == "header",
            )
        return known

    def date(self, element: HtmlElement) -> str | None:
        """The <time> of the card in which a link stands, as printed; None where the block has several."""
        for around in islice(_ancestors(element), CARD_LEVELS):
            times = self._times.get(around, [])
            if times:
                return _printed(times[0]) if len(times) == 1 else None
            if around.tag in ("article", "li"):
                return None
        return None


def _printed(time: HtmlElement) -> str | None:
    return plain(time.get("datetime")) or plain("".join(time.itertext()))


def _ancestors(element: HtmlElement) -> Iterator[HtmlElement]:
    for around in islice(element.iterancestors(), MOST_LEVELS):
        if around.tag in ("body", "html"):
            return
        yield around
