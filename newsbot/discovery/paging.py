"""The pages of a list: which number a page has, and which page comes next."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml.html import HtmlElement

from newsbot.discovery.anchors import base_of
from newsbot.discovery.listing import absolute
from pipelines.dedupe import same_site, url_key
from pipelines.document import Document

MOST_PAGES = 3  # of one section: what is older has been seen on an earlier visit, or stands in the sitemap

_PAGE_NUMBER = re.compile(r"/(?:page|seite|pagina|p)/(\d{1,6})/?$", re.IGNORECASE)
_PAGE_NAMES = ("page", "paged", "pg", "p", "seite", "pagina", "pageno", "pagenumber")


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
    for url in named:
        if url and _follows(url, here, number):
            return url
    if named:
        return None
    links = (absolute(e.get("href"), base) for e in document.tree.iter("a"))
    return next(
        (url for url in links if url and page_number(url) == number + 1 and _same_list(url, here)), None
    )


def page_number(url: str) -> int:
    """The number of a page in a list; 1 where the address says nothing."""
    parts = urlsplit(url)
    if match := _PAGE_NUMBER.search(parts.path):
        return int(match[1])
    for name, value in parse_qsl(parts.query[:1000]):
        if name.lower() in _PAGE_NAMES and value.isdecimal() and len(value) < 7:
            return int(value)
    return 1


def _rel(element: HtmlElement) -> list[str]:
    return (element.get("rel") or "").lower().split()


def _follows(url: str, here: str, number: int) -> bool:
    """Whether a link that calls itself next is the next page of this list; on section fronts and articles, "next"
    is also said of the next section or story, which has another path."""
    if not same_site(url, here) or url_key(url) == url_key(here):
        return False
    if urlsplit(_without_number(url)).path != urlsplit(_without_number(here)).path:
        return False
    theirs = page_number(url)
    return theirs == number + 1 if theirs > 1 else not urlsplit(here).query  # a cursor, from the first page


def _same_list(url: str, here: str) -> bool:
    return same_site(url, here) and _without_number(url) == _without_number(here)


def _without_number(url: str) -> str:
    parts = urlsplit(url)
    query = [
        (name, value) for name, value in parse_qsl(parts.query[:1000]) if name.lower() not in _PAGE_NAMES
    ]
    return url_key(urlunsplit(parts._replace(path=_PAGE_NUMBER.sub("/", parts.path), query=urlencode(query))))
