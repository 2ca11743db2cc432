"""Nordhafen Zeitung, a German daily with English and Spanish desks: JSON-LD, a news sitemap, a live blog."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from newsbot.sample.stories import Story, last_change, plain, shelves, stories
from newsbot.sample.theme import Document, render

OUTLET = "nordhafen"
HOST = "www.nordhafen-zeitung.example"
NAME = "Nordhafen Zeitung"
SECTIONS = {
    "hafen": "Hafen",
    "politik": "Politik",
    "wirtschaft": "Wirtschaft",
    "kultur": "Kultur",
    "sport": "Sport",
    "english": "English Desk",
    "espanol": "Español",
}
PAGE_SIZE = 4
NEWS_WINDOW = timedelta(days=2)  # a news sitemap names articles of the last two days only

_HTML = "text/html; charset=utf-8"
_XML = "application/xml; charset=utf-8"
_WORDS = {
    "de": {
        "by": "Von",
        "updated": "Aktualisiert",
        "share": "Teilen",
        "paper": "Abonnieren Sie unseren Newsletter",
    },
    "en": {"by": "By", "updated": "Updated", "share": "Share", "paper": "Sign up for our newsletter"},
    "es": {
        "by": "Por",
        "updated": "Actualizado",
        "share": "Compartir",
        "paper": "Suscríbase a nuestro boletín",
    },
}
_FOLDED = str.maketrans("äöüéíñ", "aouein")
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
    paths["/"] = _listing("home.html", fresh, stories=in_sections[:9], teaser=teaser)
    for slug, section in SECTIONS.items():
        own = tuple(story for story in in_sections if story.section == section)
        paths |= _section(slug, own)
        if own and slug in ("english", "espanol"):
            paths[f"/{slug}/atom.xml"] = _feed(
                "atom.xml", "application/atom+xml", own, slug=slug, section=section
            )
    for author in sorted({name for story in in_sections for name in story.authors}):
        own = tuple(story for story in in_sections if author in story.authors)
        paths[author_path(author)] = _listing(
            "author.html", last_change(own), stories=own, author=author, teaser=teaser
        )
    german = tuple(story for story in in_feed if story.language == "de")
    paths["/rss/aktuell.xml"] = _feed("rss.xml", "application/rss+xml; charset=utf-8", german)
    return paths | _sitemaps(in_sitemap, fresh) | {"/robots.txt": _robots(living)}


def author_path(name: str) -> str:
    """The path of an author's page."""
    folded = name.lower().translate(_FOLDED)
    return f"/autoren/{folded.replace(' ', '-')}.html"


def teaser(story: Story, words: int = 24) -> str:
    """The stand-first, or the opening where there is none."""
    if story.summary:
        return story.summary
    opening = plain(story.body).split()
    return " ".join(opening[:words]) + (" …" if len(opening) > words else "")


def _article(story: Story) -> Document:
    return _render(
        "liveblog.html" if "updates" in story.theme else "article.html",
        story.modified,
        _HTML,
        url=url,
        author_path=author_path,
        sections=SECTIONS,
        words=_WORDS[story.language],
        story=story,
        nodes=_nodes(story),
    )


def _nodes(story: Story) -> dict[str, object]:
    """The JSON-LD of an article: a flat node, a live blog with its updates, or a paywalled teaser."""
    address = url(story.path)
    node: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": story.theme.get("type", "NewsArticle"),
        "mainEntityOfPage": {"@type": "WebPage", "@id": address},
        "url": address,
        "headline": story.theme.get("seo_headline", story.headline),
        "description": story.summary,
        "inLanguage": story.language,
        "articleSection": story.section,
        "keywords": list(story.tags),
        "datePublished": story.published.isoformat(),
        "dateModified": story.modified.isoformat(),
        "author": [{"@type": "Person", "name": name, "url": url(author_path(name))} for name in story.authors]
        or {"@type": "Organization", "name": story.byline or NAME},
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": NAME,
            "logo": {"@type": "ImageObject", "url": url("/assets/logo.png")},
        },
        "isAccessibleForFree": not story.theme.get("paywall", False),
    }
    if story.image:
        node["image"] = [{"@type": "ImageObject", "url": url(story.image), "width": 1200, "height": 675}]
    if story.theme.get("paywall"):
        node["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": ".nz-article__locked",
        }
    if "updates" in story.theme:
        node |= {
            "coverageStartTime": story.published.isoformat(),
            "coverageEndTime": story.modified.isoformat(),
            "liveBlogUpdate": [
                {
                    "@type": "BlogPosting",
                    "headline": update["headline"],
                    "datePublished": update["at"].isoformat(),
                    "articleBody": plain(update["text"]),
                }
                for update in story.theme["updates"]
            ],
        }
    return node


def _section(slug: str, own: tuple[Story, ...]) -> dict[str, Document]:
    """A section front and the older pages behind it."""
    shelved = shelves(own, PAGE_SIZE)
    paths = {}
    for page, shown in enumerate(shelved, 1):
        path = f"/{slug}/" + (f"seite-{page}.html" if page > 1 else "")
        paths[path] = _listing(
            "section.html",
            last_change(shown),
            stories=shown,
            section=SECTIONS[slug],
            slug=slug,
            page=page,
            pages=len(shelved),
            teaser=teaser,
        )
    return paths


def _listing(template: str, modified: datetime, **context: Any) -> Document:
    return _render(template, modified, _HTML, url=url, sections=SECTIONS, author_path=author_path, **context)


def _feed(template: str, content_type: str, listed: tuple[Story, ...], **context: Any) -> Document:
    fresh = last_change(listed)
    return _render(
        template, fresh, content_type, url=url, fresh=fresh, stories=listed, teaser=teaser, **context
    )


def _sitemaps(listed: tuple[Story, ...], fresh: datetime) -> dict[str, Document]:
    """The index, the news sitemap of the last days and one gzipped file a month."""
    newest = max(story.published for story in listed)
    recent = tuple(story for story in listed if story.published > newest - NEWS_WINDOW)
    months = sorted({f"{story.published:%Y-%m}" for story in listed})
    paths = {
        "/sitemaps/news.xml": _render("news.xml", fresh, _XML, url=url, stories=recent, name=NAME),
        "/sitemap.xml": _render("sitemap.xml", fresh, _XML, url=url, months=months, fresh=fresh),
    }
    for month in months:
        own = tuple(story for story in listed if f"{story.published:%Y-%m}" == month)
        plain_xml = _render("month.xml", last_change(own), "application/gzip", url=url, stories=own)
        packed = gzip.compress(plain_xml.body, mtime=0)  # no clock in the header: the same bytes each time
        paths[f"/sitemaps/artikel-{month}.xml.gz"] = replace(plain_xml, body=packed)
    return paths


def _robots(living: tuple[Story, ...]) -> Document:
    return _render(
        "robots.txt", min(story.modified for story in living), "text/plain; charset=utf-8", url=url
    )
