"""The article's node in JSON-LD and the site's names: what headline, byline, section and image all ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from pipelines.clean.address import parts_of
from pipelines.clean.runs import key_of
from pipelines.document import Document
from pipelines.jsonld import types_of

_ARTICLE = re.compile(r"Article$|BlogPosting$|^Report$|^Review$|^ClaimReview$")
_NO_TEXT = frozenset({"true", "false", "null", "none", "undefined", "nan", "[object object]", "n/a", "-"})


def article_nodes(document: Document) -> tuple[dict[str, Any], ...]:
    """JSON-LD nodes that say they are an article; those about this URL first, then in the page's order."""
    nodes = [n for n in document.jsonld if any(_ARTICLE.search(t) for t in types_of(n))]
    return tuple(sorted(nodes, key=lambda n: ("headline" not in n, not _about(n, document.url))))


def _about(node: dict[str, Any], url: str) -> bool:
    page = parts_of(url)
    for key in ("url", "@id", "mainEntityOfPage"):
        value = node.get(key)
        value = value.get("@id") if isinstance(value, dict) else value
        if isinstance(value, str) and value.startswith("http"):
            named = parts_of(value)
            if named.path.rstrip("/") == page.path.rstrip("/"):
                return True
    return False


def plain(value: object) -> str | None:
    """A string of JSON-LD or a meta as a reader would see it: entities resolved, white space folded."""
    if not isinstance(value, str):
        return None
    text = value
    for _ in range(2):  # escaped twice on some sites
        if "&" not in text:
            break
        text = unescape(text)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", " ", text) if "<" in text else text
    text = " ".join(text.replace("\u00ad", "").split())
    return text if text and text.casefold() not in _NO_TEXT else None


def values(node: Mapping[str, Any], key: str) -> Iterator[Any]:
    """The values under a key, one or a list of them."""
    value = node.get(key)
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


@dataclass(frozen=True, slots=True)
class Site:
    """How the site is called, folded: never an author, never part of a headline."""

    names: frozenset[str]
    outlet: str = ""  # the source's own name for it, folded

    def is_outlet(self, text: str) -> bool:
        """Whether the text is the name that sources.toml gives the outlet."""
        return bool(self.outlet) and key_of(text) == self.outlet

    def is_named(self, text: str) -> bool:
        """Whether the text is nothing but a name of the site."""
        key = key_of(text)
        return key in self.names or key.replace(" ", "") in self.names


def site_of(document: Document, outlet: str) -> Site:
    """The names of the site: of the source, its metas, its JSON-LD publisher, its host."""
    found = {outlet}
    for name in (
        "og:site_name",
        "application-name",
        "apple-mobile-web-app-title",
        "twitter:site",
        "publisher",
        "dc.publisher",
    ):
        found.update(document.metas.get(name, ()))
    for node in document.jsonld:
        for publisher in values(node, "publisher"):
            name_of = publisher.get("name") if isinstance(publisher, dict) else publisher
            found.update(
                n for n in (name_of if isinstance(name_of, list) else [name_of]) if isinstance(n, str)
            )
        if types_of(node) & {"Organization", "NewsMediaOrganization", "WebSite"} and isinstance(
            node.get("name"), str
        ):
            found.add(node["name"])
    host = (parts_of(document.url).hostname or "").removeprefix("www.")
    names = {key_of(unescape(name)).removeprefix("www ") for name in found if name}
    names.add(key_of(host))
    names.update(label for label in host.split(".")[:-1] if len(label) > 2)
    names.update({name.replace(" ", "") for name in names})
    return Site(frozenset(names - {""}), key_of(outlet))
