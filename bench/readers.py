"""Many readers of one archive, alone and while a writer adds articles as a crawl does."""

from __future__ import annotations

import asyncio
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx

from bench.servers import Server, newsbot
from bench.stories import Press
from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.store import Archive

RATE = 20  # articles a second
PAUSE = 2.0  # seconds that a reader looks at a page, on average
_SECONDS = 20.0


@dataclass
class Heard:
    """What the readers got."""

    times: list[float] = field(default_factory=list)  # ms
    faults: list[str] = field(default_factory=list)

    def told(self, name: str, note: str = "") -> float:
        """A line; gives the p95."""
        p95 = sorted(self.times)[int(len(self.times) * 0.95)]
        print(
            f"{name:42}{len(self.times):6} pages, p50 {statistics.median(self.times):.1f}, p95 {p95:.1f} ms,"
            f" {len(self.faults)} errors {note}",
            flush=True,
        )
        return p95


def measure(archive: Path, count: int, pairs: Sequence[Mapping[str, str]], public_ids: Sequence[str]) -> None:
    """Copies the archive, lets `count` readers read the copy, alone and beside a writer, and tells both."""
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        copy = Path(folder) / archive.name
        shutil.copyfile(archive, copy)
        facets = archive.with_name(archive.name + "-facets")
        if facets.exists():
            shutil.copyfile(facets, copy.with_name(facets.name))
        base = f"/{copy.stem}/articles"
        paths = [base, *(f"{base}?{urlencode(dict(pair))}" for pair in pairs)]
        paths += [f"/a/{public_id}" for public_id in public_ids]
        with newsbot(copy) as server:
            while "Very many" in server.plain(base):
                time.sleep(0.5)
            asyncio.run(read(server, 5, paths, 5.0))
            alone = asyncio.run(read(server, count, paths, _SECONDS)).told(
                f"{count} readers, nothing written"
            )
            command = [sys.executable, "-m", "bench.readers", str(copy), str(_SECONDS)]
            writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
            beside = asyncio.run(read(server, count, paths, _SECONDS))
            written, _ = writer.communicate()
            p95 = beside.told(
                f"{count} readers, {written.strip()}", ", ".join(sorted(set(beside.faults))[:3])
            )
            print(f"p95 beside the writer is {p95 / alone:.2f} times that of the readers alone")


async def read(server: Server, count: int, paths: Sequence[str], seconds: float) -> Heard:
    """Readers who look at a page for a while before they ask for the next."""
    heard = Heard()
    until = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=count)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{server.port}", timeout=60, limits=limits
    ) as client:
        draws = [random.Random(number) for number in range(count)]  # noqa: S311
        await asyncio.gather(*(_reader(client, draw, paths, until, heard) for draw in draws))
    return heard


async def _reader(
    client: httpx.AsyncClient, draw: random.Random, paths: Sequence[str], until: float, heard: Heard
) -> None:
    await asyncio.sleep(draw.random() * PAUSE)
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            response = await client.get(draw.choice(paths))
        except httpx.HTTPError as error:
            heard.faults.append(type(error).__name__)
        else:
            heard.times.append((time.perf_counter() - began) * 1000)
            if response.status_code != 200:
                heard.faults.append(str(response.status_code))
        await asyncio.sleep(draw.random() * 2 * PAUSE)


async def write(path: Path, seconds: float) -> int:
    """Commits new articles as a crawl does, RATE a second; gives their number."""
    press = Press(99, 100_000)
    written = 0
    with Archive.open(path, judgement=dedupe, now=utc_now) as archive:
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            await archive.commit(press.fresh(written, utc_now()))
            written += 1
            await asyncio.sleep(max(0.0, began + written / RATE - time.monotonic()))
    return written


if __name__ == "__main__":
    length = float(sys.argv[2])
    print(f"{asyncio.run(write(Path(sys.argv[1]), length)) / length:.0f} articles a second written")
