"""The main image of the article, by what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipelines.clean.address import absolute, parts_of
from pipelines.clean.metadata import article_nodes, values
from pipelines.document import Document

STOCK = re.compile(
    r"(?:^|[/_.-])(?:logo|default|placeholder|favicon|apple-touch-icon|blank|spacer|no-?image|fallback)(?:[/_.-]|\d|$)",
    re.IGNORECASE,
)


def image_of(document: Document) -> str | None:
    """Absolute URL by JSON-LD, Open Graph, Twitter card, `link rel=image_src`; never a logo or placeholder."""
    for address in _told(document):
        url = absolute(document.url, address)
        if url and not STOCK.search(parts_of(url).path):
            return url
    return None


def _told(document: Document) -> Iterator[str]:
    for node in article_nodes(document):
        for image in values(node, "image"):
            yield from _address(_referred(document, image))
    for name in ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"):
        yield from (content for content in document.metas.get(name, ()) if content.strip())
    for link in document.tree.iterfind('.//link[@rel="image_src"]'):
        yield link.get("href") or ""


def _referred(document: Document, image: Any) -> Any:
    """The node that an `@id` alone stands for (as WordPress writes it: …/#primaryimage), else the image itself."""
    if isinstance(image, dict) and "@id" in image and not image.keys() & {"url", "contentUrl"}:
        nodes = (node for node in document.jsonld if node is not image and node.get("@id") == image["@id"])
        return next((node for node in nodes if "url" in node or "contentUrl" in node), image)
    return image


def _address(image: Any) -> Iterator[str]:
    if isinstance(image, str):
        yield image
    elif isinstance(image, dict):
        for key in ("url", "contentUrl", "@id"):
            for value in values(image, key):
                if isinstance(value, str):
                    yield value
                    return
