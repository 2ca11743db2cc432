"""What the page itself says may be done with it: robots directives, TDM reservation, licence."""

from __future__ import annotations

import re

from pipelines.clean.address import absolute
from pipelines.clean.metadata import article_nodes, values
from pipelines.document import Document
from pipelines.items import Rights

_DIRECTIVE = re.compile(r"[a-z][a-z0-9-]*(?::[^,]*)?")
_VALUED = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
_AGENTS = frozenset({"", "*", "newsbot"})


def rights_of(document: Document) -> Rights:
    """Directives for everybody and for newsbot, lower case, in order, each once.

    `noarchive`, `nosnippet`: Google's robots meta tag specification; `none` is noindex, nofollow.
    `noai`, `noimageai`: as DeviantArt introduced them. TDM: W3C TDM Reservation Protocol
    (`tdm-reservation` header or meta: 1 reserved, 0 not).
    """
    directives: dict[str, None] = {}
    for name in ("robots", "newsbot"):
        for content in document.metas.get(name, ()):
            directives.update(dict.fromkeys(_directives(content)))
    directives.update(dict.fromkeys(_from_header(document.headers.get("x-robots-tag", ""))))
    reserved = document.headers.get("tdm-reservation") or document.meta("tdm-reservation")
    return Rights(
        robots=", ".join(directives) or None,
        noarchive="noarchive" in directives,
        nosnippet="nosnippet" in directives or "max-snippet:0" in directives,
        noai="noai" in directives or "noimageai" in directives,
        tdm_reservation={"1": True, "0": False}.get((reserved or "").strip()),
        licence=_licence(document),
    )


def _directives(content: str) -> list[str]:
    found = (re.sub(r"\s*:\s*", ":", part.strip().lower()) for part in re.split(r"[,;]", content))
    return [part for part in found if _DIRECTIVE.fullmatch(part)]


def _from_header(value: str) -> list[str]:
    """X-Robots-Tag may name a crawler ("otherbot: noindex"): what follows is for that one alone."""
    found: list[str] = []
    agent = ""
    for part in value.split(","):
        head, colon, rest = part.partition(":")
        word = head.strip().lower()
        if colon and word not in _VALUED:
            agent, part = word, rest
        if agent in _AGENTS:
            found += _directives(part)
    return found


def _licence(document: Document) -> str | None:
    for link in document.tree.iter("a", "link"):
        rel = link.get("rel")
        if rel and "license" in rel.lower().split():
            url = absolute(document.url, link.get("href") or "")
            if url:
                return url
    for node in article_nodes(document):
        for value in values(node, "license"):
            text = value.get("url") or value.get("@id") if isinstance(value, dict) else value
            if isinstance(text, str) and text.strip():
                return text.strip()[:500]
    return document.meta("dcterms.license", "dc.rights.license", "license")
