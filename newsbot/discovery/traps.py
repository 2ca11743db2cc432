"""Addresses that a site can make without end: told by their shape alone, before anything is asked."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

MOST_PARAMETERS = 20  # of a query; papers that write articles that way need one to six
MOST_OF_A_NAME = 4  # parameters of one name
MOST_FOLDERS = 20
MOST_REPEATED = 3  # times one folder stands in a path; /2026/11/11/ has it twice
# Views of a list: each combination is an address of its own, none is an article.
VIEWS = frozenset((
    "sort", "sortby", "sort_by", "orderby", "order_by", "sortorder", "sort_order", "filter", "filters", "filter_by",
    "facet", "facets", "per_page", "perpage", "page_size", "pagesize", "items_per_page", "tribe-bar-date",
    "eventdisplay", "ical", "outlook-ical", "add_to_wishlist", "add_to_compare", "compare", "limitstart",
))  # fmt: skip


def trap(url: str) -> str | None:
    """Why an address looks like one of endlessly many, as the end of a sentence; None where it does not.

    Repeated parameters (?a=1&a=1…), more parameters than anybody needs, sort and filter views, and folders that repeat
    (/a/b/a/b/a/b/: relative links on a page that answers every address).
    """
    parts = urlsplit(url)
    names = Counter(pair.partition("=")[0].lower() for pair in parts.query.split("&") if pair)
    if names.total() > MOST_PARAMETERS:
        return f"its query has {names.total()} parameters"
    for name, number in names.items():
        if name.removesuffix("[]") in VIEWS or name.partition("[")[0] in VIEWS:
            return f"?{name[:40]}= is a view of a list"
        if number > MOST_OF_A_NAME and not name.endswith("[]"):
            return f"its query repeats {name[:40]!r} {number} times"
    folders = Counter(folder for folder in parts.path.split("/") if folder)
    if folders.total() > MOST_FOLDERS:
        return f"its path has {folders.total()} folders"
    for folder, number in folders.items():
        if number > MOST_REPEATED:
            return f"its path repeats {folder[:40]!r} {number} times"
    return None
