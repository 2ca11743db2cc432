"""Section pages: the articles that they link to, and their next page."""

from __future__ import annotations

from collections.abc import Mapping

from newsbot.discovery.anchors import anchors
from newsbot.discovery.judge import judge
from newsbot.discovery.listing import Links, Listing, plain
from newsbot.discovery.paging import MOST_PAGES, next_page
from newsbot.discovery.received import Unusable
from pipelines.dedupe import same_site
from pipelines.document import Document, Unreadable, parse
from pipelines.items import Kind, Via

MOST_LINKS = 1_000  # articles of one page


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


def add_articles(document: Document, links: Links) -> None:
    """Add the page's links to articles of its own site."""
    for anchor in anchors(document):
        if same_site(anchor.url, document.url) and judge(anchor.url, anchor.text, anchor.place).is_article:
            links.add(anchor.url, Kind.ARTICLE, Via.SECTION, title=plain(anchor.text), date=anchor.date)
