"""What the sample newsroom answers to a request: pure, by edition, with conditional GET and gzip."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from urllib.parse import urlsplit

from newsbot.sample import basra, gulfcourier, nordhafen
from newsbot.sample.stories import EDITIONS, Story, stories
from newsbot.sample.theme import Document

_OUTLETS = (gulfcourier, nordhafen, basra)
_SITES: dict[str, Callable[[int], dict[str, Document]]] = {outlet.HOST: outlet.site for outlet in _OUTLETS}
HOSTS: frozenset[str] = frozenset(_SITES)

_WORTH_PACKING = 600  # bytes; below that gzip gains nothing
_PACKABLE = (
    "text/",
    "application/xml",
    "application/rss",
    "application/atom",
    "application/rdf",
    "application/feed",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, body included (empty for 304 and for HEAD)."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Newsroom:
    """The three outlets as one edition has them. Answers depend on the edition and the request alone."""

    def __init__(self, edition: int = 1) -> None:
        """`edition` is 1 or 2; raises ValueError for another."""
        if edition not in EDITIONS:
            raise ValueError(f"The sample newsroom has editions 1 and 2, no edition {edition!r}.")
        self.edition = edition
        self._sites = {outlet.HOST: _site(outlet.HOST, edition) for outlet in _OUTLETS}
        self._gone = {
            outlet.HOST: {story.path for story in stories(outlet.OUTLET, edition) if story.gone(edition)}
            for outlet in _OUTLETS
        }

    def urls(self) -> tuple[str, ...]:
        """Every URL that holds a document in this edition, listings and articles alike."""
        return tuple(f"http://{host}{path}" for host, paths in self._sites.items() for path in paths)

    def stories(self) -> Mapping[str, Story]:
        """The article pages of this edition by URL, removed ones left out."""
        return {
            outlet.url(story.path): story
            for outlet in _OUTLETS
            for story in stories(outlet.OUTLET, self.edition)
            if not story.gone(self.edition)
        }

    def answer(self, method: str, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a request for an absolute `http://` URL; names in `headers` may have any case.

        Conditions as RFC 9110 has them (13.1): If-None-Match wins over If-Modified-Since. A query that
        only tracks (utm_*) is ignored; a removed article is 410, whatever else is not there 404.
        """
        found = self._find(method, url, {name.lower(): value for name, value in (headers or {}).items()})
        return Answer(found.status, found.headers, b"") if method == "HEAD" else found

    def _find(self, method: str, url: str, asked: Mapping[str, str]) -> Answer:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if host not in HOSTS:
            return _refusal(502, "No such host in the sample newsroom.")
        if method not in ("GET", "HEAD"):
            return _refusal(405, "Only GET and HEAD.", {"Allow": "GET, HEAD"})
        path = _path(parts.path or "/", parts.query)
        if path in self._gone[host]:
            return _refusal(410, "This article has been withdrawn by the newsroom.")
        document = self._sites[host].get(path)
        if document is None:
            return _refusal(404, "Nothing here.")
        return _serve(document, asked)


@cache
def _site(host: str, edition: int) -> Mapping[str, Document]:
    """Rendering an edition costs some 100 ms: once a process."""
    return _SITES[host](edition)


def _path(path: str, query: str) -> str:
    kept = "&".join(pair for pair in query.split("&") if pair and not pair.startswith("utm_"))
    return f"{path}?{kept}" if kept else path


def _serve(document: Document, asked: Mapping[str, str]) -> Answer:
    headers = {
        "ETag": document.etag,
        "Last-Modified": format_datetime(document.modified.astimezone(UTC), usegmt=True),
    }
    if _unchanged(document, asked):
        return Answer(304, headers, b"")
    headers["Content-Type"] = document.content_type
    body = document.body
    if len(body) >= _WORTH_PACKING and document.content_type.startswith(_PACKABLE):
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in asked.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, compresslevel=6, mtime=0)
    headers["Content-Length"] = str(len(body))
    return Answer(200, headers, body)


def _unchanged(document: Document, asked: Mapping[str, str]) -> bool:
    """Weak comparison, as If-None-Match asks for; a date that cannot be read is no condition."""
    tags = asked.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or document.etag in known
    try:
        since = parsedate_to_datetime(asked["if-modified-since"])
    except (KeyError, ValueError):
        return False
    return document.modified.replace(microsecond=0) <= since.replace(tzinfo=since.tzinfo or UTC)


def _refusal(status: int, sentence: str, more: Mapping[str, str] | None = None) -> Answer:
    body = f"<!doctype html><title>{status}</title><p>{sentence}</p>\n".encode()
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **(more or {})}
    return Answer(status, headers, body)
