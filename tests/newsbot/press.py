"""A newspaper on this machine whose pages are printed when they are asked for, and which notes who asked what and when."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

NEWSBOT = Path(sys.executable).with_name("newsbot")
A_MAP = 500  # articles of one sitemap

WORDS = (
    "The council of Millford {n} met on the quay this morning and heard how the river had risen by {m} centimetres "
    "since the first gauge was read. Engineers said the old wall would hold, but they asked for {m} loads of clay "
    "before the week is over. Two boats carried sandbags to the lower streets while school {n} stayed open."
)


@dataclass
class Request:
    """One request as the server saw it; instants of the monotonic clock."""

    path: str
    begun: float
    headers: dict[str, str]
    ended: float = 0.0
    status: int = 0


Answer = Callable[["Handler"], object]


@dataclass
class Edition:
    """What the paper prints."""

    articles: int = 10
    in_feed: int = 50
    maps: bool = False  # everything in sitemaps too
    latency: float = 0.0  # seconds before each answer
    words: dict[int, str] = field(default_factory=dict)  # what is added to a story: an edit
    removed: set[int] = field(default_factory=set)
    answers: dict[str, Answer] = field(default_factory=dict)  # what stands at other addresses


class Press(ThreadingHTTPServer):
    """The server; `edition` may change while it runs."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, edition: Edition | None = None, port: int = 0) -> None:
        self.edition = edition or Edition()
        self.log: list[Request] = []
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients hang up in the middle

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def asked(self, part: str = "") -> list[Request]:
        return [one for one in self.log if part in one.path]

    def feed(self) -> bytes:
        newest = range(self.edition.articles, max(0, self.edition.articles - self.edition.in_feed), -1)
        items = "".join(
            f"<item><title>River rises at Millford {n}</title><link>{self.home}{address(n)}</link>"
            f"<pubDate>Fri, 20 Nov 2026 {n % 24:02}:{n % 60:02}:00 +0000</pubDate></item>"
            for n in newest
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Millford</title>{items}</channel></rss>'.encode()

    def index(self) -> bytes:
        maps = -(-self.edition.articles // A_MAP)
        entries = "".join(f"<sitemap><loc>{self.home}/map-{n}.xml</loc></sitemap>" for n in range(maps))
        return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'.encode()

    def map(self, number: int) -> bytes:
        numbers = range(number * A_MAP + 1, min((number + 1) * A_MAP, self.edition.articles) + 1)
        entries = "".join(f"<url><loc>{self.home}{address(n)}</loc></url>" for n in numbers)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()

    def story(self, n: int) -> bytes:
        paragraphs = "".join(
            f"<p>{WORDS.format(n=n, m=n * k + k)} Reported as item {k}.</p>" for k in range(1, 5)
        )
        more = f"<p>{self.edition.words[n]}</p>" if n in self.edition.words else ""
        return (
            f"<!doctype html><html lang=en><head><title>River rises at Millford {n}</title>"
            f'<meta property="article:published_time" content="2026-11-20T{n % 24:02}:{n % 60:02}:00+00:00">'
            f"</head><body><article><h1>River rises at Millford {n}</h1>"
            f'<p class="byline">By Ann Lee</p>{paragraphs}{more}</article></body></html>'
        ).encode()


def address(n: int) -> str:
    return f"/2026/11/20/river-rises-at-millford-{n}/"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Press

    def do_GET(self) -> None:
        noted = Request(self.path, time.monotonic(), dict(self.headers))
        self.server.log.append(noted)
        time.sleep(self.server.edition.latency)
        try:
            self.answer()
        finally:
            noted.ended, noted.status = time.monotonic(), self.status

    status = 0

    def answer(self) -> None:
        edition, path = self.server.edition, self.path.partition("?")[0].partition(";")[0]
        if (special := edition.answers.get(path)) is not None:
            special(self)
        elif path == "/feed/":
            self.page(self.server.feed(), "application/rss+xml")
        elif path == "/index.xml" and edition.maps:
            self.page(self.server.index(), "application/xml")
        elif path.startswith("/map-") and edition.maps:
            self.page(self.server.map(int(path[5:-4])), "application/xml")
        elif path.startswith("/2026/"):
            n = int(path.rstrip("/").rpartition("-")[2])
            if n in edition.removed:
                self.reply(410)
            else:
                self.page(self.server.story(n), "text/html; charset=utf-8")
        else:
            self.reply(404, b"no such page")

    def page(self, body: bytes, kind: str, **headers: str) -> None:
        etag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
        if self.headers.get("If-None-Match") == etag:
            self.reply(304, ETag=etag, **headers)
        else:
            self.reply(200, body, Content_Type=kind, ETag=etag, **headers)

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.status = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def printing(edition: Edition | None = None, port: int = 0) -> Iterator[Press]:
    """A running press; `port` where it has to come back under its old address."""
    press = Press(edition, port)
    thread = threading.Thread(target=press.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield press
    finally:
        press.shutdown()
        with contextlib.suppress(OSError):
            press.socket.shutdown(socket.SHUT_RDWR)
        press.server_close()
        thread.join()


def sources(folder: Path, *papers: Press, **keys: object) -> None:
    """sources.toml for presses, with `keys` of every source (TOML values by `repr` of text and numbers)."""
    text = ['[defaults]\ncontact = "test@example.org"\n']
    for number, press in enumerate(papers, 1):
        entry: dict[str, object] = {
            "id": f"paper{number}",
            "name": f"Paper {number}",
            "homepage": f"{press.home}/",
            "feeds": ["/feed/"],
            "sitemaps": [f"{press.home}/index.xml"] if press.edition.maps else "off",
            "delay": 0.0,
            "allow_private": True,
            **keys,
        }
        text += ["[[source]]", *(f"{key} = {toml(value)}" for key, value in entry.items())]
    (folder / "sources.toml").write_text("\n".join(text), encoding="utf-8")


def toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value).replace("'", '"')


def crawled(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`newsbot crawl` in `folder`, to its end."""
    with started(folder, *arguments, **environment) as process:
        out, err = process.communicate(timeout=100)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def started(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """`newsbot crawl` in `folder`, in a process group of its own."""
    import os

    return subprocess.Popen(
        [NEWSBOT, "crawl", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, **environment},
    )


def rows(folder: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What the archive in `folder` says; nothing while there is none."""
    with closing(sqlite3.connect(folder / "archive.db", timeout=30)) as db:
        try:
            return db.execute(sql, values).fetchall()
        except sqlite3.OperationalError:
            return []


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Waits until something is so. Raises AssertionError where it does not come to be."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)
