"""A loopback server that speaks for the sample newsroom, as an HTTP proxy for its .example hosts."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from newsbot.sample.newsroom import Newsroom

_IDLE_S = 30.0  # a kept connection that stays silent this long is closed


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the ledger: what was asked and the status it got."""

    method: str
    url: str
    status: int


class SampleServer:
    """Answers for the newsroom on 127.0.0.1 and a free port while the `with` block lasts.

    Takes requests as a proxy does ("GET http://www.gulfcourier.example/feed/ HTTP/1.1") and as an
    origin does ("GET /feed/ HTTP/1.1" with a Host header). `ledger` keeps every request in order.
    """

    def __init__(self, edition: int = 1) -> None:
        self.newsroom = Newsroom(edition)
        self._lock = threading.Lock()
        self._asked: list[Asked] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None

    @property
    def proxy(self) -> str:
        """URL to give as proxy. Raises RuntimeError outside the `with` block."""
        if self._server is None:
            raise RuntimeError("The sample server has no address before it runs: use it in a `with` block.")
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def ledger(self) -> tuple[Asked, ...]:
        """Every request answered so far, in the order of the answers."""
        with self._lock:
            return tuple(self._asked)

    def record(self, asked: Asked) -> None:
        """Write one line of the ledger; called from the threads of the connections."""
        with self._lock:
            self._asked.append(asked)


class _Server(ThreadingHTTPServer):
    """One thread a connection; closing ends the kept connections too."""

    daemon_threads = True

    def __init__(self, sample: SampleServer) -> None:
        self.sample = sample
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        request, address = super().get_request()
        with self._guard:
            self._open.add(request)
        return request, address

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        with self._guard:
            for request in self._open:
                with suppress(OSError):  # the other side may have gone first
                    request.shutdown(socket.SHUT_RDWR)  # wakes its thread, which then closes it


class _Handler(BaseHTTPRequestHandler):
    """From the wire to `Newsroom.answer` and back."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S
    disable_nagle_algorithm = True
    server: _Server

    def _reply(self) -> None:
        url = self.path
        if not url.startswith("http://"):
            url = f"http://{self.headers.get('Host', '')}{url}"
        answer = self.server.sample.newsroom.answer(self.command, url, dict(self.headers.items()))
        self.server.sample.record(Asked(self.command, url, answer.status))
        self.close_connection = self.close_connection or self.command == "POST"  # its body was not read
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = _reply

    def log_message(self, format: str, *args: object) -> None:
        """The ledger is the log."""
