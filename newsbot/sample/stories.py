"""The stories of the sample newsroom: one file each, TOML front matter between `+++` lines, then HTML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

EDITIONS = (1, 2)
OUTLETS = ("gulfcourier", "nordhafen", "basra")

_FENCE = "+++"
_KNOWN = {
    "path",
    "headline",
    "section",
    "published",
    "modified",
    "byline",
    "authors",
    "tags",
    "language",
    "summary",
    "image",
    "removed",
    "listed",
    "theme",
}


@dataclass(frozen=True, slots=True)
class Story:
    """One article of one outlet as an edition has it.

    `published` is what the newsroom knows; whether the page says it is a matter of the theme.
    `removed` is the edition from which the page answers 410. `listed` names the listings that carry
    the story ("feed", "section", "sitemap"); `theme` holds what only this outlet's templates read.
    """

    outlet: str
    slug: str  # of the file
    path: str  # of the URL, query included
    headline: str
    section: str
    published: datetime
    modified: datetime
    byline: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    language: str
    summary: str
    image: str
    removed: int | None
    listed: frozenset[str]
    theme: Mapping[str, Any]
    body: str

    @property
    def text(self) -> str:
        """The words of the body without markup, single-spaced."""
        return plain(self.body)

    def gone(self, edition: int) -> bool:
        """Whether the outlet has taken the story away by this edition."""
        return self.removed is not None and edition >= self.removed


@cache
def stories(outlet: str, edition: int) -> tuple[Story, ...]:
    """The stories of an outlet in an edition, newest first; removed ones are still among them.

    `slug.html` is the story from the first edition on, `slug.2.html` from the second: it replaces the
    former where both exist. Raises ValueError for an edition or outlet there is none of, and for front
    matter that does not hold.
    """
    if outlet not in OUTLETS or edition not in EDITIONS:
        raise ValueError(f"The sample newsroom has no edition {edition!r} of {outlet!r}.")
    texts: dict[str, str] = {}
    folder = files("newsbot.sample") / "pages" / outlet / "stories"
    for slug, since, entry in sorted((*_name(entry.name), entry) for entry in folder.iterdir()):
        if since <= edition:
            texts[slug] = entry.read_text(encoding="utf-8")
    found = [_story(outlet, slug, text) for slug, text in texts.items()]
    return tuple(sorted(found, key=lambda story: (story.published, story.path), reverse=True))


def _name(file: str) -> tuple[str, int]:
    """Slug and first edition from `slug.html` or `slug.2.html`."""
    slug, _, since = file.removesuffix(".html").partition(".")
    return slug, int(since or 1)


def _story(outlet: str, slug: str, text: str) -> Story:
    """Raises ValueError that names the file where the front matter does not hold."""
    start, _, rest = text.partition(_FENCE)
    front, fence, body = rest.partition(f"\n{_FENCE}\n")
    if start.strip() or not fence:
        raise ValueError(
            f"{outlet}/{slug}: the story does not open with front matter between {_FENCE} lines."
        )
    fields = tomllib.loads(front)
    unknown = fields.keys() - _KNOWN
    if unknown:
        raise ValueError(f"{outlet}/{slug}: front matter has no key {', '.join(sorted(unknown))}.")
    published: datetime = fields["published"]
    if published.tzinfo is None:
        raise ValueError(f"{outlet}/{slug}: `published` needs an offset.")
    return Story(
        outlet=outlet,
        slug=slug,
        path=fields["path"],
        headline=fields["headline"],
        section=fields["section"],
        published=published,
        modified=fields.get("modified", published),
        byline=fields.get("byline", ""),
        authors=tuple(fields.get("authors", ())),
        tags=tuple(fields.get("tags", ())),
        language=fields.get("language", "en"),
        summary=fields.get("summary", ""),
        image=fields.get("image", ""),
        removed=fields.get("removed"),
        listed=frozenset(fields.get("listed", ("feed", "section", "sitemap"))),
        theme=fields.get("theme", {}),
        body=body.strip(),
    )


def last_change(of: tuple[Story, ...]) -> datetime:
    """The latest instant (UTC) at which any of these stories was changed."""
    return max(story.modified for story in of).astimezone(UTC)


def shelves(of: tuple[Story, ...], size: int) -> list[tuple[Story, ...]]:
    """The stories of a listing by its pages, at most `size` on each; one page where there is no story."""
    return [of[start : start + size] for start in range(0, len(of), size)] or [of]


def plain(markup: str) -> str:
    """Words of an HTML fragment, single-spaced; blocks are set apart by a space."""
    words = _Words()
    words.feed(markup)
    words.close()
    return " ".join("".join(words.parts).split())


class _Words(HTMLParser):
    """Collects character data."""

    _BLOCKS = frozenset(
        [
            "p",
            "div",
            "li",
            "ul",
            "ol",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "section",
            "aside",
            "figure",
            "figcaption",
            "td",
            "tr",
            "table",
            "br",
        ]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
