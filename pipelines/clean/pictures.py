"""The pictures of an article with their captions and credits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from pipelines.clean.address import absolute, parts_of, same_host
from pipelines.clean.blocks import rule_of
from pipelines.clean.caption import MAX_CAPTION, caption_and_credit, credit_of, split
from pipelines.clean.image import STOCK
from pipelines.clean.metadata import article_nodes, plain, values
from pipelines.clean.names import words_of
from pipelines.clean.runs import Run
from pipelines.document import Document
from pipelines.items import Image

MAX_IMAGES = 30
MAX_ALT = 500  # characters
_LOOKED_AT = 600  # <img> of one page
_SMALL = 90  # pixels: faces of authors, buttons, flags
_THUMB = 200  # pixels of width, where the address tells it: narrower ones stand beside links
_ABOVE = 8  # elements between a picture and what holds its caption

_TAGS = ("img", "amp-img")
_ADDRESSES = (
    *("data-full-src", "data-original", "data-orig-file", "data-large-file", "data-lazy-src", "data-src"),
    *("data-lazy", "data-image", "data-url", "src"),
)
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_ONE_OF_SET = re.compile(r"([^\s,]\S*[^\s,])(?:\s+(\d+(?:\.\d+)?)([wx]))?\s*(?:,|$)")
_NO_PICTURE = re.compile(
    r"(?:^|[/_.?&=-])(?:pixel|spacer|blank|avatar|gravatar|emoji|sprites?|icons?|button|beacon|1x1|transparent|profile-?(?:pic|photo|image)s?"
    r"|author|autor|authors|autoren|smil(?:ey|ies)|captcha|loading|loader|ajax-loader)(?:[/_.&=-]|\d|$)|\.svg$|/ads?/|doubleclick|scorecardresearch",
    re.IGNORECASE,
)
_NO_PICTURE_CLASS = re.compile(
    r"-(?:avatar|logo|icon|emoji|wp-smiley|author(?:-[a-z]+)*|profile-(?:pic|image)|tracking|pixel|badge)-"
)
_CAPTION_CLASS = re.compile(
    r"-(?:[a-z]*caption(?:-text)?|figcaption|bildunterschrift|bildtext|legend|legende|pie-de-foto|epigrafe|didascalia|bijschrift)-"
)
_SIZE = re.compile(
    r"(?:[-_]*\d{2,4}x\d{2,4}(?:_c)?|[-_@]\d+x|[-_](?:scaled|large|medium|small|thumb(?:nail)?|full|xx?l|[lms]|e\d{10,}))+$"
)
_SIZED = re.compile(r"[-_/](\d{2,4})x\d{2,4}(?=[-_./]|$)")
_OTHER_BLOCKS = frozenset(
    ["related_block", "newsletter_block", "promotion_block", "second_article", "share_block", "comments_block",
     "author_block", "tags_block", "page_block"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the article stands in the tree."""

    top: HtmlElement  # holds the whole text, and the headline where it can
    last: HtmlElement  # of its blocks
    around: frozenset[
        HtmlElement
    ]  # what any line of the text stands in: its names say nothing against a picture


def pictures_of(
    document: Document, runs: Mapping[str, Sequence[Run]], keys: Sequence[str], main: str | None
) -> tuple[Image, ...]:
    """The pictures that stand in or right above the text, in the order of the page, each once, at most 30.

    `runs`: the page's lines by key; `keys`: those of the headline and the text; `main`: the picture that the
    metadata names, which comes first where the page does not show it. Addresses are absolute, the largest of a
    set; small pictures, icons, faces of authors and teasers of other articles are left out. What JSON-LD says of
    a picture fills what the page leaves open.
    """
    place = _place(runs, keys)
    told = {_name(image.url): image for image in _told(document)}
    found: dict[str, Image] = {}
    for image in _shown(document.url, place) if place is not None else ():
        name = _name(image.url)
        found.setdefault(name, _filled(image, told.get(name)))
        if len(found) >= MAX_IMAGES:
            break
    pictures = list(found.values())
    if main is not None and not any(_same(main, image.url) for image in pictures):
        pictures.insert(0, told.get(_name(main), Image(main)))
    return tuple(pictures[:MAX_IMAGES])


