"""One crawl of the hostile papers and the healthy one: how it is made, and what it left behind."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SITE = Path(__file__).parent
MEMORY = 800 * 2**20  # bytes that the whole process tree may have
SECRET = "5ecret-of-this-machine"
# `newsbot crawl` with short deadlines, so that what stalls costs the suite seconds and not minutes.
CRAWL = """
import newsbot.settings
newsbot.settings.DOWNLOAD_TIMEOUT = 1.2
from newsbot.cli import main
main(prog_name="newsbot")
"""


@dataclass(frozen=True)
class Night:
    """What one crawl left behind."""

    folder: Path
    ports: dict[str, int]
    listings: list[str]
    hits: dict[str, dict[str, int]]  # requests by door and path
    exit_code: int
    stderr: str
    seconds: float
    peak: int  # bytes of the whole process tree
    canary: int  # connections to the address that nobody may reach

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "archive.db")) as db:
            return db.execute(sql, values).fetchall()

    def outcomes(self, source: str) -> dict[str, list[str]]:
        """Outcome and reason of every visit to a source, by path."""
        found: dict[str, list[str]] = {}
        for url, outcome, reason in self.rows(
            "select url, outcome, reason from fetches where source = ?", source
        ):
            path = url.removeprefix(f"http://127.0.0.1:{self.ports[source]}")
            found.setdefault(path, []).append(f"{outcome} {reason or ''}".strip())
        return found


def spent(folder: Path) -> dict[str, object]:
    """Crawls the hostile papers in `folder`, and says how it went."""
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    with canary() as (port, hits), papers(port, secret) as site:
        assert site.stdout is not None
        told = json.loads(site.stdout.readline())
        (folder / "sources.toml").write_text(sources(told["ports"], told["listings"]), encoding="utf-8")
        began = time.monotonic()
        with (folder / "stderr").open("w") as stderr, (folder / "stdout").open("w") as stdout:
            crawl = subprocess.Popen(
                [sys.executable, "-c", CRAWL, "crawl"], cwd=folder, stdout=stdout, stderr=stderr
            )
            peak = watched(crawl)
        seconds = time.monotonic() - began
        asked, _ = site.communicate()
    return {
        **told,
        "hits": json.loads(asked),
        "exit_code": crawl.returncode,
        "stderr": (folder / "stderr").read_text(encoding="utf-8"),
        "seconds": seconds,
        "peak": peak,
        "canary": len(hits),
    }


@contextmanager
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A port on this machine that notes who comes."""
    hits: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def note() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller:
                    hits.append(caller.recv(1000))

        threading.Thread(target=note, daemon=True).start()
        yield listening.getsockname()[1], hits
        listening.shutdown(socket.SHUT_RDWR)


@contextmanager
def papers(canary: int, secret: Path) -> Iterator[subprocess.Popen[str]]:
    site = subprocess.Popen(
        [sys.executable, str(SITE), str(canary), str(secret)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with site:
        try:
            yield site
        finally:
            site.kill()


def sources(ports: dict[str, int], listings: list[str]) -> str:
    """sources.toml: the healthy paper last, everything at a delay of none."""
    feeds = [path for path in listings if path.startswith("/feed")]
    maps = [path for path in listings if path.startswith("/maps/")]
    sections = [path for path in listings if path not in feeds and path not in maps]
    more = {
        "hostile": {"feeds": feeds, "sitemaps": maps, "sections": sections},
        "deep": {"feeds": [], "sitemaps": ["/sitemap.xml"], "sections": ["/stall/"], "max_requests": 20},
    }
    text = ['[defaults]\ncontact = "test@example.org"\ndelay = 0.0\n']
    for name, port in sorted(ports.items(), key=lambda item: item[0] == "healthy"):
        home = f"http://{'localhost' if name == 'healthy' else '127.0.0.1'}:{port}"
        keys: dict[str, Any] = {"feeds": ["/feed/"], "sitemaps": []} | more.get(name, {})
        keys["sitemaps"] = [home + path for path in keys["sitemaps"]] or "off"
        keys |= {"id": name, "name": name, "homepage": f"{home}/", "exclude": ["/left-out/", "/calendar/"]}
        text += [
            "[[source]]",
            "allow_private = true",
            *(f"{key} = {json.dumps(value)}" for key, value in keys.items()),
        ]
    return "\n".join(text)


def watched(process: subprocess.Popen[bytes]) -> int:
    """Waits for the end; gives the most memory (bytes, shared pages counted once) that the process tree had."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(memory(pid) for pid in tree(process.pid)))
        time.sleep(0.1)
        if process.args and peak > 4 * MEMORY:
            process.kill()
    return peak


def tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(of for child in children for of in tree(int(child)))]


def memory(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
