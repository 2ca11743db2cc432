"""A server in a process of its own: its answers, its CPU seconds, its memory."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")
_SERVE = "from newsbot.cli import main; main()"
_PATIENCE = 60.0  # seconds until it answers


@dataclass(frozen=True)
class Answer:
    """What one request got."""

    status: int
    body: bytes
    ms: float  # until the last byte was there


class Server:
    """A program that serves an archive over HTTP on this machine; ended when the block is left."""

    def __init__(self, name: str, command: list[str], port: int, *, stock: bool = False) -> None:
        self.name, self.port, self.stock = name, port, stock
        self._process = subprocess.Popen(  # noqa: S603  our own commands
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def __enter__(self) -> Self:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                self.get("/")
                return self
            self._connection.close()
            if self._process.poll() is not None:
                sys.exit(f"{self.name} ended with {self._process.returncode} before it answered.")
            time.sleep(0.1)
        sys.exit(f"{self.name} did not answer within {_PATIENCE:.0f} s.")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.wait(timeout=60)

    def get(self, path: str) -> Answer:
        """One GET over a connection that is kept, gzip accepted as browsers do, the body unpacked by nobody."""
        began = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
        response = self._connection.getresponse()
        body = response.read()
        return Answer(response.status, body, (time.perf_counter() - began) * 1000)

    def plain(self, path: str) -> str:
        """One GET uncompressed, as text."""
        self._connection.request("GET", path)
        return self._connection.getresponse().read().decode("utf-8", "replace")

    def stream(self, path: str) -> tuple[int, int, float]:
        """Bytes, lines and most memory (MB) of one long answer."""
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        size = lines = 0
        most, looked = self.memory(), time.monotonic()
        while piece := response.read(1 << 20):
            size += len(piece)
            lines += piece.count(b"\n")
            if time.monotonic() - looked > 0.3:
                most, looked = max(most, self.memory()), time.monotonic()
        return size, lines, most

    def cpu(self) -> float:
        """CPU seconds of the process so far, all threads."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Proportional set size in MB."""
        rollup = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0


def newsbot(archive: Path) -> Server:
    """The reading room."""
    port = free_port()
    command = [sys.executable, "-c", _SERVE, "serve", "--db", str(archive), "--port", str(port)]
    return Server("newsbot", command, port)


def stock(archive: Path, patience: float = 120.0) -> Server:
    """Datasette as it comes, its time limits lifted to so many seconds, so that its counts are exact too."""
    port = free_port()
    limits = [
        word
        for name in ("sql_time_limit_ms", "facet_time_limit_ms")
        for word in ("--setting", name, str(int(patience * 1000)))
    ]
    command = [sys.executable, "-m", "datasette", str(archive), "--port", str(port), *limits]
    return Server("Datasette", command, port, stock=True)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
