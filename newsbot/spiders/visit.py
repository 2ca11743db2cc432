"""From what Scrapy brought to a Visit: pure functions of lease, source and answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from newsbot.clock import utc_now
from newsbot.discovery import Listing, trap
from newsbot.middlewares.headers import fresh_for, plain
from newsbot.middlewares.outcome import reason_of_status
from newsbot.sources import Source
from pipelines.dedupe import same_site
from pipelines.items import Found, Kind, Lease, Page, Visit
from pipelines.reasons import Reason


def unanswered(
    lease: Lease, source: Source, *, reason: Reason | None, detail: str = "", request: Request | None = None
) -> Visit:
    """A visit of which no answer is known."""
    meta = request.meta if request is not None else {}
    latency = meta.get("download_latency")
    retry_at = meta.get("retry_at")
    return Visit(
        url=lease.url,
        key=lease.key,
        source=lease.source,
        kind=lease.kind,
        visited_at=utc_now(),
        reason=reason,
        detail=detail,
        ms=round(1000 * latency) if latency is not None else None,
        retry_at=datetime.fromisoformat(retry_at) if retry_at else None,
        revisit=source.revisit,
        every=source.every,
        keep_noarchive=source.noarchive == "keep",
    )


def answered(lease: Lease, source: Source, response: Response) -> Visit:
    """A visit with its answer, before anything of the body is read."""
    request = response.request
    assert request is not None
    headers = plain(response.headers)
    # Not by comparing addresses: Scrapy escapes what a listing prints ("größe") before it asks.
    redirected = bool(request.meta.get("redirect_urls"))
    reason = None if response.status == 304 else reason_of_status(response.status, headers)
    return replace(
        unanswered(lease, source, reason=reason, request=request),
        final_url=response.url if redirected else None,
        status=response.status,
        detail=f"It redirects to {headers['location'][:200]!r}." if reason is Reason.BAD_URL else "",
        received_bytes=int(request.meta.get("received_bytes") or len(response.body)),
        # Validators belong to the address that was asked: those of a redirect's target would be sent to another page.
        etag=None if redirected else headers.get("etag"),
        last_modified=None if redirected else headers.get("last-modified"),
        capture=request.meta.get("capture"),
        fresh_for=fresh_for(headers) if lease.kind is not Kind.ARTICLE else None,
    )


def page_of(visit: Visit, response: Response, source: Source, lease: Lease) -> Page:
    """The page as the reader wants it: plain values that cross processes."""
    return Page(visit, response.body, plain(response.headers), source.rules(), lease.found, lease.kept)


def judged(visit: Visit, listing: Listing, source: Source) -> Visit:
    """The visit with the links of its listing, each marked where the source does not want it."""
    found = tuple(_judged(link, source) for link in listing.found)
    visit = replace(visit, fresh_for=max(visit.fresh_for or 0.0, listing.fresh_for or 0.0) or None)
    if listing.malformed and not found:
        return replace(visit, reason=Reason.MALFORMED, detail=listing.malformed)
    return replace(visit, found=found, detail=listing.malformed or " ".join(listing.notes))


def _judged(link: Found, source: Source) -> Found:
    if not owns(source, link.url):
        # Named, but not described: a site is no witness of the date or author of another's article.
        return Found(link.url, link.key, link.kind, link.via, link.seen_in, refused=Reason.OFF_SITE)
    if trap(link.url) is not None:
        return replace(link, refused=Reason.TRAP)
    if not source.follows(link):
        return replace(link, refused=Reason.EXCLUDED)
    return link


def hosts_of(source: Source) -> frozenset[str]:
    """Host names (without port: Scrapy's slots have none) that the source's own addresses name."""
    addresses = [source.homepage, *(url for url, _ in source.listings())]
    return frozenset(host for url in addresses if (host := urlsplit(url).hostname))


def owns(source: Source, url: str) -> bool:
    """Whether a link stays with the source: the site of its homepage, or of a listing that sources.toml names."""
    return same_site(url, source.homepage) or urlsplit(url).hostname in hosts_of(source)


def older_than(lease: Lease, since: date) -> bool:
    """Whether every date that a listing gave for the article lies before `since`; undated is not older."""
    if lease.kind is not Kind.ARTICLE:
        return False
    days = [day for link in lease.found for printed in (link.date, link.lastmod) if (day := _day(printed))]
    return bool(days) and max(days) < since


def _day(printed: str | None) -> date | None:
    """RFC 822 (RSS) or ISO 8601 (Atom, sitemaps); anything else counts as undated."""
    if not printed:
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(printed.strip()).date()
        except (ValueError, TypeError, IndexError):
            continue
    return None
