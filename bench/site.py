"""A site of any size on 127.0.0.1: pages of the sample newsroom, cloned with ids of their own."""

from __future__ import annotations

import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from newsbot.sample import Newsroom


class BenchSite:
    """Serves `articles` pages and a sitemap.xml of them while the `with` block lasts."""

    def __init__(self, articles: int) -> None:
        newsroom = Newsroom(1)
        answers = [newsroom.answer("GET", url, {}) for url in newsroom.urls()]
        self.pages = [answer.body for answer in answers if answer.status == 200 and b"</body>" in answer.body]
        self.articles = articles
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, body = site.answer(urlsplit(self.path).path)
                self.send_response(status)
                self.send_header(
                    "Content-Type", "application/xml" if self.path.endswith(".xml") else "text/html"
                )
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing: the crawler is what is measured."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        """Address of the homepage."""
        return f"http://127.0.0.1:{self.server.server_port}/"

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body for a path."""
        if path == "/sitemap.xml":
            urls = "".join(
                f"<url><loc>{escape(self.url)}2026/07/01/story-of-the-day-{number}</loc></url>"
                for number in range(self.articles)
            )
            return (
                200,
                f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode(),
            )
        if path == "/robots.txt":
            return 200, f"User-agent: *\nSitemap: {self.url}sitemap.xml\n".encode()
        number = path.rpartition("-")[2]
        if path.startswith("/2026/") and number.isdigit() and int(number) < self.articles:
            page = self.pages[int(number) % len(self.pages)]
            return 200, page.replace(b"</body>", b"<p>Number %d of this bench.</p></body>" % int(number))
        return (200, b"<html><body><h1>Bench</h1></body></html>") if path == "/" else (404, b"")

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
