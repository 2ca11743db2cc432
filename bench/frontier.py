"""What one PostgreSQL bears as a shared frontier: leases and commits a second, with many hosts and many crawlers.

    python -m bench frontier postgresql://… --hosts 100000 --crawlers 4 --seconds 20

The database is to be empty, and is filled: HOSTS hosts with ten articles each. Crawlers here only lease and commit (a reading
of some 15 KB of JSON), so this is what the server bears, and not what a crawl does.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import time
from datetime import UTC, datetime

import psycopg

from pipelines import dedupe
from pipelines.items import LISTINGS, Kind, Reading, Visit
from pipelines.shared.frontier import Crawler, SharedFrontier
from pipelines.shared.schema import prepare

ARTICLES = 10  # of a host
IN_FLIGHT = 64
TEXT = " ".join(
    f"Sentence {n} of a report on rain, rivers and what the council makes of both." for n in range(150)
)


def fill(dsn: str, hosts: int) -> float:
    """Fills an empty frontier; seconds that it took."""
    began = time.monotonic()
    with psycopg.connect(dsn, autocommit=True) as connection:
        prepare(connection)
        connection.execute(
            "INSERT INTO newsbot.hosts (host) SELECT 'h' || n || '.example' FROM generate_series(1, %s) n",
            (hosts,),
        )
        connection.execute(
            """INSERT INTO newsbot.frontier (key, url, source, kind, host, due_at, first_due_at)
            SELECT 'https://h' || h || '.example/2026/11/22/story-' || a, 'https://h' || h || '.example/2026/11/22/story-' || a,
                's', 'article', 'h' || h || '.example', now(), now()
            FROM generate_series(1, %s) h, generate_series(1, %s) a""",
            (hosts, ARTICLES),
        )
        connection.execute("ANALYZE newsbot.frontier, newsbot.hosts")
    return time.monotonic() - began


async def crawl(dsn: str, name: str, seconds: float) -> tuple[int, list[float], list[float]]:
    """Leases and commits for so long: visits, and the seconds of each lease and each commit."""

    def now() -> datetime:
        return datetime.now(UTC)

    frontier = SharedFrontier.open(dsn, Crawler(name, "file://bench/", ("s",)), judgement=dedupe, now=now)
    run = frontier.begin_run("bench", "0", "0")
    leased: list[float] = []
    committed: list[float] = []

    async def visit(key: str, url: str) -> None:
        reading = Reading(
            "0", url, True, headline=url, text=TEXT, content_hash=url, text_hash=url, word_count=2000
        )
        began = time.monotonic()
        await frontier.commit(Visit(url, key, "s", Kind.ARTICLE, now(), status=200, reading=reading))
        committed.append(time.monotonic() - began)

    end = time.monotonic() + seconds
    under_way: set[asyncio.Task[None]] = set()
    while time.monotonic() < end:
        for kinds in (LISTINGS, (Kind.ARTICLE,)):  # as the spider asks
            began = time.monotonic()
            work = await frontier.lease(
                run, IN_FLIGHT - len(under_way), now(), sources=["s"], kinds=kinds, per_host=4
            )
            leased.append(time.monotonic() - began)
        under_way |= {asyncio.ensure_future(visit(lease.key, lease.url)) for lease in work}
        if under_way:
            _, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
    if under_way:
        await asyncio.wait(under_way)
    await frontier.free_leases()
    frontier.end_run(run, "finished", 0)
    frontier.close()
    return len(committed), leased, committed


def work(dsn: str, name: str, seconds: float) -> tuple[int, list[float], list[float]]:
    """One crawler in a process of its own."""
    return asyncio.run(crawl(dsn, name, seconds))


def main(arguments: list[str]) -> None:
    """Fill, crawl, tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dsn")
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--crawlers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args(arguments)
    print(
        f"{asked.hosts:,} hosts, {asked.hosts * ARTICLES:,} articles: filled in {fill(asked.dsn, asked.hosts):.0f} s"
    )
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(asked.crawlers) as pool:
        told = pool.starmap(work, [(asked.dsn, f"c{n}", asked.seconds) for n in range(asked.crawlers)])
    seconds = time.monotonic() - began
    visits = sum(number for number, _, _ in told)
    leased = sorted(one for _, leases, _ in told for one in leases)
    committed = sorted(one for _, _, commits in told for one in commits)
    print(
        f"{asked.crawlers} crawlers: {visits:,} visits in {seconds:.0f} s, {visits / asked.seconds:,.0f} a second"
    )
    for name, times in (("lease", leased), ("commit", committed)):
        worst = times[-max(1, len(times) // 100)]
        print(
            f"{name}: {1000 * statistics.median(times):.1f} ms in the middle, {1000 * worst:.1f} ms at worst but 1 %"
        )
