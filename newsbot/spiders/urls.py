"""The spider `urls`: articles whose addresses a person gives, one by one or in a file."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsbot.clock import utc_now
from newsbot.sources import Source
from newsbot.spiders.frontier import FrontierSpider
from newsbot.spiders.news import planned
from newsbot.spiders.visit import owns
from pipelines.dedupe import url_key
from pipelines.errors import ConfigurationError

BY_HAND = "urls"  # id of the source of addresses that belong to no source of sources.toml


class UrlsSpider(FrontierSpider):
    """A list of article addresses: `-a url=https://…` or `-a file=urls.txt` (one a line, `-` reads standard input).

    An address that belongs to a source of sources.toml is filed there, any other under the source "urls".
    """

    name = "urls"

    def __init__(self, *args: Any, url: str = "", file: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addresses = addresses(url, file)
        self.wanted: dict[str, list[str]] = defaultdict(list)
        for address in self.addresses:
            self.wanted[self.source_of(address)].append(address)
        self.sources = {name: source for name, source in self.sources.items() if name in self.wanted}

    def source_of(self, address: str) -> str:
        """The id of the source that an address belongs to."""
        for source in self.sources.values():
            if source.id != BY_HAND and owns(source, address):
                return source.id
        parts = urlsplit(address)
        homepage = f"{parts.scheme}://{parts.netloc}/"
        self.sources[BY_HAND] = Source(
            id=BY_HAND, name="Given by hand", homepage=homepage, feeds=(), sitemaps="off"
        )
        return BY_HAND

    async def plan(self) -> None:
        """The addresses, due now; listings of their sources are left alone."""
        self.only = frozenset(url_key(address) for address in self.addresses)
        frontier = self.run.frontier
        await frontier.plan([planned(source) for source in self.sources.values()], utc_now(), partial=True)
        for name, wanted in self.wanted.items():
            await frontier.add_urls(name, wanted, utc_now())


def addresses(url: str, file: str) -> list[str]:
    """The addresses of `url` and of the lines of `file` (blank lines and #-comments left out), in order, once each."""
    lines = [url] if url else []
    if file:
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise ConfigurationError(f"{file}: the list of addresses cannot be read: {fault}.") from fault
        lines += [line.strip() for line in text.splitlines()]
    wanted = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not wanted:
        raise ConfigurationError("The spider urls needs addresses: -a url=https://… or -a file=urls.txt")
    for address in wanted:
        if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
            raise ConfigurationError(f"{address!r} is no http(s) address.")
    return wanted
