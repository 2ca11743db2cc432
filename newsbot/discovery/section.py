"""Section pages: the articles that they link to, and their next page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml.html import HtmlElement

from newsbot.discovery.judge import Place, judge
from newsbot.discovery.listing import Links, Listing, absolute, plain
from newsbot.discovery.received import Unusable
from pipelines.dedupe import same_site, url_key
from pipelines.document import Document, Unreadable, parse
from pipelines.items import Kind, Via

MOST_LINKS = 1_000  # articles of one page
MOST_ANCHORS = 10_000
MOST_PAGES = 3  # of one section: what is older has been seen on an earlier visit, or stands in the sitemap

_CHROME_TAGS = {"nav", "footer", "header", "menu"}
_HEADLINE_TAGS = {"h1", "h2", "h3", "h4"}
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|megamenu|footer|breadcrumbs?|pagination|pager|social|share|sharing"
    r"|topbar|toolbar|masthead|cookie|legal)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADLINE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:headline|title|story-?title|entry-title|teaser-?title)(?:$|[\s_-])", re.IGNORECASE
)
_CARD_NAMES = re.compile(
    r"(?:^|[\s_-])(?:teaser|card|story|post|article|entry|item|news)(?:$|[\s_-])", re.IGNORECASE
)
_PAGE_NUMBER = re.compile(r"/(?:page|seite|pagina|p)/(\d{1,6})/?$", re.IGNORECASE)
_PAGE_NAMES = ("page", "paged", "pg", "p", "seite", "pagina", "pageno", "pagenumber")


@dataclass(frozen=True, slots=True)
class _Anchor:
    """All links of a page to one URL, taken together."""

    url: str
    text: str
    place: Place
    element: HtmlElement  # the one with the longest text


def read_section(body: bytes, headers: Mapping[str, str], url: str, pages: int = MOST_PAGES) -> Listing:
    """The articles that a page links to within its site, in its order, and its next page while there are no more
    than `pages` (0: no paging). Raises Unusable where the answer is no page."""
    document = page(body, headers, url)
    links = Links(url, MOST_LINKS)
    add_articles(document, links)
    following = next_page(document, pages)
    if following:
        links.add(following, Kind.SECTION, Via.SECTION)
    return Listing(
        kind=Kind.SECTION,
        found=links.found,
        title=plain(document.title),
        language=document.language,
        truncated=links.truncated,
    )


def page(body: bytes, headers: Mapping[str, str], url: str) -> Document:
    """The parsed page. Raises Unusable with a sentence."""
    try:
        return parse(body, headers, url)
    except Unreadable as error:
        raise Unusable(error.detail) from None


def base_of(document: Document) -> str:
    """What relative links of the page start from (<base href>)."""
    element = document.tree.find(".//base[@href]")
    base = absolute(element.get("href"), document.url) if element is not None else None
    return base or document.url


def add_articles(document: Document, links: Links) -> None:
    """Add the page's links to articles of its own site."""
    for anchor in anchors(document):
        if same_site(anchor.url, document.url) and judge(anchor.url, anchor.text, anchor.place).is_article:
            links.add(
                anchor.url,
                Kind.ARTICLE,
                Via.SECTION,
                title=plain(anchor.text),
                date=_date_beside(anchor.element),
            )


def anchors(document: Document) -> list[_Anchor]:
    """The links of a page, one a key: the longest text, the best place."""
    base = base_of(document)
    here = url_key(document.url)
    by_key: dict[str, _Anchor] = {}
    for number, element in enumerate(document.tree.iter("a")):
        if number >= MOST_ANCHORS:
            break
        url = absolute(element.get("href"), base)
        key = url_key(url) if url else here
        if url is None or key == here:
            continue
        anchor = _Anchor(url, _text(element), _place(element), element)
        by_key[key] = _together(by_key[key], anchor) if key in by_key else anchor
    return list(by_key.values())


def _together(one: _Anchor, other: _Anchor) -> _Anchor:
    first, second = one.place, other.place
    better = one if len(one.text) >= len(other.text) else other
    place = Place(
        headline=first.headline or second.headline,
        card=first.card or second.card,
        dated=first.dated or second.dated,
        aside=first.aside and second.aside,
        chrome=first.chrome and second.chrome,
    )
    return replace(better, url=one.url, place=place)


