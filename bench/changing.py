"""A site with a clock of its own on 127.0.0.1, whose every edit and removal is known: for `bench month` and its test."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

DAY = timedelta(days=1)
NOUNS = [
    "harbour",
    "council",
    "river",
    "bridge",
    "market",
    "school",
    "ferry",
    "warehouse",
    "ministry",
    "festival",
]
VERBS = [
    "opened",
    "closed",
    "flooded",
    "rebuilt",
    "sold",
    "visited",
    "promised",
    "delayed",
    "measured",
    "painted",
]


class ChangingSite:
    """Serves articles that come out, are edited and are removed as its clock moves, while the `with` block lasts.

    Every `revise`-th article is edited each time `revise_days` have passed since it came out; every `remove`-th is gone
    (410) after `remove_days`. With `noise` a box of each page differs at every fetch and there are no validators.
    """

    def __init__(
        self,
        articles: int = 20,
        a_day: int = 2,
        revise: int = 4,
        revise_days: float = 2.0,
        remove: int = 7,
        remove_days: float = 3.0,
        noise: bool = False,
    ) -> None:
        self.articles, self.a_day = articles, a_day
        self.revise, self.revise_days = revise, revise_days
        self.remove, self.remove_days = remove, remove_days
        self.noise = noise
        self.epoch = self.now = datetime(2026, 6, 22, 12, 0, tzinfo=UTC)
        self.codes: Counter[str] = Counter()
        self.received = 0
        self.chance = random.Random(1)  # noqa: S311
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, kind, body, etag = site.answer(self.path)
                if etag and self.headers.get("If-None-Match") == etag:
                    status, body = 304, b""
                if not self.path.startswith("/_"):
                    site.codes[str(status)] += 1
                    site.received += len(body)
                self.send_response(status)
                if etag:
                    self.send_header("ETag", etag)
                if status != 304:
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing: the crawler is what is looked at."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        """Address of the homepage."""
        return f"http://127.0.0.1:{self.server.server_port}/"

    def out(self) -> int:
        """How many articles came out so far."""
        return self.articles + int((self.now - self.epoch) / DAY * self.a_day)

    def published(self, number: int) -> datetime:
        """When an article came out."""
        return self.epoch - (self.articles - 1 - number) * DAY / self.a_day

    def revision(self, number: int) -> int:
        """How often an article was edited so far."""
        age = (self.now - self.published(number)) / DAY
        return int(age // self.revise_days) if number % self.revise == 0 else 0

    def removed(self, number: int) -> bool:
        """Whether an article is gone."""
        age = (self.now - self.published(number)) / DAY
        return number % self.remove == self.remove - 1 and age > self.remove_days

    def answer(self, target: str) -> tuple[int, str, bytes, str]:
        """Status, media type, body and ETag for a request target."""
        path, asked = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if path.startswith("/_"):
            return 200, "application/json", self._control(path, asked), ""
        if path == "/robots.txt":
            return self._sent("text/plain", f"User-agent: *\nSitemap: {self.url}sitemap.xml\n".encode())
        if path == "/sitemap.xml":
            return self._sent("application/xml", self._sitemap())
        if path == "/":
            return self._sent("text/html", b"<html><body><h1>The Changing Times</h1></body></html>")
        number = path.removeprefix("/story-")
        if not path.startswith("/story-") or not number.isdigit() or int(number) >= self.out():
            return 404, "text/html", b"", ""
        if self.removed(int(number)):
            return 410, "text/html", b"gone", ""
        status, kind, body, etag = self._sent("text/html; charset=utf-8", self.page(int(number)))
        return status, kind, body, "" if self.noise else etag

    def page(self, number: int) -> bytes:
        """The page of an article as it stands now."""
        told = random.Random(number)  # noqa: S311
        paragraphs = [
            " ".join(
                f"The {told.choice(NOUNS)} of {told.choice(NOUNS)} {told.choice(VERBS)} the {told.choice(NOUNS)} after"
                f" {told.randrange(2, 99)} days, and {told.choice(NOUNS)} number {told.randrange(999)} was {told.choice(VERBS)}."
                for _ in range(3)
            )
            for _ in range(5)
        ]
        if revision := self.revision(number):
            paragraphs[1] = (
                f"Corrected version {revision}: the figure is {100 + 7 * revision}. {paragraphs[1]}"
            )
        text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        headline = f"Story {number} of the {told.choice(NOUNS)}"
        when = self.published(number)
        return (
            f'<html lang="en"><head><title>{headline}</title><meta property="og:type" content="article">'
            f'<meta property="article:published_time" content="{when.isoformat()}"></head><body><article><h1>{headline}</h1>'
            f"{text}</article>{self._box() if self.noise else ''}</body></html>"
        ).encode()

    def _box(self) -> str:
        rows = "".join(
            f'<li><a href="/story-{self.chance.randrange(self.out())}">A story that {self.chance.choice(NOUNS)} readers'
            f" like</a> ({self.chance.randrange(9999)} readers)</li>"
            for _ in range(5)
        )
        return f'<aside class="most-read"><h3>Most read now</h3><ul>{rows}</ul></aside>'

    def _sent(self, kind: str, body: bytes) -> tuple[int, str, bytes, str]:
        return 200, kind, body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def _sitemap(self) -> bytes:
        rows = "".join(
            f"<url><loc>{self.url}story-{number}</loc><lastmod>{self.published(number).isoformat()}</lastmod></url>"
            for number in range(self.out())
            if not self.removed(number)
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()

    def _control(self, path: str, asked: dict[str, list[str]]) -> bytes:
        if path == "/_clock":
            self.now += timedelta(seconds=float(asked.get("advance", ["0"])[0]))
            return json.dumps({"now": self.now.isoformat(), "date": format_datetime(self.now)}).encode()
        if path == "/_manifest":
            rows = (
                {"url": f"{self.url}story-{n}", "revision": self.revision(n), "removed": self.removed(n)}
                for n in range(self.out())
            )
            return "".join(json.dumps(row) + "\n" for row in rows).encode()
        told = json.dumps({"codes": dict(self.codes), "bytes": self.received}).encode()
        if "reset" in asked:
            self.codes.clear()
            self.received = 0
        return told

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
