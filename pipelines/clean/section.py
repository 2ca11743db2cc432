"""Section and tags: what the publisher files the article under."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from lxml.html import HtmlElement

from pipelines.clean.address import absolute, parts_of
from pipelines.clean.metadata import Site, article_nodes, plain, values
from pipelines.clean.runs import key_of
from pipelines.document import Document
from pipelines.jsonld import types_of

MAX_TAGS = 30
_LONGEST = 60  # characters of a section or tag
_CRUMB = 40  # characters; longer ones are the headline
_CRUMBS = re.compile(r"bread-?_?crumb", re.IGNORECASE)
_HOME = frozenset(
    [
        "home",
        "homepage",
        "startseite",
        "start",
        "accueil",
        "inicio",
        "início",
        "strona",
        "główna",
        "главная",
        "الرئيسية",
        "ana",
        "sayfa",
        "首页",
        "首頁",
        "ホーム",
        "トップ",
        "hem",
        "hjem",
        "forside",
        "news",
    ]
) | {"strona główna", "ana sayfa"}


def section_of(document: Document, site: Site) -> str | None:
    """The section by JSON-LD, meta, breadcrumb; None where the page names none."""
    told: list[object] = []
    for node in article_nodes(document):
        told.extend(values(node, "articleSection"))
    told += [
        document.meta(name)
        for name in (
            "article:section",
            "og:article:section",
            "section",
            "parsely-section",
            "dc.subject.section",
            "cxenseparse:category",
        )
    ]
    told += _breadcrumb(document) or _shown_breadcrumb(document)
    for value in told:
        text = _term(value, site)
        if text and key_of(text) not in _HOME:
            return text
    return None


def _breadcrumb(document: Document) -> list[object]:
    for node in document.jsonld:
        if "BreadcrumbList" not in types_of(node):
            continue
        names: list[tuple[int, object]] = []
        for number, item in enumerate(values(node, "itemListElement")):
            if isinstance(item, dict):
                inner: Any = item.get("item")
                name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
                at = item.get("position")
                names.append((at if isinstance(at, int) else number, name))
        names.sort(key=lambda pair: pair[0])
        return [name for _, name in names][:-1]  # the last one is the article itself
    return []


def _shown_breadcrumb(document: Document) -> list[object]:
    """What the page's breadcrumb links to behind the front page, with which a breadcrumb begins."""
    for element in document.tree.iter("nav", "ol", "ul", "div", "p", "span"):
        name = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('aria-label') or ''}"
        if not _CRUMBS.search(name):
            continue
        links = [(link.get("href") or "", _shown_text(link)) for link in element.iter("a")]
        home = [
            number
            for number, (address, text) in enumerate(links[:2])
            if _is_home(document.url, address, text)
        ]
        if home:
            return [text for _, text in links[home[-1] + 1 :] if len(text) <= _CRUMB]
    return []


def _shown_text(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_home(page: str, address: str, text: str) -> bool:
    url = absolute(page, address)
    return key_of(text) in _HOME or (url is not None and parts_of(url).path in ("", "/"))


def tags_of(document: Document, site: Site) -> tuple[str, ...]:
    """Tags by JSON-LD keywords, `article:tag` and the keyword metas; each once, in order, at most 30."""
    told: list[object] = []
    for node in article_nodes(document):
        told.extend(values(node, "keywords"))
    told += document.metas.get("article:tag", ())
    if not told:
        for name in ("news_keywords", "keywords", "parsely-tags", "sailthru.tags"):
            told += document.metas.get(name, ())
            if told:
                break
    found: dict[str, str] = {}
    for term in _split(told):
        text = _term(term, site)
        if text and key_of(text) not in found:
            found[key_of(text)] = text
    return tuple(found.values())[:MAX_TAGS]


def _split(told: Iterable[object]) -> Iterable[object]:
    for value in told:
        if isinstance(value, str):
            separator = ";" if ";" in value and "," not in value else ","
            yield from value.replace("،", ",").replace("、", ",").split(separator)
        elif isinstance(value, dict):
            yield value.get("name")


def _term(value: object, site: Site) -> str | None:
    text = plain(value)
    if text is None or len(text) > _LONGEST or site.is_named(text):
        return None
    if text.startswith(("http://", "https://")):  # some sites name a section by its address
        text = unquote(parts_of(text).path.rstrip("/").rsplit("/", 1)[-1]).replace("-", " ")
    if ":" in text and " " not in text:  # machine terms such as "type:article"
        return None
    return text.strip(" #/") or None
