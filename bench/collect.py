"""How fast `newsbot collect` empties an outbox, and in how much memory; beside the same visits committed without one.

    python -m bench collect --visits 100000
    python -m bench collect --visits 20000 --frontier postgresql://bot@db.example/empty

Without an address a PostgreSQL of its own is started, which waits for no disk: what is measured is the collector.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench.stories import Press
from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.items import Visit
from pipelines.reading import READING_VERSION
from pipelines.shared import wire
from pipelines.shared.schema import prepare
from pipelines.store import Archive, PlannedSource
from tests.postgres import MISSING, PostgresServer, postgres_programs

_AT_ONCE = 50  # visits that wait for each other, as in a crawl
_CLOCK = os.sysconf("SC_CLK_TCK")


def visits(number: int, words: int) -> Iterator[Visit]:
    """Visits that a crawler would have made, with captures and signatures; the same each time."""
    for batch in Press(1, number, False, words).stories():
        for story in batch:
            reading = replace(story.reading, version=READING_VERSION)
            signature = dedupe.signature_of(reading.text)
            yield replace(story.visit, reading=replace(reading, signature=signature))


def put(dsn: str, number: int, words: int) -> float:
    """Fills the outbox as crawlers do; gives its megabytes."""
    size = 0
    now = datetime.now(UTC)
    with psycopg.connect(dsn, autocommit=True) as pg:
        prepare(pg)
        row = pg.execute(
            """INSERT INTO newsbot.runs (crawler, machine, started_at, seen_at, lease, state, version, reading, command)
            VALUES ('bench', 'bench', %s, %s, 60, 'finished', 'bench', 'bench', 'bench') RETURNING id""",
            (now, now),
        ).fetchone()
        assert row is not None
        with pg.cursor() as cursor:
            pg.execute("CREATE TEMP TABLE urls (key text, url text, source text, host text)")
            with cursor.copy("COPY newsbot.outbox (run, key, visits, visit, made_at) FROM STDIN") as copy:
                kept = []
                for visit in visits(number, words):
                    letter = wire.encode_visit(visit)
                    size += len(letter)
                    copy.write_row((row[0], visit.key, 1, letter, now))
                    kept.append((visit.key, visit.url, visit.source, dedupe.host_of(visit.url)))
            with cursor.copy("COPY urls FROM STDIN") as copy:
                for one in kept:
                    copy.write_row(one)
            sources = sorted({source for _, _, source, _ in kept})
            cursor.execute(
                """INSERT INTO newsbot.frontier (key, url, source, kind, host, state, due_at, visits, first_due_at)
                SELECT key, url, source, 'article', host, 'parked', %s, 1, %s FROM urls ON CONFLICT DO NOTHING""",
                (now, now),
            )
            for source in sources:
                planned = wire.encode_source(PlannedSource(source, source))
                cursor.execute(
                    "INSERT INTO newsbot.sources VALUES (%s, %s, 'active', %s, %s)",
                    (source, planned, now, now),
                )
        pg.execute("VACUUM ANALYZE newsbot.outbox")
    return size / 1e6


def collect(dsn: str, archive: Path, number: int) -> None:
    """Runs the command and tells its rate, its CPU seconds and its memory as it goes."""
    command = [sys.executable, "-m", "newsbot", "collect", "--frontier", dsn, "--db", str(archive), "-q"]
    command[1:3] = ["-c", "from newsbot.cli import main; main()"]
    began = time.monotonic()
    marks = [number // 10, number // 2, number * 9 // 10]
    with psycopg.connect(dsn, autocommit=True) as pg, subprocess.Popen(command) as child:  # noqa: S603  our own
        cpu = rss = most = 0.0
        while child.poll() is None:
            row = pg.execute("SELECT min(id) FROM newsbot.outbox").fetchone()
            done = (row[0] or number + 1) - 1 if row else 0
            cpu, rss = _used(child.pid) or (cpu, rss)
            most = max(most, rss)
            if marks and done >= marks[0]:
                print(f"  {marks.pop(0):,} visits: {time.monotonic() - began:.1f} s, {rss:.0f} MB resident")
            time.sleep(0.2)
        took = time.monotonic() - began
        assert child.returncode == 0, child.returncode
    print(
        f"collected: {number:,} visits in {took:.1f} s, {number / took:,.0f} a second; "
        f"{cpu:.1f} s of CPU, {1000 * cpu / number:.2f} ms a visit; {most:.0f} MB resident at most, "
        f"archive {archive.stat().st_size / 1e6:,.0f} MB"
    )


def commit(archive: Path, number: int, words: int) -> None:
    """The same visits by the writer of a crawl, for comparison."""
    made = list(visits(number, words))

    async def all_of_them(opened: Archive) -> None:
        for start in range(0, number, _AT_ONCE):
            await asyncio.gather(*(opened.commit(visit) for visit in made[start : start + _AT_ONCE]))

    began, cpu = time.monotonic(), time.process_time()
    with Archive.open(archive, judgement=dedupe, now=utc_now) as opened:
        opened.begin_run("bench", "bench", READING_VERSION)
        asyncio.run(all_of_them(opened))
    took, cpu = time.monotonic() - began, time.process_time() - cpu
    print(
        f"committed without an outbox: {number:,} visits in {took:.1f} s, {number / took:,.0f} a second; "
        f"{cpu:.1f} s of CPU, {1000 * cpu / number:.2f} ms a visit"
    )


def _used(pid: int) -> tuple[float, float] | None:
    """CPU seconds and resident megabytes of a process; None where it is over."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    if fields[0] == "Z":  # it is over, and tells of its memory no more
        return None
    return (int(fields[11]) + int(fields[12])) / _CLOCK, int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(arguments: list[str]) -> None:
    """Fill an outbox, empty it, tell what that took."""
    parser = argparse.ArgumentParser(prog="python -m bench collect", description=__doc__)
    parser.add_argument("--visits", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=400, help="words of a text on average")
    parser.add_argument("--frontier", help="address of an empty database; one is made where none is given")
    asked = parser.parse_args(arguments)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="newsbot-bench-")))
        dsn = asked.frontier
        if dsn is None:
            programs = postgres_programs()
            if programs is None:
                sys.exit(MISSING)
            dsn = opened.enter_context(PostgresServer(programs)).new_database()
        print(f"outbox: {asked.visits:,} visits, {put(dsn, asked.visits, asked.words):,.0f} MB")
        collect(dsn, folder / "collected.db", asked.visits)
        few = min(asked.visits, 20_000)
        commit(folder / "committed.db", few, asked.words)
