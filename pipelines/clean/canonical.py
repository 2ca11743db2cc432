"""The canonical URL that the page states for itself."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.clean.address import absolute, parts_of
from pipelines.document import Document


def canonical_of(document: Document) -> str | None:
    """`link rel=canonical`, else og:url: absolute http(s); None where none is stated.

    A canonical that names the front page for an article (a common fault of themes) is left out. One that
    leads to another site is kept: it is what the page says (RFC 6596); the archive never merges by it.
    """
    here = parts_of(document.url)
    for stated in _stated(document):
        url = absolute(document.url, stated)
        if url is None:
            continue
        path = parts_of(url).path
        if path in ("", "/") and here.path not in ("", "/"):
            continue
        return url.split("#", 1)[0]
    return None


def _stated(document: Document) -> Iterator[str]:
    for link in document.tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            yield link.get("href") or ""
    yield from document.metas.get("og:url", ())