def _text(element: HtmlElement) -> str:
    """The headline inside of a link that wraps a whole card, else its text, else its label."""
    heading = next(element.iter(*_HEADLINE_TAGS), None)
    words = plain("".join((element if heading is None else heading).itertext()))
    return words or plain(element.get("aria-label")) or plain(element.get("title")) or ""


def _place(element: HtmlElement) -> Place:
    headline = card = aside = chrome = False
    headline = next(element.iter(*_HEADLINE_TAGS), None) is not None
    for level, around in enumerate(_ancestors(element)):
        tag, names = (
            around.tag,
            f"{around.get('class') or ''} {around.get('id') or ''} {around.get('role') or ''}"[:500],
        )
        headline = headline or tag in _HEADLINE_TAGS or (level < 2 and bool(_HEADLINE_NAMES.search(names)))
        card = (
            card
            or tag == "article"
            or (tag in ("li", "div") and level < 5 and bool(_CARD_NAMES.search(names)))
        )
        aside = aside or tag == "aside"
        # The header of a card is no header of the site.
        chrome = chrome or (not card and (tag in _CHROME_TAGS or bool(_CHROME_NAMES.search(names))))
    return Place(
        headline=headline, card=card, dated=_time_beside(element) is not None, aside=aside, chrome=chrome
    )


def _ancestors(element: HtmlElement) -> Iterator[HtmlElement]:
    for level, around in enumerate(element.iterancestors()):
        if level >= 20 or around.tag in ("body", "html"):
            return
        yield around


def _time_beside(element: HtmlElement) -> HtmlElement | None:
    """The <time> of the card in which a link stands: within four levels, in a block with no other card in it."""
    for level, around in enumerate(_ancestors(element)):
        if level >= 4 or len(around) > 20:
            return None
        times = [found for _, found in zip(range(2), around.iter("time"), strict=False)]
        if times:
            return times[0] if len(times) == 1 else None
        if around.tag in ("article", "li"):
            return None
    return None


def _date_beside(element: HtmlElement) -> str | None:
    time = _time_beside(element)
    if time is None:
        return None
    return plain(time.get("datetime")) or plain("".join(time.itertext()))


def next_page(document: Document, pages: int) -> str | None:
    """The address of the next page of a list, while its number is at most `pages`.

    Known are rel="next" (RFC 8288) and the number that follows the page's own, in a query (?page=2) or a path
    (/page/2/). A next page without a number in its address is followed from the first page only, so that a
    site which always has a next page ends.
    """
    here = document.url
    number = page_number(here)
    if number >= pages:
        return None
    base = base_of(document)
    named = [absolute(e.get("href"), base) for e in document.tree.iter("a", "link") if "next" in _rel(e)]
    counted = [absolute(e.get("href"), base) for e in document.tree.iter("a")] if not named else []
    for url in named:
        if url and _same_list(url, here, rel_next=True) and page_number(url) in (1, number + 1):
            return url if page_number(url) > 1 or _first(here) else None
    return next(
        (url for url in counted if url and _same_list(url, here) and page_number(url) == number + 1), None
    )


def _rel(element: HtmlElement) -> list[str]:
    return (element.get("rel") or "").lower().split()


def page_number(url: str) -> int:
    """The number of a page in a list; 1 where the address says nothing."""
    parts = urlsplit(url)
    if match := _PAGE_NUMBER.search(parts.path):
        return int(match[1])
    for name, value in parse_qsl(parts.query[:1000]):
        if name.lower() in _PAGE_NAMES and value.isdecimal() and len(value) < 7:
            return int(value)
    return 1


def _without_number(url: str) -> str:
    parts = urlsplit(url)
    query = [
        (name, value) for name, value in parse_qsl(parts.query[:1000]) if name.lower() not in _PAGE_NAMES
    ]
    return url_key(urlunsplit(parts._replace(path=_PAGE_NUMBER.sub("/", parts.path), query=urlencode(query))))


def _same_list(url: str, here: str, rel_next: bool = False) -> bool:
    if not same_site(url, here) or url_key(url) == url_key(here):
        return False
    if rel_next:
        # Some lists put a cursor into the query; but "next" to another path is the next section or story.
        ours, theirs = urlsplit(_without_number(here)).path, urlsplit(_without_number(url)).path
        return ours == theirs
    return _without_number(url) == _without_number(here)


def _first(url: str) -> bool:
    """Whether this is the page a section begins with: its address carries no cursor."""
    return not urlsplit(url).query
