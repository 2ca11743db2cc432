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
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx

from bench.servers import Server, newsbot
from bench.stories import Press, Story, published_now
from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.store import Archive

RATE = 20  # articles a second
PAUSE = 2.0  # seconds that a reader looks at a page, on average: far less than people do
_SECONDS = 20.0


@dataclass
class Heard:
    """What the readers got."""

    seconds: float
    times: list[float] = field(default_factory=list)  # ms
    faults: list[str] = field(default_factory=list)

    def told(self, name: str, note: str = "") -> float:
        """A line; gives the p95."""
        p95 = percentile(self.times, 0.95)
        faults = ", ".join(f"{count} {fault}" for fault, count in sorted(Counter(self.faults).items()))
        print(
            f"{name:32}{len(self.times) / self.seconds:6.1f} pages a second, p50 {statistics.median(self.times):.1f},"
            f" p95 {p95:.1f}, p99 {percentile(self.times, 0.99):.1f} ms, errors: {faults or 'none'}{note}",
            flush=True,
        )
        return p95


def percentile(times: Sequence[float], share: float) -> float:
    """The time that this share of all does not exceed."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


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
            with _load(server) as load:
                heard = asyncio.run(read(server, count, paths, _SECONDS))
            alone = heard.told(f"{count} readers alone", load.told())
            with writer(copy, _SECONDS) as writing, _load(server) as load:
                heard = asyncio.run(read(server, count, paths, _SECONDS))
            beside = heard.told(f"{count} readers beside a writer", load.told())
        print(f"The writer: {writing.told}")
        print(f"p95 beside the writer is {beside / alone:.2f} times that of the readers alone")


class _Load:
    """How busy the server and the readers were, in cores."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._began = (time.monotonic(), server.cpu(), time.process_time())
        self._cores = (0.0, 0.0)

    def end(self) -> None:
        began, server, readers = self._began
        seconds = time.monotonic() - began
        self._cores = (
            (self._server.cpu() - server) / seconds,
            (time.process_time() - readers) / seconds,
        )

    def told(self) -> str:
        return f"; busy: server {self._cores[0]:.2f}, readers {self._cores[1]:.2f} cores"


@contextmanager
def _load(server: Server) -> Iterator[_Load]:
    load = _Load(server)
    yield load
    load.end()


@dataclass
class Writing:
    """What a writer in a process of its own did."""

    told: str = ""


@contextmanager
def writer(path: Path, seconds: float) -> Iterator[Writing]:
    """Lets a process write for some seconds, from when it is ready on."""
    command = [sys.executable, "-m", "bench.readers", str(path), str(seconds)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdin and process.stdout
    process.stdout.readline()  # its stories are made
    print("go", file=process.stdin, flush=True)
    writing = Writing()
    yield writing
    writing.told = process.communicate()[0].strip()


async def read(server: Server, count: int, paths: Sequence[str], seconds: float) -> Heard:
    """Readers who look at a page for a while before they ask for the next."""
    heard = Heard(seconds)
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


async def write(path: Path, stories: Sequence[Story]) -> str:
    """Commits stories as a crawl does: RATE a second come, whatever the ones before wait for; gives a sentence."""
    times: list[float] = []
    with Archive.open(path, judgement=dedupe, now=utc_now) as archive:

        async def commit(story: Story) -> None:
            began = time.monotonic()
            await archive.commit(published_now(story, utc_now()))
            times.append((time.monotonic() - began) * 1000)

        began, busy = time.monotonic(), time.process_time()
        under_way = []
        for number, story in enumerate(stories):
            await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
            under_way.append(asyncio.ensure_future(commit(story)))
        await asyncio.gather(*under_way)
        seconds, busy = time.monotonic() - began, time.process_time() - busy
    return (
        f"{len(times)} articles in {seconds:.1f} s, {len(times) / seconds:.1f} a second, each in the archive after"
        f" p50 {statistics.median(times):.0f}, p95 {percentile(times, 0.95):.0f} ms (they wait up to 100 ms for"
        f" company); busy: {busy / seconds:.2f} cores"
    )


def main() -> None:
    """The writer's process: `python -m bench.readers ARCHIVE SECONDS` makes its stories, waits for a line, writes."""
    path, seconds = Path(sys.argv[1]), float(sys.argv[2])
    stories = Press(99, 100_000).batch(0, int(seconds * RATE))
    print("ready", flush=True)
    sys.stdin.readline()
    print(asyncio.run(write(path, stories)), flush=True)


if __name__ == "__main__":
    main()
