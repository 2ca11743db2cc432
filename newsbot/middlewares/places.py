"""Where a URL leads (host and port), and whether a request may go there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from newsbot.middlewares.addresses import BadHost, OddAddress, forbidden, read_host
from newsbot.sources import Source
from pipelines.reasons import Reason

Place = tuple[str, int]  # host as `read_host` reads it, port

_PORTS = {"http": 80, "https": 443}
_LONGEST_URL = 2083  # Scrapy's own URLLENGTH_LIMIT, past which it drops a link in silence

# Ports that browsers refuse ("port blocking" of the Fetch standard): other services than HTTP listen there, and an
# HTTP request can be made to say something to them.
_SERVICES = """
0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135
137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719
1720 1723 2049 3659 4045 4190 5060 5061 6000 6379 6566 6665 6666 6667 6668 6669 6679 6697 10080 11211
"""
_BLOCKED_PORTS = frozenset(map(int, _SERVICES.split()))


def refusal(
    url: str, source: str | None, private: Mapping[Place, frozenset[str]], *, names: bool = True
) -> tuple[Reason, str] | None:
    """Why `url` must not be asked on behalf of `source` (reason and detail), or None where it may.

    `private` maps places to the ids of the sources that may go there although they are private; nobody else may, and
    on no other port of that host. `names` tells whether the resolver that filters addresses is at work: without it
    only literal addresses and private places of one's own are let through.
    """
    try:
        place = place_of(url)
    except OddAddress as error:
        return Reason.FORBIDDEN_ADDRESS, str(error)
    except ValueError as error:
        return Reason.BAD_URL, str(error)
    host, port = place
    if source is not None and source in private.get(place, ()):
        return None
    if port in _BLOCKED_PORTS:
        return Reason.BAD_URL, f"port {port} belongs to another service than HTTP"
    literal = _is_address(host)
    if literal and (why := forbidden(host)):
        return Reason.FORBIDDEN_ADDRESS, f"{host} is {why}"
    if any(host == other for other, _ in private):
        return (
            Reason.FORBIDDEN_ADDRESS,
            f"{host}:{port} is open only to a source with allow_private that names it",
        )
    if not literal and not names:
        return (
            Reason.FORBIDDEN_ADDRESS,
            "the resolver that checks addresses is not at work; see newsbot/settings.py",
        )
    return None


def place_of(url: str) -> Place:
    """Host and port that a URL leads to.

    Raises ValueError with a sentence where the URL cannot be asked; of its kinds, BadHost and OddAddress are about
    the host.
    """
    if len(url) > _LONGEST_URL:
        raise ValueError(f"the URL has {len(url)} characters")
    parts = urlsplit(url)
    if parts.scheme not in _PORTS:
        raise ValueError(f"{parts.scheme or 'nothing'!r} is neither http nor https")
    if "@" in parts.netloc:
        raise ValueError("the URL carries a user name or password")
    if not parts.hostname:
        raise BadHost("the URL has no host")
    return str(read_host(parts.hostname)), _port(parts)


def host_key(url: str) -> str:
    """The host as the ledger names it: with its port where that is not the scheme's own.

    Raises ValueError as `place_of` does.
    """
    host, port = place_of(url)
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if port == _PORTS[urlsplit(url).scheme] else f"{bracketed}:{port}"


def private_places(sources: Iterable[Source]) -> dict[Place, frozenset[str]]:
    """Host and port of what sources with `allow_private` name (homepage, feeds, sitemaps, sections), with their ids."""
    places: dict[Place, set[str]] = {}
    for source in sources:
        if source.allow_private:
            for url in (source.homepage, *(url for url, _ in source.listings())):
                places.setdefault(place_of(url), set()).add(source.id)
    return {place: frozenset(ids) for place, ids in places.items()}


def may_be_private(host: str, sources: Iterable[Source]) -> bool:
    """Whether a source with `allow_private` names `host`."""
    try:
        name = str(read_host(host))
    except BadHost:
        return False
    return any(name == private for private, _ in private_places(sources))


def _port(parts: SplitResult) -> int:
    try:
        return parts.port if parts.port is not None else _PORTS[parts.scheme]
    except ValueError:
        raise ValueError(f"{parts.netloc!r} has no valid port") from None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
