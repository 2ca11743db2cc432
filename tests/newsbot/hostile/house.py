"""Doors of a site: each is a port of its own, so that what is slow or closed at one hides nothing behind another."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE = 8.0  # seconds for which a door that stalls keeps its client; longer than any deadline of the crawl

Answer = Callable[["Door"], object]

ENDLESS = ("/endless/", "/maps/deep/", "/calendar/")  # addresses that go on for ever


class Door(BaseHTTPRequestHandler):
    """One connection; how it answers is looked up by door and path."""

    protocol_version = "HTTP/1.1"
    server: House

    def do_GET(self) -> None:
        path, _, self.query = self.path.partition("?")
        self.server.hits[path] += 1
        for prefix in ENDLESS:
            path = prefix if path.startswith(prefix) else path
        answer = self.server.answers.get(path)
        if answer is None:
            self.reply(404, b"<html><body>no such page</body></html>")
        else:
            answer(self)

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def reply(self, status: int, body: bytes = b"", kind: str = "text/html", **headers: str) -> None:
        """An honest answer, unless a header says otherwise."""
        said = {"Content-Type": kind, "Content-Length": str(len(body))}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.send_response(status)
        for name, value in said.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, head: str, pieces: Iterator[bytes] | list[bytes] = []) -> None:  # noqa: B006  never changed
        """Bytes as they are; then the connection ends."""
        self.close_connection = True
        self.wfile.write(head.encode("latin-1").replace(b"\n", b"\r\n"))
        for piece in pieces:
            self.wfile.write(piece)

    def stall(self) -> None:
        self.close_connection = True
        self.server.closing.wait(PATIENCE)

    def log_message(self, *args: object) -> None:
        pass


class House(ThreadingHTTPServer):
    """A door with its answers."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.hits: Counter[str] = Counter()
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", 0), Door)

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that hangs up is what this is about
