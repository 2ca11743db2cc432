"""Bulk work by processes of this machine and by workers of Dask: time, memory, and whether the rows are the same.

    python -m bench bulk --corpora DIR [--articles 5000] [--runs dask1 dask2 killed local1 local2]

Clones of the real pages in the corpora go into WARC files, and `newsbot backfill warc` takes them into a new archive,
once for each run. The first run is what the rows of the others are compared with. On two quiet cores 5,000 pages take
one worker about five minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from bench.clones import write_warcs
from bench.cluster import Cluster
from pipelines.store.opening import open_writable

RUNS: Final = ("dask1", "dask2", "killed", "local1", "local2")
BEGAN: Final = "2026-11-22T00:00:00Z"  # by the clock of each run
EVERY: Final = 2.0  # seconds between two looks at the memory
NEWSBOT: Final = Path(sys.executable).with_name("newsbot")

_SOURCES: Final = """
[defaults]
contact = "bench@example.org"

[[source]]
id = "desk"
name = "Desk"
homepage = "https://desk.example/"
"""
_MOMENT: Final = re.compile(r"2026-11-22T\d\d:\d\d:\d\d(?:\.\d+)?Z")  # of the run itself
_FILE: Final = re.compile(r"(\d{8}T\d{6}Z-run\d+)-\d+-")  # of captures: with the number of a process
_OF_A_RUN: Final = ("runs", "about", "_sqlite_migrations", "sqlite_stat1", "sqlite_stat4")


@dataclass(slots=True)
class Taken:
    """What was measured of one run."""

    name: str
    seconds: float = 0.0
    articles: int = 0
    client_cpu: float = 0.0  # seconds, of the process that decides and writes
    other_cpu: float = (
        0.0  # seconds, of the scheduler and of the workers' own processes, without their readers
    )
    memory: list[dict[str, int]] = field(default_factory=list)  # MB by who, as time went on
    rows: dict[str, str] = field(default_factory=dict)  # digest by table


def main(arguments: Sequence[str]) -> None:
    """Measure what was asked for and print it."""
    asked = _asked(arguments)
    if asked.corpora is None:
        sys.exit("No pages to clone: no folder is named (--corpora DIR or CORPORA=DIR).")
    with ExitStack() as stack:
        folder = asked.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="newsbot-bulk-"))
        )
        files = sorted((folder / "warcs").glob("*.warc.gz"))
        files = files or write_warcs(folder / "warcs", asked.corpora, asked.articles, asked.files)
        print(
            f"{len(files)} WARC files, {sum(file.stat().st_size for file in files) / 1e6:.0f} MB", flush=True
        )
        everything = [_run(name, folder, files) for name in asked.runs]
    _compare(everything)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    named = os.environ.get("CORPORA")
    parser = argparse.ArgumentParser(prog="python -m bench bulk")
    parser.add_argument("--corpora", type=Path, default=Path(named) if named else None)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--files", type=int, default=5)
    parser.add_argument(
        "--folder", type=Path, help="where WARC files and archives stay; else they are thrown away"
    )
    parser.add_argument("--runs", nargs="*", default=list(RUNS), help="; ".join(RUNS) + ", or daskN, localN")
    return parser.parse_args(arguments)


def _run(name: str, folder: Path, files: Sequence[Path]) -> Taken:
    place = folder / name
    if place.exists():
        sys.exit(f"{place} is there already: name another --folder.")
    place.mkdir(parents=True)
    taken = Taken(name)
    with ExitStack() as stack:
        cluster = None
        if name.startswith("local"):
            engine = ["--engine", "local", "--workers", name.removeprefix("local")]
        else:
            cluster = Cluster(place, stack)
            cluster.begin(2 if name == "killed" else int(name.removeprefix("dask")))
            engine = ["--engine", cluster.address]
        _backfill(taken, place, files, engine, cluster)
    archive = place / "archive.db"
    taken.rows = digests(archive)
    with closing(sqlite3.connect(archive)) as db:
        taken.articles = db.execute("SELECT count(*) FROM articles").fetchone()[0]
    _print(taken)
    return taken


def _backfill(
    taken: Taken, place: Path, files: Sequence[Path], engine: Sequence[str], cluster: Cluster | None
) -> None:
    """One run of the command, looked at while it goes on."""
    (place / "sources.toml").write_text(_SOURCES)
    command = [
        *(NEWSBOT, "backfill", "warc", *files, "--any-host", "--json", *engine),
        *("--db", place / "archive.db", "--sources", place / "sources.toml"),
    ]
    before = cluster.cpu() if cluster is not None else 0.0
    begun = time.monotonic()
    with (place / "report.json").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, env={**os.environ, "NEWSBOT_CLOCK": BEGAN})  # noqa: S603  our own command
    to_kill = taken.name == "killed"
    while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0:
        taken.memory.append(_memory(process.pid, cluster))
        if to_kill and cluster is not None and _articles(place / "archive.db") > 500:
            cluster.kill_one()
            to_kill = False
        time.sleep(EVERY)
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    taken.seconds = time.monotonic() - begun
    taken.client_cpu = ended[2].ru_utime + ended[2].ru_stime
    taken.other_cpu = cluster.cpu() - before if cluster is not None else 0.0
    if process.returncode not in (0, 1):
        sys.exit(f"{taken.name}: newsbot backfill ended with {process.returncode}.")


def _articles(archive: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True, timeout=5)) as db:
            number: int = db.execute("SELECT count(*) FROM articles").fetchone()[0]
    except sqlite3.Error:  # it is not made yet
        return 0
    return number


def _memory(client: int, cluster: Cluster | None) -> dict[str, int]:
    """MB by who: what each has for itself, and its part of what it shares."""
    roots = {"client": client, **(cluster.processes() if cluster is not None else {})}
    return {who: round(_tree(pid) / 1e6) for who, pid in roots.items()}


def _tree(pid: int) -> int:
    size = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            try:
                size += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
    except psutil.NoSuchProcess:
        pass
    return size


# A WARC file begins with its own name, which has the number of a process: packed, it is a byte longer or shorter.
_OFFSET: Final = "offset - min(offset) OVER (PARTITION BY file)"


def digests(archive: Path) -> dict[str, str]:
    """Of all rows by table, but for the moments and names that are of the run."""
    found = {}
    with closing(open_writable(archive, datetime.now(UTC), 5.0, False)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if name in _OF_A_RUN or "fts" in name:
                continue
            columns = [f'"{row[1]}"' for row in db.execute(f'PRAGMA table_info("{name}")')]
            asked = ", ".join(columns)
            if name == "captures":
                asked = asked.replace('"offset"', _OFFSET)
            rows = sorted(_plain(repr(tuple(row))) for row in db.execute(f'SELECT {asked} FROM "{name}"'))  # noqa: S608
            found[name] = f"{len(rows)} {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()[:12]}"
    return found


def _plain(row: str) -> str:
    return _FILE.sub(r"\1-", _MOMENT.sub("now", row))


def _print(taken: Taken) -> None:
    rate = taken.articles / taken.seconds
    print(
        f"{taken.name}: {taken.articles:,} articles in {taken.seconds:.1f} s, {rate:.1f} a second; "
        f"client {taken.client_cpu:.1f} s CPU ({1000 * taken.client_cpu / taken.articles:.1f} ms an article), "
        f"scheduler and workers' own processes {taken.other_cpu:.1f} s",
        flush=True,
    )
    quarters = [taken.memory[max(0, len(taken.memory) * part // 4 - 1)] for part in (1, 2, 3, 4)]
    for who in taken.memory[-1]:
        most = max(look.get(who, 0) for look in taken.memory)
        print(
            f"  memory of {who}, MB after each quarter: {[look.get(who, 0) for look in quarters]}, most {most}",
            flush=True,
        )


def _compare(everything: Sequence[Taken]) -> None:
    """Two workers beside one, and the rows of each run beside those of the first."""
    seconds = {taken.name: taken.seconds for taken in everything}
    for kind in ("dask", "local"):
        if {f"{kind}1", f"{kind}2"} <= seconds.keys():
            print(f"{kind}: two take {seconds[f'{kind}2'] / seconds[f'{kind}1']:.3f} of the time of one")
    first = everything[0]
    for taken in everything[1:]:
        other = sorted(
            name
            for name in first.rows.keys() | taken.rows.keys()
            if first.rows.get(name) != taken.rows.get(name)
        )
        said = (
            f"other rows in {', '.join(other)}" if other else f"the same rows in all {len(first.rows)} tables"
        )
        print(f"{taken.name} beside {first.name}: {said}")