def _place(runs: Mapping[str, Sequence[Run]], keys: Sequence[str]) -> _Place | None:
    """The element that all lines of the text stand in, up to the <article> or <main> that it is part of."""
    held = [run for key in keys for run in runs.get(key, ())[:1] if run.rule is None]
    if not held:
        return None
    blocks = {run.block: run.position for run in held}
    lines = [[block, *block.iterancestors()] for block in blocks]
    shared = set(lines[0]).intersection(*lines)
    top = next(element for element in lines[0] if element in shared)
    whole = next((e for e in (top, *top.iterancestors()) if e.tag in ("article", "main")), top)
    last = max(blocks, key=lambda block: blocks[block])
    return _Place(whole, last, frozenset(element for line in lines for element in line))


def _shown(page: str, place: _Place) -> Iterator[Image]:
    passed = False
    for number, element in enumerate(place.top.iter(*_TAGS, str(place.last.tag))):
        if number >= _LOOKED_AT:
            return
        passed = passed or element is place.last
        if element.tag not in _TAGS or _is_small(element):
            continue
        above = list(_above(element, place))
        if any(_stands_elsewhere(step, page) for step in above if step not in place.around):
            continue
        url = _address(element, page)
        if url is None:
            continue
        caption, credit = _beneath(element, above)
        if not passed or caption or credit or place.last in above:
            yield Image(url, caption, credit, _alt(element))


def _above(element: HtmlElement, place: _Place) -> Iterator[HtmlElement]:
    for step in element.iterancestors():
        if step is place.top:
            return
        yield step


def _is_small(element: HtmlElement) -> bool:
    """A face, a button, a flag: by its size, or by what it is called."""
    for name in ("width", "height"):
        size = (element.get(name) or "").removesuffix("px")
        if size.isdecimal() and len(size) < 6 and 0 < int(size) < _SMALL:
            return True
    return _NO_PICTURE_CLASS.search(words_of(element.get("class") or "")) is not None


def _stands_elsewhere(step: HtmlElement, page: str) -> bool:
    """Whether an element around a picture says that it is none of the article's."""
    if step.tag == "a":
        return _leads_away(step.get("href") or "", page)
    if step.tag == "aside":
        return True
    rule = rule_of(step)
    return rule is not None and rule[0] in _OTHER_BLOCKS


def _leads_away(address: str, page: str) -> bool:
    """A link to another page of the site: a teaser. Links to the picture itself and out into the world are none."""
    there, here = parts_of(absolute(page, address) or ""), parts_of(page)
    path = there.path.casefold()
    if path in ("", "/", here.path.casefold()) or re.search(r"\.(?:jpe?g|png|webp|gif|avif)$", path):
        return False
    return (
        same_host(here, there)
        and re.search(r"/(?:attachment|galler|photo|foto|bild|image|media)", path) is None
    )


def _address(element: HtmlElement, page: str) -> str | None:
    """The largest address that the element, or the <picture> around it, offers."""
    sources = _sources(element)
    sets = [holder.get(name) for holder in (element, *sources) for name in _SETS]
    offered = [_largest(one) for one in sets if one]
    offered += [element.get(name) for name in _ADDRESSES]
    for address in offered:
        url = absolute(page, address) if address and not address.startswith("data:") else None
        if url is not None and _is_picture(url):
            return url
    return None


def _sources(element: HtmlElement) -> list[HtmlElement]:
    """The <source> elements of the <picture> around it. The parser knows no such tag, and puts the one into the other."""
    step = element.getparent()
    while step is not None and step.tag == "source":
        step = step.getparent()
    return list(step.iter("source")) if step is not None and step.tag == "picture" else []


def _is_picture(url: str) -> bool:
    path = parts_of(url).path
    if STOCK.search(path) or _NO_PICTURE.search(path):
        return False
    sized = _SIZED.search(path)
    return sized is None or int(sized[1]) >= _THUMB


