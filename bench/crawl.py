"""A whole crawl beside a naive pipeline in the same run: pages a second, loop stalls, CPU, memory.

    make bench                                                          a site of 200 pages of the sample newsroom
    python -m bench crawl http://127.0.0.1:8460/ --sections /world      a site of yours that has a /sitemap.xml

The site is asked without delays, so it must be your own.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.site import BenchSite

SOURCES = """
[defaults]
contact = "bench@example.org"

[[source]]
id = "site"
name = "Site"
homepage = "{site}"
sections = {sections}
delay = 0.0
allow_private = true
max_requests = 1000000
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one crawl cost."""

    name: str
    pages: int
    seconds: float  # wall clock of the whole process
    crawl_seconds: float  # from the first request to the last item
    cpu: float  # seconds of user and system time, children included
    memory: float  # MB, most that the process tree held at once
    stall_p99: float  # ms
    stall_max: float  # ms


@dataclass
class Tree:
    """What a process and its descendants were seen to use."""

    memory: float = 0.0  # MB, most at once
    cpu: dict[int, float] = field(default_factory=dict)  # seconds by process

    def watch(self, process: subprocess.Popen[str]) -> None:
        """Look five times a second until the process has ended (Linux). Readers are children of a fork server
        that nobody waits for, so that the kernel's sums for children miss them."""
        while process.poll() is None:
            memory = 0
            for pid, seconds in _descendants(process.pid):
                self.cpu[pid] = seconds
                memory += _memory(pid)
            self.memory = max(self.memory, memory / 1024)
            time.sleep(0.2)


def measured(name: str, command: list[str]) -> tuple[dict[str, float], float, Tree]:
    """Run a command to its end: what it printed, wall seconds, and what its processes used."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    tree = Tree()
    watcher = threading.Thread(target=tree.watch, args=(process,), daemon=True)
    watcher.start()
    printed, _ = process.communicate()
    watcher.join()
    if process.returncode:
        sys.exit(f"{name} ended with {process.returncode}")
    return json.loads(printed), time.monotonic() - began, tree


def _descendants(root: int) -> Iterator[tuple[int, float]]:
    """A process and all below it, each with its CPU seconds so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    children: dict[int, list[int]] = {}
    seconds: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            pid = int(stat.parent.name)
            children.setdefault(int(fields[1]), []).append(pid)
            seconds[pid] = (int(fields[11]) + int(fields[12])) / ticks
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        waiting += children.get(pid, [])
        yield pid, seconds.get(pid, 0.0)


def _memory(pid: int) -> int:
    """Proportional set size in KB: pages shared by several processes count once in all."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return 0


def ours(site: str, sections: list[str], folder: Path) -> Figures:
    """newsbot: feeds, sitemaps and sections; robots, captures, readers, the archive."""
    sources, archive = folder / "sources.toml", folder / "archive.db"
    sources.write_text(SOURCES.format(site=site, sections=json.dumps(sections)), encoding="utf-8")
    stats, seconds, tree = measured(
        "newsbot", [sys.executable, "-m", "bench.ours", str(sources), str(archive)]
    )
    with sqlite3.connect(archive) as connection:
        (pages,) = connection.execute(
            "SELECT count(*) FROM fetches WHERE kind = 'article' AND status = 200"
        ).fetchone()
    return _figures("newsbot", pages, seconds, tree, stats)


def naive(site: str) -> Figures:
    """One spider over the sitemap, extraction and SQLite on the event loop, nothing kept."""
    command = [sys.executable, "-m", "bench.naive", f"{site.rstrip('/')}/sitemap.xml"]
    stats, seconds, tree = measured("naive", command)
    return _figures("naive", int(stats.get("item_scraped_count", 0)), seconds, tree, stats)


def _figures(name: str, pages: int, seconds: float, tree: Tree, stats: dict[str, float]) -> Figures:
    return Figures(
        name,
        pages,
        seconds,
        stats["elapsed_time_seconds"],
        sum(tree.cpu.values()),
        tree.memory,
        stats["loop_stall/p99"],
        stats["loop_stall/max"],
    )


def main(arguments: list[str]) -> None:
    """Run both in turn, as often as asked, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench crawl", description=__doc__)
    parser.add_argument("site", nargs="?", help="address of the homepage")
    parser.add_argument("--sections", nargs="*", default=[])
    parser.add_argument("--times", type=int, default=1)
    asked = parser.parse_args(arguments)
    print(
        f"{'':10}{'pages':>7}{'seconds':>9}{'crawl s':>9}{'pages/s':>9}{'CPU s':>8}{'MB':>7}{'stall p99':>11}{'max':>8}"
    )
    with BenchSite(200) if asked.site is None else nullcontext() as bench:
        site = bench.url if bench is not None else asked.site
        for _ in range(asked.times):
            with tempfile.TemporaryDirectory() as folder:
                told(ours(site, asked.sections, Path(folder)))
            told(naive(site))


def told(run: Figures) -> None:
    """One line of the table."""
    print(
        f"{run.name:10}{run.pages:7}{run.seconds:9.1f}{run.crawl_seconds:9.1f}"
        f"{run.pages / run.crawl_seconds:9.1f}{run.cpu:8.1f}{run.memory:7.0f}"
        f"{run.stall_p99:11.1f}{run.stall_max:8.1f}"
    )
