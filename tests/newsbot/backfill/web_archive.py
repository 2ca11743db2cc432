"""A web archive on this machine: an index as the CDX server API documents it, and mementos (RFC 7089), with faults."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote_plus, urlsplit

from newsbot.discovery.cdx import instant_of

COLUMNS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]

STORY = (
    "The council of {place} met on the quay on {day} and heard how the river had risen by {n} centimetres since the "
    "first gauge was read. Engineers said the old wall would hold, but they asked for {n} loads of clay before the "
    "week is over. Two boats carried sandbags to the lower streets while the school stayed open, and {n} families "
    "moved to the hall beside the church for the night."
)


def story(n: int, place: str = "Millford", more: str = "") -> bytes:
    """An article page of 2014, without a date of its own unless `more` has one."""
    paragraphs = "".join(f"<p>{STORY.format(place=place, n=n * 10 + k, day='Monday')}</p>" for k in range(4))
    return (
        f"<!doctype html><html lang=en><head><title>River rises at {place} {n}</title></head><body><article>"
        f"<h1>River rises at {place} {n}</h1>{paragraphs}{more}</article></body></html>"
    ).encode()


def sha1(payload: bytes) -> str:
    return base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()


@dataclass
class Held:
    """A capture as the web archive holds it."""

    timestamp: str
    original: str
    payload: bytes
    headers: dict[str, str] = field(
        default_factory=lambda: {"Content-Type": "text/html; charset=utf-8", "Server": "nginx/1.2"}
    )
    status: int = 200
    media_type: str = "text/html"

    @property
    def urlkey(self) -> str:
        parts = urlsplit(self.original)
        host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
        return f"{host}){parts.path.lower()}" + (f"?{parts.query}" if parts.query else "")

    @property
    def row(self) -> list[str]:
        return [
            self.urlkey,
            self.timestamp,
            self.original,
            self.media_type,
            str(self.status),
            sha1(self.payload),
            str(len(self.payload)),
        ]


Answer = Callable[["Handler"], object]


class WebArchive(ThreadingHTTPServer):
    """The server. `answers` stand at paths, or at the n-th question to the index ("index 2"); `pywb` makes its index
    that of pywb: an object a line, and no key to go on with."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *held: Held) -> None:
        self.held = list(held)
        self.answers: dict[str, Answer] = {}
        self.pywb = False
        self.most = 1_000_000  # lines of an answer, whatever is asked for
        self.read_limit = 150_000  # lines that are looked at for one answer
        self.log: list[tuple[str, float]] = []
        self.questions = 0
        self.lock = threading.Lock()
        self.busy = 0
        self.most_busy = 0
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients hang up in the middle

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def asked(self, part: str) -> list[str]:
        return [path for path, _ in self.log if part in path]

    @property
    def mementos(self) -> list[str]:
        return [path.removeprefix("/web/") for path, _ in self.log if path.startswith("/web/2")]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WebArchive

    def do_GET(self) -> None:
        server = self.server
        with server.lock:
            server.log.append((self.path, time.monotonic()))
            server.busy += 1
            server.most_busy = max(server.most_busy, server.busy)
        try:
            self.answer()
        finally:
            with server.lock:
                server.busy -= 1

    def answer(self) -> None:
        path = urlsplit(self.path).path
        if path.endswith("/cdx"):
            self.server.questions += 1
            path = f"index {self.server.questions}"
        if (special := self.server.answers.get(path) or self.server.answers.get(self.path)) is not None:
            special(self)
        elif path.startswith("index "):
            self.index()
        elif path.startswith("/web/2"):
            self.memento()
        else:
            self.reply(404, b"nothing here")

    # ------------------------------------------------------------ the index

    def rows(self) -> tuple[list[list[str]], str | None]:
        """What the question of this request brings, by the rules of the Internet Archive's CDXServer."""
        asked = parse_qs(urlsplit(self.path).query)
        one = {name: values[0] for name, values in asked.items()}
        held = sorted((capture.row for capture in self.server.held), key=lambda row: (row[0], row[1]))
        if resume := one.get("resumeKey"):
            held = [row for row in held if f"{row[0]} {row[1]}" >= resume]
        offset = 0 if self.server.pywb else int(one.get("offset", 0))
        limit = min(int(one.get("limit", 100_000)), self.server.most)
        found: list[list[str]] = []
        last: list[str] | None = None
        for number, row in enumerate(held[: self.server.read_limit]):
            if len(found) >= limit:
                break
            if number < offset:
                continue
            last = row
            if one.get("from", "") <= row[1] <= one.get("to", "9") and self.passes(asked, row):
                found.append(row)
        key = None
        if "showResumeKey" in one and last is not None and len(found) >= limit and not self.server.pywb:
            key = quote(f"{last[0]} {last[1]}!", safe="+").replace("%20", "+")
        return found, key

    @staticmethod
    def passes(asked: dict[str, list[str]], row: list[str]) -> bool:
        return all(
            row[COLUMNS.index(name)] == value
            for name, _, value in (one.partition(":") for one in asked.get("filter", []))
        )

    def index(self) -> None:
        rows, key = self.rows()
        if self.server.pywb:
            lines = [
                json.dumps(
                    {
                        "urlkey": row[0],
                        "timestamp": row[1],
                        "url": row[2],
                        "mime": row[3],
                        "status": row[4],
                        "digest": f"sha1:{row[5]}",
                    }
                )
                for row in rows
            ]
            self.reply(200, "".join(f"{line}\n" for line in lines).encode(), Content_Type="text/x-ndjson")
            return
        self.reply(200, table(rows, key), Content_Type="application/json")

    # ------------------------------------------------------------ mementos

    def held(self) -> Held | None:
        stamp, _, url = self.path.removeprefix("/web/").partition("id_/")
        return next(
            (one for one in self.server.held if one.timestamp == stamp and one.original == unquote_plus(url)),
            None,
        )

    def memento(self) -> None:
        held = self.held()
        if held is None:
            self.reply(
                404,
                b"<html><title>Wayback Machine</title>not in archive",
                X_Archive_Wayback_Runtime_Error="ResourceNotInArchiveException",
            )
        elif self.server.pywb:
            self.give(held, dict(held.headers))
        else:
            told = {f"X-Archive-Orig-{name}": value for name, value in held.headers.items()}
            encoding = (
                {"Content-Encoding": held.headers["Content-Encoding"]}
                if "Content-Encoding" in held.headers
                else {}
            )
            self.give(
                held,
                {"Content-Type": held.headers["Content-Type"], "Server": "openresty", **encoding, **told},
            )

    def give(self, held: Held, headers: dict[str, str], body: bytes | None = None) -> None:
        at = format_datetime(instant_of(held.timestamp), usegmt=True)
        self.reply(
            held.status,
            held.payload if body is None else body,
            **{"Memento-Datetime": at, "Link": f'<{held.original}>; rel="original"', **headers},
        )

    def packed(self) -> None:
        """The archive packs what was captured plain."""
        held = self.held()
        assert held is not None
        told = {f"X-Archive-Orig-{name}": value for name, value in held.headers.items()}
        self.give(
            held,
            {"Content-Type": "text/html", "Content-Encoding": "gzip", **told},
            gzip.compress(held.payload),
        )

    def reply(self, status: int, body: bytes = b"", *, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)
        if length is not None and length != len(body):
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


def table(rows: list[list[str]], key: str | None = None) -> bytes:
    """Rows as the Internet Archive prints them."""
    lines = [json.dumps(row) for row in [COLUMNS, *rows]] if rows else []
    if key:
        lines += ["[]", json.dumps([key])]
    return ("[" + ",\n".join(lines) + "]\n").encode()


@contextmanager
def archiving(*held: Held) -> Iterator[WebArchive]:
    """A running web archive."""
    server = WebArchive(*held)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        with contextlib.suppress(OSError):
            server.socket.shutdown(socket.SHUT_RDWR)
        server.server_close()
        thread.join()