def _largest(offered: str) -> str | None:
    """The address of a srcset with the greatest width or density (HTML, 4.8.4.2.1)."""
    sizes = [(float(size or 1), address) for address, size, _ in _ONE_OF_SET.findall(offered[:20_000])]
    return max(sizes, key=lambda pair: pair[0])[1] if sizes else None


def _beneath(element: HtmlElement, above: Sequence[HtmlElement]) -> tuple[str | None, str | None]:
    for step in above[:_ABOVE]:
        if step.tag == "figure":
            caption = step.find(".//figcaption")
            if caption is None:
                caption = _named_caption(step)
            return caption_and_credit(caption) if caption is not None else (None, None)
        if sum(1 for _ in islice(step.iter(*_TAGS), 2)) > 1:
            break  # of several pictures: nobody knows whose caption it is
        caption = _named_caption(step)
        if caption is not None:
            return caption_and_credit(caption)
    return split(element.get("data-caption") or element.get("data-image-caption") or "")


def _named_caption(step: HtmlElement) -> HtmlElement | None:
    """The child, or grandchild, that is called a caption, as WordPress and many others have it."""
    inner = (grandchild for child in step for grandchild in child)
    for child in (*step, *inner):
        if _CAPTION_CLASS.search(words_of(child.get("class") or "")) and child.find(".//img") is None:
            return child
    return None


def _alt(element: HtmlElement) -> str | None:
    alt = " ".join((element.get("alt") or "").split())
    if not alt or re.search(r"\.(?:jpe?g|png|webp|gif)$", alt, re.IGNORECASE) or " " not in alt:
        return None
    return alt[:MAX_ALT]


def _told(document: Document) -> Iterator[Image]:
    """What JSON-LD says of pictures: those of the article, and ImageObjects that stand alone."""
    for node in article_nodes(document):
        for key in ("image", "associatedMedia", "primaryImageOfPage"):
            for image in values(node, key):
                if isinstance(image, dict):
                    yield from _object(image, document.url)
    for node in document.jsonld:
        if node.get("@type") == "ImageObject":
            yield from _object(node, document.url)


def _object(node: Mapping[str, Any], page: str) -> Iterator[Image]:
    addresses = (value for key in ("contentUrl", "url") for value in values(node, key))
    urls = (absolute(page, address) for address in addresses if isinstance(address, str))
    url = next((url for url in urls if url), None)
    if url is None:
        return
    caption, credit = split(plain(node.get("caption")) or plain(node.get("description")) or "")
    named = (_name_in(node.get(key)) for key in ("creditText", "copyrightHolder", "author", "creator"))
    yield Image(url, caption, next((credit_of(name) for name in named if name), credit))


def _name_in(value: object) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    return plain(value.get("name")) if isinstance(value, dict) else plain(value)


def _filled(image: Image, told: Image | None) -> Image:
    if told is None:
        return image
    return replace(image, caption=image.caption or told.caption, credit=image.credit or told.credit)


def _name(url: str) -> str:
    """What a picture is called whatever its size: the last two parts of its path, without size and ending."""
    parts = [part for part in parts_of(url).path.split("/") if part]
    stem = re.sub(r"\.\w{2,5}$", "", parts[-1]) if parts else ""
    stem = _SIZE.sub("", stem) or stem
    if len(stem) >= 12 and any(c.isalpha() for c in stem):
        return stem
    return "/".join([*parts[-4:-1], stem])


def _same(one: str, other: str) -> bool:
    """Whether two addresses are of one picture: the same name, or the same long identifier in the path."""
    if _name(one) == _name(other):
        return True
    ids = [set(re.findall(r"[0-9A-Za-z-]{16,}", parts_of(url).path)) for url in (one, other)]
    return any(len(shared) >= 24 or any(c.isdigit() for c in shared) for shared in ids[0] & ids[1])


__all__ = ["MAX_CAPTION", "MAX_IMAGES", "pictures_of"]
