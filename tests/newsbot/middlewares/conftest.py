"""A loopback site that answers as the tests need, a canary that nobody may reach, and a crawl in its own process."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.hits.append((self.path, time.monotonic(), dict(self.headers)))
        answer = self.server.answers.get(path)
        if answer is None:
            self.reply(404, b"no such page")
        else:
            answer(self)

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, family: socket.AddressFamily = socket.AF_INET) -> None:
        self.address_family = family
        self.answers: dict[str, Answer] = {}
        self.hits: list[tuple[str, float, dict[str, str]]] = []
        self.lock = threading.Lock()
        self.busy = self.most_busy = 0
        super().__init__(("::" if family == socket.AF_INET6 else "127.0.0.1", 0), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that hangs up in the middle is what some tests are about

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.hits]

    def when(self, path: str) -> list[float]:
        return [at for asked, at, _ in self.hits if asked == path]

    def answer(self, path: str, status: int, body: bytes = b"", **headers: str) -> str:
        self.answers[path] = lambda handler: handler.reply(status, body, **headers)
        return self.url(path)


def _serve(site: Site) -> Iterator[Site]:
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield site
    site.shutdown()
    site.server_close()
    thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    yield from _serve(Site())


@pytest.fixture
def make_site() -> Iterator[Callable[[], Site]]:
    """Any number of further sites."""
    with contextlib.ExitStack() as running:
        serving = contextlib.contextmanager(_serve)
        yield lambda: running.enter_context(serving(Site()))


@pytest.fixture
def canary() -> Iterator[Site]:
    """Listens on every loopback address, IPv4 and IPv6, where the machine has IPv6."""
    try:
        listening = Site(socket.AF_INET6)
    except OSError:
        listening = Site()
    listening.answer("/control", 200, b"<p>reached</p>", Content_Type="text/html")
    yield from _serve(listening)


@pytest.fixture
def crawl() -> Callable[..., dict[str, dict[str, Any]]]:
    """Runs requests through the project's settings in a process of their own; returns the outcome by URL or case."""

    def run(
        sources: list[dict[str, Any]], requests: list[dict[str, Any]], **job: Any
    ) -> dict[str, dict[str, Any]]:
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("crawl_requests.py"))],
            input=json.dumps({"sources": sources, "requests": requests, **job}),
            capture_output=True,
            text=True,
            timeout=50,
            cwd=ROOT,
            env={**os.environ, "SCRAPY_SETTINGS_MODULE": "newsbot.settings"},
        )
        assert done.returncode == 0, done.stderr
        results: dict[str, dict[str, Any]] = json.loads(done.stdout)
        assert len(results) == len({r.get("case", r["url"]) for r in requests}), done.stderr
        return results

    return run


@pytest.fixture
def paper(site: Site) -> dict[str, Any]:
    """A source whose own private place is `site`."""
    return {"id": "paper", "homepage": site.url("/"), "allow_private": True, "delay": 0.0}
