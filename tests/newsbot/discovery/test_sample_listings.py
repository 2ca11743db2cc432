"""The sample newsroom is discovered whole by its own sources.toml: every article that it wants, and nothing else."""

from __future__ import annotations

from collections import deque
from importlib.resources import files
from pathlib import Path

import pytest

from newsbot.discovery import discover
from newsbot.sample.newsroom import Newsroom
from newsbot.sources import Source, load
from pipelines.dedupe import same_site, url_key
from pipelines.items import Kind

SOURCES = load(Path(str(files("newsbot.sample"))) / "sources.toml").sources


def discovered(newsroom: Newsroom, source: Source) -> dict[str, str]:
    """Articles by key, walked as a crawl would walk them."""
    queue = deque(source.listings())
    visited: set[str] = set()
    articles: dict[str, str] = {}
    while queue:
        url, kind = queue.popleft()
        if url_key(url) in visited:
            continue
        visited.add(url_key(url))
        answer = newsroom.answer("GET", url, {"Accept-Encoding": "identity"})
        if answer.status != 200:
            continue
        listing = discover(kind, answer.body, answer.headers, url)
        assert listing.malformed is None, (url, listing.malformed)
        for found in listing.found:
            if not source.follows(found) or not same_site(found.url, source.homepage):
                continue
            if found.kind is Kind.ARTICLE:
                articles.setdefault(found.key, found.url)
            else:
                queue.append((found.url, found.kind))
    return articles


@pytest.mark.parametrize("edition", [1, 2])
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_every_story_and_nothing_else(source: Source, edition: int) -> None:
    newsroom = Newsroom(edition)
    stories = {
        url_key(url): url
        for url in newsroom.stories()
        if same_site(url, source.homepage) and source.wants(url)
    }
    articles = discovered(newsroom, source)
    assert stories
    assert {stories[key] for key in stories.keys() - articles.keys()} == set()
    assert {articles[key] for key in articles.keys() - stories.keys()} == set()
