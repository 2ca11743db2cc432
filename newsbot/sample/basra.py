"""Basra Observer, a small Arabic and English paper: hand-made tables, legacy charsets, one RSS 1.0 feed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from newsbot.sample.stories import Story, last_change, shelves, stories
from newsbot.sample.theme import Document, render

OUTLET = "basra"
HOST = "basra-observer.example"
NAME = "Basra Observer"
PAGE_SIZE = 4

_ARABIC = "windows-1256"
_render = partial(render, OUTLET)


def url(path: str) -> str:
    """The address of a path of this outlet."""
    return f"http://{HOST}{path}"


def site(edition: int) -> dict[str, Document]:
    """Every path of the outlet in an edition, with what lies there.

    Arabic pages are windows-1256 and say so in a meta element only; one English page is windows-1252
    and says so in its header only; the others are plain ASCII with character references.
    """
    living = tuple(story for story in stories(OUTLET, edition) if not story.gone(edition))
    fresh = last_change(living)
    listed = tuple(story for story in living if "section" in story.listed)
    paths = {story.path: _article(story) for story in living}
    arabic = tuple(story for story in listed if story.language == "ar")
    english = tuple(story for story in listed if story.language == "en")
    paths |= _index("en", english, "ascii") | _index("ar", arabic, _ARABIC)
    paths["/"] = _render(
        "home.html", fresh, "text/html", _ARABIC, url=url, arabic=arabic[:5], english=english[:5]
    )
    in_feed = tuple(story for story in living if "feed" in story.listed)
    paths["/rss.rdf"] = _render("feed.xml", fresh, "application/rdf+xml", url=url, stories=in_feed)
    oldest = min(story.modified for story in living)
    paths["/robots.txt"] = _render("robots.txt", oldest, "text/plain", "ascii")
    return paths


def _article(story: Story) -> Document:
    charset = story.theme.get("charset", _ARABIC if story.language == "ar" else "ascii")
    header = f"text/html; charset={charset}" if story.theme.get("charset") else "text/html"
    template = "arabic.html" if story.language == "ar" else "english.html"
    return _render(template, story.modified, header, charset, url=url, story=story)


def _index(folder: str, own: tuple[Story, ...], charset: str) -> dict[str, Document]:
    """The front of one language, and the older pages behind it."""
    shelved = shelves(own, PAGE_SIZE)
    names = [f"/{folder}/index{number or ''}.htm" for number in range(len(shelved))]
    paths = {}
    for number, shelf in enumerate(shelved):
        older = names[number + 1] if number + 1 < len(names) else None
        paths[names[number]] = _page_of(folder, shelf, charset, last_change(shelf), older)
    return paths


def _page_of(
    folder: str, shelf: tuple[Story, ...], charset: str, modified: datetime, older: str | None
) -> Document:
    return _render(
        f"index-{folder}.html", modified, "text/html", charset, url=url, stories=shelf, older=older
    )
