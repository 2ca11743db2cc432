"""Gulf Courier, an English daily in Kuwait: a WordPress theme with its feeds and sitemaps."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from newsbot.sample.stories import Story, last_change, plain, shelves, stories
from newsbot.sample.theme import Document, render

OUTLET = "gulfcourier"
HOST = "www.gulfcourier.example"
NAME = "Gulf Courier"
SECTIONS = {"kuwait": "Kuwait", "gulf": "Gulf", "world": "World", "business": "Business", "sports": "Sports"}
PAGE_SIZE = 4
FEED_SIZE = 12

_HTML = "text/html; charset=UTF-8"
_render = partial(render, OUTLET)


def url(path: str) -> str:
    """The address of a path of this outlet."""
    return f"http://{HOST}{path}"


def site(edition: int) -> dict[str, Document]:
    """Every path of the outlet in an edition, with what lies there."""
    living = tuple(story for story in stories(OUTLET, edition) if not story.gone(edition))
    fresh = last_change(living)
    in_feed = tuple(story for story in living if "feed" in story.listed)
    in_sections = tuple(story for story in living if "section" in story.listed)
    in_sitemap = tuple(story for story in living if "sitemap" in story.listed)
    paths = {story.path: _article(story) for story in living}
    paths["/"] = _listing("home.html", fresh, stories=in_sections[:8], section=None, page=1, pages=1)
    for slug, section in SECTIONS.items():
        paths |= _section(slug, tuple(story for story in in_sections if story.section == section))
    for author in sorted({name for story in in_sections for name in story.authors}):
        own = tuple(story for story in in_sections if author in story.authors)
        paths[author_path(author)] = _listing("author.html", last_change(own), stories=own, author=author)
    paths["/feed/"] = _feed("feed.xml", fresh, "application/rss+xml; charset=UTF-8", in_feed)
    paths["/feed/json/"] = _feed("feed.json", fresh, "application/feed+json; charset=UTF-8", in_feed)
    xml = "application/xml; charset=UTF-8"
    paths["/sitemap_index.xml"] = _render("sitemap_index.xml", fresh, xml, url=url, fresh=fresh)
    paths["/post-sitemap.xml"] = _render("post-sitemap.xml", fresh, xml, url=url, stories=in_sitemap)
    paths["/robots.txt"] = _render("robots.txt", living[-1].modified, "text/plain; charset=utf-8", url=url)
    return paths


def author_path(name: str) -> str:
    """The path of an author's page."""
    return f"/author/{name.lower().replace(' ', '-')}/"


def _article(story: Story) -> Document:
    template = "plain.html" if story.theme.get("plain") else "article.html"
    before, _, after = story.body.partition("<!--box-->")
    return _render(
        template,
        story.modified,
        _HTML,
        url=url,
        author_path=author_path,
        sections=SECTIONS,
        story=story,
        before=before.rstrip(),
        after=after.lstrip(),
        graph=_graph(story) if story.theme.get("dates") == "jsonld" else None,
    )


def _graph(story: Story) -> dict[str, object]:
    """What an SEO plugin writes into the head: one graph of nodes that point at each other."""
    address = url(story.path)
    authors: list[dict[str, object]] = [
        {
            "@type": "Person",
            "@id": url(author_path(name)) + "#person",
            "name": name,
            "url": url(author_path(name)),
        }
        for name in story.authors
    ] or [{"@type": "Organization", "name": NAME}]
    return {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "NewsArticle",
                "@id": address + "#article",
                "isPartOf": {"@id": address},
                "headline": story.headline,
                "datePublished": story.published.isoformat(),
                "dateModified": story.modified.isoformat(),
                "author": authors[0] if len(authors) == 1 else authors,
                "publisher": {"@id": url("/#organization")},
                "articleSection": [story.section],
                "keywords": list(story.tags),
                "wordCount": len(story.text.split()),
                "inLanguage": "en-US",
            },
            {
                "@type": "WebPage",
                "@id": address,
                "url": address,
                "name": f"{story.headline} - {NAME}",
                "isPartOf": {"@id": url("/#website")},
                "datePublished": story.published.isoformat(),
            },
            {"@type": "WebSite", "@id": url("/#website"), "url": url("/"), "name": NAME},
            {"@type": "Organization", "@id": url("/#organization"), "name": NAME, "url": url("/")},
        ],
    }


def _section(slug: str, own: tuple[Story, ...]) -> dict[str, Document]:
    """A section front and the older pages behind it."""
    shelved = shelves(own, PAGE_SIZE)
    paths = {}
    for page, shown in enumerate(shelved, 1):
        path = f"/category/{slug}/" + (f"page/{page}/" if page > 1 else "")
        paths[path] = _listing(
            "section.html",
            last_change(shown),
            stories=shown,
            section=SECTIONS[slug],
            slug=slug,
            page=page,
            pages=len(shelved),
        )
    return paths


def _listing(template: str, modified: datetime, **context: Any) -> Document:
    return _render(template, modified, _HTML, url=url, sections=SECTIONS, author_path=author_path, **context)


def _feed(template: str, fresh: datetime, content_type: str, listed: tuple[Story, ...]) -> Document:
    return _render(
        template, fresh, content_type, url=url, fresh=fresh, stories=listed[:FEED_SIZE], excerpt=excerpt
    )


def excerpt(story: Story, words: int = 40) -> str:
    """The opening of a story as a feed shows it."""
    opening = plain(story.body).split()
    return " ".join(opening[:words]) + (" […]" if len(opening) > words else "")
